"""The log in a Postgres database, for responders on several hosts.

`append` is a function in the database (the last migration that makes it counts): one statement takes the lock on the
head row, numbers, stamps, chains and notifies. The driver is spoken to directly; the tables are described in `tables`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from warroom.domain.errors import Unavailable
from warroom.store import custody_postgres as custody
from warroom.store import migrate
from warroom.store import outbox_postgres as outboxes
from warroom.store.chain import check
from warroom.store.contract import (
    PAGE,
    STALE,
    Append,
    Appended,
    Claimed,
    Conflict,
    Cursor,
    End,
    Ends,
    Fenced,
    Forked,
    Head,
    Lease,
    Log,
    Parcel,
    Presence,
    Redaction,
    Row,
    Stream,
    Summary,
)
from warroom.store.postgres_bell import PostgresBell
from warroom.store.postgres_link import Address, Connection, Link

T = TypeVar("T")

_ROW = Row.__struct_fields__
_COLUMNS = ", ".join(f"{'body' if field in ('salt', 'body') else 'event'}.{field}" for field in _ROW)
_SELECT = f"SELECT {_COLUMNS} FROM warroom.event LEFT JOIN warroom.body ON body.pos = event.pos"
_APPEND = f"""
    SELECT duplicate, number, {", ".join(f"written.{field}" for field in _ROW)}
    FROM (SELECT FROM warroom.head WHERE %s IN (0, epoch)) AS here, LATERAL warroom.append(
        %s, %s, %s, %s, %s, %s, %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bigint[], %s::bigint[],
        %s, %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s, %s) AS written
"""
"Nothing at all, not even a repeated command, where the log has another epoch than the first value."

_ENDS = """
    SELECT log_id, epoch, pos, head.hash, name, coalesce(number, 0), seq, stream.hash,
        (SELECT array_agg(pos) FROM warroom.redaction)
    FROM warroom.head LEFT JOIN warroom.stream ON true ORDER BY name COLLATE "C"
