"""Somebody who can write the database, knows how it is made, and has time."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any

import psycopg
from msgspec.structs import replace

from warroom.store import chain
from warroom.store.contract import GENESIS, Cursor, Row, Store

_FIELDS = [field for field in Row.__struct_fields__ if field not in ("salt", "body")]


class Forger:
    """Edits a database past the program: `do` runs one statement, with everything that protects the log gone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._server = url.startswith("postgresql://")
        if not self._server:
            with closing(sqlite3.connect(url, isolation_level=None)) as db:
                names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
                db.executescript(";".join(f"DROP TRIGGER {name}" for (name,) in names))

    def do(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement; `?` stands for a value."""
        if self._server:
            options = "-c search_path=warroom -c session_replication_role=replica"
            with psycopg.connect(self.url, autocommit=True, options=options) as server:
                found = server.execute(statement.replace("?", "%s").encode(), values)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.url, isolation_level=None)) as db:
            return db.execute(statement, values).fetchall()

    def put(self, rows: Iterable[Row]) -> None:
        """Put these rows in place of the log, and make what is kept beside it fit."""
        kept = list(rows)
        for table in ("event", "body"):
            self.do(f"DELETE FROM {table}")
        for row in kept:
            self.insert(row)
        last = kept[-1]
        self.do("UPDATE head SET epoch = ?, pos = ?, hash = ?", last.epoch, last.pos, last.log_hash)
        for row in {row.stream: row for row in kept}.values():
            self.do("UPDATE stream SET seq = ?, hash = ? WHERE name = ?", row.seq, row.hash, row.stream)
            self.do("UPDATE summary SET seq = ? WHERE stream = ? AND seq > ?", row.seq, row.stream, row.seq)

    def insert(self, row: Row) -> None:
        """Put one row in."""
        marks = ", ".join("?" * len(_FIELDS))
        values = [getattr(row, field) for field in _FIELDS]
        self.do(f"INSERT INTO event ({', '.join(_FIELDS)}) VALUES ({marks})", *values)
        if row.body is not None:
            self.do("INSERT INTO body (pos, salt, body) VALUES (?, ?, ?)", row.pos, row.salt, row.body)


def everything(store: Store) -> list[Row]:
    """All rows of a log."""
    rows: list[Row] = []
    while page := store.after(rows[-1].cursor if rows else Cursor()):
        rows += page
    return rows


def rechained(log_id: str, rows: Sequence[Row], change: Callable[[Row], Row] = lambda row: row) -> list[Row]:
    """The rows, each changed, with every hash of them computed anew."""
    ends: dict[str, bytes] = {}
    before, found = GENESIS, list[Row]()
    for row in map(change, rows):
        assert row.salt is not None
        assert row.body is not None
        bare = replace(row, body_hash=chain.body_hash(row.salt, row.body), prev=ends.get(row.stream, GENESIS))
        mine = chain.event_hash(log_id, bare)
        before = chain.log_hash(before, row.epoch, row.pos, mine)
        ends[row.stream] = mine
        found.append(replace(bare, hash=mine, log_hash=before))
    return found
