"""Events to bytes and back. The exact bytes are stored and hashed; nothing is ever hashed after re-encoding.

A body says its own name (`{"event": "note-added.v1", …}`). An event of a newer version, or one whose body was
redacted, reads as `Opaque` and never stops a fold.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from warroom.domain import events
from warroom.domain.event import Event, Fact, Opaque
from warroom.domain.moments import moment
from warroom.store.contract import Row

_encoder = msgspec.json.Encoder(order="deterministic")
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}


def encode(event: Event) -> bytes:
    """The bytes of an event, the same for the same value."""
    return _encoder.encode(event)


def decode(name: str, body: bytes | None) -> Event:
    """The event of a stored body; Opaque where it is redacted, unknown or unreadable."""
    if body is None:
        return Opaque(name, redacted=True)
    decoder = _decoders.get(name)
    if decoder is None:
        kind = events.BY_NAME.get(name)
        if kind is None:
            return Opaque(name)
        decoder = _decoders[name] = msgspec.json.Decoder(kind)
    try:
        found: Event = decoder.decode(body)
    except msgspec.DecodeError:
        return Opaque(name)
    return found


def fact(row: Row) -> Fact:
    """A stored row as the domain sees it."""
    return Fact(
        row.pos,
        row.stream,
        row.seq,
        decode(row.name, row.body),
        row.actor,
        row.via,
        moment(row.happened),
        moment(row.recorded),
        moment(row.appended),
        row.event_id,
        row.command_id,
    )


def facts(rows: Iterable[Row]) -> list[Fact]:
    """Stored rows as facts, in the same order."""
    return [fact(row) for row in rows]
