"""A database that an older program has filled is brought up to date, and nothing in it is lost."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.support import command, open_url, parcel, post, run_sql, settle, verified
from warroom.domain.errors import Unavailable
from warroom.domain.event import ORG
from warroom.store import chain, migrate
from warroom.store.contract import GENESIS, Append, Head, Settled

LOG_ID = "6a1c8e0e-7a43-4c1e-9d6c-111111111111"
OLD_PAGE = "'old', 'org', 'real', 'sms', 1, {payload}, 'pending', 0, 100, 900, 0, 0"


@pytest.fixture
def old(url: str) -> tuple[str, Append]:
    """A database of schema 1 with one command in its log, a timer and a parcel, as the first program made it."""
    written = command(ORG)
    (_fill_server if "://" in url else _fill_file)(url, written)
    return url, written


def _fill_file(url: str, written: Append) -> None:
    [row] = chain.link(Head(LOG_ID, 1, 0, GENESIS), 0, GENESIS, written, 1_000)
    with closing(sqlite3.connect(url, isolation_level=None)) as db:
        db.executescript(migrate.script(1, "sqlite"))
        db.execute("PRAGMA application_id = 0x57415252")
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO head VALUES (1, ?, 1, 1, ?, 1000, 1, 1, 1)", (LOG_ID, row.log_hash))
        fields = [field for field in row.__struct_fields__ if field not in ("salt", "body")]
        into = f"INSERT INTO event ({', '.join(fields)}) VALUES ({','.join('?' * 17)})"
        db.execute(into, [getattr(row, field) for field in fields])
        db.execute("INSERT INTO body VALUES (?, ?, ?)", (row.pos, row.salt, row.body))
        db.execute("INSERT INTO stream VALUES (?, NULL, 1, ?)", (ORG, row.hash))
        db.execute("INSERT INTO timer VALUES ('org', 'rung:1', 5)")
        db.execute(f"INSERT INTO outbox VALUES ({OLD_PAGE.format(payload='?')})", (b"page",))


def _fill_server(url: str, written: Append) -> None:
    import psycopg

    [draft] = written.drafts
    with psycopg.connect(url) as db:
        db.execute("CREATE SCHEMA warroom")
        db.execute("SET LOCAL search_path = warroom, pg_temp")
        db.execute(migrate.script(1, "postgres").encode())
        db.execute("INSERT INTO head VALUES (1, %s, 1, 0, %s, 0, 1, 1, 1)", (LOG_ID, GENESIS))
        called = "append(%s, %s, 0, false, 'ana', 'login', %s, %s, %s::bytea[], %s::bytea[], %s::bigint[], %s::bigint[]"
        called += ", NULL, %s, %s::bigint[], %s::text[], %s::bytea[])"
        event = ([draft.event_id], [draft.name], [draft.salt], [draft.body], [None], [None])
        beside = (["rung:1"], [5], list[str](), list[bytes]())
        db.execute(f"SELECT * FROM {called}".encode(), (written.command_id, ORG, *event, *beside))
        db.execute(f"INSERT INTO outbox VALUES ({OLD_PAGE.format(payload='%s')})".encode(), (b"page",))


def test_what_an_older_program_wrote_is_all_there(old: tuple[str, Append]) -> None:
    url, written = old
    with closing(open_url(url)) as store:
        [row] = verified(store)
        assert (row.event_id, row.body) == (written.drafts[0].event_id, written.drafts[0].body)
        assert store.head().log_id == LOG_ID
        assert store.append(written).duplicate
        assert store.timers(5, ("rung",)) == [(ORG, "rung:1", 5)]
        assert store.outbox() == [(parcel("old", to="", payload=b"page"), "pending", 0)]
    assert run_sql(url, "SELECT version, min_reader, min_writer FROM head") == [(migrate.VERSION, 1, 2)]


def test_an_older_database_is_written_like_a_new_one(old: tuple[str, Append]) -> None:
    url, _ = old
    with closing(open_url(url)) as store:
        post(store, parcel("new", not_before=150))
        claimed = store.claim(("sms",), "real", 200, 260)
        assert [(each.parcel.id, each.attempt, each.repeat) for each in claimed] == [
            ("old", 1, False),
            ("new", 1, False),
        ]
        settle(store, Settled("old", 1, "sent"), Settled("new", 1, "sent"))
        assert store.lease("engine", "ana", 100, 160) == 1
        assert len(verified(store)) == 3


def test_terminals_that_open_an_older_database_at_once_change_it_once(old: tuple[str, Append]) -> None:
    url, _ = old
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_url, [url] * 6))
    for store in stores:
        post(store, parcel("p1"))
        assert [each.id for each, _, _ in store.outbox()] == ["old", "p1"]
        store.close()


def test_a_migration_that_fails_leaves_the_older_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, written = str(tmp_path / "warroom.db"), command(ORG)
    _fill_file(url, written)
    script = migrate.script

    def broken(number: int, dialect: str) -> str:
        return f"{script(number, dialect)}INSERT INTO nowhere VALUES (1);"

    monkeypatch.setattr(migrate, "script", broken)
    with pytest.raises(Unavailable, match="nowhere"):
        open_url(url)
    assert run_sql(url, "PRAGMA user_version") == [(1,)]
    monkeypatch.undo()
    with closing(open_url(url)) as store:
        assert len(verified(store)) == 1
