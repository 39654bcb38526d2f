"""What must be covered: every service with every severity, the ladder that they take, and what that draws on."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from warroom.domain import modules
from warroom.domain.arrivals import UNHEARD
from warroom.domain.contacts import Urgency
from warroom.domain.findings import Finding, listed
from warroom.domain.ladder import Ladder, Target
from warroom.domain.manning import Manning
from warroom.domain.org import Org

Sources = tuple[tuple[str, str], ...]
"Schedules, rotations and people, each as (kind, name)."

Pair = tuple[str, str]
"A service and the name of a severity."

NO_SERVICE = "incidents without a service"


class Demand(msgspec.Struct, frozen=True):
    """A service at a severity must page somebody `within` its response time (None = ever).

    `sources`: what each target of the ladder draws on.
    """

    service: str
    severity: str
    within: timedelta | None
    ladder: Ladder
    sources: tuple[tuple[Target, Sources], ...]

    @property
    def pair(self) -> Pair:
        """The service, and the severity by its name."""
        return self.service, self.severity

    @property
    def everybody(self) -> Sources:
        """What the whole ladder draws on, each once."""
        return tuple(dict.fromkeys(source for _, drawn in self.sources for source in drawn))


def demands(manning: Manning) -> tuple[tuple[Demand, ...], tuple[Finding, ...]]:
    """Every service with every severity that has a ladder, and findings about those without one.

    Without a catalogue: what an incident takes that names no service.
    """
    org = manning.org
    covered: dict[str, tuple[str, ...]] = {each.name: (each.name,) for each in org.playbook.services} or {
        NO_SERVICE: ()
    }
    found: list[Demand] = []
    without: dict[str, list[Pair]] = {}
    for service, names in (covered or {NO_SERVICE: ()}).items():
        policy = modules.policy_of(org, names)
        for severity in modules.severities_of(org, names):
            ladder = policy.ladder(severity.level, names)
            if ladder is None or not ladder.rungs:
                why = f"Ladder {ladder.name} has no rungs" if ladder else "No ladder answers"
                without.setdefault(why, []).append((service, severity.name))
            else:
                sources = _sources(manning, ladder, names)
                found.append(Demand(service, severity.name, severity.acknowledge_within, ladder, sources))
    return tuple(found), tuple(
        Finding("no-ladder", listed(services), f"{why} for {whom(services, levels)}.", None, None, services, levels)
        for why, pairs in without.items()
        for services, levels in grouped(pairs)
    )


def _sources(manning: Manning, ladder: Ladder, services: tuple[str, ...]) -> tuple[tuple[Target, Sources], ...]:
    targets = dict.fromkeys(target for rung in ladder.rungs for target in rung.targets)
    return tuple((target, manning.sources(target, services)) for target in targets)


def speeds(org: Org, urgency: Urgency) -> dict[str, timedelta]:
    """The time from a page to each person's first contact that can wake them, UNHEARD where none can.

    Who has no contact for this urgency is not there.
    """
    shown = modules.screens(org)
    waits = {
        each.name: [UNHEARD if one.channel in shown else one.after for one in each.contacts if urgency in one.urgencies]
        for each in org.playbook.people
    }
    return {name: min(found) for name, found in waits.items() if found}


def waking(org: Org, urgency: Urgency) -> dict[str, timedelta]:
    """As `speeds`, of those only whom a contact can wake."""
    return {name: after for name, after in speeds(org, urgency).items() if after != UNHEARD}


def whom(services: tuple[str, ...], severities: tuple[str, ...]) -> str:
    """Services and severities in a sentence."""
    return f"{listed(services)} at {listed(severities, 9)}"


def grouped(pairs: list[Pair]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs as (services, severities), of which each service goes with each severity."""
    severities: dict[str, list[str]] = {}
    for service, severity in pairs:
        severities.setdefault(service, []).append(severity)
    alike: dict[tuple[str, ...], list[str]] = {}
    for service, found in severities.items():
        alike.setdefault(tuple(found), []).append(service)
    for names, services in alike.items():
        yield tuple(services), names
