"""The engine that leads makes checkpoints, and nothing of it holds the loop up."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.support import signing
from warroom.custody.ssh import SshSigner
from warroom.engine.custody import Custody
from warroom.engine.loop import Engine
from warroom.outreach.sandbox import Sandbox
from warroom.room.checkpoints import Notary
from warroom.room.room import Actor, Room
from warroom.store.contract import Cursor
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore

PATIENCE = 30


def engine(room: Room, name: str, custody: Callable[[Cursor], None]) -> Engine:
    """An engine that can send nothing."""
    return Engine(room, name, lambda org: {}, Sandbox(), custody=custody)


def test_only_the_one_that_leads_is_told_where_the_log_ends() -> None:
    store = MemoryStore()
    Room(store, Actor("ana")).do("declare", title="card payments fail")
    told: dict[str, list[Cursor]] = {"first": [], "second": []}
    for name, cursors in told.items():
        engine(Room(store, Actor("engine", "engine")), name, cursors.append).turn(lambda claimed, adapter: None)
    assert told == {"first": [store.head().cursor], "second": []}


def test_a_closed_incident_is_vouched_for_apart_from_the_loop(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "w.db")) as store:
        room = Room(store, Actor("ana"))
        incident = room.do("declare", title="card payments fail").incident.id
        room.do("resolve", incident)
        room.do("close", incident)
        said: list[str] = []
        duty = Custody(store, Notary(store, SshSigner(signing.key(tmp_path))), said.append)
        made = engine(Room(store, Actor("engine", "engine")), "first", duty.turn)
        deadline = time.monotonic() + PATIENCE
        while not store.checkpoints() and time.monotonic() < deadline:
            made.turn(lambda claimed, adapter: None)
            time.sleep(0.01)
        assert len(store.checkpoints()) == 1
        assert said == []
