"""Simulated colleagues of somebody who practises alone: what they would do as the drill stands, and when.

They come when they are paged, sit down where a seat is open or offered, do what is theirs, and write what they see.
They never acknowledge, never take command and never decide: that is what is practised.
"""

from collections.abc import Iterator
from datetime import datetime

from warroom.domain.colleague_words import remarks
from warroom.domain.colleague_work import expected, steps
from warroom.domain.incident import Incident
from warroom.domain.org import Org, Person
from warroom.domain.roles import COMMANDER
from warroom.domain.turn import Cast, Turn

_COMES = (40, 120)
_ACCEPTS = (5, 25)
_SITS_DOWN = (60, 180)
_FIRST_RUNG = 1
_SKILLS = {"communications-lead": "communication", "deputy": "incident command"}


def turns(incident: Incident, org: Org, cast: Cast) -> tuple[Turn, ...]:
    """Everything that the colleagues are about to do, soonest first; none where no scenario is being played."""
    if not incident.drill.going or incident.clock.closed:
        return ()
    found = [
        *_arrivals(incident, cast),
        *_answers(incident, cast),
        *_seats(incident, org, cast),
        *steps(incident, cast),
        *expected(incident, cast),
        *remarks(incident, cast),
    ]
    return tuple(sorted(found, key=lambda turn: (turn.at, turn.key)))


def _arrivals(incident: Incident, cast: Cast) -> Iterator[Turn]:
    """Whoever is paged by hand, or by a rung above the first, comes. The first rung is the practising person's."""
    here = cast.here(incident)
    paged: dict[str, datetime] = {}
    for page in incident.escalation.pages:
        if page.order.person in here and (page.rung != _FIRST_RUNG or page.round > 1):
            paged.setdefault(page.order.person, page.at)
    for person, at in paged.items():
        key = f"come/{person}"
        text = "I was paged and am here. What do you need?"
        yield Turn(key, person, at + cast.pause(key, *_COMES), "note", (("text", text),))


def _answers(incident: Incident, cast: Cast) -> Iterator[Turn]:
    """An offer is accepted."""
    here = cast.here(incident)
    for offer in incident.roles.offers:
        if offer.to in here:
            key = f"accept/{offer.role}/{offer.to}/{offer.since.isoformat()}"
            at = offer.since + cast.pause(key, *_ACCEPTS)
            yield Turn(key, offer.to, at, "role.accept", (("role", offer.role),))


def _seats(incident: Incident, org: Org, cast: Cast) -> Iterator[Turn]:
    """A seat of the scenario that stays open is taken, once somebody commands: without a commander nobody sits down."""
    seats = incident.roles
    commander = next((each for each in seats.held if each.role == COMMANDER), None)
    scenario = incident.drill.scenario
    if commander is None or scenario is None:
        return
    taken = {*(each.person for each in seats.held), *(each.to for each in seats.offers)}
    filled = {COMMANDER, *(each.role for each in seats.held), *(each.role for each in seats.offers)}
    for role in scenario.roles:
        if role in filled:
            continue
        before = [each.until for each in seats.past if each.role == role and each.until]
        key = f"take/{role}/{len(before)}"
        free = [each for each in org.playbook.people if each.name in cast.here(incident) and each.name not in taken]
        fit = [each for each in free if _fits(incident, org, each, role)]
        person = cast.pick(key, [each.name for each in fit or free])
        if person:
            taken.add(person)
            since = max([commander.since, *before])
            yield Turn(key, person, since + cast.pause(key, *_SITS_DOWN), "role.take", (("role", role),))


def _fits(incident: Incident, org: Org, person: Person, role: str) -> bool:
    """Whether somebody is the kind of person for a role; an expert is one of a team whose service is hurt."""
    if role == "expert":
        hurt = incident.services.hurt
        return person.team in {each.owner for each in org.playbook.services if each.name in hurt}
    return any(_SKILLS.get(role, "") in skill for skill in person.expertise)
