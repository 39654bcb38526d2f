"""Rosters as calendars, read back by somebody else's reader, and by ours."""

from datetime import UTC, datetime, timedelta

import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.domain.rosters import PEOPLE, changes, layers, moments, schedule, utc, weekly
from warroom.domain.calendars import Entry, Wanted, overrides, whole_gaps, whole_shifts
from warroom.domain.org import Person
from warroom.domain.roster import Absence, Changes, Override, Schedule, Shift, on_call
from warroom.domain.scheduled import Appointment
from warroom.playbook.calendar import NOBODY, uid_of, write_calendar
from warroom.playbook.calendar_people import on_duty
from warroom.playbook.calendar_reader import read_calendar

NOW = utc("2026-05-04 14:00")
KNOWN = [Person(name) for name in PEOPLE]
schedules = st.lists(layers(windowed=True), min_size=1, max_size=3).map(lambda found: schedule(*found))
spans = st.tuples(moments, st.integers(1, 40)).map(lambda at: (at[0], at[0] + timedelta(days=at[1])))

instants = st.lists(st.integers(0, 999), min_size=5, max_size=20)
"In thousandths of a span."


def exported(rota: Schedule, said: Changes, start: datetime, end: datetime) -> str:
    return write_calendar(whole_shifts(rota, said, start, end), NOW)


def entries(text: str, start: datetime, end: datetime) -> list[Entry]:
    """The entries of a calendar, as an import has them."""
    found = read_calendar("a.ics", text.encode(), start, end)
    assert found.left_out == ()
    named = [(each, on_duty(each, KNOWN), each.span(UTC)) for each in found.happenings]
    return [Entry(each.uid, person, begins, ends, each.where) for each, (person,), (begins, ends) in named]


def applied(said: Changes, wanted: tuple[Wanted, ...]) -> Changes:
    """What stands once the overrides are in the log, in this order."""
    latest = max((*(each.order for each in said.overrides), *(each.order for each in said.swaps), 0))
    new = tuple(
        Override(f"new {n}", "payments", each.change, each.start, each.end, each.entry.person, each.instead, order=n)
        for n, each in enumerate(wanted, latest + 1)
    )
    return Changes((*said.overrides, *new), said.swaps, said.absences)


@settings(max_examples=150, deadline=None)
@given(schedules, changes(), spans, instants)
def test_a_calendar_has_on_call_whom_the_roster_has(
    rota: Schedule, said: Changes, span: tuple[datetime, datetime], places: list[int]
) -> None:
    start, end = span
    calendar = recurring_ical_events.of(Calendar.from_ical(exported(rota, said, start, end)))
    for place in places:
        at = (start + (end - start) * place / 1000).replace(microsecond=0)
        rows = calendar.between(at, at + timedelta(seconds=1))
        running = [row for row in rows if row["DTSTART"].dt <= at < row["DTEND"].dt]
        assert {str(row["SUMMARY"]) for row in running} == {f"payments: {who}" for who in on_call(rota, said, at)}
        assert len(running) == len(on_call(rota, said, at))


@settings(max_examples=150, deadline=None)
@given(schedules, changes(), spans, instants)
def test_an_exported_calendar_imported_onto_an_empty_schedule_puts_the_same_people_on_call(
    rota: Schedule, said: Changes, span: tuple[datetime, datetime], places: list[int]
) -> None:
    start, end = span
    empty = schedule(weekly(""))
    found = entries(exported(rota, said, start, end), start, end)
    after = applied(Changes(), overrides(empty, Changes(), found, start))
    for place in places:
        at = start + (end - start) * place / 1000
        assert sorted(on_call(empty, after, at)) == sorted(on_call(rota, said, at)), at
    assert overrides(empty, after, found, start) == (), "once more it changes nothing"


