"""Proof of coverage: does every incident that may begin page a human in time?

For every service and severity, at every moment of the span: when would the ladder page its first person, if nobody
had a role yet? Services that share schedules and ladder share the work.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache

import msgspec

from warroom.domain import demands, loads, mistakes, singles
from warroom.domain.arrivals import FOLLOWED, Arrival, Line, arrivals, line
from warroom.domain.contacts import Urgency
from warroom.domain.demands import Demand, Pair, Sources
from warroom.domain.findings import Finding, listed, ordered
from warroom.domain.ladder import Ladder, Target
from warroom.domain.loads import Load
from warroom.domain.manning import Manning
from warroom.domain.mistakes import Hurried
from warroom.domain.moments import span
from warroom.domain.org import Org

Step = Callable[[int, int], None]
"Is told how many of how many ladders have been proved."


class Proof(msgspec.Struct, frozen=True):
    """What was found about incidents that begin from `start` until `end`, the worst first; who carries how much.

    `services`: how many there are; `pairs`: how many of them with each severity take a ladder, and were proved.
    """

    start: datetime
    end: datetime
    findings: tuple[Finding, ...]
    loads: tuple[Load, ...]
    services: int
    pairs: int

    @property
    def endangers(self) -> bool:
        """Whether somebody may be needed and not be paged in time."""
        return any(each.endangers for each in self.findings)


class Trouble(msgspec.Struct, frozen=True):
    """Incidents that begin from `start` until `end` page nobody (`longest` None), or somebody after so long at most."""

    start: datetime
    end: datetime
    longest: timedelta | None = None


def prove(org: Org, start: datetime, days: int = 90, tested: bool = True, step: Step | None = None) -> Proof:
    """What endangers whom in the `days` days from `start` on; `tested`: it is known which contacts have answered."""
    end = start + timedelta(days=days)
    manning = Manning(org, start, end + 2 * FOLLOWED)
    demanded, without = demands.demands(manning)
    carried = loads.loads(manning, start, end)
    found = [
        *without,
        *_in_time(manning, demanded, start, end, step),
        *mistakes.unknown(org, start),
        *mistakes.unreachable(org, _paged(manning, demanded), tested),
        *mistakes.hurried(_hurried(manning, demanded), cache(lambda urgency: demands.waking(org, urgency))),
        *singles.alone(manning, demanded, start, end),
        *singles.overlapping(manning, start, end),
        *_unfair(org, carried),
    ]
    return Proof(start, end, ordered(found), carried, len(org.playbook.services), len(demanded))


def troubles(found: Iterable[Arrival], within: timedelta | None) -> tuple[Trouble, ...]:
    """When nobody is paged, or only after `within` (None = whenever is soon enough); neighbours of a kind are one."""
    made: list[Trouble] = []
    for each in found:
        if (bad := _trouble(each, within)) is None:
            continue
        last = made[-1] if made else None
        if last and last.end == bad.start and (last.longest is None) == (bad.longest is None):
            longest = max(last.longest, bad.longest) if last.longest and bad.longest else None
            made[-1] = Trouble(last.start, bad.end, longest)
        else:
            made.append(bad)
    return tuple(made)


def _trouble(each: Arrival, within: timedelta | None) -> Trouble | None:
    if each.after is None and each.at is None:
        return Trouble(each.start, each.end)
    if within is None or (each.after is not None and each.after <= within):
        return None
    end = min(each.end, each.at - within) if each.at else each.end
    waits = (each.after, each.at - each.start if each.at else None)
    return Trouble(each.start, end, min(wait for wait in waits if wait is not None)) if end > each.start else None


class _Lines:
    """Lines and arrivals, each worked out once."""

    def __init__(self, manning: Manning, start: datetime, end: datetime) -> None:
        self._manning = manning
        self._start = start
        self._end = end
        self._speeds: dict[Urgency, dict[str, timedelta]] = {}
        self._lines: dict[tuple[Sources, Urgency], Line] = {}
        self._found: dict[tuple[Ladder, tuple[Line, ...]], tuple[Arrival, ...]] = {}

    def arrivals(self, ladder: Ladder, sources: tuple[tuple[Target, Sources], ...]) -> tuple[Arrival, ...]:
        """When a ladder pages the first person. Ladders whose schedules are manned alike share the answer."""
        lines = {target: self._line(target, drawn, ladder.urgency) for target, drawn in sources}
        key = (ladder, tuple(lines.values()))
        if key not in self._found:
            self._found[key] = arrivals(ladder, lines, self._start, self._end)
        return self._found[key]

    def _line(self, target: Target, drawn: Sources, urgency: Urgency) -> Line:
        if target.kind == "channel":
            return Line((self._manning.start,), (None,), channel=True)
        if urgency not in self._speeds:
            self._speeds[urgency] = demands.speeds(self._manning.org, urgency)
        if (drawn, urgency) not in self._lines:
            self._lines[drawn, urgency] = line(self._manning.of(drawn), self._speeds[urgency])
        return self._lines[drawn, urgency]


def _in_time(
    manning: Manning, demanded: tuple[Demand, ...], start: datetime, end: datetime, step: Step | None
) -> list[Finding]:
    """The gaps, and what comes too late."""
    same: dict[tuple[Ladder, tuple[tuple[Target, Sources], ...]], list[Demand]] = {}
    for demand in demanded:
        same.setdefault((demand.ladder, demand.sources), []).append(demand)
    known = _Lines(manning, start, end)
    pairs: dict[tuple[str, Trouble, timedelta | None], list[Pair]] = {}
    for done, ((ladder, sources), alike) in enumerate(same.items(), 1):
        found = known.arrivals(ladder, sources)
        for demand in alike:
            for trouble in troubles(found, demand.within):
                limit = demand.within if trouble.longest else None
                pairs.setdefault((ladder.name, trouble, limit), []).append(demand.pair)
        if step:
            step(done, len(same))
    return [
        _finding(ladder_name, trouble, limit, services, severities)
        for (ladder_name, trouble, limit), those in pairs.items()
        for services, severities in demands.grouped(those)
    ]


def _finding(
    ladder: str, trouble: Trouble, within: timedelta | None, services: tuple[str, ...], severities: tuple[str, ...]
) -> Finding:
    whom, about = demands.whom(services, severities), listed(services)
    if trouble.longest is None or within is None:
        says = f"Ladder {ladder} pages nobody for {whom}."
        return Finding("gap", about, says, trouble.start, trouble.end, services, severities)
    waits, allowed = span(trouble.longest), span(within)
    says = f"Ladder {ladder} pages the first person for {whom} after up to {waits}, and {allowed} is allowed."
    return Finding("late", about, says, trouble.start, trouble.end, services, severities)


def _paged(manning: Manning, demanded: tuple[Demand, ...]) -> list[tuple[str, Urgency | None]]:
    """Everybody whom a ladder pages, with the urgency of it, or whom a schedule puts on call that no ladder names."""
    found: set[tuple[str, Urgency | None]] = set()
    for urgency, source in {(each.ladder.urgency, source) for each in demanded for source in each.everybody}:
        found |= {(person, urgency) for person in _everybody(manning, source)}
    named = {person for person, _ in found}
    for schedule in manning.org.playbook.schedules:
        found |= {(person, None) for person in _everybody(manning, ("schedule", schedule.name)) - named}
    return sorted(found, key=str)


def _hurried(manning: Manning, demanded: tuple[Demand, ...]) -> Iterator[Hurried]:
    """Everybody whom a rung pages at any time."""
    rungs = {
        (each.ladder.name, each.ladder.urgency, rung.delay, source)
        for each in demanded
        for rung in each.ladder.rungs
        for target, drawn in each.sources
        if target in rung.targets
        for source in drawn
    }
    people = cache(lambda source: _everybody(manning, source))
    return (Hurried(ladder, who, urgency, delay) for ladder, urgency, delay, source in rungs for who in people(source))


def _everybody(manning: Manning, source: tuple[str, str]) -> set[str]:
    """Who is on call by a source at any time, and who takes turns in it."""
    people = {person for each in manning.of((source,)) for person in each.people}
    turns = (loads.members(each) for each in manning.org.playbook.schedules if source == ("schedule", each.name))
    return people.union(*turns)


def _unfair(org: Org, carried: tuple[Load, ...]) -> Iterable[Finding]:
    for each in loads.unfair(org, carried):
        name, schedule = each.load.person, each.load.schedule
        mine, mean = (round(spent.total_seconds() / 3600) for spent in (each.carried, each.mean))
        what = "hours" if each.what == "hours" else f"hours of {each.what}"
        yield Finding("unfair", name, f"{name} has {mine} {what} by {schedule}; the mean is {mean}.")
