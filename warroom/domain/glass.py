"""Breaking the glass: somebody takes a commander's rights in one incident, loudly; and what was tried in vain."""

from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.record import check


class GlassBroken(Event, frozen=True, tag="glass-broken.v1"):
    """Somebody gave themselves the rights of a commander in this incident, and says why."""

    because: str


class AttemptRefused(Event, frozen=True, tag="attempt-refused.v1"):
    """Somebody tried to do what they have no right to."""

    command: str
    right: str


GlassEvent = GlassBroken | AttemptRefused


class Glass(msgspec.Struct, frozen=True):
    """Who broke the glass in an incident, and who tried what in vain."""

    broken: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def smash(case: Case, because: str) -> list[Event]:
    """Break the glass. Only somebody whom the playbook knows may; a reason is needed."""
    check(because)
    if not because.strip():
        raise Refused("Breaking the glass needs a reason.", hint="Say in a few words why it cannot wait.")
    if case.org.playbook.permissions is None:
        raise Refused("Nothing is locked here: the playbook has no permissions.")
    if all(case.by != each.name for each in case.org.playbook.people):
        raise Refused(f"{case.by} is not in the playbook, and cannot break the glass.", code="forbidden")
    if case.by in case.incident.glass.broken:
        raise Already("You have broken the glass here already.")
    return [GlassBroken(because.strip())]


def evolve(state: Glass, fact: Fact, event: GlassEvent) -> Glass:
    """The state after one event."""
    match event:
        case GlassBroken():
            return msgspec.structs.replace(state, broken=(*state.broken, fact.actor))
        case AttemptRefused(command=command):
            return msgspec.structs.replace(state, refused=(*state.refused, (fact.actor, command)))
        case _:
            assert_never(event)


def describe(event: GlassEvent, actor: str) -> str:
    """The timeline's sentence."""
    match event:
        case GlassBroken(because=because):
            return f"BROKE THE GLASS: {actor} acts with a commander's rights ({because})"
        case AttemptRefused(command=command, right=right):
            return f"was refused {command}: no right to {right}"
        case _:
            assert_never(event)
