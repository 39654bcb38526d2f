"""Bringing a database to this program's schema: numbered SQL files, applied once each, in order.

A schema newer than the program is refused with a sentence; nothing is ever downgraded.
"""

import os
import sqlite3
from importlib.resources import files
from pathlib import Path

from warroom.domain.errors import Refused
from warroom.store.contract import GENESIS
from warroom.store.files import MODE

VERSION = 1
_APPLICATION = 0x57415252
"In the header of the SQLite file: `WARR`."


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


def sqlite(db: sqlite3.Connection, path: Path, log_id: str) -> None:
    """Check the file and bring it to `VERSION`. The caller holds the write lock."""
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not empty and application != _APPLICATION:
        raise Refused(
            f"{path} is a database of another program.", hint="Name another file with --db.", code="damaged"
        )
    if found > VERSION:
        raise newer(found, str(path))
    if found == VERSION:
        return
    os.chmod(path, MODE)
    for number in range(found + 1, VERSION + 1):
        start = "BEGIN IMMEDIATE;\n"
        end = f"\nPRAGMA application_id = {_APPLICATION};\nPRAGMA user_version = {number};\n"
        if number == 1:
            end += (
                "INSERT INTO head (id, log_id, epoch, pos, hash, appended, version, min_reader, min_writer) VALUES"
                f" (1, '{log_id}', 1, 0, x'{GENESIS.hex()}', 0, 1, 1, 1);\n"
            )
        db.executescript(f"{start}{script(number, 'sqlite')}{end}COMMIT;")
