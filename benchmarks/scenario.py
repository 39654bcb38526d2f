"""The incidents that are measured: written through the room, like any other."""

import contextlib
from collections.abc import Iterator

from warroom.bootstrap import open_store
from warroom.domain.event import incident_stream
from warroom.domain.record import NoteAdded
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.room.room import Actor, Room
from warroom.room.writing import draft
from warroom.store.contract import Append

TITLE = "Card payments fail"
STEPS = 30
MANY = 500


def _runbook(name: str) -> Runbook:
    """The runbook of so many steps."""
    steps = tuple(Step(f"carry out action {step}") for step in range(1, int(name) + 1))
    return Runbook(name, f"{name} steps", phases=(Phase("Contain", steps),))


@contextlib.contextmanager
def room(url: str) -> Iterator[Room]:
    """A room for ana over the database at this URL; her library has a runbook of any number of steps."""
    store = open_store(url)
    try:
        yield Room(store, Actor("ana"), _runbook)
    finally:
        store.close()


def with_checklist(url: str, steps: int = STEPS) -> str:
    """A new incident with a runbook of so many steps attached, 1.1 to 1.30; its short name."""
    with room(url) as ana:
        declared = ana.do("declare", title=TITLE, severity="1").incident
        ana.do("runbook.attach", declared.id, runbook=str(steps))
        return declared.name


def with_events(url: str, count: int) -> str:
    """A new incident with so many events, all but the first of them notes; its short name."""
    with room(url) as ana:
        declared = ana.do("declare", title=TITLE, severity="1").incident
        notes = tuple(draft(NoteAdded(f"note number {number} of many")) for number in range(declared.seq, count))
        stream = incident_stream(declared.id)
        ana.store.append(Append("many notes", stream, declared.seq, "ana", "login", notes, commuting=True))
        return declared.name
