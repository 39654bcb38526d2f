"""Redaction and signed checkpoints in the SQLite file."""

import sqlite3

from warroom.store.contract import Redaction


def redact(db: sqlite3.Connection, redaction: Redaction) -> None:
    """Take bodies and evidence away, in the transaction that is open; their cells are overwritten with zeros.

    Copies of a cell may still lie in pages that were free before: `scrub` takes those away.
    """
    db.execute("PRAGMA secure_delete=ON")
    for pos in redaction.positions:
        values = (pos, redaction.by, redaction.because)
        db.execute("INSERT INTO redaction SELECT ?1, ?2, ?3 WHERE ?1 NOT IN (SELECT pos FROM redaction)", values)
        db.execute("DELETE FROM body WHERE pos = ?", (pos,))
    db.executemany("DELETE FROM blob WHERE digest = ?", [(digest,) for digest in redaction.digests])


def vouch(db: sqlite3.Connection, pos: int, key: str, text: str) -> None:
    """Keep a checkpoint, if there is none of this position and key yet."""
    if not db.execute('SELECT 1 FROM checkpoint WHERE pos = ? AND "key" = ?', (pos, key)).fetchone():
        db.execute('INSERT INTO checkpoint (pos, "key", text) VALUES (?, ?, ?)', (pos, key, text))


def checkpoints(db: sqlite3.Connection) -> list[str]:
    """The texts of all checkpoints, by position."""
    return [str(text) for (text,) in db.execute('SELECT text FROM checkpoint ORDER BY pos, "key"').fetchall()]