@settings(max_examples=150, deadline=None)
@given(schedules, schedules, changes(), spans, st.booleans(), instants)
def test_onto_any_schedule_an_import_puts_whom_it_names(
    theirs: Schedule,
    ours: Schedule,
    said: Changes,
    span: tuple[datetime, datetime],
    add: bool,
    places: list[int],
) -> None:
    start, end = span
    present = Changes(said.overrides, said.swaps)  # whoever is away is refused by the rule, not here
    found = entries(exported(theirs, Changes(), start, end), start, end)
    after = applied(present, overrides(ours, present, found, start, add))
    for place in places:
        at = start + (end - start) * place / 1000
        named, before = {each.person for each in found if each.start <= at < each.end}, on_call(ours, present, at)
        wanted = {*named, *before} if add or not named else named
        assert set(on_call(ours, after, at)) == wanted, at
    assert overrides(ours, after, found, start, add) == ()


def test_a_shift_keeps_its_uid_however_late_it_is_exported() -> None:
    rota = schedule(weekly("ana", "bo"))
    found = [whole_shifts(rota, Changes(), NOW + timedelta(days=day), NOW + timedelta(days=9)) for day in (1, 3)]
    assert [uid_of(each) for each in found[0]] == [uid_of(each) for each in found[1]]
    assert found[0][0].start == utc("2026-05-04 07:00")


def test_a_shift_of_years_is_told_from_its_beginning() -> None:
    (shift,) = whole_shifts(schedule(weekly("ana", start="2019-01-07 09:00")), Changes(), NOW, NOW + timedelta(days=1))
    assert shift == Shift("ana", utc("2019-01-07 08:00"), NOW + timedelta(days=1), "payments", "week")


def test_a_gap_is_told_from_its_beginning_even_one_without_any() -> None:
    away = Changes(absences=(Absence("1", "ana", utc("2026-03-01 00:00"), utc("2026-06-01 00:00")),))
    (gap,) = whole_gaps(schedule(weekly("ana")), away, NOW, NOW + timedelta(days=1))
    assert gap.start == utc("2026-03-01 00:00")
    (gap,) = whole_gaps(schedule(weekly("")), Changes(), NOW, NOW + timedelta(days=1))
    assert gap.start == utc("1970-01-01 00:00")


def test_what_a_calendar_says_of_a_shift_and_of_a_gap() -> None:
    text = write_calendar(
        (
            Shift("ana", utc("2026-05-04 07:00"), utc("2026-05-05 07:00"), "payments", "week"),
            Shift(NOBODY, utc("2026-05-05 07:00"), utc("2026-05-06 07:00"), "payments"),
        ),
        NOW,
    )
    first, second = Calendar.from_ical(text).walk("VEVENT")
    assert (str(first["SUMMARY"]), str(second["SUMMARY"])) == ("payments: ana", "payments: NOBODY")
    assert "DTSTART:20260504T070000Z\r\n" in text
    assert "DTEND:20260505T070000Z\r\n" in text
    assert text.count("DTSTAMP:20260504T140000Z\r\n") == 2
    assert len({str(first["UID"]), str(second["UID"])}) == 2


def test_names_are_data_in_a_calendar() -> None:
    shift = Shift("eve\r\nEND:VEVENT\x1b[31m", NOW, NOW + timedelta(hours=1), "pay;ments, \\n")
    (event,) = Calendar.from_ical(write_calendar([shift], NOW)).walk("VEVENT")
    assert str(event["SUMMARY"]) == "pay;ments, \\n: eve END:VEVENT␛[31m"


def test_a_drill_is_an_entry_of_its_own_which_is_taken_back_under_the_same_name() -> None:
    start, end = NOW + timedelta(days=7), NOW + timedelta(days=7, hours=1)
    planned = Appointment("one", start, end, "DRILL: a\nline; and, more")
    dropped = Appointment("two", start, end, "DRILL", 1, cancelled=True)
    first, second = Calendar.from_ical(write_calendar((), NOW, (planned, dropped))).walk("VEVENT")
    assert (first["UID"], first["SUMMARY"], first["STATUS"], first["SEQUENCE"]) == (
        "one", "DRILL: a line; and, more", "CONFIRMED", 0,
    )  # fmt: skip
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (start, end)
    assert (second["UID"], second["STATUS"], second["SEQUENCE"]) == ("two", "CANCELLED", 1)
