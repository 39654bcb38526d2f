"""Redaction and signed checkpoints in Postgres. What is taken away goes through one function in the database."""

from warroom.store.contract import Redaction
from warroom.store.postgres_link import Connection


def redact(db: Connection, redaction: Redaction) -> None:
    """Take bodies and evidence away, in one statement."""
    values = (list(redaction.positions), list(redaction.digests), redaction.by, redaction.because)
    db.execute("SELECT warroom.redact(%s::bigint[], %s::text[], %s, %s)", values)


def scrub(db: Connection) -> None:
    """Write both tables anew: a row that was deleted stays on its page until then.

    The server's write-ahead log keeps the bytes until it is recycled, and so do copies of it and backups.
    """
    db.execute("VACUUM (FULL) warroom.body")
    db.execute("VACUUM (FULL) warroom.blob")


def vouch(db: Connection, pos: int, key: str, text: str) -> None:
    """Keep a checkpoint, if there is none of this position and key yet."""
    query = "INSERT INTO warroom.checkpoint (pos, key, text) VALUES (%s, %s, %s) ON CONFLICT (pos, key) DO NOTHING"
    db.execute(query, (pos, key, text))


def checkpoints(db: Connection) -> list[str]:
    """The texts of all checkpoints, by position."""
    rows = db.execute('SELECT text FROM warroom.checkpoint ORDER BY pos, key COLLATE "C"').fetchall()
    return [str(text) for (text,) in rows]