"""
_TIMERS = "SELECT stream, key, due FROM warroom.timer WHERE due <= %s"
# From "kind:" up to "kind;", which comes right after it.
TIMERS_OF = f'{_TIMERS} AND key COLLATE "C" >= %s AND key COLLATE "C" < %s'
_SUMMARY = ", ".join(Summary.__struct_fields__)
_PRESENCE = Presence.__struct_fields__
_PRESENT = ", ".join(f'"{field}"' for field in _PRESENCE)
_BEAT = f"SELECT warroom.beat({', '.join(['%s'] * (len(_PRESENCE) + 1))})"
_UNSETTLED = ("08", "57P")
"Errors after which a commit may or may not have happened: the connection broke, or the server went down."


class PostgresStore:
    """A store in the schema `warroom` of a database. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Connect, and bring an empty database to this program's schema. Refused or Unavailable with a sentence."""
        self._address = Address(url)
        self.place = self.url = self._address.shown
        self._threads = RLock()
        self._link = Link(self._address)
        self._bell = PostgresBell(self._address.connect)
        self._closed = False
        try:
            self._do(lambda db: migrate.postgres(db, self.place))
        except BaseException:
            self.close()
            raise

    def now(self) -> int:
        return self._link.now()

    def head(self) -> Head:
        return self._do(_head)

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        return self._do(lambda db: _after(db, cursor, limit))

    def stream(self, name: str, after: int = 0) -> Stream:
        return self._do(lambda db: _stream(db, name, after))

    def append(self, append: Append) -> Appended:
        check(append)
        sent = 0

        def work(db: Connection) -> Appended:
            nonlocal sent
            sent += 1
            return _append(db, append)

        try:
            # After a lost connection this runs once more with the same command id: whether or not the first try was
            # committed, the log then holds the command exactly once.
            return self._do(work)
        except Unavailable as error:
            if sent > 1 or (sent and self._link.broken):
                raise self._unsettled() from error
            raise

    def redact(self, redaction: Redaction) -> None:
        self._do(lambda db: custody.redact(db, redaction))

    @contextmanager
    def exclusive(self) -> Iterator[Log]:
        with self._threads:
            db = self._do(_lock)
            with self._errors():
                try:
                    yield _Held(self, db)
                except BaseException:
                    with suppress(psycopg.Error):
                        db.execute("ROLLBACK")
                    raise
                try:
                    ended = db.execute("COMMIT").statusmessage
                except psycopg.Error as error:
                    if error.sqlstate is None or error.sqlstate.startswith(_UNSETTLED):
                        raise self._unsettled() from error
                    raise
                if ended != "COMMIT":
                    raise Unavailable("Nothing was written: the database had refused a part of it.", hint="Try again.")

    def ring(self) -> None:
        """Nothing to do: the append itself has notified everybody when it was committed."""

    def wait(self, timeout: float) -> bool:
        return self._bell.wait(timeout)

    def wake(self) -> None:
        self._bell.wake()

    def summaries(self) -> list[Summary]:
        rows = self._all(f"SELECT {_SUMMARY} FROM warroom.summary ORDER BY number DESC")
        return [Summary(*row) for row in rows]

    def find(self, number: int) -> str | None:
        rows = self._all("SELECT name FROM warroom.stream WHERE number = %s", number)
        return str(rows[0][0]) if rows else None

    def ends(self) -> Ends:
        rows = self._all(_ENDS)  # one statement shows one moment
        streams = (End(*row[4:8]) for row in rows if row[4] is not None)
        return Ends(Head(*rows[0][:4]), tuple(streams), frozenset(rows[0][8] or ()))

    def timers(self, until: int, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
        query, values = _TIMERS, tuple[object, ...]((until,))
        if kinds:
            query = " UNION ALL ".join([TIMERS_OF] * len(kinds))
            values = tuple(value for kind in kinds for value in (until, f"{kind}:", f"{kind};"))
        return [(stream, key, due) for stream, key, due in self._all(f"{query} ORDER BY due", *values)]

    def claim(self, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int = 20) -> list[Claimed]:
        return self._do(lambda db: outboxes.claim(db, channels, realm, now, until, limit))

    def overdue(self, now: int, limit: int = 20) -> list[Parcel]:
        return self._do(lambda db: outboxes.overdue(db, now, limit))

    def outbox(self, stream: str = "", states: tuple[str, ...] = ()) -> list[tuple[Parcel, str, int]]:
        return self._do(lambda db: outboxes.listed(db, stream, states))

    def sent(self, channel: str, to: str, since: int, realm: str = "real") -> list[int]:
        return self._do(lambda db: outboxes.sent(db, channel, to, since, realm))

    def lease(self, name: str, holder: str, now: int, until: int, detail: str = "") -> int:
        with suppress(Unavailable):
            return self._do(lambda db: outboxes.lease(db, name, holder, now, until, detail))
        return 0

    def release(self, name: str, holder: str) -> None:
        with suppress(Unavailable):
            self._do(lambda db: outboxes.release(db, name, holder))

    def leases(self) -> list[Lease]:
        return self._do(outboxes.leases)

    def blob(self, digest: str) -> bytes | None:
        rows = self._all("SELECT content FROM warroom.blob WHERE digest = %s", digest)
        return bytes(rows[0][0]) if rows else None

    def scrub(self) -> None:
        self._do(custody.scrub)

    def vouch(self, pos: int, key: str, text: str) -> None:
        self._do(lambda db: custody.vouch(db, pos, key, text))

    def checkpoints(self) -> list[str]:
        return self._do(custody.checkpoints)

    def beat(self, presence: Presence) -> None:
        values = [getattr(presence, field) for field in _PRESENCE]
        with suppress(Unavailable):
            self._do(lambda db: db.execute(_BEAT, (*values, presence.seen - STALE)))

    def leave(self, session: str) -> None:
        with suppress(Unavailable):
            self._do(lambda db: db.execute("SELECT warroom.leave(%s)", (session,)))

    def present(self, since: int) -> list[Presence]:
        query = f'SELECT {_PRESENT} FROM warroom.presence WHERE seen >= %s ORDER BY person COLLATE "C", session'
        return [Presence(*row) for row in self._all(query, since)]

    def close(self) -> None:
        self._bell.close()
        with self._threads:
            self._closed = True
            self._link.close()

    # Reaching the database.

    def _do(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the connection; where that breaks, once more on a new one."""
        with self._threads:
            if self._closed:
                raise Unavailable(f"The connection to {self.place} was closed.")
            try:
                return work(self._link.get())
            except psycopg.Error as error:
                if not self._link.lost(error):
                    raise self._address.sentence(error) from error
            with self._errors():
                return work(self._link.get())

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._do(lambda db: _fetch(db, query, values))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """The driver's errors as sentences with what to do."""
        try:
            yield
        except psycopg.Error as error:
            raise self._address.sentence(error) from error

    def _unsettled(self) -> Unavailable:
        return Unavailable(
            f"The connection to {self.place} was lost while writing; whether it was written is not known.",
            hint="Look once the database answers again, before you repeat it.",
            code="unsettled",
        )


class _Held:
    """The log while its head row is locked: everything happens in the one open transaction."""

    def __init__(self, store: PostgresStore, db: Connection) -> None:
        self._store = store
        self._db = db

    def head(self) -> Head:
        return _head(self._db)

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        return _after(self._db, cursor, limit)

    def stream(self, name: str, after: int = 0) -> Stream:
        return _stream(self._db, name, after)

    def append(self, append: Append) -> Appended:
        check(append)
        # A savepoint: a refused command leaves the others standing.
        with self._store._errors(), self._db.transaction():
            return _append(self._db, append)

    def redact(self, redaction: Redaction) -> None:
        with self._store._errors():
            custody.redact(self._db, redaction)


def _fetch(db: Connection, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    return db.execute(query, values, binary=True).fetchall()


def _lock(db: Connection) -> Connection:
    try:
        db.execute("BEGIN; SELECT warroom.hold()")
    except psycopg.Error:
        with suppress(psycopg.Error):
            db.execute("ROLLBACK")
        raise
    return db


def _head(db: Connection) -> Head:
    return Head(*_fetch(db, "SELECT log_id, epoch, pos, hash FROM warroom.head")[0])


def _after(db: Connection, cursor: Cursor, limit: int) -> list[Row]:
    # The row at the cursor comes along: one query both checks for a fork and reads on.
    query = f"{_SELECT} WHERE event.pos >= %s ORDER BY event.pos LIMIT %s"
    rows = [Row(*row) for row in _fetch(db, query, (cursor.pos, limit + 1))]
    if not cursor.pos:
        return rows[:limit]
    if not rows or rows[0].cursor != cursor:
        raise Forked
    return rows[1:]


def _stream(db: Connection, name: str, after: int) -> Stream:
    # First the head, then the rows up to it: rows never change, so both show the same moment without a transaction.
    head = _head(db)
    number = _fetch(db, "SELECT number FROM warroom.stream WHERE name = %s", (name,))
    query = f"{_SELECT} WHERE stream = %s AND seq > %s AND event.pos <= %s ORDER BY seq"
    rows = [Row(*row) for row in _fetch(db, query, (name, after, head.pos))]
    return Stream(rows, (number[0][0] or 0) if number else 0, head)


def _append(db: Connection, append: Append) -> Appended:
    drafts, summary, timers = append.drafts, append.summary, append.timers
    values = (
        append.epoch,
        append.command_id,
        append.stream,
        append.expected,
        append.commuting,
        append.actor,
        append.via,
        [draft.event_id for draft in drafts],
        [draft.name for draft in drafts],
        [draft.salt for draft in drafts],
        [draft.body for draft in drafts],
        [draft.happened for draft in drafts],
        [draft.recorded for draft in drafts],
        None if summary is None else Jsonb(msgspec.structs.asdict(summary)),
        None if timers is None else [key for key, _ in timers],
        None if timers is None else [due for _, due in timers],
        [digest for digest, _ in append.blobs],
        [content for _, content in append.blobs],
        *outboxes.arguments(append),
    )
    try:
        found = _fetch(db, _APPEND, values)
    except psycopg.Error as error:
        if error.sqlstate == "WR001":
            raise Conflict(int(error.diag.message_detail or 0)) from None
        if error.sqlstate == "WR003":
            raise Fenced from None
        raise
    if not found:
        raise Conflict(0)
    duplicate, number = found[0][:2]
    return Appended(tuple(Row(*row[2:]) for row in found if row[2] is not None), number or 0, duplicate)
