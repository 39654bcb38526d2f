"""A whole log as one file, from whichever database: an SQLite file with the tables of the SQLite store, sealed.

Sealed: its application id is another one, so that nobody opens it as a database in use and writes into it, and a table
`backup` says when it was taken. What lies in it is data from outside until its chains are derived again.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from warroom.domain.errors import Refused, Unavailable
from warroom.store import migrate
from warroom.store.contract import HELD, Append
from warroom.store.part import part
from warroom.store.sqlite import SqliteStore

Progress = Callable[[int, int], None]
"Called with how much is done, and of how much: pages of a file, or rows."

CHUNK = 500
_PAGES = 256
_SEALING = """
    CREATE TABLE backup (taken BIGINT NOT NULL);
    INSERT INTO backup VALUES ({taken});
    PRAGMA application_id = {seal};
"""
_OURS = ("head", "backup")
"Tables that are not copied row by row: the first is taken over, the second is the file's own."

TAKE_OVER = "UPDATE {head} SET log_id = {v}, epoch = {v}, pos = {v}, hash = {v}, appended = {v}"
HOLD = (
    "UPDATE {outbox} SET state = 'pending', not_before = {v}, lease_until = 0,"
    " lapsed = lapsed + CASE state WHEN 'leased' THEN 1 ELSE 0 END WHERE state IN ('pending', 'leased')"
)
"What an engine held when the backup was taken may have gone out since."


class About(msgspec.Struct, frozen=True):
    """What a backup says of itself. Microseconds: when it was `taken`; `reaches`: when its last event was appended."""

    log_id: str
    epoch: int
    events: int
    taken: int
    reaches: int


class Target(Protocol):
    """Where the tables of a backup go: an open transaction on an empty log."""

    def put(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Rows of one table."""

    def run(self, statement: str, *values: object) -> None:
        """One statement, with `{v}` for each value and `{table}` for each of the log's tables."""


def write(store: SqliteStore, path: Path, progress: Progress) -> None:
    """Copy a file in use, by SQLite's own means, as of one moment. Writers wait as long as pages are copied."""
    with part(path) as draft, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        with store._reading() as db:
            db.execute("SELECT pos FROM head")  # from here on, nothing that others write is seen
            taken = store.now()
            db.backup(copy, pages=_PAGES, progress=lambda _, left, of: progress(of - left, of))
        seal(copy, taken)


def seal(copy: sqlite3.Connection, taken: int) -> None:
    """Make a backup of a complete copy."""
    copy.execute("PRAGMA journal_mode = DELETE")
    copy.executescript(_SEALING.format(taken=int(taken), seal=migrate.SEAL))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A backup, to be read only. Refused or Unavailable where it is none, or damaged, or a newer program's."""
    with reading(path) as db:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if application != migrate.SEAL:
            hint = "Write one with: warroom backup FILE"
            raise Refused(f"{path} is no backup.", hint=hint, code="damaged")
        if version > migrate.VERSION:
            raise migrate.newer(version, str(path))
        if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _damaged(path, found)
        yield db


def is_backup(path: Path) -> bool:
    """Whether a file is an SQLite file at all: then it is a backup, or to be refused as one."""
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def about(path: Path) -> About:
    """What a backup says of itself; its chains alone say whether that is so."""
    with opened(path) as db:
        row = db.execute("SELECT log_id, epoch, pos, (SELECT taken FROM backup), appended FROM head").fetchone()
        if row is None or not all(isinstance(value, int) for value in row[1:]):
            raise _damaged(path, "its head is missing or unreadable")
        return About(str(row[0]), *row[1:])


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A file, to be read only, as of one moment. Unavailable where that cannot be done."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("BEGIN")
            yield db
    except sqlite3.OperationalError as error:
        raise Unavailable(f"{path} cannot be read: {error}.") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from None


def _damaged(path: Path, why: str) -> Unavailable:
    return Unavailable(f"{path} is damaged: {why}.", hint="Take another backup; nothing was changed.", code="damaged")


def layout(db: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The tables that are copied, and the columns of each, as the file's own schema has them."""
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {
        name: tuple(column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (name,)))
        for (name,) in names
        if name not in _OURS
    }


def load(source: sqlite3.Connection, target: Target, progress: Progress, epochs: int = 0) -> None:
    """Put a backup's tables into an empty log. `epochs`: by how much its epoch grows; its messages are held then."""
    tables = layout(source)
    counts = {name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    done, of = 0, sum(counts.values())
    for name, columns in tables.items():
        for rows in _chunks(source, name, columns):
            target.put(name, columns, rows)
            done += len(rows)
            progress(done, of)
    log_id, epoch, *rest = source.execute("SELECT log_id, epoch, pos, hash, appended FROM head").fetchone()
    target.run(TAKE_OVER, log_id, epoch + epochs, *rest)
    if epochs:
        target.run(HOLD, HELD)


def _chunks(db: sqlite3.Connection, table: str, columns: Iterable[str]) -> Iterator[list[tuple[Any, ...]]]:
    found = db.execute(f'SELECT {quoted(columns)} FROM "{table}" ORDER BY 1')
    while rows := found.fetchmany(CHUNK):
        yield rows


def quoted(columns: Iterable[str]) -> str:
    """Names of columns for a statement, whatever they are."""
    return ", ".join(f'"{column}"' for column in columns)


class SqliteTarget:
    """An empty log in a file, inside a transaction that its store has begun."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._db.executemany(f'INSERT INTO "{table}" ({quoted(columns)}) VALUES ({marks})', rows)

    def run(self, statement: str, *values: object) -> None:
        self._db.execute(statement.format(head="head", outbox="outbox", v="?"), values)


def unpack(file: Path, store: SqliteStore, progress: Progress) -> None:
    """Put a backup into an empty store as it is, to be looked at."""
    with opened(file) as source, store._writing() as db:
        load(source, SqliteTarget(db), progress)


def restore(unpacked: Path, store: SqliteStore, told: Iterable[Append], progress: Progress) -> None:
    """Put an unpacked backup into an empty store as a log of the next epoch, and append what is `told` of that.

    All of it in one transaction. Refused where the store is not empty.
    """
    with reading(unpacked) as source, store.exclusive() as held:
        refuse_full(held.head().pos, store.place)
        load(source, SqliteTarget(store._db), progress, epochs=1)
        for append in told:
            held.append(append)


def refuse_full(pos: int, place: str) -> None:
    """Refused where a log has begun."""
    if pos:
        raise Refused(f"{place} is not empty.", hint="Restore into a new database; nothing was changed.")
