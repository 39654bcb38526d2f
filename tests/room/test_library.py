"""Runbooks in the database: imported once, attached by name from every terminal."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.room.house import House, declare
from tests.support.builders import PLAYBOOK, runbook
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.library import LibraryEntry
from warroom.room import library
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.store.contract import Damaged
from warroom.store.sqlite import SqliteStore


def test_what_one_terminal_imports_every_other_attaches(house: House) -> None:
    book = runbook("node-down", triage="look at the node")
    ana, bo = house.room("ana"), house.room("bo")
    assert ana.import_runbooks([book, runbook("other")]) == ("node-down", "other")
    incident = declare(bo)
    (run,) = bo.do("runbook.attach", incident, runbook="node-down").incident.checklist.runs
    assert run.runbook == book
    assert [each.name for each in bo.feed(None).refresh().org.library] == ["node-down", "other"]


def test_the_same_import_again_changes_nothing(house: House) -> None:
    room = house.room()
    room.import_runbooks([runbook("a"), runbook("b")])
    before = room.feed(None).state.cursor
    assert room.import_runbooks([runbook("a"), runbook("b")]) == ()
    assert room.feed(None).state.cursor == before
    assert room.import_runbooks([runbook("a"), runbook("b", changed="look")]) == ("b",)


def test_many_at_once_are_one_transaction(house: House) -> None:
    room = house.room()
    assert len(room.import_runbooks([runbook(f"b{number}") for number in range(450)])) == 450
    assert room.feed(None).state.org.seq == 3
    assert len(house.room("bo").feed(None).state.org.library) == 450


def test_the_playbook_goes_first(house: House) -> None:
    room, incident = house.incident()
    room.import_runbooks([runbook("disk-full", other="do not")])
    (run,) = room.do("runbook.attach", incident, runbook="disk-full").incident.checklist.runs
    assert run.runbook == PLAYBOOK.runbooks[1]


def test_a_text_that_is_gone_or_changed_is_not_used(house: House) -> None:
    room = house.room()
    room.import_runbooks([runbook("a")])
    (entry,) = room.feed(None).state.org.library
    with pytest.raises(Unavailable, match="is not in the database"):
        library.read(room.store, msgspec.structs.replace(entry, digest="0" * 64))

    class Liar:
        def blob(self, digest: str) -> bytes:
            return b"{}"

    with pytest.raises(Damaged, match="is not the one that was imported"):
        library.read(Liar(), entry)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="newer version"):
        library.read(Liar(), LibraryEntry("a", "A", digest=sha256(b"{}").hexdigest()))  # type: ignore[arg-type]


def test_the_engine_may_not_import(house: House) -> None:
    with pytest.raises(Refused, match="no right to administer"):
        Room(house.open(), Actor("engine", "engine")).import_runbooks([runbook("a")])


def test_verify_finds_a_text_that_was_changed_or_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store:
        Room(store, Actor("ana")).import_runbooks([runbook("node-down", triage="look at the node")])
        assert verify(store).bad is None
    for forgery, words in (("UPDATE blob SET content = x'00'", "was changed"), ("DELETE FROM blob", "is missing")):
        with closing(sqlite3.connect(path, isolation_level=None)) as log:
            for (trigger,) in log.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                log.execute(f"DROP TRIGGER {trigger}")
            log.execute(forgery)
        with closing(SqliteStore(path)) as store:
            found = verify(store).bad
        assert found is not None
        assert "runbook node-down" in found.problem
        assert words in found.problem
