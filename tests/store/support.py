"""Commands to append, and a reader that believes nothing it has not recomputed."""

import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from msgspec.structs import replace

from warroom.domain.event import incident_stream
from warroom.store import chain
from warroom.store.contract import GENESIS, Append, Cursor, Draft, Parcel, Row, Settled, Store, Summary

ANA = "ana"


def open_url(url: str) -> Store:
    """The store of an address: a path, or postgresql://…"""
    if url.startswith("postgresql://"):
        from warroom.store.postgres import PostgresStore

        return PostgresStore(url)
    from warroom.store.sqlite import SqliteStore

    return SqliteStore(url)


def new_stream() -> str:
    """The stream of an incident that nobody has declared yet."""
    return incident_stream(str(uuid.uuid4()))


def draft(text: str | bytes = "seen", happened: int | None = None, recorded: int | None = None) -> Draft:
    """An event; the store reads nothing of its body, so any bytes will do."""
    body = text.encode() if isinstance(text, str) else text
    return Draft(str(uuid.uuid4()), "note-added.v1", uuid.uuid4().bytes, body, happened, recorded)


def command(
    stream: str,
    expected: int = 0,
    drafts: Iterable[Draft] | None = None,
    *,
    commuting: bool = False,
    summary: Summary | None = None,
    timers: tuple[tuple[str, int], ...] | None = None,
    blobs: tuple[tuple[str, bytes], ...] = (),
    outbox: tuple[Parcel, ...] = (),
    settled: tuple[Settled, ...] = (),
    actor: str = ANA,
) -> Append:
    """One command, of one event unless told otherwise."""
    return Append(
        str(uuid.uuid4()),
        stream,
        expected,
        actor,
        "login",
        (draft(),) if drafts is None else tuple(drafts),
        commuting,
        summary,
        timers,
        blobs,
        outbox,
        settled,
    )


def parcel(id: str, stream: str = "org", **given: Any) -> Parcel:
    """A page that is due from moment 100 on and expires at 900, unless told otherwise."""
    page = Parcel(id, stream, "real", "sms", "+44 1", 1, bytes(range(256)), 100, 900)
    return replace(page, **given)


def post(store: Store, *parcels: Parcel) -> None:
    """Put parcels into the outbox, with an event that says so."""
    store.append(command("org", outbox=parcels, commuting=True))


def settle(store: Store, *settled: Settled) -> None:
    """Say what became of parcels, with an event that says so. Fenced."""
    store.append(command("org", settled=settled, commuting=True))


def summary(stream: str, title: str = "card payments fail", seq: int = 1) -> Summary:
    """A summary row with something in each of its columns."""
    return Summary(stream, title, "active", 1, "SEV1", ANA, 1_000, 2_000, "impact", None, seq)


def verified(store: Store) -> list[Row]:
    """The whole log. Fails where a position, number or body is missing or a hash does not fit."""
    head = store.head()
    cursor, rows = Cursor(head.epoch), list[Row]()
    while page := store.after(cursor):
        cursor = chain.follow(head.log_id, cursor, page)
        rows += page
    ends: dict[str, tuple[int, bytes]] = {}
    for row in rows:
        seq, prev = ends.get(row.stream, (0, GENESIS))
        assert (row.seq, row.prev) == (seq + 1, prev)
        ends[row.stream] = row.seq, row.hash
    assert cursor.pos >= head.pos
    assert {row.pos for row in rows if row.body is None} <= store.ends().redacted
    return rows


def run_sql(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement past the store, as the owner of the database could. The driver's own errors."""
    if url.startswith("postgresql://"):
        import psycopg

        settings = "-c search_path=warroom -c client_min_messages=warning"
        with psycopg.connect(url, autocommit=True, options=settings) as server:
            found = server.execute(statement.encode())
            return found.fetchall() if found.description else []
    with closing(sqlite3.connect(url, isolation_level=None)) as file:
        return file.execute(statement).fetchall()
