"""Whom a target of a ladder is, at a moment: resolved when a rung fires, never before."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from warroom.domain import modules
from warroom.domain import services as catalogue
from warroom.domain.contacts import Contact, Urgency
from warroom.domain.ladder import Target
from warroom.domain.org import Org
from warroom.domain.roster import Schedule, on_call, turn_of


class Reached(msgspec.Struct, frozen=True):
    """The people and the channels that a target stands for; both empty = nobody."""

    people: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def resolve(
    target: Target,
    org: Org,
    at: datetime,
    services: tuple[str, ...] = (),
    roles: tuple[tuple[str, str], ...] = (),
) -> Reached:
    """Whom a target is at a moment, for an incident that hurts `services` and in which (role, person) are held."""
    match target.kind:
        case "person":
            return Reached((target.name,))
        case "channel":
            return Reached(channels=(target.name,))
        case "role":
            return Reached(tuple(person for role, person in roles if role == target.name))
        case "schedule":
            return Reached(_on_call(org, (target.name,), at))
        case "rotation":
            name, _, layer = target.name.partition("/")
            found = schedule(org, name)
            return Reached(turn_of(found, layer, at) if found else ())
        case "service":
            return Reached(_on_call(org, schedules_of(org, target.name, services), at))


def schedules_of(org: Org, which: str, services: tuple[str, ...]) -> tuple[str, ...]:
    """The schedules that `primary`, `secondary` or `dependencies` means for these services, each once."""
    rows = {row.name: row for row in org.playbook.services}
    named = [rows[name] for name in services if name in rows]
    if which == "dependencies":
        needed = dict.fromkeys(need for row in named for need in row.depends_on if need not in services)
        return _nth((rows[name] for name in needed if name in rows), 0)
    return _nth(named, 1 if which == "secondary" else 0)


def _nth(rows: Iterable[catalogue.Service], index: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.schedules[index] for row in rows if len(row.schedules) > index))


def schedule(org: Org, name: str) -> Schedule | None:
    """The schedule of that name, or None."""
    return next((each for each in org.playbook.schedules if each.name == name), None)


def _on_call(org: Org, names: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    found = (schedule(org, name) for name in names)
    return tuple(dict.fromkeys(who for each in found if each for who in on_call(each, org.changes, at)))


def contacts(org: Org, person: str, urgency: Urgency) -> tuple[Contact, ...]:
    """How a person is paged, the soonest first; none where they are unknown or have no contact of that urgency."""
    found = next((each for each in org.playbook.people if each.name == person), None)
    mine = (each for each in (found.contacts if found else ()) if urgency in each.urgencies)
    return tuple(sorted(mine, key=lambda contact: contact.after))


def word_contact(org: Org, person: str) -> Contact | None:
    """The contact by which a person is told what is not urgent: the first that reaches them away from a screen.

    A screen where they have nothing else, None where they have no contact for it. A word is tried by one contact only,
    and what is sent to a screen before which nobody sits is lost.
    """
    shown = modules.screens(org)
    mine = sorted(contacts(org, person, "low"), key=lambda contact: contact.channel in shown)
    return next(iter(mine), None)
