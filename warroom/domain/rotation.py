"""Turns on the calendar: when a rotation hands over, whose turn it is, and when its windows are open.

Everything is counted in wall-clock time and only then becomes a moment, hours too: a twelve-hour turn that begins at
08:00 begins at 08:00 and 20:00 on every day of the year. Where clocks are put back, a time that is shown twice means
the first; where they are put forward, a time that is skipped lies as much later as the clocks jump (as in RFC 5545).
Each boundary is one moment, the end of one turn and the start of the next, so that a rotation has neither gap nor
overlap.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warroom.domain.moments import at_wall

if TYPE_CHECKING:
    from warroom.domain.roster import Layer, Window

_STEPS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
_DAY = timedelta(days=1)


def whose(layer: Layer, zone: str, at: datetime) -> str:
    """Whose turn it is at a moment, "" = nobody's. `zone`: the schedule's, for a layer that has none of its own."""
    place = ZoneInfo(layer.time_zone or zone)
    if not layer.members or not _open(layer.windows, place, at):
        return ""
    turn = _turn(layer, place, at)
    return "" if turn < 0 else layer.members[turn % len(layer.members)]


def edges(layer: Layer, zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment between `start` and `end`, both left out, at which somebody else may be on call by this layer."""
    place = ZoneInfo(layer.time_zone or zone)
    turn = _turn(layer, place, start) + 1
    while (at := handoff(layer, place, turn)) < end:
        if at > start:
            yield at
        turn += 1
    for window in layer.windows:
        for bounds in _openings(window, place, start, end):
            yield from (at for at in bounds if start < at < end)


def handoff(layer: Layer, zone: ZoneInfo, turn: int) -> datetime:
    """The moment at which a turn begins; 0 is the first."""
    wall = _wall(layer, turn)
    at = at_wall(wall, zone)
    # Clocks that jump further than a turn is long (in 2011 Samoa skipped a day) put a skipped handoff behind later ones
    # that are not skipped. Turns never run backwards: whoever is due by then is on call.
    later, first = turn, at
    while _skipped(wall, first, zone):
        later += 1
        wall = _wall(layer, later)
        first = at_wall(wall, zone)
    return min(at, first)


def _skipped(wall: datetime, at: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).replace(tzinfo=None, fold=0) != wall


def _turn(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """The number of the turn at a moment, -1 before the first."""
    turn = max(-1, _count(layer, at.astimezone(zone).replace(tzinfo=None)))
    while handoff(layer, zone, turn + 1) <= at:
        turn += 1
    while turn >= 0 and handoff(layer, zone, turn) > at:
        turn -= 1
    return turn


def _wall(layer: Layer, turn: int) -> datetime:
    """The wall-clock time at which a turn begins. A month that is too short for its day begins it on its last."""
    if layer.turn != "monthly":
        return layer.start + turn * layer.every * _STEPS[layer.turn]
    years, month = divmod(layer.start.month - 1 + turn * layer.every, 12)
    year = layer.start.year + years
    day = min(layer.start.day, monthrange(year, month + 1)[1])
    return layer.start.replace(year=year, month=month + 1, day=day)


def _count(layer: Layer, wall: datetime) -> int:
    """About how many turns lie between the first one and a wall-clock time."""
    if layer.turn != "monthly":
        return (wall - layer.start) // (layer.every * _STEPS[layer.turn])
    months = (wall.year - layer.start.year) * 12 + wall.month - layer.start.month
    return months // layer.every


def _open(windows: tuple[Window, ...], zone: ZoneInfo, at: datetime) -> bool:
    """Whether a moment lies in any of the windows; without any it always does."""
    return not windows or any(start <= at < end for window in windows for start, end in _openings(window, zone, at, at))


def _openings(window: Window, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When a window opens and closes, for every day whose window may touch the span."""
    # A window ends on the next day, and where a day is skipped, on the one after it; where clocks are put back over
    # midnight, a day has begun before the one before it has ended.
    day, last = start.astimezone(zone).date() - 2 * _DAY, end.astimezone(zone).date() + _DAY
    while day <= last:
        if day.weekday() in window.days:
            yield _opening(window, zone, day)
        day += _DAY


def _opening(window: Window, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    until = day if window.end > window.start else day + _DAY
    opens, closes = datetime.combine(day, window.start), datetime.combine(until, window.end)
    return at_wall(opens, zone), at_wall(closes, zone)
