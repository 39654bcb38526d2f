"""The tokens of links: what a link stands for, signed, so that nobody can make one or turn one into another's."""

import base64
import binascii
import hashlib
import hmac
import struct
import uuid

from warroom.domain.errors import Refused
from warroom.room.answering import Pass

LONGEST = 300
"Letters that a token may have at most, so that links fit into a text message and a mail's line."

_VERSION = 1
_HEAD = struct.Struct(">B16s16sQ")
_SIGNATURE = hashlib.sha256().digest_size
_PURPOSE = b"warroom link\0"


def sign(key: bytes, given: Pass) -> str:
    """The token of a link, in letters that need no quoting; "" where the person's name is too long for one."""
    head = _HEAD.pack(_VERSION, uuid.UUID(given.incident).bytes, uuid.UUID(given.page).bytes, given.expires)
    body = head + given.person.encode()
    token = _spelt(body + _signature(key, body))
    return token if len(token) < LONGEST else ""


def read(key: bytes, token: str, now: int) -> Pass:
    """What a token stands for, at `now` (seconds since 1970). Refused: `forbidden` if forged, `expired` if too old."""
    given = _opened(key, token)
    if given is None:
        raise Refused("This link is not genuine.", hint="Open it as it was sent, whole.", code="forbidden")
    if now >= given.expires:
        raise Refused("This link has expired.", hint="Acknowledge in a terminal: warroom ack", code="expired")
    return given


def _opened(key: bytes, token: str) -> Pass | None:
    """What a token says, None where this key did not sign it."""
    if len(token) >= LONGEST or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if _spelt(raw) != token:
        return None
    body, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(body) < _HEAD.size or not hmac.compare_digest(signature, _signature(key, body)):
        return None
    version, incident, page, expires = _HEAD.unpack_from(body)
    if version != _VERSION:
        return None
    return Pass(str(uuid.UUID(bytes=incident)), str(uuid.UUID(bytes=page)), body[_HEAD.size :].decode(), expires)


def _spelt(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signature(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + body, "sha256")
