"""Links that acknowledge: what one stands for, what it shows before it is used, and using it."""

import uuid

import msgspec

from warroom.domain import answering
from warroom.domain.case import Case
from warroom.domain.errors import Refused
from warroom.domain.escalation import Page
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.room.room import Actor, Outcome, Room
from warroom.store.contract import Store

VIA = "link"
_SPACE = uuid.UUID("b0c7a1de-58f4-5d0a-8c1c-2f6e9b3d7a45")


class Pass(msgspec.Struct, frozen=True):
    """What a link stands for: the page (its id) of an incident (a UUID) to a person, until `expires`.

    `expires`: seconds since 1970, by the database's clock.
    """

    incident: str
    page: str
    person: str
    expires: int


class Seen(msgspec.Struct, frozen=True):
    """What a link is about. `refused`: why it cannot be used, None = it can."""

    incident: Incident
    page: Page | None
    refused: Refused | None


def look(store: Store, given: Pass) -> Seen:
    """What the link is about, and whether it could be used now. Nothing is written."""
    state = _room(store, given).feed(given.incident).refresh()
    incident = state.incident
    assert incident is not None  # a feed of an incident always has one
    database = moment(store.now())
    case = Case(incident, state.org, given.person, incident.clock.time(database), via=VIA, real=database)
    page = incident.escalation.page(given.page)
    try:
        answering.answer(case, given.page)
    except Refused as refused:
        return Seen(incident, page, refused)
    return Seen(incident, page, None)


def follow(store: Store, given: Pass) -> Outcome:
    """Acknowledge by the link, as its person. Used again, it changes nothing (`repeated`).

    Refused and its kin as `domain.answering.answer` does. Every link to one page counts as the same.
    """
    command = str(uuid.uuid5(_SPACE, f"{given.incident}/{given.page}/{given.person}"))
    room = _room(store, given)
    outcome = room.do("ack.page", given.incident, command_id=command, page=given.page)
    store.ring()
    return outcome


def _room(store: Store, given: Pass) -> Room:
    return Room(store, Actor(given.person, VIA))
