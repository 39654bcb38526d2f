"""Where there is no second person: ladders that come down to one, schedules of one, seconds who are the first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from warroom.domain import loads
from warroom.domain.contacts import Urgency
from warroom.domain.demands import Demand, Pair, Sources, grouped, speeds, whom
from warroom.domain.findings import Finding, listed
from warroom.domain.manning import Manned, Manning, joined, overlaps


def alone(manning: Manning, demands: Iterable[Demand], start: datetime, end: datetime) -> Iterator[Finding]:
    """When only one person on a whole ladder can be paged, and schedules that have one member."""
    drawn: dict[tuple[str, Urgency, Sources], list[Pair]] = {}
    for each in demands:
        drawn.setdefault((each.ladder.name, each.ladder.urgency, each.everybody), []).append(each.pair)
    reachable = {urgency: frozenset(speeds(manning.org, urgency)) for _, urgency, _ in drawn}
    spans: dict[tuple[str, Manned], list[Pair]] = {}
    for (ladder, urgency, sources), pairs in drawn.items():
        for stretch in _within(manning.of(sources), start, end, reachable[urgency]):
            if len(stretch.people) == 1:
                spans.setdefault((ladder, stretch), []).extend(pairs)
    for (ladder, stretch), pairs in spans.items():
        (person,) = stretch.people
        for services, severities in grouped(pairs):
            says = f"Ladder {ladder} has nobody but {person} for {whom(services, severities)}."
            yield Finding("alone", person, says, stretch.start, stretch.end, services, severities)
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
        for each in _within(shared, start, end):
            for person in sorted(each.people):
                whose = listed(tuple(services))
                says = f"{person} is on call by {primary} and by {secondary} at once: no second for {whose}."
                yield Finding("overlap", person, says, each.start, each.end, tuple(services))


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
