"""The two hash chains: one per stream, and one over the whole log.

An event's hash covers its envelope and a commitment to its body (SHA-256 of salt + body), so a body can be redacted
and the chain still verifies. Fields are written with their length, so no two envelopes read the same. The log's chain
covers (epoch, position, event hash), so nothing can be cut out of the log unseen, while a single stream still
verifies by itself.
"""

from collections.abc import Iterable
from hashlib import sha256
from struct import error, pack

from msgspec.structs import astuple, replace

from warroom.domain.errors import Invalid
from warroom.domain.text import visible
from warroom.store.contract import GENESIS, SALT, Append, Cursor, Damaged, Head, Row

_EVENT = b"warroom event 1\n"
_LOG = b"warroom log 1\n"


def body_hash(salt: bytes, body: bytes) -> bytes:
    """The commitment to a body."""
    return sha256(salt + body).digest()


def event_hash(log_id: str, row: Row) -> bytes:
    """The hash of an event over its envelope, its body's commitment and the hash before it in its stream."""
    parts = [_EVENT]
    for text in (log_id, row.stream, row.event_id, row.command_id, row.name, row.actor, row.via):
        raw = text.encode()
        parts += (pack(">i", len(raw)), raw)
    parts.append(pack(">qiqqq", row.seq, row.ord, row.happened, row.recorded, row.appended))
    parts += (row.body_hash, row.prev)
    return sha256(b"".join(parts)).digest()


def log_hash(before: bytes, epoch: int, pos: int, hash: bytes) -> bytes:
    """The log's hash at a position."""
    return sha256(_LOG + before + pack(">qq", epoch, pos) + hash).digest()


def check(append: Append) -> None:
    """Refuse texts that cannot be stored and hashed alike everywhere: Postgres has no NUL, UTF-8 no half characters.

    Bodies are bytes and may hold anything. Invalid with a sentence; nothing was written. ValueError for a bad salt.
    """
    if any(len(draft.salt) != SALT for draft in append.drafts):
        raise ValueError(f"a salt has {SALT} bytes")
    texts = [append.command_id, append.stream, append.actor, append.via]
    texts += [text for draft in append.drafts for text in (draft.event_id, draft.name)]
    texts += [key for key, _ in append.timers or ()] + [digest for digest, _ in append.blobs]
    texts += [text for each in append.outbox for text in (each.id, each.stream, each.realm, each.channel, each.to)]
    texts += [each.id for each in append.settled]
    if append.summary is not None:
        texts += [value for value in astuple(append.summary) if isinstance(value, str)]
    for text in texts:
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise Invalid(
                f"“{visible(text)}” holds a character that cannot be kept.", hint="Type it again, without pasting."
            )


def link(head: Head, seq: int, prev: bytes, append: Append, now: int) -> tuple[Row, ...]:
    """The rows that an append makes at the end of a log whose stream ends at `seq` with hash `prev`."""
    rows = []
    before = head.hash
    for ord_, draft in enumerate(append.drafts):
        bare = Row(
            epoch=head.epoch,
            pos=head.pos + ord_ + 1,
            stream=append.stream,
            seq=seq + ord_ + 1,
            event_id=draft.event_id,
            command_id=append.command_id,
            ord=ord_,
            name=draft.name,
            actor=append.actor,
            via=append.via,
            happened=now if draft.happened is None else draft.happened,
            recorded=now if draft.recorded is None else draft.recorded,
            appended=now,
            body_hash=body_hash(draft.salt, draft.body),
            prev=prev,
            hash=GENESIS,
            log_hash=GENESIS,
            salt=draft.salt,
            body=draft.body,
        )
        prev = event_hash(head.log_id, bare)
        before = log_hash(before, head.epoch, bare.pos, prev)
        rows.append(replace(bare, hash=prev, log_hash=before))
    return tuple(rows)


def follow(log_id: str, cursor: Cursor, rows: Iterable[Row]) -> Cursor:
    """Check rows read from the log after a cursor; return the cursor after them. Damaged names the first bad one."""
    for row in rows:
        if row.pos != cursor.pos + 1:
            raise Damaged(f"Position {cursor.pos + 1} is missing from the log.", hint="Run: warroom verify")
        if problem := fault(log_id, cursor.hash, row):
            raise Damaged(f"Position {row.pos} of the log is damaged: {problem}.", hint="Run: warroom verify")
        cursor = row.cursor
    return cursor


def check_stream(log_id: str, rows: Iterable[Row]) -> None:
    """Check a whole stream by itself. Damaged names the first bad position."""
    prev = GENESIS
    for row in rows:
        if problem := stream_fault(log_id, prev, row):
            raise Damaged(f"Position {row.pos} of the log is damaged: {problem}.", hint="Run: warroom verify")
        prev = row.hash


def stream_fault(log_id: str, prev: bytes, row: Row) -> str:
    """What is wrong with one row whose predecessor in its stream has the hash `prev`; "" = nothing."""
    try:
        return _fault(log_id, row) or ("" if row.prev == prev else "its stream's chain is broken before it")
    except (AttributeError, TypeError, ValueError, error):
        return "its envelope cannot be read"


def fault(log_id: str, before: bytes, row: Row) -> str:
    """What is wrong with one row whose predecessor in the log has the hash `before`; "" = nothing."""
    try:
        if problem := _fault(log_id, row):
            return problem
        if log_hash(before, row.epoch, row.pos, row.hash) != row.log_hash:
            return "the log's chain is broken before it"
    except (AttributeError, TypeError, ValueError, error):  # a field of another kind or size: the file was edited
        return "its envelope cannot be read"
    return ""


def _fault(log_id: str, row: Row) -> str:
    """What is wrong with a row in itself."""
    if (row.salt, row.body) != (None, None):  # half of them is as bad as a wrong one: without its salt a body is free
        if row.salt is None or row.body is None or len(row.salt) != SALT:
            return "its body was changed"
        if body_hash(row.salt, row.body) != row.body_hash:
            return "its body was changed"
    return "" if event_hash(log_id, row) == row.hash else "its envelope was changed"
