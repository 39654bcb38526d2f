"""Whatever one hand changes in a stored log, `verify` finds it, and says where."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.cli.shell import Shell
from warroom.room.redaction import redact
from warroom.room.room import Actor, Room
from warroom.room.verify import Bad, Verdict, verify
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore

EVENTS = 9
COLUMNS = (
    "epoch", "pos", "stream", "seq", "event_id", "command_id", "ord", "name", "actor", "via", "happened", "recorded",
    "appended", "body_hash", "prev", "hash", "log_hash",
)  # fmt: skip
_OPEN = "".join(
    f"DROP TRIGGER {name};"
    for name in ("event_no_update", "event_no_delete", "body_no_update", "body_no_delete", "redaction_no_update")
)
_COPY = ", ".join(column for column in COLUMNS if column not in ("pos", "event_id", "command_id", "seq"))


def _swap(table: str, key: str = "pos", one: int = 5, two: int = 6) -> str:
    """The SQL that lets two rows change places."""
    moves = ((one, -1), (two, one), (-1, two))
    return "".join(f"UPDATE {table} SET {key} = {new} WHERE {key} = {old};" for old, new in moves)


def _cut(table: str) -> str:
    """The SQL that takes a row out and closes the gap."""
    return f"DELETE FROM {table} WHERE pos = 5; UPDATE {table} SET pos = pos - 1 WHERE pos > 5;"


def _insert(pos: int) -> str:
    """The SQL that puts one more event of the last one's stream into the log."""
    new = "pos, event_id, command_id, seq"
    return f"INSERT INTO event ({new}, {_COPY}) SELECT {pos}, 'x', 'x', 99, {_COPY} FROM event WHERE pos = 9"


_LISTED = "its summary does not agree with the log"
_GHOST = "CREATE TABLE s AS SELECT * FROM summary WHERE number = 1; UPDATE s SET stream = 'incident:ghost', number = 3;"
_GHOST += "INSERT INTO summary SELECT * FROM s"


def write(store: MemoryStore | SqliteStore) -> None:
    """Two incidents, their events mixed, one of them with evidence."""
    room = Room(store, Actor("ana"))
    one = room.do("declare", title="one").incident.id
    two = room.do("declare", title="two").incident.id
    for number in range(3):
        room.do("note", one, text=f"note {number}")
        room.do("note", two, text=f"note {number}")
    room.do("evidence", one, content=b"graph", name="graph.png")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log as a store wrote it."""
    path = tmp_path_factory.mktemp("log") / "written.db"
    with closing(SqliteStore(path)) as store:
        write(store)
    return path


@pytest.fixture
def log(written: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The same log in the hands of somebody who can write the file, with the triggers that protect it gone."""
    path = tmp_path / "forged.db"
    shutil.copy(written, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(_OPEN)
        yield db


def verdict(log: sqlite3.Connection) -> Verdict:
    """What verify says of it."""
    (_, _, path) = log.execute("PRAGMA database_list").fetchone()
    with closing(SqliteStore(path)) as store:
        return verify(store)


def bad(log: sqlite3.Connection) -> Bad:
    """The first thing that does not hold."""
    found = verdict(log).bad
    assert found is not None, "it was not found"
    return found


def test_a_log_as_it_was_written_holds(log: sqlite3.Connection) -> None:
    found = verdict(log)
    assert (found.bad, found.events, found.streams, found.redacted, found.end.pos) == (None, EVENTS, 2, 0, EVENTS)


def test_an_empty_log_holds_and_so_does_one_in_memory() -> None:
    store = MemoryStore()
    assert (verify(store).bad, verify(store).events) == (None, 0)
    write(store)
    assert (verify(store).bad, verify(store).events) == (None, EVENTS)


@pytest.mark.parametrize("place", [1, 5, EVENTS])
@pytest.mark.parametrize("column", COLUMNS)
def test_every_field_of_every_envelope_is_covered(log: sqlite3.Connection, column: str, place: int) -> None:
    (old,) = log.execute(f"SELECT {column} FROM event WHERE pos = ?", (place,)).fetchone()
    new = old + 1000 if isinstance(old, int) else old + "x" if isinstance(old, str) else bytes([old[0] ^ 1]) + old[1:]
    log.execute(f"UPDATE event SET {column} = ? WHERE pos = ?", (new, place))
    assert bad(log).pos == place


@pytest.mark.parametrize("value", [None, 7, 1.5, "text", b"bytes", b""])
@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "pos"])
def test_a_value_of_another_kind_is_no_way_round(log: sqlite3.Connection, column: str, value: object) -> None:
    log.execute("PRAGMA writable_schema = ON")
    log.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'event'")
    log.execute("PRAGMA writable_schema = RESET")
    log.execute(f"UPDATE event SET {column} = ? WHERE pos = 5", (value,))
    assert bad(log).pos == 5


