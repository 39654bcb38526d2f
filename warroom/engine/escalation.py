"""Ladders and drills in time: what falls due is fired, by whichever engine sees it first, and only once.

The command id of a firing is made of what it stands for, and the rule looks again under the lock; so engines need not
agree on who does it. A lease only saves them from doing the same work.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from warroom.domain import conducting, paging
from warroom.domain.errors import Already, Refused, Unavailable
from warroom.domain.event import incident_stream
from warroom.domain.incident import Incident
from warroom.room.feed import State, uuid_of
from warroom.room.room import Room
from warroom.room.writing import timers
from warroom.store.contract import Append, Conflict

ACTOR = "engine"
KINDS = ("rung", "silent", "inject", "drill")
PATIENCE = 2_000_000
"Microseconds that an engine without the lease gives the one that has it."

BATCH = 16
"How much is fired before pages that wait are handed over: in a storm the first must not wait for the last."

ASIDE = 60_000_000
"Microseconds for which an engine leaves alone what it could not do, so that it neither spins nor blocks the rest."


class Ladders:
    """Fires what is due, for one engine."""

    def __init__(self, room: Room, report: Callable[[str], None]) -> None:
        """`room`: the engine's own; `report`: where a sentence goes about what could not be done."""
        self._store = room.store
        self._room = room
        self._report = report
        self._aside: dict[tuple[str, str], int] = {}

    def turn(self, leads: bool) -> int | None:
        """Fire what is due, the longest due first; when to come back (microseconds), None = not within a minute.

        No more than `BATCH` in one turn; what is left over is due at once.
        """
        now = self._store.now()
        self._aside = {timer: until for timer, until in self._aside.items() if until > now}
        patience = 0 if leads else PATIENCE
        known = [
            (stream, key, due + patience)
            for stream, key, due in self._store.timers(now + 60_000_000, KINDS)
            if (stream, key) not in self._aside
        ]
        ready = [timer for timer in known if timer[2] <= now]
        try:
            for stream, key, _ in ready[:BATCH]:
                self._each(stream, key)
        finally:  # and not sooner: many injects of one drill may come at once
            for stream in {stream for stream, _, _ in ready[:BATCH]}:
                self._room.forget(uuid_of(stream))
        later = known[min(len(ready), BATCH) :]
        return later[0][2] if later else None

    def _each(self, stream: str, key: str) -> None:
        """One timer. What goes wrong with it stays with it: the others must not wait."""
        try:
            self._fire(uuid_of(stream), key)
        except Unavailable:
            raise
        except Refused as refused:
            self._put_aside(stream, key, refused.message)
        except Exception as problem:  # noqa: BLE001 - one broken incident must not keep others from paging
            self._put_aside(stream, key, type(problem).__name__)

    def _put_aside(self, stream: str, key: str, why: str) -> None:
        self._aside[stream, key] = self._store.now() + ASIDE
        self._report(f"{key} of {uuid_of(stream)}: {why}")

    def _fire(self, incident: str, key: str) -> None:
        feed = self._room.feed(incident)
        command, command_id, given = _due(_incident(feed.refresh()), key)
        try:
            self._room.do(command, incident, command_id=command_id, **given)
        except Already:
            self._put_right(_incident(feed.refresh()))
            return
        self._store.ring()

    def _put_right(self, incident: Incident) -> None:
        """Write the timers anew: a note ends a silence without touching them, and other engines are as fast."""
        stream = incident_stream(incident.id)
        with contextlib.suppress(Conflict):  # whoever was faster has written them
            self._store.append(Append("timers", stream, incident.seq, ACTOR, ACTOR, (), timers=timers(incident)))


def _due(incident: Incident, key: str) -> tuple[str, str, dict[str, Any]]:
    """What is done for a timer: the command, its id, and its parameters."""
    kind, _, name = key.partition(":")
    match kind:
        case "silent":
            return "ladder.lapse", paging.lapse_id(incident.escalation), {}
        case "inject":
            return "drill.fire", conducting.firing_id(incident.id, key), {"inject": name}
        case "drill":
            return "drill.finish", conducting.firing_id(incident.id, key), {}
        case _:
            return "ladder.fire", paging.firing_id(incident.escalation), {}


def _incident(state: State) -> Incident:
    if state.incident is None:
        raise ValueError("a timer belongs to an incident")
    return state.incident
