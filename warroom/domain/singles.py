"""Where there is no second person: ladders that come down to one, schedules of one, seconds who are the first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from warroom.domain import loads
from warroom.domain.contacts import Urgency
from warroom.domain.demands import Demand, Pair, Sources, waking, whom
from warroom.domain.findings import Finding, Kind, listed
from warroom.domain.manning import Manned, Manning, joined, overlaps


def alone(manning: Manning, demands: Iterable[Demand], start: datetime, end: datetime) -> Iterator[Finding]:
    """Ladders on which only one person can be paged at times, by person; schedules that have one member."""
    drawn: dict[tuple[str, Urgency, Sources], list[Pair]] = {}
    for each in demands:
        drawn.setdefault((each.ladder.name, each.ladder.urgency, each.everybody), []).append(each.pair)
    reachable = {urgency: frozenset(waking(manning.org, urgency)) for _, urgency, _ in drawn}
    spans: dict[tuple[str, str], dict[Manned, list[Pair]]] = {}
    for (ladder, urgency, sources), pairs in drawn.items():
        for stretch in _within(manning.of(sources), start, end, reachable[urgency]):
            if len(stretch.people) == 1:
                spans.setdefault((ladder, min(stretch.people)), {}).setdefault(stretch, []).extend(pairs)
    for (ladder, person), found in spans.items():
        pairs = [pair for those in found.values() for pair in those]
        services, severities = (tuple(dict.fromkeys(names)) for names in zip(*pairs, strict=True))
        says = f"Ladder {ladder} has nobody but {person} for {whom(services, severities)}."
        yield _first("alone", person, says, found, services, severities)
    for schedule in manning.org.playbook.schedules:
        if len(members := loads.members(schedule)) == 1:
            yield Finding("alone", schedule.name, f"Schedule {schedule.name} has one member, {min(members)}.")


def overlapping(manning: Manning, start: datetime, end: datetime) -> Iterator[Finding]:
    """When somebody is primary and secondary of a service at once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for service in manning.org.playbook.services:
        if len(service.schedules) > 1:
            alike.setdefault((service.schedules[0], service.schedules[1]), []).append(service.name)
    for (primary, secondary), services in alike.items():
        both = overlaps(manning.schedule(primary), manning.schedule(secondary))
        shared = tuple(Manned(since, until, one.people & two.people) for since, until, one, two in both)
        spans: dict[str, list[Manned]] = {}
        for each in _within(shared, start, end):
            for person in each.people:
                spans.setdefault(person, []).append(each)
        for person, found in sorted(spans.items()):
            whose = listed(tuple(services))
            says = f"{person} is on call by {primary} and by {secondary} at once: no second for {whose}."
            yield _first("overlap", person, says, found, tuple(services))


def _first(
    kind: Kind,
    about: str,
    says: str,
    spans: Iterable[Manned],
    services: tuple[str, ...],
    severities: tuple[str, ...] = (),
) -> Finding:
    """One finding for all of these times: hourly turns would make thousands, of which nobody reads the second."""
    times = sorted(spans, key=lambda each: each.start)
    return Finding(kind, about, says, times[0].start, times[0].end, services, severities, len(times))


def _within(
    stretches: tuple[Manned, ...], start: datetime, end: datetime, people: frozenset[str] | None = None
) -> tuple[Manned, ...]:
    """Stretches cut to a span, and to some people where those are given."""
    cut = (
        Manned(max(each.start, start), min(each.end, end), each.people if people is None else each.people & people)
        for each in stretches
        if each.start < end and each.end > start
    )
    return joined(cut)
