"""How being on call is shared out: hours, nights and weekends of each person, in that person's own time zone."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from warroom.domain.manning import Manned, Manning
from warroom.domain.moments import at_wall
from warroom.domain.org import Org
from warroom.domain.roster import Layer, Schedule

NIGHT = (time(22), time(7))
"Night, in wall-clock time."

UNFAIR = 1.5
"Who carries more than so many times the mean of their schedule carries too much."

_TURNS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 744}
_ZERO = timedelta(0)

Span = tuple[datetime, datetime]


class Load(msgspec.Struct, frozen=True):
    """What one person carries. `schedule` "" = by all schedules together, each hour once; `time_zone`: the person's.

    Nights last from 22:00 until 07:00, weekends from Saturday 00:00 until Monday 00:00, in that zone.
    """

    person: str
    schedule: str
    time_zone: str
    hours: timedelta
    nights: timedelta
    weekends: timedelta


class Unfair(msgspec.Struct, frozen=True):
    """A person who carries too much of one schedule. `what`: hours, nights or weekends; `mean`: of all its people."""

    load: Load
    what: str
    carried: timedelta
    mean: timedelta


def loads(manning: Manning, start: datetime, end: datetime) -> tuple[Load, ...]:
    """The load of each person by each schedule, and by all together, from `start` until `end`; by name.

    Whoever is a member of a schedule and never on call by it is there with nothing.
    """
    org = manning.org
    calendars = {
        name: _Calendar(name, start, end) for name in {*(each.time_zone for each in org.playbook.people), "UTC"}
    }
    theirs = {each.name: calendars[each.time_zone] for each in org.playbook.people}
    together: dict[str, list[Span]] = {}
    found: list[Load] = []
    for schedule in org.playbook.schedules:
        carried = _spans(manning.schedule(schedule.name), start, end)
        for person in sorted(members(schedule) | carried.keys()):
            own = _joined(carried.get(person, ()))
            together.setdefault(person, []).extend(own)
            found.append(_load(theirs.get(person, calendars["UTC"]), person, schedule.name, own))
    for person, spans in together.items():
        found.append(_load(theirs.get(person, calendars["UTC"]), person, "", _joined(spans)))
    return tuple(sorted(found, key=lambda each: (each.person, each.schedule)))


def _spans(line: Iterable[Manned], start: datetime, end: datetime) -> dict[str, list[Span]]:
    """When each person is on call, cut to a span."""
    found: dict[str, list[Span]] = {}
    for each in line:
        since, until = max(each.start, start), min(each.end, end)
        if since < until:
            for person in each.people:
                found.setdefault(person, []).append((since, until))
    return found


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, each moment of it once."""
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def members(schedule: Schedule) -> frozenset[str]:
    """Everybody who takes turns in any rotation of a schedule."""
    return frozenset(person for layer in schedule.layers for person in layer.members if person)


def unfair(org: Org, found: tuple[Load, ...]) -> tuple[Unfair, ...]:
    """Who carries more than UNFAIR times the mean of their schedule's people, where there is more than one.

    Not where a turn makes the whole difference to whoever carries the least: a rotation does not always come out even.
    """
    flagged: list[Unfair] = []
    for schedule in org.playbook.schedules:
        own = [each for each in found if each.schedule == schedule.name]
        turn = max((_turn(layer) for layer in schedule.layers), default=_ZERO)
        if len(own) > 1:
            flagged += _too_much(own, "hours", lambda each: each.hours, turn)
            flagged += _too_much(own, "nights", lambda each: each.nights, turn * 9 / 24)
            flagged += _too_much(own, "weekends", lambda each: each.weekends, min(turn, _weekends(turn)))
    return tuple(flagged)


def _too_much(found: list[Load], what: str, carried: Callable[[Load], timedelta], turn: timedelta) -> Iterable[Unfair]:
    mean = sum((carried(each) for each in found), _ZERO) / len(found)
    limit = max(UNFAIR * mean, min(carried(each) for each in found) + turn)
    return (Unfair(each, what, carried(each), mean) for each in found if carried(each) > limit)


def _turn(layer: Layer) -> timedelta:
    return timedelta(hours=_TURNS[layer.turn] * layer.every)


def _weekends(turn: timedelta) -> timedelta:
    """The weekend hours that one turn may have."""
    return timedelta(days=2) * (turn // timedelta(days=7) + 1)


def _load(calendar: "_Calendar", person: str, schedule: str, spans: list[Span]) -> Load:
    hours = sum((until - since for since, until in spans), _ZERO)
    return Load(
        person, schedule, calendar.zone, hours, _shared(spans, calendar.nights), _shared(spans, calendar.weekends)
    )


class _Calendar:
    """The nights and the weekends of one time zone, from `start` until `end`."""

    def __init__(self, name: str, start: datetime, end: datetime) -> None:
        zone = ZoneInfo(name)
        self.zone = name
        first = start.astimezone(zone).date() - timedelta(days=1)
        count = (end.astimezone(zone).date() - first).days + 1
        days = [first + timedelta(days=number) for number in range(count)]
        self.nights: list[Span] = []
        self.weekends: list[Span] = []
        for day in days:
            after = day + timedelta(days=1)
            dusk, dawn = (at_wall(datetime.combine(*each), zone) for each in ((day, NIGHT[0]), (after, NIGHT[1])))
            self.nights.append((dusk, dawn))
            if day.weekday() >= 5:
                midnights = (at_wall(datetime.combine(each, time(0)), zone) for each in (day, after))
                self.weekends.append((next(midnights), next(midnights)))


def _shared(first: list[Span], second: list[Span]) -> timedelta:
    """How long two sequences of spans, each in order, run at once."""
    total, left, right = _ZERO, 0, 0
    while left < len(first) and right < len(second):
        start = max(first[left][0], second[right][0])
        end = min(first[left][1], second[right][1])
        total += max(_ZERO, end - start)
        if first[left][1] <= second[right][1]:
            left += 1
        else:
            right += 1
    return total
