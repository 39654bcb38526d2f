"""The outbox in the log's SQLite file: statements inside a transaction that the store has begun."""

import sqlite3
from typing import Any

from warroom.store.contract import Append, Claimed, Fenced, Parcel, Settled

_PARCEL = "id, stream, realm, channel, recipient, basis, payload, not_before, expires"
_PUT = (
    f"INSERT INTO outbox ({_PARCEL}, state, attempt, lease_epoch, lease_until, lapsed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING"
)
# Two branches rather than one condition with OR: each of them reads its own part of the index.
_DUE = "realm = :realm AND channel IN ({channels}) AND not_before <= :now AND expires > :now"
_CLAIM = f"""
    SELECT {_PARCEL}, state, attempt, lease_epoch, lapsed FROM outbox WHERE state = 'pending' AND {_DUE}
    UNION ALL
    SELECT {_PARCEL}, state, attempt, lease_epoch, lapsed FROM outbox
    WHERE state = 'leased' AND lease_until < :now AND {_DUE}
    ORDER BY not_before, id LIMIT :limit
"""
_CLAIMED = (
    "UPDATE outbox SET state = 'leased', attempt = :attempt, lease_epoch = :epoch, lease_until = :until,"
    " lapsed = :lapsed WHERE id = :id"
)
_SETTLE = """
    UPDATE outbox SET state = :state, lease_until = 0,
        not_before = CASE :state WHEN 'pending' THEN :not_before ELSE not_before END,
        sent = CASE :state WHEN 'sent' THEN :now ELSE sent END
    WHERE id = :id AND CASE :epoch
        WHEN 0 THEN state = 'pending' OR (state = 'leased' AND lease_until < :now AND expires <= :now)
        ELSE state = 'leased' AND lease_epoch = :epoch END
"""
_REPEATED = "SELECT 1 FROM outbox WHERE id = ? AND lease_epoch = ? AND state = ?"
_OVERDUE = f"""
    SELECT {_PARCEL} FROM outbox
    WHERE expires <= :now AND (state = 'pending' OR (state = 'leased' AND lease_until < :now))
    ORDER BY expires, id LIMIT :limit
"""
_SENT = "SELECT sent FROM outbox WHERE channel = ? AND recipient = ? AND realm = ? AND sent >= ? ORDER BY sent"


def write(db: sqlite3.Connection, append: Append, now: int) -> None:
    """Put a command's parcels in, and settle others. Fenced where one of those is somebody else's by now."""
    for each in append.outbox:
        address = (each.id, each.stream, each.realm, each.channel, each.to)
        db.execute(_PUT, (*address, each.basis, each.payload, each.not_before, each.expires))
    for done in append.settled:
        values = {"id": done.id, "epoch": done.lease_epoch, "state": done.state, "not_before": done.not_before}
        applied = db.execute(_SETTLE, values | {"now": now}).rowcount
        if not applied and done.lease_epoch and (append.drafts or not _repeated(db, done)):
            raise Fenced


def _repeated(db: sqlite3.Connection, done: Settled) -> bool:
    return db.execute(_REPEATED, (done.id, done.lease_epoch, done.state)).fetchone() is not None


def due(
    db: sqlite3.Connection, channels: tuple[str, ...], realm: str, now: int, limit: int
) -> list[tuple[Parcel, str, int, int, int]]:
    """What may be claimed, the longest due first: (parcel, state, attempt, fence, claims that ran out)."""
    values: dict[str, Any] = {"realm": realm, "now": now, "limit": limit}
    values |= {f"channel{n}": channel for n, channel in enumerate(channels)}
    query = _CLAIM.format(channels=", ".join(f":channel{n}" for n in range(len(channels))))
    return [(Parcel(*row[:9]), *row[9:]) for row in db.execute(query, values).fetchall()]


def claim(
    db: sqlite3.Connection, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int
) -> list[Claimed]:
    """Take what may be claimed. The transaction must be one that writes."""
    taken = []
    for parcel, state, attempt, epoch, lapsed in due(db, channels, realm, now, limit):
        lapses = lapsed + (state == "leased")
        mine = Claimed(parcel, attempt + 1, epoch + 1, until, lapses > 0)
        values = {"id": parcel.id, "attempt": mine.attempt, "epoch": mine.lease_epoch, "until": until}
        db.execute(_CLAIMED, values | {"lapsed": lapses})
        taken.append(mine)
    return taken


def overdue(db: sqlite3.Connection, now: int, limit: int) -> list[Parcel]:
    """What expired while nobody held it, the longest expired first."""
    return [Parcel(*row) for row in db.execute(_OVERDUE, {"now": now, "limit": limit}).fetchall()]


def listed(db: sqlite3.Connection, stream: str, states: tuple[str, ...]) -> list[tuple[Parcel, str, int]]:
    """(parcel, state, attempts), the longest due first; of one stream, and in some states, where they are named."""
    query, values = f"SELECT {_PARCEL}, state, attempt FROM outbox WHERE true", list(states)
    if states:
        query += f" AND state IN ({', '.join('?' * len(states))})"
    if stream:
        query += " AND stream = ?"
        values.append(stream)
    rows = db.execute(f"{query} ORDER BY not_before, id", values).fetchall()
    return [(Parcel(*row[:9]), row[9], row[10]) for row in rows]


def sent(db: sqlite3.Connection, channel: str, to: str, since: int, realm: str) -> list[int]:
    """When parcels were handed to one address, oldest first."""
    return [at for (at,) in db.execute(_SENT, (channel, to, realm, since)).fetchall()]
