"""Whose turn it is, against an oracle that shares no line with the program: dateutil's recurrence rules and
zones, and recurring-ical-events.

`WARROOM_EXAMPLES=10000` asks for as many schedules and instants; without it there are a thousand.
"""

import os
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import recurring_ical_events  # type: ignore[import-untyped]
from dateutil import rrule, tz
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from tests.domain.rosters import ZONES, changes, layers, moments, people, starts
from warroom.domain.roster import Changes, Layer, Override, Schedule, Swap, Turn, Window, on_call, turn_of

EXAMPLES = int(os.environ.get("WARROOM_EXAMPLES", "1000"))
_FREQUENCIES: dict[str, Any] = {
    "hourly": rrule.HOURLY,
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "monthly": rrule.MONTHLY,
}
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@cache
def oracle_zone(name: str) -> tz.tzfile:
    """A zone as dateutil reads it, from the same data that the program has: this is no test of whose data are newer."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / name).is_file():
            return tz.tzfile(BytesIO((folder / name).read_bytes()))
    return tz.tzfile(BytesIO(resources.files("tzdata").joinpath("zoneinfo", name).read_bytes()))


def oracle_moment(wall: datetime, zone: tz.tzfile) -> datetime:
    """What dateutil makes of a wall-clock time: the first of two, and a skipped one as much later as clocks jump."""
    return tz.resolve_imaginary(wall.replace(tzinfo=zone)).astimezone(UTC)


def oracle_handoffs(layer: Layer, zone: tz.tzfile, at: datetime) -> list[datetime]:
    """Every handoff up to some days after `at`, as RFC 5545 rules count them."""
    until = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=3)
    more: dict[str, Any] = {}
    if layer.turn == "monthly" and layer.start.day > 28:
        # The last of the days up to this one that the month has.
        more = {"bymonthday": range(28, layer.start.day + 1), "bysetpos": -1}
    rule = rrule.rrule(_FREQUENCIES[layer.turn], dtstart=layer.start, interval=layer.every, until=until, **more)
    return [oracle_moment(wall, zone) for wall in rule]


def oracle_turn(layer: Layer, zone: tz.tzfile, at: datetime) -> str:
    """Whose turn it is, windows or not: the latest handoff that has come decides."""
    passed = [turn for turn, moment in enumerate(oracle_handoffs(layer, zone, at)) if moment <= at]
    return layer.members[passed[-1] % len(layer.members)] if passed else ""


def oracle_open(layer: Layer, zone: tz.tzfile, at: datetime) -> bool:
    """Whether any window is open, looked for on every day nearby."""
    near = [at.date() + timedelta(days=days) for days in range(-4, 5)]
    return not layer.windows or any(
        oracle_moment(datetime.combine(day, window.start), zone) <= at < oracle_moment(_end(window, day), zone)
        for window in layer.windows
        for day in near
        if day.weekday() in window.days
    )


def _end(window: Window, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=window.end <= window.start), window.end)


def oracle_on_call(schedule: Schedule, changes: Changes, at: datetime) -> set[str]:
    """Who is on call, by the plain words of the design, one rule after the other."""
    standing: set[str] = set()
    for layer in schedule.layers:
        zone = oracle_zone(layer.time_zone or schedule.time_zone)
        person = oracle_turn(layer, zone, at) if oracle_open(layer, zone, at) else ""
        if person:
            standing = standing | {person} if layer.joins else {person}
    absent = {each.person for each in changes.absences if each.start <= at < each.end}
    said: list[Override | Swap] = [*changes.overrides, *(each for each in changes.swaps if each.taken_by)]
    for each in sorted(said, key=lambda change: change.order):
        if each.schedule != schedule.name or not each.start <= at < each.end:
            continue
        out, new = (each.person, each.taken_by) if isinstance(each, Swap) else (each.instead, each.person)
        if isinstance(each, Override) and each.change == "add":
            standing.add(new)
        elif isinstance(each, Override) and each.change == "remove":
            standing.discard(new)
        elif out in standing and new not in absent:
            standing = standing - {out} | {new}
    return standing - absent


def near(layer: Layer, data: st.DataObject) -> datetime:
    """A moment in the years after a layer begins, or shortly before. The oracle counts every handoff from the first."""
    days = 400 if layer.turn == "hourly" else 3000
    return layer.start.replace(tzinfo=UTC) + timedelta(minutes=data.draw(st.integers(-3000, days * 1440)))


@settings(max_examples=EXAMPLES)
@given(layers(), st.sampled_from(ZONES), st.data())
def test_turns_are_those_of_the_oracle(layer: Layer, zone: str, data: st.DataObject) -> None:
    at = near(layer, data)
    expected = oracle_turn(layer, oracle_zone(layer.time_zone or zone), at)
    assert turn_of(Schedule("s", (layer,), zone), layer.name, at) == ((expected,) if expected else ())


@settings(max_examples=EXAMPLES)
@given(st.lists(layers(windowed=True), min_size=1, max_size=3), st.sampled_from(ZONES), changes(), st.data())
def test_whole_schedules_are_those_of_the_oracle(
    rows: list[Layer], zone: str, changed: Changes, data: st.DataObject
) -> None:
    # As if all layers began within a day: the oracle counts from the first handoff.
    schedule = Schedule("payments", tuple(rows), zone)
    at = data.draw(moments)
    found = on_call(schedule, changed, at)
    assert len(found) == len(set(found))
    assert set(found) == oracle_on_call(schedule, changed, at)


def as_calendar(schedule: Schedule) -> Calendar:
    """A schedule's one rotation, as other tools would publish it: for each member an event that recurs."""
    (layer,) = schedule.layers
    step = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}[layer.turn] * layer.every
    calendar = Calendar()
    for place, person in enumerate(layer.members):
        event = Event()
        begin = (layer.start + place * step).replace(tzinfo=zoneinfo.ZoneInfo(schedule.time_zone))
        event.add("summary", person)
        event.add("dtstart", begin)
        event.add("dtend", begin + step)
        event.add("rrule", {"freq": layer.turn, "interval": layer.every * len(layer.members)})
        calendar.add_component(event)
    return calendar


@settings(max_examples=max(50, EXAMPLES // 20))
@given(
    st.lists(people, min_size=1, max_size=4, unique=True),
    st.sampled_from(("daily", "weekly")),
    st.integers(1, 3),
    st.sampled_from(ZONES),
    starts,
    st.integers(0, 500 * 24),
)
def test_a_calendar_program_reads_the_same_turns(
    members: list[str], turn: Turn, every: int, zone: str, start: datetime, hours: int
) -> None:
    schedule = Schedule("s", (Layer("l", tuple(members), start, turn, every),), zone)
    at = start.replace(tzinfo=UTC) + timedelta(days=2, hours=hours)
    (shown,) = recurring_ical_events.of(as_calendar(schedule)).at(at)
    assert on_call(schedule, Changes(), at) == (str(shown["SUMMARY"]),)
