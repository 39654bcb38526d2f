"""Ladders in time: what falls due is fired, by whichever engine sees it first, and only once.

The command id of a firing is made of what it stands for, and the rule looks again under the lock; so engines need not
agree on who does it. A lease only saves them from doing the same work.
"""

import contextlib
from collections.abc import Callable

from warroom.domain import paging
from warroom.domain.errors import Already, Refused, Unavailable
from warroom.domain.event import incident_stream
from warroom.domain.incident import Incident
from warroom.room.feed import State, uuid_of
from warroom.room.room import Room
from warroom.room.writing import timers
from warroom.store.contract import Append, Conflict

ACTOR = "engine"
KINDS = ("rung", "silent")
PATIENCE = 2_000_000
"Microseconds that an engine without the lease gives the one that has it."


class Ladders:
    """Fires what is due, for one engine."""

    def __init__(self, room: Room, report: Callable[[str], None]) -> None:
        """`room`: the engine's own; `report`: where a sentence goes about what could not be done."""
        self._store = room.store
        self._room = room
        self._report = report

    def turn(self, leads: bool) -> int | None:
        """Fire everything that is due; the moment at which the next is, within a minute, if any."""
        now = self._store.now()
        known = self._store.timers(now + 60_000_000, KINDS)
        late = now if leads else now - PATIENCE
        for stream, key, due in known:
            if due <= late:
                self._each(uuid_of(stream), key)
        return next((due for _, _, due in known if due > late), None)

    def _each(self, incident: str, key: str) -> None:
        """One timer. What goes wrong with it stays with it: the others must not wait."""
        try:
            self._fire(incident, key)
        except Unavailable:
            raise
        except Refused as refused:
            self._report(f"{key} of {incident}: {refused.message}")
        except Exception as problem:  # noqa: BLE001 - one broken incident must not keep others from paging
            self._report(f"{key} of {incident}: {type(problem).__name__}")

    def _fire(self, incident: str, key: str) -> None:
        self._room.forget(incident)
        feed = self._room.feed(incident)
        ladder = _incident(feed.refresh()).escalation
        lapses = key.startswith("silent:")
        command = paging.lapse_id(ladder) if lapses else paging.firing_id(ladder)
        try:
            self._room.do("ladder.lapse" if lapses else "ladder.fire", incident, command_id=command)
        except Already:
            self._put_right(_incident(feed.refresh()))
            return
        self._store.ring()

    def _put_right(self, incident: Incident) -> None:
        """Write the timers anew: a note ends a silence without touching them, and other engines are as fast."""
        stream = incident_stream(incident.id)
        with contextlib.suppress(Conflict):  # whoever was faster has written them
            self._store.append(Append("timers", stream, incident.seq, ACTOR, ACTOR, (), timers=timers(incident)))


def _incident(state: State) -> Incident:
    if state.incident is None:
        raise ValueError("a timer belongs to an incident")
    return state.incident
