"""Writing notes while the database is away, and looking at what became of them."""

import uuid
from collections.abc import Iterable
from pathlib import Path

from tests.room.house import House
from tests.support.builders import at
from warroom.domain.moments import micros
from warroom.domain.timeline import Entry
from warroom.room.spool import Spool, Waiting


def spool_of(house: House, folder: Path, person: str = "") -> Spool:
    """The notes that wait for this house."""
    return Spool(folder, house.store.head().log_id, person)


def keep(spool: Spool, incident: str, text: str, written: str = "14:00", day: int = 0, **params: object) -> str:
    """Write a note while the database is away; its command id."""
    command = str(uuid.uuid4())
    spool.add(command, incident, "note", {"text": text, **params}, micros(at(written, day)))
    return command


def notes(house: House, incident: str) -> list[Entry]:
    """The notes in the log."""
    state = house.room().feed(incident).state.incident
    assert state is not None
    return [entry for entry in state.timeline if entry.kind == "note"]


def texts(waiting: Iterable[Waiting]) -> list[str]:
    """What the notes say."""
    return [each.params["text"] for each in waiting]
