"""Entries of other programs' calendars, brought into the rosters: absences, or overrides of a schedule.

Each is a command of its own, whose id is made of what it says: the same calendar again changes nothing, and what is
refused keeps nothing else out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import msgspec

from warroom.domain import calendars
from warroom.domain.calendars import Entry
from warroom.domain.errors import Already, Refused, Unavailable
from warroom.domain.moments import moment
from warroom.domain.oncall import find_schedule

if TYPE_CHECKING:
    from warroom.room.room import Room

BECAUSE = "from a calendar"
"Why, in the log. What an entry is called there is nobody else's business."

_SPACE = UUID("a0c9f9a8-7f5b-5b5e-8c7f-0d0f0b1c9e52")


class Brought(msgspec.Struct, frozen=True):
    """What came of an entry. `made`: the id of the change; "" where it stood so already, or was refused for `why`."""

    entry: Entry
    made: str = ""
    why: str = ""


def bring_absences(room: Room, entries: Sequence[Entry]) -> tuple[Brought, ...]:
    """Put people down as away."""
    return tuple(_carry(room, "oncall.away", each, (each.person,), {"person": each.person}) for each in entries)


def bring_overrides(
    room: Room, schedule: str, entries: Sequence[Entry], batch: str, add: bool = False
) -> tuple[Brought, ...]:
    """Make a schedule as the entries have it. Whoever else is on call then is replaced, unless `add`.

    `batch`: what this import is known by; each person is told once for all of it. An entry may need several overrides,
    or none.
    """
    org = room.feed(None).refresh().org
    found = find_schedule(org, schedule)
    told = str(uuid5(_SPACE, f"{found.name}\n{batch}"))
    brought = []
    for each in calendars.overrides(found, org.changes, entries, moment(room.store.now()), add):
        given = {"schedule": found.name, "change": each.change, "person": each.entry.person, "instead": each.instead}
        # When a piece begins depends on when it is brought; when it ends does not.
        key = (*given.values(), each.end.astimezone(UTC).isoformat())
        piece = msgspec.structs.replace(each.entry, start=each.start, end=each.end)
        brought.append(_carry(room, "oncall.override", each.entry, key, given, piece, told))
    return tuple(brought)


def _carry(
    room: Room,
    command: str,
    entry: Entry,
    key: Sequence[str],
    given: Mapping[str, Any],
    piece: Entry | None = None,
    batch: str = "",
) -> Brought:
    """Carry out one command. `piece`: the part of the entry that it is about, all of it where there is none."""
    part = piece or entry
    said = (command, entry.uid, entry.start.isoformat(), entry.end.isoformat(), *key)
    try:
        outcome = room.arrange(
            command,
            command_id=str(uuid5(_SPACE, "\n".join(said))),
            batch=batch,
            start=part.start,
            end=part.end,
            because=BECAUSE,
            **given,
        )
    except Unavailable:
        raise
    except Already:
        return Brought(part)
    except Refused as problem:
        return Brought(part, why=problem.message)
    made = "" if outcome.repeated else "".join(str(getattr(fact.event, "id", "")) for fact in outcome.facts)
    return Brought(part, made)
