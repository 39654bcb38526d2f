"""Who waits for somebody's answer: the pages to one person that are open, in one incident or in all that climb."""

import msgspec

from warroom.domain.escalation import Page
from warroom.domain.incident import Incident
from warroom.room.feed import uuid_of
from warroom.room.room import Room

_FOREVER = 2**62
_OVER = ("resolved", "closed")


class Call(msgspec.Struct, frozen=True):
    """An open page in some incident: its UUID, short name and title, and the page's id."""

    incident: str
    name: str
    title: str
    page: str


def open_page(incident: Incident, person: str) -> Page | None:
    """The page that waits for a person's answer, None = none does.

    One that was sent by hand waits even where somebody else has acknowledged.
    """
    state = incident.escalation
    last = next((each for each in reversed(state.pages) if each.order.person == person), None)
    if last is None or last.answered is not None or incident.clock.status in _OVER:
        return None
    going = state.going in ("climbing", "ended") and last.run == state.run
    return last if going or last.order.forced else None


def calls(room: Room, person: str, besides: str = "") -> tuple[Call, ...]:
    """The open pages to a person in incidents whose ladders climb, other than `besides` (a UUID)."""
    climbing = dict.fromkeys(stream for stream, _, _ in room.store.timers(_FOREVER, ("rung",)))
    found = []
    for incident in (uuid_of(stream) for stream in climbing):
        known = room.feed(incident).refresh().incident if incident and incident != besides else None
        page = open_page(known, person) if known else None
        if known and page:
            found.append(Call(incident, known.name, known.title, page.order.id))
    return tuple(found)
