"""The portable file of a log in a Postgres database: out of one snapshot of it, and into an empty one."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import IsolationLevel

from warroom.store import migrate
from warroom.store.contract import Append
from warroom.store.part import part
from warroom.store.portable import (
    CHUNK,
    TAKE_OVER,
    Progress,
    SqliteTarget,
    layout,
    load,
    quoted,
    reading,
    refuse_full,
    seal,
)
from warroom.store.postgres import PostgresStore
from warroom.store.postgres_link import Connection

_HEAD = "SELECT log_id, epoch, pos, hash, appended FROM warroom.head"
# A copy takes as long as it takes; every wait for the server has its end on our side all the same.
_PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


def write(store: PostgresStore, path: Path, progress: Progress) -> None:
    """Copy a database in use, as of one moment; nobody waits for it."""
    with part(path) as draft, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        migrate.build(copy)
        with _snapshot(store) as source:
            taken = store.now()
            copy.execute("BEGIN")
            _copy(source, copy, progress)
            copy.execute("COMMIT")
        seal(copy, taken)


@contextmanager
def _snapshot(store: PostgresStore) -> Iterator[Connection]:
    """A connection of its own, on which everything is as it was at one moment."""
    with store._errors(), closing(store._address.connect()) as db:
        db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        with db.transaction():
            db.execute(_PATIENT)
            yield db


def _copy(source: Connection, db: sqlite3.Connection, progress: Progress) -> None:
    target, tables = SqliteTarget(db), layout(db)
    counts = {name: _count(source, name) for name in tables}
    done, of = 0, sum(counts.values())
    for name, columns in tables.items():
        with source.cursor(name="backup") as found:
            found.execute(f'SELECT {quoted(columns)} FROM warroom."{name}"', binary=True)
            while rows := found.fetchmany(CHUNK):
                target.put(name, columns, rows)
                done += len(rows)
                progress(done, of)
    head = source.execute(_HEAD, binary=True).fetchone()
    assert head is not None
    target.run(TAKE_OVER, *head)


def _count(db: Connection, table: str) -> int:
    row = db.execute(f'SELECT count(*) FROM warroom."{table}"').fetchone()
    assert row is not None
    return int(row[0])


class _Target:
    """An empty log in a database, inside a transaction that its store has begun."""

    def __init__(self, db: psycopg.Connection[Any]) -> None:
        self._db = db

    def put(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        into = f'COPY warroom."{table}" ({quoted(columns)}) FROM STDIN'
        with self._db.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str, *values: object) -> None:
        self._db.execute(statement.format(head="warroom.head", outbox="warroom.outbox", v="%s"), values)


def restore(unpacked: Path, store: PostgresStore, told: Iterable[Append], progress: Progress) -> None:
    """As `portable.restore`, into an empty database."""
    with reading(unpacked) as source, store.exclusive() as held, store._errors():
        refuse_full(held.head().pos, store.place)
        db = store._link.get()
        db.execute(_PATIENT)
        load(source, _Target(db), progress, epochs=1)
        for append in told:
            held.append(append)
