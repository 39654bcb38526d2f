"""The log in one SQLite file, shared by every terminal on a host.

Rollback journal (TRUNCATE, synchronous=FULL), because the WAL mode of every SQLite before 3.51.3 can lose commits when
several processes write and checkpoint. One writer at a time under a lock on a side file; readers share it.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from threading import RLock

from warroom.domain.errors import Refused, Unavailable
from warroom.domain.event import incident_of
from warroom.store import custody_sqlite as custody
from warroom.store import migrate
from warroom.store import outbox_sqlite as outboxes
from warroom.store.bell import Bell
from warroom.store.chain import check, link
from warroom.store.contract import (
    ALREADY,
    GENESIS,
    PAGE,
    Append,
    Appended,
    Claimed,
    Conflict,
    Cursor,
    End,
    Ends,
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
from warroom.store.files import FileLock, Identity, settle_path, sharing_hint
from warroom.store.presence_file import PresenceFile

_ENVELOPE = (
    "epoch, event.pos, stream, seq, event_id, command_id, ord, name, actor, via, happened, recorded, appended,"
    " body_hash, prev, hash, log_hash"
)
_SELECT = f"SELECT {_ENVELOPE}, salt, body FROM event LEFT JOIN body ON body.pos = event.pos"
_INSERT = f"INSERT INTO event ({_ENVELOPE.replace('event.pos', 'pos')}) VALUES ({','.join('?' * 17)})"
# With recursive triggers a REPLACE meets the triggers on DELETE as well.
_PRAGMAS = (
    "trusted_schema=OFF",
    "recursive_triggers=ON",
    "synchronous=FULL",
    "journal_mode=TRUNCATE",
    "busy_timeout=1000",
)
# From "kind:" up to "kind;", which comes right after it. The plus keeps SQLite from the index of moments, where
# everybody's timers would have to be gone through.
TIMERS_OF = "SELECT stream, key, due FROM timer WHERE key >= ? AND key < ? AND +due <= ?"
_SUMMARY = Summary.__struct_fields__
_UPSERT = f"INSERT OR REPLACE INTO summary ({', '.join(_SUMMARY)}) VALUES ({','.join('?' * len(_SUMMARY))})"


class SqliteStore:
    """A store in one file. Safe to use from several threads; a forked child must open its own."""

    def __init__(self, path: str | Path) -> None:
        """Open the file, making it where there is none. Refused or Unavailable with a sentence where that fails."""
        self._path = settle_path(path)
        self.place = str(self._path)
        self.url = str(self._path)
        self._closed = False
        self._threads = RLock()
        self._lock = FileLock(self._beside("lock"))
        with contextlib.ExitStack() as undo:
            undo.callback(self._lock.close)
            with self._errors():
                self._db = sqlite3.connect(self._path, timeout=1.0, isolation_level=None, check_same_thread=False)
                undo.callback(self._db.close)
                self._settle()
            undo.pop_all()
        self._identity = Identity(self._path)
        self._bell = Bell(self._beside("bell"))
        self._presence = PresenceFile(self._beside("presence"))

    def _beside(self, what: str) -> Path:
        return self._path.with_name(f"{self._path.name}-{what}")

    def _settle(self) -> None:
        for pragma in _PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        migrate.sqlite(self._db, self._path, self._lock)

    def now(self) -> int:
        return time.time_ns() // 1000

    def head(self) -> Head:
        with self._reading() as db:
            return self._head(db)

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        with self._reading() as db:
            return self._after(db, cursor, limit)

    def stream(self, name: str, after: int = 0) -> Stream:
        with self._reading() as db:
            return self._stream(db, name, after)

    def append(self, append: Append) -> Appended:
        check(append)
        with self._writing() as db:
            return self._append(db, append)

    def redact(self, redaction: Redaction) -> None:
        with self._writing() as db:
            custody.redact(db, redaction)

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Log]:
        with self._writing() as db:
            yield _Held(self, db)

    def ring(self) -> None:
        self._bell.ring()

    def wait(self, timeout: float) -> bool:
        self._identity.check()
        return self._bell.wait(timeout)

    def wake(self) -> None:
        self._bell.wake()

    def summaries(self) -> list[Summary]:
        with self._reading() as db:
            rows = db.execute(f"SELECT {', '.join(_SUMMARY)} FROM summary ORDER BY number DESC")
            return [Summary(*row) for row in rows.fetchall()]

    def find(self, number: int) -> str | None:
        with self._reading() as db:
            row = db.execute("SELECT name FROM stream WHERE number = ?", (number,)).fetchone()
            return str(row[0]) if row else None

    def ends(self) -> Ends:
        with self._reading() as db:
            rows = db.execute("SELECT name, coalesce(number, 0), seq, hash FROM stream ORDER BY name").fetchall()
            redacted = db.execute("SELECT pos FROM redaction").fetchall()
            return Ends(self._head(db), tuple(End(*row) for row in rows), frozenset(pos for (pos,) in redacted))

    def timers(self, until: int, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
        query, values = "SELECT stream, key, due FROM timer WHERE due <= ?", list[str | int]([until])
        if kinds:
            query = " UNION ALL ".join([TIMERS_OF] * len(kinds))
            values = [value for kind in kinds for value in (f"{kind}:", f"{kind};", until)]
        with self._reading() as db:
            return db.execute(f"{query} ORDER BY due", values).fetchall()

    def claim(self, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int = 20) -> list[Claimed]:
        with self._reading() as db:
            if not outboxes.due(db, channels, realm, now, 1):
                return []
        with self._writing() as db:
            return outboxes.claim(db, channels, realm, now, until, limit)

    def overdue(self, now: int, limit: int = 20) -> list[Parcel]:
        with self._reading() as db:
            return outboxes.overdue(db, now, limit)

    def outbox(self, stream: str = "", states: tuple[str, ...] = ()) -> list[tuple[Parcel, str, int]]:
        with self._reading() as db:
            return outboxes.listed(db, stream, states)

    def sent(self, channel: str, to: str, since: int, realm: str = "real") -> list[int]:
        with self._reading() as db:
            return outboxes.sent(db, channel, to, since, realm)

    def lease(self, name: str, holder: str, now: int, until: int, detail: str = "") -> int:
        return self._presence.lease(name, holder, now, until, detail)

    def release(self, name: str, holder: str) -> None:
        self._presence.release(name, holder)

    def leases(self) -> list[Lease]:
        return self._presence.leases()

    def blob(self, digest: str) -> bytes | None:
        with self._reading() as db:
            row = db.execute("SELECT content FROM blob WHERE digest = ?", (digest,)).fetchone()
            return bytes(row[0]) if row else None

    def scrub(self) -> None:
        with self._using() as db, self._lock.writing():
            self._identity.check()
            db.execute("VACUUM")

    def vouch(self, pos: int, key: str, text: str) -> None:
        with self._writing() as db:
            custody.vouch(db, pos, key, text)

    def checkpoints(self) -> list[str]:
        with self._reading() as db:
            return custody.checkpoints(db)

    def beat(self, presence: Presence) -> None:
        self._presence.beat(presence)

    def leave(self, session: str) -> None:
        self._presence.leave(session)

    def present(self, since: int) -> list[Presence]:
        return self._presence.present(since)

    def close(self) -> None:
        self._bell.close()
        with self._threads:
            if self._closed:
                return
            self._closed = True
            self._presence.close()
            self._db.close()
            self._lock.close()

    # Inside a transaction.

    @contextlib.contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._threads, self._errors():
            if self._closed:
                raise Unavailable(f"{self._path} was closed.")
            yield self._db

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._using() as db:
            if db.in_transaction:  # whoever holds the log asks the store itself
                yield db
                return
            with self._lock.reading():
                self._identity.check()  # else it would go on, for ever unchanged, in a file that is gone
                db.execute("BEGIN")
                try:
                    yield db
                finally:
                    with contextlib.suppress(sqlite3.Error):
                        db.execute("ROLLBACK")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as db, self._lock.writing():
            self._identity.check()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
                raise

    def _head(self, db: sqlite3.Connection) -> Head:
        row = db.execute("SELECT log_id, epoch, pos, hash FROM head").fetchone()
        return Head(*row)

    def _after(self, db: sqlite3.Connection, cursor: Cursor, limit: int) -> list[Row]:
        # The row at the cursor comes along: one query both checks for a fork and reads on.
        query = f"{_SELECT} WHERE event.pos >= ? ORDER BY event.pos LIMIT ?"
        rows = [Row(*row) for row in db.execute(query, (cursor.pos, limit + 1)).fetchall()]
        if not cursor.pos:
            return rows[:limit]
        if not rows or rows[0].cursor != cursor:
            raise Forked
        return rows[1:]

    def _stream(self, db: sqlite3.Connection, name: str, after: int) -> Stream:
        rows = db.execute(f"{_SELECT} WHERE stream = ? AND seq > ? ORDER BY seq", (name, after)).fetchall()
        number = db.execute("SELECT number FROM stream WHERE name = ?", (name,)).fetchone()
        return Stream([Row(*row) for row in rows], (number[0] or 0) if number else 0, self._head(db))

    def _append(self, db: sqlite3.Connection, append: Append) -> Appended:
        query = f"{_SELECT} WHERE command_id = ? ORDER BY ord"
        if known := tuple(Row(*row) for row in db.execute(query, (append.command_id,)).fetchall()):
            number = db.execute("SELECT number FROM stream WHERE name = ?", (known[0].stream,)).fetchone()[0]
            return Appended(known, number or 0, duplicate=True)
        found = db.execute("SELECT seq, hash, number FROM stream WHERE name = ?", (append.stream,)).fetchone()
        seq, prev, number = found or (0, GENESIS, None)
        head = self._head(db)
        if (seq != append.expected and not append.commuting) or append.epoch not in (0, head.epoch):
            raise Conflict(seq)
        if found is None and append.drafts and incident_of(append.stream):
            number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM stream").fetchone()[0]
        last = db.execute("SELECT appended FROM head").fetchone()[0]
        # The wall clock may be set back; the log's time never runs backwards.
        now = max(last, self.now())
        rows = link(head, seq, prev, append, now)
        for row in rows:
            db.execute(_INSERT, [getattr(row, field) for field in Row.__struct_fields__[:17]])
            db.execute("INSERT INTO body (pos, salt, body) VALUES (?, ?, ?)", (row.pos, row.salt, row.body))
        if rows:
            end = rows[-1]
            db.execute("UPDATE head SET pos = ?, hash = ?, appended = ?", (end.pos, end.log_hash, end.appended))
            db.execute(
                "INSERT OR REPLACE INTO stream (name, number, seq, hash) VALUES (?, ?, ?, ?)",
                (append.stream, number, end.seq, end.hash),
            )
        self._write_beside(db, append, number or 0)
        outboxes.write(db, append, now)
        return Appended(rows, number or 0)

    def _write_beside(self, db: sqlite3.Connection, append: Append, number: int) -> None:
        if append.summary is not None:
            values = [getattr(append.summary, field) for field in _SUMMARY]
            values[_SUMMARY.index("number")] = number
            db.execute(_UPSERT, values)
        if append.timers is not None:
            db.execute("DELETE FROM timer WHERE stream = ?", (append.stream,))
            for key, due in append.timers:
                db.execute("INSERT INTO timer (stream, key, due) VALUES (?, ?, ?)", (append.stream, key, due))
        for digest, content in append.blobs:
            db.execute("INSERT OR IGNORE INTO blob (digest, content) VALUES (?, ?)", (digest, content))

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors as sentences with what to do."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged file can damage the driver's own words
            raise _sentence(error, self._path) from error


class _Held:
    """The log while its write lock is held: everything happens in the one open transaction."""

    def __init__(self, store: SqliteStore, db: sqlite3.Connection) -> None:
        self._store = store
        self._db = db

    def head(self) -> Head:
        return self._store._head(self._db)

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        return self._store._after(self._db, cursor, limit)

    def stream(self, name: str, after: int = 0) -> Stream:
        return self._store._stream(self._db, name, after)

    def append(self, append: Append) -> Appended:
        check(append)
        with self._store._errors():
            self._db.execute("SAVEPOINT command")
            try:
                return self._store._append(self._db, append)
            except BaseException:
                self._db.execute("ROLLBACK TO command")  # a refused command leaves the others standing
                raise
            finally:
                self._db.execute("RELEASE command")

    def redact(self, redaction: Redaction) -> None:
        with self._store._errors():
            custody.redact(self._db, redaction)


def _sentence(error: Exception, path: Path) -> Refused:
    text = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        return Refused(ALREADY)
    if "readonly" in text or "unable to open" in text:
        return Unavailable(f"{path} cannot be written by you.", hint=sharing_hint(path), code="readonly")
    if "full" in text or "disk I/O" in text:
        return Unavailable(f"The disk of {path} is full or failing.", hint="Free some space; reading still works.")
    if "locked" in text or "busy" in text:
        return Unavailable(f"{path} is locked by another program.", hint="Close what else has the file open.")
    if isinstance(error, UnicodeDecodeError) or "malformed" in text or "not a database" in text:
        return Unavailable(
            f"{path} is no warroom database, or it is damaged.",
            hint="Name another file with --db, or restore a backup; nothing was changed.",
            code="damaged",
        )
    return Unavailable(f"{path} cannot be used: {text}.")
