"""When the first person is paged, for every moment at which an incident may start.

It asks the same step that the engine takes (`climb.next_firing`), once for each span of starting moments in which all
answers are the same, so nothing is sampled and nothing can fall between two samples.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from warroom.domain.climb import Firing, Lookout, Place, next_firing
from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.manning import Manned
from warroom.domain.moments import at_wall
from warroom.domain.reach import Reached

FOLLOWED = timedelta(days=7)
"How long a ladder is followed: whoever is reached only after that is not reached at all."

UNHEARD = timedelta.max
"The time until the first contact of somebody whose contacts are all on screens: a page goes out, and wakes nobody."


class Arrival(msgspec.Struct, frozen=True):
    """Incidents that start from `start` until `end` page their first person `after` so long, or at the moment `at`.

    Whichever is sooner; both None = they page nobody.
    """

    start: datetime
    end: datetime
    after: timedelta | None = None
    at: datetime | None = None


class Line(msgspec.Struct, frozen=True):
    """How fast a target reaches somebody: from each of `starts` on, the time until the first contact of anybody.

    None = nobody, UNHEARD = nobody who sleeps. `channel`: it is a channel, which takes posts at any time and is no
    person.
    """

    starts: tuple[datetime, ...]
    fastest: tuple[timedelta | None, ...]
    channel: bool = False

    def index(self, at: datetime) -> int:
        """Which entry holds at a moment."""
        return max(0, bisect_right(self.starts, at) - 1)

    def until(self, index: int) -> datetime | None:
        """When an entry ends; None = never."""
        return self.starts[index + 1] if index + 1 < len(self.starts) else None

    def reached(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which a page goes to somebody."""
        if self.channel:
            return at
        for index in range(self.index(at), len(self.starts)):
            if self.fastest[index] is not None:
                return max(at, self.starts[index])
        return None


def line(stretches: tuple[Manned, ...], speed: Mapping[str, timedelta]) -> Line:
    """A line from stretches. `speed`: the time until each person's first contact; who is missing has none."""
    starts: list[datetime] = []
    fastest: list[timedelta | None] = []
    for each in stretches:
        after = min((speed[person] for person in each.people if person in speed), default=None)
        if not fastest or fastest[-1] != after:
            starts.append(each.start)
            fastest.append(after)
    return Line(tuple(starts), tuple(fastest))


class _Front(msgspec.Struct, frozen=True):
    """Starts from `start` until `end`, whose next rung is due `offset` later; `best`: so long to who is paged."""

    start: datetime
    end: datetime
    offset: timedelta
    place: Place
    best: timedelta | None = None


def arrivals(ladder: Ladder, lines: Mapping[Target, Line], start: datetime, end: datetime) -> tuple[Arrival, ...]:
    """For every incident that starts from `start` until `end`: when its ladder pages the first person.

    `lines` has every target of the ladder, from `start` until FOLLOWED after `end`.
    """
    sight = _Sight(ladder, lines, start, end + FOLLOWED)
    found: list[Arrival] = []
    waiting = [_Front(start, end, timedelta(0), Place())]
    while waiting:
        front = waiting.pop()
        firing, until = sight.step(front.place, front.start + front.offset)
        stop = front.end if until is None else min(front.end, until - front.offset)
        if stop < front.end:
            waiting.append(msgspec.structs.replace(front, start=stop))
        front = msgspec.structs.replace(front, end=stop)
        if firing.kind == "end":
            found += _followed(front, front.best)
        elif firing.kind == "hold":
            found += _followed(front, front.best, sight.follow(front.place, firing.until))
        elif over := _fired(front, firing, sight):
            waiting.append(over)
        else:
            found += _followed(front, sight.best(front.best, front.offset, firing))
    return tuple(sorted(found, key=lambda each: each.start))


def _followed(front: _Front, after: timedelta | None, at: datetime | None = None) -> Iterator[Arrival]:
    """What becomes of these starts. Those from which somebody is reached only after FOLLOWED reach nobody."""
    after = None if after is None or after > FOLLOWED else after
    near = front.start if at is None else min(max(front.start, at - FOLLOWED), front.end)
    if front.start < near:
        yield Arrival(front.start, near, after)
    if near < front.end:
        yield Arrival(near, front.end, after, at)


