"""What is taken away is gone from every page, and nothing else is; checkpoints stay as they were kept."""

from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.store.support import command, draft, new_stream, open_url, run_sql, verified
from warroom.domain.errors import Unavailable
from warroom.store import custody_postgres
from warroom.store.contract import Conflict, Cursor, Log, Redaction, Store
from warroom.store.postgres_link import Connection
from warroom.store.sqlite import SqliteStore

SECRET = b"hunter2-a-pasted-secret"
DIGEST = sha256(SECRET).hexdigest()
BLOBS = ((DIGEST, SECRET), ("other", b"kept"))


def pasted(store: Store) -> str:
    """The stream of an incident whose second entry is a secret, with evidence that is one, too."""
    stream = new_stream()
    store.append(command(stream, 0, [draft("kept"), draft(SECRET), draft("kept too")], blobs=BLOBS))
    return stream


def test_what_is_redacted_is_gone_and_the_chains_hold(store: Store) -> None:
    stream = pasted(store)
    with store.exclusive() as held:
        held.append(command(stream, 3))
        held.redact(Redaction((2,), (DIGEST,), "ana", "a password"))
    rows = verified(store)
    assert [row.body for row in rows] == [b"kept", None, b"kept too", b"seen"]
    assert rows[1].salt is None
    assert store.ends().redacted == {2}
    assert (store.blob(DIGEST), store.blob("other")) == (None, b"kept")


def test_a_redaction_that_is_repeated_changes_nothing(store: Store) -> None:
    pasted(store)
    for because in ("a password", "again"):
        with store.exclusive() as held:
            held.redact(Redaction((2,), (), "ana", because))
    assert [row.body is None for row in verified(store)] == [False, True, False]


def _redact_and_come_too_late(held: Log) -> None:
    held.redact(Redaction((2,), (DIGEST,), "ana", "a password"))
    held.append(command(held.after(Cursor())[0].stream, 1))


def test_a_redaction_whose_transaction_fails_takes_nothing_away(store: Store) -> None:
    pasted(store)
    with pytest.raises(Conflict), store.exclusive() as held:
        _redact_and_come_too_late(held)
    assert [row.body for row in verified(store)] == [b"kept", SECRET, b"kept too"]
    assert (store.ends().redacted, store.blob(DIGEST)) == (frozenset(), SECRET)


def test_checkpoints_are_kept_once_for_a_position_and_a_key(opened: Callable[[], Store]) -> None:
    one, two = opened(), opened()
    for store, pos, key, text in (
        (one, 512, "k", "b"),
        (two, 256, "k", "a"),
        (one, 256, "k", "x"),
        (two, 256, "l", "c"),
    ):
        store.vouch(pos, key, text)
    assert one.checkpoints() == two.checkpoints() == ["a", "c", "b"]


@pytest.mark.parametrize("statement", ["UPDATE checkpoint SET text = 'x'", "DELETE FROM checkpoint"])
def test_checkpoints_cannot_be_changed(url: str, statement: str) -> None:
    with closing(open_url(url)) as store:
        store.vouch(1, "k", "a")
        with pytest.raises(Exception, match="append-only"):
            run_sql(url, statement)
        assert store.checkpoints() == ["a"]


def test_no_byte_of_it_is_left_in_the_file_nor_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store, closing(SqliteStore(path)) as other:
        # So many rows that pages are split and moved, which leaves copies of their cells in free space.
        stream = new_stream()
        for number in range(120):
            secret = [draft(SECRET + b"." * 700)] if number % 3 == 0 else [draft("." * number * 9)]
            store.append(command(stream, number, secret, blobs=BLOBS if number == 7 else ()))
        assert any(SECRET in each.read_bytes() for each in tmp_path.glob("warroom.db*"))
        store._db.execute("PRAGMA secure_delete = OFF")  # as SQLite is built in some places, and not in others
        with store.exclusive() as held:
            held.redact(Redaction(tuple(range(1, 121, 3)), (DIGEST,), "ana", "a password"))
        assert SECRET[:12] not in path.read_bytes()
        store.scrub()
        left = [each.name for each in tmp_path.glob("warroom.db*") if SECRET[:12] in each.read_bytes()]
        assert left == []
        assert len(verified(other)) == 120
        other.append(command(stream, 120))
        assert len(verified(store)) == 121


def test_a_page_that_was_free_before_keeps_nothing_either(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store:
        with store._writing() as db:
            db.execute("PRAGMA secure_delete = OFF")
            db.execute("CREATE TABLE scratch AS SELECT ? AS cell", (SECRET,))
            db.execute("DROP TABLE scratch")
        assert SECRET in path.read_bytes()
        store.scrub()
        assert SECRET not in path.read_bytes()


def test_a_file_that_somebody_reads_is_not_written_anew_under_them(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(SqliteStore(path)) as store, closing(SqliteStore(path)) as other:
        with other._reading(), pytest.raises(Unavailable):
            store.scrub()
        store.scrub()


@pytest.mark.postgres
def test_a_server_has_no_row_of_it_left_on_a_page(emptied: str) -> None:
    with closing(open_url(emptied)) as store:
        pasted(store)
        before = run_sql(emptied, "SELECT pg_relation_filenode('body'), pg_relation_filenode('blob')")
        with store.exclusive() as held:
            held.redact(Redaction((2,), (DIGEST,), "ana", "a password"))
        store.scrub()
        after = run_sql(emptied, "SELECT pg_relation_filenode('body'), pg_relation_filenode('blob')")
        assert set(before[0]).isdisjoint(after[0])  # both lie in new files, which hold only the rows that are left
        assert len(verified(store)) == 3


@pytest.mark.postgres
def test_somebody_who_may_not_write_the_tables_anew_is_told(emptied: str) -> None:
    with closing(open_url(emptied)) as store:
        pasted(store)
    run_sql(emptied, "DO $$ BEGIN CREATE ROLE clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    run_sql(emptied, "GRANT USAGE ON SCHEMA warroom TO clerk")
    with Connection.connect(emptied, autocommit=True) as db:
        db.execute("SET ROLE clerk")
        with pytest.raises(Unavailable, match="Only the owner of the tables"):
            custody_postgres.scrub(db)
