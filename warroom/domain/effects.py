"""Event -> what must leave the house. A replay computes no effects; a drill's reach the sandbox only."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from warroom.domain.escalation import Order, Paged, RungFired
from warroom.domain.event import Event
from warroom.domain.incident import Incident

Realm = Literal["real", "drill"]
_SPACE = UUID("b1c60c0e-5c1c-5d0e-8a35-0d1a9f7f8c42")
_MATTERS = timedelta(days=1)
"For so long an unanswered page is worth sending; whether it still is, is judged again before it goes."


class Effect(msgspec.Struct, frozen=True):
    """One page by one contact, `due` in incident time. `id` is made of both, so that it goes out once."""

    id: str
    page: str
    contact: str
    channel: str
    to: str
    due: datetime
    expires: datetime


def realm(incident: Incident) -> Realm:
    """`drill` for what must not reach a real channel: drills, and whatever runs on a clock of its own."""
    return "drill" if incident.exercise == "drill" or incident.clock.map is not None else "real"


def realm_on(incident: Incident, channel: str) -> Realm:
    """The realm of a page on one channel: real where a drill that goes on says explicitly that it pages there."""
    drill = incident.drill
    explicit = incident.exercise == "drill" and drill.going and channel in drill.live
    return "real" if explicit else realm(incident)


def effects(events: Iterable[Event], now: datetime) -> Iterator[Effect]:
    """What must leave the house because of these events, which happen at `now` in incident time."""
    for event in events:
        if isinstance(event, RungFired | Paged):
            for order in event.pages:
                yield from _pages(order, now)


def _pages(order: Order, now: datetime) -> Iterator[Effect]:
    for contact in order.contacts:
        due = now + contact.after
        yield Effect(
            effect_id(order.id, contact.name), order.id, contact.name, contact.channel, contact.to, due, due + _MATTERS
        )


def effect_id(page: str, contact: str) -> str:
    """The id of one page by one contact: what a receiver that folds repeats goes by."""
    return str(uuid5(_SPACE, f"{page}/{contact}"))
