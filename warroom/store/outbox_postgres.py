"""The outbox and the leases in Postgres. Everything is written by functions in the database: parcels by `append`."""

from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from warroom.store.contract import Append, Claimed, Lease, Parcel
from warroom.store.postgres_link import Connection

_PARCEL = "id, stream, realm, channel, recipient, basis, payload, not_before, expires"
_CLAIM = """
    SELECT id, stream, realm, channel, recipient, basis, payload, not_before, expires,
        attempt, lease_epoch, lease_until, repeat
    FROM warroom.claim(%(channels)s::text[], %(realm)s, %(now)s, %(until)s, %(limit)s)
"""
_OVERDUE = f"""
    SELECT {_PARCEL} FROM warroom.outbox
    WHERE expires <= %(now)s AND (state = 'pending' OR (state = 'leased' AND lease_until < %(now)s))
    ORDER BY expires, id COLLATE "C" LIMIT %(limit)s
"""
_LISTED = f"SELECT {_PARCEL}, state, attempt FROM warroom.outbox"
_SENT = """
    SELECT sent FROM warroom.outbox
    WHERE channel = %s AND recipient = %s AND realm = %s AND sent >= %s ORDER BY sent
"""
_LEASE = "SELECT epoch FROM warroom.lease(%(name)s, %(holder)s, %(now)s, %(until)s, %(detail)s)"
_RELEASE = "SELECT warroom.release(%s, %s)"
_LEASES = 'SELECT name, holder, epoch, until, detail FROM warroom.lease ORDER BY name COLLATE "C"'


def arguments(append: Append) -> tuple[Jsonb, Jsonb]:
    """A command's parcels and what it settles, as the last two arguments of `append` (payloads in base64)."""
    return Jsonb(msgspec.to_builtins(append.outbox)), Jsonb(msgspec.to_builtins(append.settled))


def claim(db: Connection, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int) -> list[Claimed]:
    """Take what is due, the longest due first."""
    values = {"channels": list(channels), "realm": realm, "now": now, "until": until, "limit": limit}
    taken = [Claimed(Parcel(*row[:9]), *row[9:]) for row in _fetch(db, _CLAIM, values)]
    return sorted(taken, key=lambda mine: (mine.parcel.not_before, mine.parcel.id))


def overdue(db: Connection, now: int, limit: int) -> list[Parcel]:
    """What expired while nobody held it, the longest expired first."""
    return [Parcel(*row) for row in _fetch(db, _OVERDUE, {"now": now, "limit": limit})]


def listed(db: Connection, stream: str, states: tuple[str, ...]) -> list[tuple[Parcel, str, int]]:
    """(parcel, state, attempts), the longest due first; of one stream, and in some states, where they are named."""
    asked, values = [], dict[str, Any]()
    if states:
        asked.append("state = ANY (%(states)s)")
        values["states"] = list(states)
    if stream:
        asked.append("stream = %(stream)s")
        values["stream"] = stream
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    rows = _fetch(db, f'{_LISTED}{where} ORDER BY not_before, id COLLATE "C"', values)
    return [(Parcel(*row[:9]), row[9], row[10]) for row in rows]


def sent(db: Connection, channel: str, to: str, since: int, realm: str) -> list[int]:
    """When parcels were handed to one address, oldest first."""
    return [at for (at,) in _fetch(db, _SENT, (channel, to, realm, since))]


def lease(db: Connection, name: str, holder: str, now: int, until: int, detail: str) -> int:
    """Take or renew a lease; its epoch, or 0 where somebody else holds it."""
    values = {"name": name, "holder": holder, "now": now, "until": until, "detail": detail}
    rows = _fetch(db, _LEASE, values)
    return int(rows[0][0]) if rows else 0


def release(db: Connection, name: str, holder: str) -> None:
    """Give a lease back."""
    db.execute(_RELEASE, (name, holder))


def leases(db: Connection) -> list[Lease]:
    """Every lease, by name."""
    return [Lease(*row) for row in _fetch(db, _LEASES, ())]


def _fetch(db: Connection, query: str, values: dict[str, Any] | tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return db.execute(query, values, binary=True).fetchall()