def _fired(front: _Front, firing: Firing, sight: "_Sight") -> _Front | None:
    """The same starts before their next rung; None where nothing that it does can be sooner."""
    best = sight.best(front.best, front.offset, firing)
    offset = front.offset + sight.delay(firing)
    if offset > FOLLOWED or (best is not None and best <= offset):
        return None
    return _Front(front.start, front.end, offset, firing.place, best)


class _Sight:
    """What climbing asks, answered from lines; it notes until when the answers hold.

    A person is named after the time until their first contact: who it is does not matter here.
    """

    def __init__(self, ladder: Ladder, lines: Mapping[Target, Line], start: datetime, end: datetime) -> None:
        self._ladder = ladder
        self._lines = lines
        self._quiet = quiet_edges(ladder, start, end)
        self._at = start
        self._until: datetime | None = None
        self._speed: dict[str, timedelta] = {}
        self._followed: dict[tuple[Place, datetime | None], datetime | None] = {}
        self._world = Lookout(self._look, lambda _: True, self._manned)

    def step(self, place: Place, at: datetime) -> tuple[Firing, datetime | None]:
        """What happens at a moment, and until when the same would happen."""
        self._at = at
        index = bisect_right(self._quiet, at)
        self._until = self._quiet[index] if index < len(self._quiet) else None
        return next_firing(self._ladder, place, at, at, self._world), self._until

    def follow(self, place: Place, due: datetime | None) -> datetime | None:
        """When the first person is paged, the rung after `place` being due at a moment; None = never."""
        key = (place, due)
        if key not in self._followed:
            self._followed[key] = self._climb(place, due)
        return self._followed[key]

    def _climb(self, place: Place, due: datetime | None) -> datetime | None:
        best: datetime | None = None
        last = due + FOLLOWED if due else None
        while due and last and due <= last and (best is None or due < best):
            firing, _ = self.step(place, due)
            if firing.kind == "end":
                break
            if firing.kind == "hold":
                due = firing.until
                continue
            if (after := self._fastest(firing)) is not None:
                best = min(best, due + after) if best else due + after
            place, due = firing.place, due + self.delay(firing)
        return best

    def best(self, known: timedelta | None, offset: timedelta, firing: Firing) -> timedelta | None:
        """The time until the first person is paged, with what was known and what a firing adds."""
        after = self._fastest(firing)
        if after is None:
            return known
        return offset + after if known is None else min(known, offset + after)

    def delay(self, firing: Firing) -> timedelta:
        """The time from a firing to the rung after it."""
        return self._ladder.rungs[firing.place.rung - 1].delay

    def _fastest(self, firing: Firing) -> timedelta | None:
        found = min((self._speed[person] for person in firing.people), default=UNHEARD)
        return None if found == UNHEARD else found

    def _look(self, target: Target) -> Reached:
        seen = self._lines[target]
        if seen.channel:
            return Reached(channels=(target.name,))
        index = seen.index(self._at)
        until = seen.until(index)
        if until is not None and (self._until is None or until < self._until):
            self._until = until
        after = seen.fastest[index]
        if after is None:
            return Reached()
        self._speed[str(after)] = after
        return Reached((str(after),))

    def _manned(self, rung: Rung) -> datetime | None:
        moments = (self._lines[target].reached(self._at) for target in rung.targets)
        return min((moment for moment in moments if moment), default=None)


def quiet_edges(ladder: Ladder, start: datetime, end: datetime) -> list[datetime]:
    """Every moment from a day before `start` to a day after `end` at which a quiet window begins or ends, in order."""
    zone = ZoneInfo(ladder.time_zone)
    found: set[datetime] = set()
    day, last = start.astimezone(zone).date() - timedelta(days=2), end.astimezone(zone).date() + timedelta(days=1)
    while ladder.quiet and day <= last:
        for window in ladder.quiet:
            if day.weekday() in window.days:
                over = day if window.end > window.start else day + timedelta(days=1)
                found.add(at_wall(datetime.combine(day, window.start), zone))
                found.add(at_wall(datetime.combine(over, window.end), zone))
        day += timedelta(days=1)
    return sorted(found)
