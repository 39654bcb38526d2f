"""What is shown of the rosters: now, a calendar as cells, and the gaps that a change makes."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.rosters import ZONES, changes, layers
from tests.support.builders import at
from tests.support.rosters import ROSTERS
from warroom.domain.errors import Unknown
from warroom.domain.org import Org
from warroom.domain.roster import Absence, Changes, Layer, Override, Schedule, Swap, on_call
from warroom.room import roster_views
from warroom.room.roster_views import Calendar, Row

MONDAY = date(2026, 5, 4)


def org(**changed: Any) -> Org:
    """The shop, with what people have changed."""
    return Org(ROSTERS, 1, changes=Changes(**changed))


def week(known: Org, zone: str = "Europe/Berlin") -> Calendar:
    """The calendar of a week."""
    return roster_views.calendar(known, known.playbook.schedules, MONDAY, 7, zone)


def drawn(row: Row, shown: Calendar, per_day: int) -> list[tuple[str, int]]:
    """The cells of a row: who, and how many columns."""
    return [("+".join(cell.stretch.people), cell.width) for cell in roster_views.cells(row, shown, per_day)]


def test_schedules_are_chosen_by_name_by_service_or_all() -> None:
    def names(**given: str) -> list[str]:
        return [each.name for each in roster_views.chosen(org(), **given)]

    assert names() == names(service="Payments") == ["payments", "ledger"]
    assert names(schedule="LEDGER") == ["ledger"]
    assert names(service="checkout") == []
    with pytest.raises(Unknown, match="No service is called “paymets”"):
        names(service="paymets")
    with pytest.raises(Unknown, match="No schedule is called “paid”"):
        names(schedule="paid")


def test_now_says_until_when_it_stays_so() -> None:
    known = org(overrides=(Override("o", "payments", "add", at("18:00"), at("20:00"), "bo"),))
    payments, ledger = roster_views.now(known, ROSTERS.schedules, at("14:00"))
    assert (payments.people, payments.until) == (("ana",), at("18:00"))
    assert (ledger.people, ledger.until) == (("di",), at("15:00"))
    (gap,) = roster_views.now(known, ROSTERS.schedules[1:], at("16:00"))
    assert (gap.people, gap.until) == ((), at("07:00", 1))
    alone = Schedule("s", (Layer("l", ("ana",), datetime(2026, 1, 1)),))  # noqa: DTZ001
    (always,) = roster_views.now(known, (alone,), at("14:00"))
    assert always.until is None


def test_a_week_is_seven_days_of_the_viewers_zone() -> None:
    shown = week(org())
    assert (shown.days[0], len(shown.days), len(shown.midnights)) == (MONDAY, 7, 8)
    assert (shown.midnights[0], shown.midnights[-1]) == (at("22:00", -1), at("22:00", 6))
    assert week(org(), "Asia/Tokyo").midnights[0] == at("15:00", -1)
    assert len(roster_views.calendar(org(), (), MONDAY, 1000, "UTC").days) == roster_views.MOST_DAYS


def test_days_have_as_many_columns_however_long_they_are() -> None:
    shown = roster_views.calendar(org(), ROSTERS.schedules, date(2026, 3, 28), 3, "Europe/Berlin")
    lengths = [
        (end - start) // timedelta(hours=1) for start, end in zip(shown.midnights, shown.midnights[1:], strict=False)
    ]
    assert lengths == [24, 23, 24]
    assert all(sum(width for _, width in drawn(row, shown, 8)) == 24 for row in shown.rows)


def test_a_row_is_cells_from_edge_to_edge() -> None:
    shown = week(org())
    payments, ledger = shown.rows
    assert drawn(payments, shown, 24) == [("bo", 9), ("ana", 7 * 24 - 9)]
    assert drawn(ledger, shown, 24)[:4] == [("", 9), ("di", 8), ("", 16), ("di", 8)]
    assert drawn(ledger, shown, 24)[-1] == ("", 7 + 48)
    assert [each.start for each in ledger.gaps][:2] == [at("22:00", -1), at("15:00")]


def test_a_gap_of_a_minute_is_seen() -> None:
    minute = Override("o", "payments", "remove", at("12:00", 2), at("12:01", 2), "ana")
    shown = week(org(overrides=(minute,)))
    assert drawn(shown.rows[0], shown, 4) == [("bo", 2), ("ana", 8), ("", 1), ("ana", 17)]


def test_the_same_people_by_another_layer_are_one_stretch() -> None:
    both = msgspec.structs.replace(
        ROSTERS.schedules[1],
        layers=(Layer("all", ("di",), datetime(2026, 1, 1)), *ROSTERS.schedules[1].layers),  # noqa: DTZ001
    )
    shown = roster_views.calendar(org(), (both,), MONDAY, 7, "UTC")
    assert [each.people for each in shown.rows[0].stretches] == [("di",)]
    (now,) = roster_views.now(org(), (both,), at("14:00"))
    assert now.until is None


def test_a_day_that_a_zone_skipped_is_left_out() -> None:
    shown = roster_views.calendar(org(), ROSTERS.schedules, date(2011, 12, 29), 3, "Pacific/Apia")
    assert shown.days == (date(2011, 12, 29), date(2011, 12, 31))
    assert drawn(shown.rows[0], shown, 5) == [("", 10)]


@given(st.lists(layers(windowed=True), max_size=3), changes(), st.sampled_from(ZONES), st.integers(1, 9))
def test_any_calendar_can_be_drawn_and_shows_every_gap(
    rows: list[Layer], changed: Changes, zone: str, per_day: int
) -> None:
    known = Org(ROSTERS, changes=changed)
    schedule = Schedule("payments", tuple(rows), zone)
    shown = roster_views.calendar(known, (schedule,), date(2026, 3, 26), 5, zone)
    (row,) = shown.rows
    found = roster_views.cells(row, shown, per_day)
    assert sum(cell.width for cell in found) == 5 * per_day
    assert bool(row.gaps) == any(cell.gap for cell in found)
    for each in row.stretches:
        assert each.people == on_call(schedule, changed, each.start)


def test_the_gaps_that_a_change_makes() -> None:
    before = org()
    after = org(absences=(Absence("a", "ana", at("12:00", 6), at("12:00", 8)),))
    (gap,) = roster_views.new_gaps(before, after, at("12:00", 6), at("12:00", 8))
    assert (gap[0], gap[1].start, gap[1].end) == ("payments", at("12:00", 6), at("07:00", 7))
    # On Sunday nobody has the ledger anyway.
    weekend = org(absences=(Absence("a", "di", at("10:00", 5), at("10:00", 6)),))
    assert roster_views.new_gaps(before, weekend, at("10:00", 5), at("10:00", 6)) == ()


def test_changes_in_words_and_as_data() -> None:
    start, end = at("12:00"), at("18:00")
    told: dict[Override | Swap | Absence, str] = {
        Override("1", "payments", "replace", start, end, "bo", "ana"): "payments: bo instead of ana",
        Override("2", "payments", "add", start, end, "bo"): "payments: bo besides",
        Override("3", "payments", "remove", start, end, "bo"): "payments: without bo",
        Swap("4", "payments", "ana", start, end): "payments: ana asks anybody to stand in",
        Swap("5", "payments", "ana", start, end, "bo"): "payments: ana asks bo to stand in",
        Swap("6", "payments", "ana", start, end, "bo", "bo"): "payments: bo stands in for ana",
        Absence("7", "ana", start, end): "ana is away",
    }
    assert {each: roster_views.words(each) for each in told} == told
    views = [roster_views.change_view(each) for each in told]
    assert [view["kind"] for view in views] == ["override"] * 3 + ["swap"] * 3 + ["absence"]
    assert views[0].items() >= {"id": "1", "change": "replace", "person": "bo", "instead": "ana"}.items()
    assert views[0]["start"] == "2026-05-04T12:00:00Z"
    assert (views[3]["to"], views[3]["taken_by"], views[5]["taken_by"]) == (None, None, "bo")


def test_standing_changes_come_by_their_start() -> None:
    over = Override("1", "payments", "add", at("08:00"), at("12:00"), "bo")
    later = Absence("2", "ana", at("08:00", 2), at("09:00", 2))
    sooner = Swap("3", "payments", "ana", at("08:00", 1), at("09:00", 1))
    known = org(overrides=(over,), swaps=(sooner,), absences=(later,))
    assert roster_views.standing(known, at("12:00")) == (sooner, later)
    assert roster_views.standing(known, at("11:59")) == (over, sooner, later)
