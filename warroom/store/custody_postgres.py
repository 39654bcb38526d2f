"""Redaction and signed checkpoints in Postgres. What is taken away goes through one function in the database."""

from warroom.domain.errors import Unavailable
from warroom.store.contract import Redaction
from warroom.store.postgres_link import Connection


def redact(db: Connection, redaction: Redaction) -> None:
    """Take bodies and evidence away, in one statement."""
    values = (list(redaction.positions), list(redaction.digests), redaction.by, redaction.because)
    db.execute("SELECT warroom.redact(%s::bigint[], %s::text[], %s, %s)", values)


def scrub(db: Connection) -> None:
    """Write both tables anew: a row that was deleted stays on its page until then.

    The server's write-ahead log keeps the bytes until it is recycled, and so do copies of it and backups. Unavailable
    for all but the owner, whom alone the server would obey; of others it would say nothing.
    """
    before = _files(db)
    db.execute("VACUUM (FULL) warroom.body")
    db.execute("VACUUM (FULL) warroom.blob")
    if before & _files(db):  # a server skips, with no more than a warning, what one may not write anew
        raise Unavailable("Only the owner of the tables can write them anew.", hint="Ask the owner to redact it again.")


def _files(db: Connection) -> set[int]:
    query = "SELECT pg_relation_filenode('warroom.body'), pg_relation_filenode('warroom.blob')"
    return set(db.execute(query).fetchall()[0])


def vouch(db: Connection, pos: int, key: str, text: str) -> None:
    """Keep a checkpoint, if there is none of this position and key yet."""
    db.execute("SELECT warroom.vouch(%s, %s, %s)", (pos, key, text))


def checkpoints(db: Connection) -> list[str]:
    """The texts of all checkpoints, by position."""
    rows = db.execute('SELECT text FROM warroom.checkpoint ORDER BY pos, key COLLATE "C"').fetchall()
    return [str(text) for (text,) in rows]
