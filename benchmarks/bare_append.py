"""The least that a durable append can be, as a reference for ours: one row, one transaction.

The standard library's sqlite3 with the rollback journal (TRUNCATE) and synchronous FULL, BEGIN IMMEDIATE,
under an advisory lock on a file beside the database. Usage: python -m benchmarks.bare_append DATABASE COUNT
"""

import fcntl
import os
import sqlite3
import sys
from pathlib import Path

from benchmarks import writers

_BODY = b"x" * 400  # about what a stored event weighs: a body of 134 bytes, its envelope and four hashes


def open_database(path: Path) -> sqlite3.Connection:
    """The database, made if it is new."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = TRUNCATE")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS log (pos INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return database


def main(path: Path, count: int) -> None:
    """Take part in a race."""
    database = open_database(path)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT)

    def append(_number: int) -> None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO log (body) VALUES (?)", (_BODY,))
            database.execute("COMMIT")
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)

    writers.run(append, count)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
