"""Other programs' calendars: what is read of them, and what is told of everything else."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.rosters import utc
from tests.playbook.calendars import calendar
from tests.playbook.files import said
from warroom.domain.contacts import Contact
from warroom.domain.org import Person
from warroom.playbook.calendar_lines import LARGEST, MOST_EVENTS
from warroom.playbook.calendar_people import absent, named, on_duty
from warroom.playbook.calendar_reader import MOST_OCCURRENCES, Found, Happening, read_calendar
from warroom.playbook.document import BadFile

START = utc("2026-05-04 14:00")
BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = (
    Person("ana", "Ana Ruiz", logins=("aruiz",), contacts=(Contact("mail", "mail", "Ana.Ruiz@example.org"),)),
    Person("bo", "Bo Lind"),
)


def read(*events: str, days: int = 90) -> Found:
    return read_calendar("a.ics", calendar(*events), START, START + timedelta(days=days))


def spans(found: Found) -> list[tuple[datetime, datetime]]:
    return [each.span(BERLIN) for each in found.happenings]


def test_an_event_in_utc_in_a_zone_floating_and_of_whole_days() -> None:
    found = read(
        "UID:1\nDTSTART:20260505T070000Z\nDTEND:20260505T150000Z",
        "UID:2\nDTSTART;TZID=America/New_York:20260506T090000\nDURATION:PT2H",
        "UID:3\nDTSTART:20260507T090000\nDTEND:20260507T100000",
        "UID:4\nDTSTART;VALUE=DATE:20260508\nDTEND;VALUE=DATE:20260510",
        "UID:5\nDTSTART;VALUE=DATE:20260511",
    )
    assert found.left_out == ()
    assert spans(found) == [
        (utc("2026-05-05 07:00"), utc("2026-05-05 15:00")),
        (utc("2026-05-06 13:00"), utc("2026-05-06 15:00")),
        (utc("2026-05-07 07:00"), utc("2026-05-07 08:00")),
        (utc("2026-05-07 22:00"), utc("2026-05-09 22:00")),
        (utc("2026-05-10 22:00"), utc("2026-05-11 22:00")),
    ]


def test_recurring_events_are_written_out_without_what_is_excepted_or_cancelled() -> None:
    found = read(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20261020T090000\nDURATION:PT1H\n"
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261103T090000",
        "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261110T090000\n"
        "DTSTART;TZID=Europe/Berlin:20261110T090000\nDURATION:PT1H\nSTATUS:CANCELLED",
        days=220,
    )
    assert [start for start, _ in spans(found)] == [utc("2026-10-20 07:00"), utc("2026-10-27 08:00")]
    assert found.left_out == ("a.ics:4: 1: cancelled on 2026-11-10",)


def test_windows_zones_and_zones_of_the_file_are_understood() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"
    )
    raw = calendar(
        "UID:1\nDTSTART;TZID=Here:20260505T090000\nDURATION:PT1H",
        "UID:2\nDTSTART;TZID=W. Europe Standard Time:20260506T090000\nDURATION:PT1H",
    ).replace(b"BEGIN:VEVENT", zone.encode(), 1)
    found = read_calendar("a.ics", raw, START, START + timedelta(days=9))
    assert [start for start, _ in spans(found)] == [utc("2026-05-05 06:00"), utc("2026-05-06 07:00")]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("UID:1\nDTSTART;TZID=Nowhere/Land:20260505T090000\nDURATION:PT1H", "no time zone is called “Nowhere/Land”"),
        ("UID:1\nDTSTART:20260505T070000Z\nDURATION:PT1H\nSTATUS:CANCELLED", "it is cancelled"),
        ("UID:1\nDTSTART:20260405T070000Z\nDURATION:PT1H", "it is over"),
        ("UID:1\nDTSTART:20270405T070000Z\nDURATION:PT1H", "it begins after that time"),
        ("UID:1\nDTSTART:20200101T070000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3", "it does not recur in that time"),
        ("UID:1\nSUMMARY:x", "it has no beginning"),
        ("UID:1\nDTSTART:10000101T070000Z\nRRULE:FREQ=DAILY", "it begins before 1970"),
        (
            "UID:1\nDTSTART:20260505T070000Z\nRRULE:FREQ=SECONDLY",
            "it recurs more often than daily, which is not supported",
        ),
        (
            "UID:1\nDTSTART:20260505T070000Z\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3",
            "it recurs more often than daily, which is not supported",
        ),
        (
            "UID:1\nDTSTART:20260505T070000Z\nEXRULE:FREQ=DAILY",
            "exceptions by rule (EXRULE) are not supported",
        ),
    ],
)
def test_what_does_not_come_across_is_named_with_its_line(event: str, why: str) -> None:
    good = "UID:2\nDTSTART:20260505T070000Z\nDURATION:PT1H"
    found = read(event, good)
    assert found.left_out == (f"a.ics:4: 1: {why}",)
    assert [each.uid for each in found.happenings] == ["2"], "one that is wrong keeps no other out"


@pytest.mark.parametrize(
    "wrong", ["DTSTART:2026garbage", "DTSTART:20260505T070000Z\nRRULE:FREQ=NEVER", "no line at all", "DTSTART:090000"]
)
def test_what_cannot_be_read_is_named(wrong: str) -> None:
    found = read(f"UID:1\n{wrong}", "UID:2\nDTSTART:20260505T070000Z\nDURATION:PT1H")
    assert [each.uid for each in found.happenings] == ["2"]
    (told,) = found.left_out
    assert told.startswith("a.ics:4: 1: ")
    assert "cannot be read" in told


def test_an_event_that_recurs_too_long_comes_across_in_part() -> None:
    found = read("UID:1\nDTSTART:20260101T070000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY", days=3000)
    assert len(found.happenings) == MOST_OCCURRENCES
    assert found.left_out == ("a.ics:4: 1: only its first 500 occurrences are read",)


def test_an_event_without_uid_is_known_by_its_line() -> None:
    (happening,) = read("DTSTART:20260505T070000Z\nDURATION:PT1H").happenings
    assert happening.uid == happening.where == "a.ics:4: without UID"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "a.ics:1: the file is empty"),
        (b"hello\nworld", "a.ics:1: this is no calendar: it has to begin with BEGIN:VCALENDAR"),
        (b"\r\nBEGIN:VEVENT\r\nEND:VEVENT", "a.ics:2: this is no calendar: it has to begin with BEGIN:VCALENDAR"),
        (
            b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR",
            "a.ics:2: this is no line of a calendar, such as VERSION:2.0",
        ),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO", "a.ics:3: END:VTODO ends what has not begun"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1", "a.ics:3: the file ends before END:VEVENT"),
        (b"BEGIN:VCALENDAR\n\xff\xfe\nEND:VCALENDAR", "a.ics:2: this is not UTF-8"),
        (b"x" * (LARGEST + 1), "a.ics:1: the file is larger than 1024 KiB; export a shorter time"),
        (
            b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_EVENTS + 1) + b"END:VCALENDAR",
            "a.ics:20002: there are more than 10000 events; export a shorter time",
        ),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_line(raw: bytes, problem: str) -> None:
    assert said(lambda: read_calendar("a.ics", raw, START, START + timedelta(days=1))) == [problem]


def happening(title: str = "", attendees: tuple[str, ...] = (), organisers: tuple[str, ...] = ()) -> Happening:
    return Happening("1", "a.ics:4: 1", START.astimezone(UTC), START, title, attendees, organisers)


@pytest.mark.parametrize(
    ("title", "people"),
    [
        ("payments: ana", ("ana",)),
        ("ANA", ("ana",)),
        ("Holiday (Ana Ruiz)", ("ana",)),
        ("aruiz away.", ("ana",)),
        ("ana payments: bo", ("bo",)),
        ("ana and bo", ("ana", "bo")),
        ("analysis", ()),
        ("ana-maria", ()),
        ("ana@example.org", ()),
        ("payments: NOBODY", ()),
    ],
)
def test_whom_a_title_names(title: str, people: tuple[str, ...]) -> None:
    assert named(title, PEOPLE) == people


def test_whose_absence_and_whose_duty_it_is() -> None:
    both = happening("bo", ("ana.ruiz@EXAMPLE.org",))
    assert (absent(both, PEOPLE), on_duty(both, PEOPLE)) == (("ana",), ("bo",))
    assert absent(happening("day off", (), ("bo@example.org",)), PEOPLE) == ("bo",)
    assert on_duty(happening("on call", ("Bo Lind",)), PEOPLE) == ("bo",)
    assert absent(happening("day off"), PEOPLE) == ()


def test_whoever_declined_does_not_attend() -> None:
    found = read(
        "UID:1\nDTSTART:20260505T070000Z\nDURATION:PT1H\nORGANIZER:MAILTO:bo@example.org\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.org\nATTENDEE;CN=Cy:mailto:cy@example.org"
    )
    (each,) = found.happenings
    assert (each.attendees, each.organisers) == (("cy@example.org", "Cy"), ("bo@example.org",))


RICH = calendar(
    "UID:1\nDTSTART;TZID=Europe/Berlin:20260505T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO,TU",
    "UID:2\nDTSTART;VALUE=DATE:20260508\nDTEND;VALUE=DATE:20260510\nATTENDEE;CN=Ana:mailto:ana@example.org",
    "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20260512T090000\nDTSTART:20260513T090000Z\nSTATUS:CANCELLED",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(RICH) - 1), st.integers(0, 3), st.binary(max_size=4)), max_size=6))
def test_a_damaged_calendar_is_read_in_part_or_refused(damages: list[tuple[int, int, bytes]]) -> None:
    raw = RICH
    for place, length, instead in damages:
        raw = raw[:place] + instead + raw[place + length :]
    with contextlib.suppress(BadFile):
        found = read_calendar("a.ics", raw, START, START + timedelta(days=30))
        assert all(start.tzinfo is UTC and end.tzinfo is UTC for start, end in spans(found))
