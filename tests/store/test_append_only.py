"""History is never rewritten: the database itself refuses, whoever asks. One door lets the body of an event go."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.store.support import command, draft, new_stream, open_url, run_sql, verified
from warroom.store.sqlite import SqliteStore

REFUSED = (sqlite3.Error, psycopg.Error)


@pytest.fixture
def written(url: str) -> str:
    """The address of a database with two events in its log."""
    with closing(open_url(url)) as store:
        store.append(command(new_stream(), 0, [draft("kept"), draft("a pasted secret")]))
    return url


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'eve'",
        "UPDATE event SET happened = 0 WHERE pos = 2",
        "DELETE FROM event WHERE pos = 2",
        "DELETE FROM event",
        "UPDATE body SET body = salt",
        "DELETE FROM body WHERE pos = 2",
        "INSERT INTO event SELECT * FROM event WHERE pos = 2 ON CONFLICT (pos) DO UPDATE SET actor = 'eve'",
        "INSERT INTO event SELECT * FROM event WHERE pos = 2 ON CONFLICT (event_id) DO UPDATE SET actor = 'eve'",
        "INSERT INTO body SELECT * FROM body WHERE pos = 2 ON CONFLICT (pos) DO UPDATE SET body = body.salt",
    ],
)
def test_events_and_bodies_cannot_be_changed(written: str, statement: str) -> None:
    with pytest.raises(REFUSED, match="append-only"):
        run_sql(written, statement)
    with closing(open_url(written)) as store:
        assert [row.body for row in verified(store)] == [b"kept", b"a pasted secret"]


@pytest.mark.parametrize("kept", [["pos"], ["event_id"], ["stream", "seq"], ["command_id", "ord"]])
def test_a_file_lets_no_event_be_replaced_by_one_with_its_key(tmp_path: Path, kept: list[str]) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store:
        store.append(command(new_stream(), 0, [draft("kept")]))
        columns = [name for _, name, *_ in run_sql(str(path), "PRAGMA table_info(event)")]
        other = {"pos": "9", "event_id": "'other'", "stream": "'other'", "command_id": "'other'", "actor": "'eve'"}
        values = [name if name in kept else other.get(name, name) for name in columns]
        with pytest.raises(sqlite3.Error, match="append-only"):
            run_sql(str(path), f"REPLACE INTO event SELECT {', '.join(values)} FROM event")
        assert [row.body for row in verified(store)] == [b"kept"]


def test_a_file_lets_no_body_and_no_redaction_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store:
        store.append(command(new_stream(), 0, [draft("kept"), draft("a pasted secret")]))
        run_sql(str(path), "INSERT INTO redaction VALUES (2, 'ana', 'a password')")
        for statement in (
            "REPLACE INTO body SELECT pos, salt, x'' FROM body",
            "REPLACE INTO redaction VALUES (2, '', '')",
        ):
            with pytest.raises(sqlite3.Error, match="append-only"):
                run_sql(str(path), statement)
        assert len(verified(store)) == 2
    assert run_sql(str(path), "SELECT by FROM redaction") == [("ana",)]


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["event", "body", "redaction"])
def test_tables_cannot_be_emptied(emptied: str, table: str) -> None:
    with closing(open_url(emptied)) as store:
        store.append(command(new_stream()))
        with pytest.raises(psycopg.Error, match="append-only"):
            run_sql(emptied, f"TRUNCATE {table}")
        assert len(verified(store)) == 1


def test_a_redacted_body_is_gone_and_the_chains_still_hold(written: str) -> None:
    run_sql(written, "INSERT INTO redaction VALUES (2, 'ana', 'a password')")
    run_sql(written, "DELETE FROM body WHERE pos = 2")
    with closing(open_url(written)) as store:
        kept, redacted = verified(store)
        assert (kept.body, redacted.salt, redacted.body) == (b"kept", None, None)
        assert store.ends().redacted == {2}


@pytest.mark.parametrize("statement", ["UPDATE redaction SET by = 'eve'", "DELETE FROM redaction"])
def test_the_door_keeps_its_own_record(written: str, statement: str) -> None:
    run_sql(written, "INSERT INTO redaction VALUES (2, 'ana', 'a password')")
    with pytest.raises(REFUSED, match="append-only"):
        run_sql(written, statement)
    with pytest.raises(REFUSED, match="append-only"):
        run_sql(written, "DELETE FROM body WHERE pos = 1")
