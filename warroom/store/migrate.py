"""Bringing a database to this program's schema: numbered SQL files, applied once each, in order.

A schema newer than the program is refused with a sentence; nothing is ever downgraded.
"""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.domain.errors import Refused
from warroom.store.contract import GENESIS
from warroom.store.files import MODE, FileLock

if TYPE_CHECKING:
    import psycopg

VERSION = 4
_APPLICATION = 0x57415252
"In the header of the SQLite file: `WARR`. On Postgres the key of the lock that migrations take."
SEAL = 0x57415242
"In the header of a backup: `WARB`. Nobody opens one as a database in use and writes into it."
_OLDEST_SERVER = 130_000


def script(number: int, dialect: str) -> str:
    """The SQL of one migration for `sqlite` or `postgres`."""
    folder = files("warroom.store").joinpath("migrations")
    for found in folder.iterdir():
        if found.name.startswith(f"{number:04}_") and found.name.endswith(f".{dialect}.sql"):
            return found.read_text(encoding="utf-8")
    raise FileNotFoundError(f"migration {number} for {dialect}")


def newer(found: int, place: str) -> Refused:
    """The refusal of a database that a newer program has written."""
    return Refused(
        f"{place} was written by a newer warroom (schema {found}; this program knows {VERSION}).",
        hint="Update this program: pip install --upgrade warroom",
        code="newer",
    )


def sqlite(db: sqlite3.Connection, path: Path, lock: FileLock) -> None:
    """Check the file and bring it to `VERSION`."""
    with lock.reading():
        if _file_version(db, path) == VERSION:
            return
    with lock.writing():
        # Looked at again under the lock: another terminal may just have done it.
        for number in range(_file_version(db, path) + 1, VERSION + 1):
            with contextlib.suppress(PermissionError):  # an empty file that somebody else has made for us
                path.chmod(MODE)
            db.executescript(_step(number))


def build(db: sqlite3.Connection) -> None:
    """Make the tables of `VERSION` in a file that nobody else has open."""
    for number in range(1, VERSION + 1):
        db.executescript(_step(number))


def _step(number: int) -> str:
    """One migration of a file, as a transaction."""
    end = f"\nPRAGMA application_id = {_APPLICATION};\nPRAGMA user_version = {number};\n"
    if number == 1:
        end += (
            "INSERT INTO head (id, log_id, epoch, pos, hash, appended, version, min_reader, min_writer) VALUES"
            f" (1, '{uuid.uuid4()}', 1, 0, x'{GENESIS.hex()}', 0, 1, 1, 1);\n"
        )
    return f"BEGIN IMMEDIATE;\n{script(number, 'sqlite')}{end}COMMIT;"


def _file_version(db: sqlite3.Connection, path: Path) -> int:
    """The version of the schema in a file, 0 where there is none yet."""
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application == SEAL:
        raise Refused(f"{path} is a backup.", hint="Restore it: warroom restore FILE --db NEW", code="backup")
    if not empty and application != _APPLICATION:
        raise Refused(f"{path} is a database of another program.", hint="Name another file with --db.", code="damaged")
    if found > VERSION:
        raise newer(found, str(path))
    return found


def postgres(db: psycopg.Connection[Any], place: str) -> None:
    """Check the schema `warroom` of a database and bring it to `VERSION`. psycopg's errors where one may not."""
    if db.info.server_version < _OLDEST_SERVER:
        raise Refused(
            f"{place} runs PostgreSQL {db.info.server_version // 10_000}; warroom needs 13 or newer.",
            hint="Use a newer server, or an SQLite file: --db PATH",
        )
    if db.info.parameter_status("server_encoding") != "UTF8":
        what = f"{place} does not keep its texts in UTF-8."
        raise Refused(what, hint="Make another database: createdb --encoding=UTF8 --template=template0 NAME")
    if _version(db, place) == VERSION:
        return
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (_APPLICATION,))
        # Looked at again under the lock: another terminal may just have done it.
        for number in range(_version(db, place) + 1, VERSION + 1):
            if number == 1:
                db.execute("CREATE SCHEMA warroom")
            db.execute("SET LOCAL search_path = warroom, pg_temp")
            db.execute(script(number, "postgres"))
            if number == 1:
                db.execute("INSERT INTO head VALUES (1, gen_random_uuid()::text, 1, 0, %s, 0, 1, 1, 1)", (GENESIS,))
            db.execute("UPDATE head SET version = %s", (number,))


def _version(db: psycopg.Connection[Any], place: str) -> int:
    """The version of the schema `warroom`, 0 where there is none yet."""
    # Asked of the tables themselves: names that were looked up before may be remembered as missing.
    count = "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'warroom'), "
    count += "(SELECT count(*) FROM pg_tables WHERE schemaname = 'warroom' AND tablename = 'head')"
    schemas, heads = db.execute(count).fetchall()[0]
    if not schemas:
        return 0
    if not heads:
        what = f"{place} has a schema “warroom” of another program."
        raise Refused(what, hint="Use another database.", code="damaged")
    rows = db.execute("SELECT version FROM warroom.head").fetchall()
    if not rows:
        what = f"{place} has no record of where its log ends, or it is damaged."
        raise Refused(what, hint="Restore a backup; nothing was changed.", code="damaged")
    found: int = rows[0][0]
    if found > VERSION:
        raise newer(found, place)
    return found
