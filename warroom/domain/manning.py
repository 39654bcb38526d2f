"""Whom the targets of ladders are over a span, as stretches; each schedule is worked out once, however many name it."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from warroom.domain import reach, roster
from warroom.domain.ladder import Ladder, Target
from warroom.domain.org import Org
from warroom.domain.roster import Changes, Schedule


class Manned(msgspec.Struct, frozen=True):
    """These people stand for a target from `start` until `end`; none = a gap."""

    start: datetime
    end: datetime
    people: frozenset[str] = frozenset()


class Manning:
    """Who stands for what from `start` until `end`, by an organisation as it is now."""

    def __init__(self, org: Org, start: datetime, end: datetime) -> None:
        self.org = org
        self.start = start
        self.end = end
        self._schedules = {each.name: each for each in org.playbook.schedules}
        self._known: dict[tuple[str, str], tuple[Manned, ...]] = {}

    def schedule(self, name: str) -> tuple[Manned, ...]:
        """Who is on call by a schedule, as stretches without a break between them; nobody by an unknown one."""
        return self._cached("schedule", name)

    def sources(self, target: Target, services: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The schedules, rotations and people, as (kind, name), that a target draws on for these services."""
        if target.kind == "service":
            return tuple(("schedule", name) for name in reach.schedules_of(self.org, target.name, services))
        return ((target.kind, target.name),) if target.kind in ("schedule", "rotation", "person") else ()

    def of(self, sources: Iterable[tuple[str, str]]) -> tuple[Manned, ...]:
        """Everybody that any of these sources gives."""
        found = [self._cached(kind, name) for kind, name in sources]
        if len(found) == 1:
            return found[0]
        return united(found) if found else (Manned(self.start, self.end),)

    def whole(self, ladder: Ladder, services: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The sources of every rung of a ladder, each once."""
        targets = (target for rung in ladder.rungs for target in rung.targets)
        return tuple(dict.fromkeys(source for target in targets for source in self.sources(target, services)))

    def _cached(self, kind: str, name: str) -> tuple[Manned, ...]:
        if (kind, name) not in self._known:
            self._known[kind, name] = self._work_out(kind, name)
        return self._known[kind, name]

    def _work_out(self, kind: str, name: str) -> tuple[Manned, ...]:
        if kind == "person":
            return (Manned(self.start, self.end, frozenset((name,))),)
        schedule, changes = self._schedules.get(name), self.org.changes
        if kind == "rotation":
            owner, _, layer = name.partition("/")
            whole = self._schedules.get(owner)
            changes = Changes()
            schedule = roster_of(whole, layer) if whole else None
        if schedule is None:
            return (Manned(self.start, self.end),)
        found = roster.stretches(schedule, changes, self.start, self.end)
        return joined(Manned(each.start, each.end, frozenset(who for who, _ in each.standing)) for each in found)


def roster_of(schedule: Schedule, layer: str) -> Schedule:
    """One rotation of a schedule as a schedule of its own."""
    own = (msgspec.structs.replace(each, joins=True) for each in schedule.layers if each.name == layer)
    return msgspec.structs.replace(schedule, layers=tuple(own))


def united(lines: Iterable[tuple[Manned, ...]]) -> tuple[Manned, ...]:
    """Several sequences over the same span as one: at each moment everybody of any of them."""
    first, *others = lines
    for other in others:
        first = joined(Manned(start, end, one.people | two.people) for start, end, one, two in overlaps(first, other))
    return first


def overlaps(
    first: tuple[Manned, ...], second: tuple[Manned, ...]
) -> Iterable[tuple[datetime, datetime, Manned, Manned]]:
    """(start, end, one, two) of every stretch of time in which neither of two sequences changes, in order."""
    left = right = 0
    while left < len(first) and right < len(second):
        one, two = first[left], second[right]
        start, end = max(one.start, two.start), min(one.end, two.end)
        if start < end:
            yield start, end, one, two
        left += one.end == end
        right += two.end == end


def joined(stretches: Iterable[Manned]) -> tuple[Manned, ...]:
    """The same, with neighbours that are alike made one."""
    found: list[Manned] = []
    for each in stretches:
        if found and found[-1].people == each.people:
            found[-1] = msgspec.structs.replace(found[-1], end=each.end)
        else:
            found.append(each)
    return tuple(found)