@pytest.mark.parametrize(
    ("forgery", "pos", "words"),
    [
        ("UPDATE body SET body = 'a text' WHERE pos = 5", 5, "cannot be read"),
        ("UPDATE body SET body = CAST(replace(body, 'note', 'nope') AS BLOB) WHERE pos = 5", 5, "its body was changed"),
        ("UPDATE body SET salt = zeroblob(16) WHERE pos = 5", 5, "its body was changed"),
        ("DELETE FROM body WHERE pos = 5", 5, "its body is gone, and no redaction is on record"),
        ("DELETE FROM event WHERE pos = 5", 5, "position 5 is missing"),
        ("DELETE FROM event WHERE pos = 1", 1, "position 1 is missing"),
        ("DELETE FROM event", 0, "the log ends here, but position 9 was confirmed"),
        ("DELETE FROM event WHERE pos = 9", 8, "the log ends here, but position 9 was confirmed"),
        ("DELETE FROM event WHERE pos > 6", 6, "the log ends here, but position 9 was confirmed"),
        (_cut("event") + _cut("body"), 5, "the log's chain is broken before it"),
        (_swap("event") + _swap("body"), 5, "the log's chain is broken before it"),
        (_swap("body"), 5, "its body was changed"),
        ("UPDATE event SET pos = pos + 100 WHERE pos > 4", 5, "position 5 is missing"),
        ("UPDATE event SET seq = seq + 100 WHERE pos = 5", 5, "its envelope was changed"),
        ("UPDATE head SET pos = 8", 9, "the log goes on here, but its end is kept as position 8"),
        ("UPDATE head SET pos = 10", 9, "the log ends here, but position 10 was confirmed"),
        ("UPDATE head SET hash = zeroblob(32)", 9, "but its end is kept as position 9"),
        ("UPDATE head SET epoch = 2", 9, "but its end is kept as position 9"),
        ("UPDATE head SET log_id = 'another'", 1, "its envelope was changed"),
        ("DELETE FROM head", 0, "the record of where the log ends"),
        ("UPDATE stream SET seq = seq - 1 WHERE number = 1", 0, "another end is kept for it"),
        ("UPDATE stream SET hash = zeroblob(32) WHERE number = 1", 0, "another end is kept for it"),
        ("DELETE FROM stream WHERE number = 1", 0, "another end is kept for it"),
        ("UPDATE stream SET number = 7 WHERE number = 1", 0, "this is INC-1, but it is kept as INC-7"),
        (_swap("stream", "number", 1, 2), 0, "this is INC-1, but it is kept as INC-2"),
        ("INSERT INTO stream VALUES ('incident:ghost', 3, 4, zeroblob(32))", 0, "the log has no event of it"),
        (_insert(10), 10, "its envelope was changed"),
        (_insert(-5), -5, "stands outside the log"),
        ("UPDATE summary SET title = 'nothing happened' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET status = 'closed' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET level = 5 WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET level = 'x' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET severity = 'SEV5' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET commander = 'eve' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET declared = declared + 1 WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET origin = origin - 1 WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET origin_name = 'impact' WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET ended = 1 WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET number = 7 WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET seq = 99 WHERE number = 1", 9, _LISTED),
        ("DELETE FROM summary WHERE number = 1", 9, _LISTED),
        ("UPDATE summary SET stream = 'incident:ghost' WHERE number = 2", 8, _LISTED),
        (_GHOST, 0, "this incident is listed, but the log has no event of it"),
        ("UPDATE blob SET content = x'00'", 9, "was changed"),
        ("DELETE FROM blob", 9, "is missing"),
    ],
)  # fmt: skip
def test_a_forgery_is_found(log: sqlite3.Connection, forgery: str, pos: int, words: str) -> None:
    log.executescript(forgery)
    found = bad(log)
    assert (found.pos, words in found.problem) == (pos, True), found


def test_a_redaction_is_one_only_where_the_log_itself_says_so(log: sqlite3.Connection) -> None:
    log.executescript("INSERT INTO redaction VALUES (5, 'ana', 'a password'); DELETE FROM body WHERE pos = 5")
    assert bad(log).problem == "its body is gone, and no redaction is on record"


def test_a_redaction_in_the_log_is_counted_and_nothing_else_is_forgiven(log: sqlite3.Connection) -> None:
    (_, _, path) = log.execute("PRAGMA database_list").fetchone()
    (stream, seq) = log.execute("SELECT stream, seq FROM event WHERE pos = 5").fetchone()
    with closing(SqliteStore(path)) as store:
        redact(Room(store, Actor("ana")), stream.removeprefix("incident:"), seq, "a password")
    found = verdict(log)
    assert (found.bad, found.redacted, found.events) == (None, 1, EVENTS + 1)
    log.execute("UPDATE event SET actor = 'eve' WHERE pos = 5")
    assert bad(log).pos == 5


def test_the_command_says_where_and_with_which_exit_code(log: sqlite3.Connection) -> None:
    (_, _, path) = log.execute("PRAGMA database_list").fetchone()
    log.execute("UPDATE event SET actor = 'eve' WHERE pos = 5")
    log.close()
    shell = Shell(path)
    done = shell.run("verify")
    assert (done.code, done.out.startswith("broken: position 5 = incident:")) == (1, True)
    assert "its envelope was changed" in done.out
    data = shell.run("verify", "--json").data
    assert (data["ok"], data["events"]) == (False, 4)
    assert data["first_bad"].items() >= {"pos": 5, "seq": 3, "problem": "its envelope was changed"}.items()


def test_only_what_comes_before_the_place_that_is_named_is_said_to_hold(log: sqlite3.Connection) -> None:
    (_, _, path) = log.execute("PRAGMA database_list").fetchone()
    log.execute("UPDATE summary SET title = 'nothing happened' WHERE number = 2")
    log.execute("DELETE FROM body WHERE pos = 2")
    log.close()
    done = Shell(path).run("verify")
    assert done.out.startswith("broken: position 2 = ")
    assert done.err.startswith("1 event before it holds.")


@pytest.mark.postgres
def test_a_forgery_on_a_server_is_found_too(postgres_url: str) -> None:
    shell = Shell(postgres_url)
    shell.run("declare", "one")
    shell.run("note", "1", "two")
    assert shell.ask("verify")["ok"]
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE warroom.event SET actor = 'eve' WHERE pos = 2")
    done = shell.run("verify", "--json")
    assert (done.code, done.data["first_bad"]["pos"]) == (1, 2)
