"""Turns on the calendar: handoffs, changes of clocks, ends of months, windows."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.domain.rosters import ZONES, schedule, utc, wall, weekly, window
from warroom.domain.roster import Changes, Layer, Schedule, Turn, on_call, shifts, stretches

BERLIN = ZoneInfo("Europe/Berlin")
NOTHING = Changes()
FIRST, LAST = utc("2020-01-01 00:00"), utc("2030-01-01 00:00")


def handoffs(known: Schedule, start: str, end: str, zone: ZoneInfo = BERLIN) -> list[str]:
    """When shifts begin in a span, as clocks in a zone show it, without the one that runs already."""
    found = shifts(known, NOTHING, utc(start), utc(end))
    return [f"{each.start.astimezone(zone):%m-%d %H:%M}" for each in found if each.start > utc(start)]


def jumps(zone: ZoneInfo) -> list[datetime]:
    """The days of ten years on which clocks in a zone are changed, each as its midnight in UTC."""
    days = [FIRST + timedelta(days=each) for each in range((LAST - FIRST).days)]
    return [
        day for day, after in pairwise(days) if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    ]


def check_whole(known: Schedule, start: datetime, end: datetime) -> None:
    """The rotation leaves no gap and no overlap, and its boundaries go forward."""
    found = shifts(known, NOTHING, start, end)
    assert (found[0].start, found[-1].end) == (start, end)
    for one, next in pairwise(found):
        assert one.start < one.end == next.start
        assert one.person != next.person


@pytest.mark.parametrize("part", range(8))
def test_no_change_of_clocks_anywhere_in_ten_years_leaves_a_gap(part: int) -> None:
    edges = 0
    for zone in ZONES[part::8]:
        for day in jumps(ZoneInfo(zone)):
            edges += 1
            rotations: tuple[tuple[Turn, int, time], ...] = (
                ("daily", 1, time(9)), ("daily", 1, time(2, 30)), ("daily", 1, time(0, 30)), ("hourly", 1, time(0, 30)),
                ("hourly", 8, time(2)), ("weekly", 1, time(2, 15)), ("monthly", 1, time(1, 45)),
            )  # fmt: skip
            for turn, every, clock in rotations:
                begin = datetime.combine(day.date() - timedelta(days=28), clock)
                known = Schedule("s", (Layer("l", ("ana", "bo", "cy"), begin, turn, every),), zone)
                check_whole(known, day - timedelta(days=1), day + timedelta(days=2))
    assert edges > 100


@pytest.mark.parametrize("part", range(4))
def test_a_handoff_at_nine_stays_at_nine_everywhere(part: int) -> None:
    for name in ZONES[part::4]:
        zone = ZoneInfo(name)
        known = Schedule("s", (Layer("l", ("ana", "bo"), wall("2024-12-31 09:00"), "daily"),), name)
        found = shifts(known, NOTHING, utc("2025-01-02 00:00"), utc("2026-01-02 00:00"))
        assert {each.start.astimezone(zone).time() for each in found[1:]} == {time(9)}, name
        assert len(found) in (365, 366)


def test_a_handoff_in_a_skipped_hour_comes_an_hour_later_on_that_day_alone() -> None:
    known = schedule(Layer("l", ("ana", "bo"), wall("2026-03-01 02:30"), "daily"))
    assert handoffs(known, "2026-03-27 12:00", "2026-03-31 12:00") == [
        "03-28 02:30", "03-29 03:30", "03-30 02:30", "03-31 02:30",
    ]  # fmt: skip


def test_a_handoff_in_an_hour_that_is_shown_twice_comes_the_first_time() -> None:
    known = schedule(Layer("l", ("ana", "bo"), wall("2026-10-01 02:30"), "daily"))
    (first, second, *_) = (
        each.start for each in shifts(known, NOTHING, utc("2026-10-25 00:30"), utc("2026-10-27 00:00"))
    )
    assert (first, second) == (utc("2026-10-25 00:30"), utc("2026-10-26 01:30"))


def test_hours_are_counted_on_the_clock_so_that_shifts_stay_where_they_are() -> None:
    known = schedule(Layer("l", ("ana", "bo"), wall("2026-03-27 08:00"), "hourly", 12))
    assert handoffs(known, "2026-03-28 08:00", "2026-03-30 08:00") == [
        "03-28 20:00", "03-29 08:00", "03-29 20:00", "03-30 08:00",
    ]  # fmt: skip
    found = shifts(known, NOTHING, utc("2026-03-28 08:00"), utc("2026-03-30 08:00"))
    assert [(each.end - each.start) / timedelta(hours=1) for each in found[1:-1]] == [11, 12, 12]


def test_an_hour_that_is_skipped_is_nobodys_turn_and_one_shown_twice_is_one_turn() -> None:
    spring = schedule(Layer("l", ("ana", "bo", "cy"), wall("2026-03-29 00:00"), "hourly"))
    assert handoffs(spring, "2026-03-28 23:30", "2026-03-29 03:00") == ["03-29 01:00", "03-29 03:00", "03-29 04:00"]
    autumn = schedule(Layer("l", ("ana", "bo", "cy"), wall("2026-10-25 00:00"), "hourly"))
    found = shifts(autumn, NOTHING, utc("2026-10-24 23:00"), utc("2026-10-25 03:00"))
    assert [(each.end - each.start) / timedelta(hours=1) for each in found] == [1, 2, 1]


def test_the_day_that_samoa_skipped() -> None:
    apia = ZoneInfo("Pacific/Apia")
    start, end = utc("2011-12-28 00:00"), utc("2012-01-02 00:00")
    for turn, every in (("hourly", 1), ("hourly", 5), ("daily", 1)):
        layer = Layer("l", ("ana", "bo", "cy"), wall("2011-12-20 09:00"), turn, every)  # type: ignore[arg-type]
        check_whole(Schedule("s", (layer,), "Pacific/Apia"), start, end)
    daily = Schedule("s", (Layer("l", ("ana", "bo"), wall("2011-12-20 09:00"), "daily"),), "Pacific/Apia")
    # The turn of the 30th and that of the 31st begin at once, so the former does not take place.
    assert handoffs(daily, "2011-12-28 20:00", "2012-01-02 00:00", apia) == [
        "12-29 09:00",
        "01-01 09:00",
        "01-02 09:00",
    ]


def test_half_an_hour_is_a_change_too() -> None:
    known = Schedule("s", (Layer("l", ("ana", "bo"), wall("2026-09-30 02:10"), "daily"),), "Australia/Lord_Howe")
    at = handoffs(known, "2026-10-02 20:00", "2026-10-04 20:00", ZoneInfo("Australia/Lord_Howe"))
    assert at == ["10-04 02:40", "10-05 02:10"]


def test_a_month_that_is_too_short_hands_over_on_its_last_day() -> None:
    known = schedule(Layer("l", ("ana", "bo"), wall("2027-12-31 09:00"), "monthly"))
    assert handoffs(known, "2028-01-15 00:00", "2028-06-15 00:00") == [
        "01-31 09:00", "02-29 09:00", "03-31 09:00", "04-30 09:00", "05-31 09:00",
    ]  # fmt: skip
    quarterly = schedule(Layer("l", ("ana", "bo"), wall("2026-11-30 09:00"), "monthly", 3))
    assert handoffs(quarterly, "2026-12-01 00:00", "2027-12-15 00:00") == [
        "02-28 09:00", "05-30 09:00", "08-30 09:00", "11-30 09:00",
    ]  # fmt: skip


def test_nobody_is_on_call_before_the_first_handoff_and_the_first_member_after_it() -> None:
    known = schedule(weekly("ana", "bo", start="2026-05-04 09:00"))
    assert on_call(known, NOTHING, utc("2026-05-04 06:59")) == ()
    assert on_call(known, NOTHING, utc("2026-05-04 07:00")) == ("ana",)
    assert on_call(known, NOTHING, utc("2026-05-11 07:00")) == ("bo",)


def test_a_turn_that_nobody_has_and_a_rotation_without_members() -> None:
    known = schedule(weekly("ana", "", start="2026-05-04 09:00"))
    assert on_call(known, NOTHING, utc("2026-05-12 07:00")) == ()
    assert on_call(schedule(weekly()), NOTHING, utc("2026-05-12 07:00")) == ()
    assert [each.people for each in stretches(schedule(), NOTHING, FIRST, LAST)] == [()]


def test_follow_the_sun_hands_over_around_the_world() -> None:
    day = window(range(5), "09:00", "17:00")
    known = schedule(
        weekly("ana", name="europe", windows=(day,)),
        weekly("bo", name="america", time_zone="America/New_York", windows=(day,)),
        weekly("cy", name="asia", time_zone="Asia/Tokyo", windows=(day,)),
    )
    at = (("2026-05-04 03:00", ("cy",)), ("2026-05-04 07:30", ("cy",)), ("2026-05-04 08:30", ("ana",)))
    later = (("2026-05-04 13:30", ("bo",)), ("2026-05-04 21:30", ()), ("2026-05-09 12:00", ()))
    for moment, people in (*at, *later):
        assert on_call(known, NOTHING, utc(moment)) == people, moment


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    friday = schedule(weekly("ana", windows=(window((4,), "22:00", "06:00"),)))
    found = shifts(friday, NOTHING, utc("2026-05-04 00:00"), utc("2026-05-11 00:00"))
    assert [(each.start, each.end) for each in found] == [(utc("2026-05-08 20:00"), utc("2026-05-09 04:00"))]
    whole = schedule(weekly("ana", windows=(window((6,), "09:00", "09:00"),)))
    (sunday,) = shifts(whole, NOTHING, utc("2026-05-04 12:00"), utc("2026-05-13 00:00"))
    assert (sunday.start, sunday.end) == (utc("2026-05-10 07:00"), utc("2026-05-11 07:00"))


def test_windows_that_meet_leave_no_gap_when_clocks_change() -> None:
    both = (window(range(7), "02:30", "14:00"), window(range(7), "14:00", "02:30"))
    known = schedule(weekly("ana", windows=both))
    for start in ("2026-03-28 00:00", "2026-10-24 00:00"):
        (whole,) = stretches(known, NOTHING, utc(start), utc(start) + timedelta(days=3))
        assert whole.people == ("ana",)


def test_the_first_moment_belongs_to_the_turn_and_the_last_does_not() -> None:
    known = schedule(weekly("ana", "bo", start="2026-05-04 09:00"))
    handoff = datetime(2026, 5, 11, 7, tzinfo=UTC)
    assert on_call(known, NOTHING, handoff - timedelta(microseconds=1)) == ("ana",)
    assert on_call(known, NOTHING, handoff) == ("bo",)
