"""Contacts that answered a test page: proof that a person can be reached that way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from warroom.domain.contacts import Contact, Verified
from warroom.domain.errors import unknown
from warroom.domain.event import Event

if TYPE_CHECKING:
    from warroom.domain.org import Org


class ContactVerified(Event, frozen=True, tag="contact-verified.v1"):
    """A test page to a contact was answered. `contact`: as it stood then."""

    person: str
    contact: Contact


def evolve(state: tuple[Verified, ...], event: ContactVerified, by: str) -> tuple[Verified, ...]:
    """What is known to work after one more answer; a contact of that name is known once, as it last answered.

    `by`: who says so.
    """
    others = (each for each in state if (each.person, each.contact.name) != (event.person, event.contact.name))
    return (*others, Verified(event.person, event.contact, "" if by == event.person else by))


def verify(org: Org, by: str, now: datetime, person: str, contact: str) -> list[Event]:
    """Note that a person answered on a contact (its name) of theirs; nothing new where that was known."""
    who = org.person(person)
    mine = [each for row in org.playbook.people if row.name == who for each in row.contacts]
    found = next((each for each in mine if each.name.lower() == contact.strip().lower()), None)
    if found is None:
        raise unknown(f"contact of {who}", contact, [each.name for each in mine])
    known = next((each for each in org.verified if (each.person, each.contact) == (who, found)), None)
    said = known is not None and (not known.by or by != who)  # a person's own word counts more than another's
    return [] if said else [ContactVerified(who, found)]
