"""A bundle: one incident as one file, which proves by itself that nothing in it was changed.

JSON lines: a head, every row of the incident's stream exactly as it is stored, the bytes that its evidence names, and
an end with their numbers. Each line begins with a check over itself and all lines before it, so the first line that
does not hold is named; below that, the rows carry the hash chain of the log that they come from. Like that chain, this
finds what was changed, not what was forged from the first line to the last: note the head's hash elsewhere for that.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from warroom.domain.errors import Refused
from warroom.domain.event import incident_of
from warroom.domain.record import EvidenceAdded
from warroom.room import evidence
from warroom.store import chain, codec
from warroom.store.contract import GENESIS, Row, Store

T = TypeVar("T")

VERSION = 1
_SEED = sha256(b"warroom bundle 1\n").hexdigest()
_CHECK = b'{"check":"'
_DIGITS = len(_SEED)
_ENCODER = msgspec.json.Encoder()


class Bundle(msgspec.Struct, frozen=True):
    """What a bundle holds. `number`: the incident's in the log with this id; `blobs`: (SHA-256, bytes)."""

    log_id: str
    epoch: int
    stream: str
    number: int
    rows: tuple[Row, ...]
    blobs: tuple[tuple[str, bytes], ...] = ()


class BadLine(msgspec.Struct, frozen=True):
    """The first line that does not hold."""

    line: int
    problem: str


class Examined(msgspec.Struct, frozen=True):
    """What was found in the bytes of a bundle: what holds up to the first bad line, if there is one."""

    bundle: Bundle
    bad: BadLine | None = None


class BadBundle(Refused):
    """A bundle that does not hold. Nothing of it was taken over. `line`: the first one that does not hold."""

    code = "damaged"

    def __init__(self, bad: BadLine) -> None:
        self.line = bad.line
        super().__init__(
            f"The bundle does not hold: line {bad.line}: {bad.problem}.",
            hint="Ask for the file again; nothing of it was taken over.",
        )


class _Head(msgspec.Struct, frozen=True):
    bundle: int
    log_id: str
    epoch: int
    stream: str
    number: int


class _RowLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    row: Row


class _BlobLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    blob: str
    content: bytes


class _End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: int
    blobs: int


class _Fault(Exception):
    """What is wrong with the line that is being read."""


def is_bundle(data: bytes) -> bool:
    """Whether these bytes begin like a bundle of any version."""
    return data.startswith(_CHECK) and data[len(_CHECK) + _DIGITS :].startswith(b'","bundle":')


def gather(store: Store, incident: str) -> Bundle:
    """The bundle of an incident (a UUID). Damaged where it does not hold, Unavailable where evidence is gone."""
    found = store.stream(f"incident:{incident}")
    chain.check_stream(found.head.log_id, found.rows)
    blobs = [(digest, evidence.content(store, digest)) for digest in _evidence(found.rows)]
    head = found.head
    return Bundle(head.log_id, head.epoch, f"incident:{incident}", found.number, tuple(found.rows), tuple(blobs))


def write(bundle: Bundle) -> bytes:
    """The file of a bundle; the same for the same bundle."""
    check, lines = _SEED, []
    for value in _values(bundle):
        payload = _ENCODER.encode(value)
        check = _next(check, payload)
        lines.append(_CHECK + check.encode() + b'",' + payload[1:] + b"\n")
    return b"".join(lines)


def read(data: bytes) -> Bundle:
    """The bundle in a file. BadBundle names the first line that does not hold."""
    examined = examine(data)
    if examined.bad:
        raise BadBundle(examined.bad)
    return examined.bundle


def examine(data: bytes) -> Examined:
    """Read a bundle as far as it holds, and say what is wrong with the first line that does not."""
    reader = _Reader()
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        try:
            reader.line(line)
        except _Fault as fault:
            return Examined(reader.bundle(), BadLine(number, str(fault)))
    if not reader.ended or lines[-1]:
        problem = "something stands after the end" if reader.ended else "the file ends before its last line"
        return Examined(reader.bundle(), BadLine(len(lines), problem))
    return Examined(reader.bundle())


def view(examined: Examined) -> dict[str, Any]:
    """What was examined as JSON can carry it."""
    bundle, bad = examined.bundle, examined.bad
    last = bundle.rows[-1] if bundle.rows else None
    return {
        "ok": bad is None,
        "events": len(bundle.rows),
        "evidence": len(bundle.blobs),
        "redacted": sum(row.body is None for row in bundle.rows),
        "first_bad": bad and {"line": bad.line, "problem": bad.problem},
        "head": last and {"seq": last.seq, "pos": last.pos, "epoch": last.epoch, "hash": last.hash.hex()},
        "log_id": bundle.log_id or None,
        "incident": f"INC-{bundle.number}" if bundle.number else None,
        "uuid": incident_of(bundle.stream),
    }


def _values(bundle: Bundle) -> Iterator[msgspec.Struct]:
    yield _Head(VERSION, bundle.log_id, bundle.epoch, bundle.stream, bundle.number)
    for row in bundle.rows:
        yield _RowLine(row)
    for digest, content in bundle.blobs:
        yield _BlobLine(digest, content)
    yield _End(len(bundle.rows), len(bundle.blobs))


def _next(check: str, payload: bytes) -> str:
    return sha256(check.encode() + payload).hexdigest()


def _evidence(rows: "list[Row] | tuple[Row, ...]") -> list[str]:
    """The digests that these rows name, each once, in order."""
    found: dict[str, None] = {}
    for row in rows:
        if row.body is not None and row.name == EvidenceAdded.tag():
            event = codec.decode(row.name, row.body)
            if isinstance(event, EvidenceAdded):
                found[event.digest] = None
    return list(found)


class _Reader:
    """Reads line after line, and holds each against those before it."""

    def __init__(self) -> None:
        self.ended = False
        self._check = _SEED
        self._head: _Head | None = None
        self._rows: list[Row] = []
        self._blobs: list[tuple[str, bytes]] = []

    def bundle(self) -> Bundle:
        """What has been read so far."""
        head = self._head or _Head(VERSION, "", 0, "", 0)
        return Bundle(head.log_id, head.epoch, head.stream, head.number, tuple(self._rows), tuple(self._blobs))

    def line(self, line: bytes) -> None:
        """Take one more line; _Fault where it does not hold."""
        if self.ended:
            raise _Fault("something stands after the end")
        payload = self._payload(line)
        if self._head is None:
            self._begin(payload)
        elif payload.startswith(b'{"row":'):
            self._row(_decoded(payload, _RowLine).row)
        elif payload.startswith(b'{"blob":'):
            self._blob(_decoded(payload, _BlobLine))
        else:
            self._end(_decoded(payload, _End))

    def _payload(self, line: bytes) -> bytes:
        start = len(_CHECK) + _DIGITS
        payload = b"{" + line[start + 2 :]
        check = _next(self._check, payload)
        if line[: start + 2] != _CHECK + check.encode() + b'",':
            raise _Fault("it was changed, or a line before it is missing")
        self._check = check
        return payload

    def _begin(self, payload: bytes) -> None:
        head = _decoded(payload, _Head)
        if head.bundle != VERSION:
            raise _Fault(f"version {head.bundle} of bundles was written by a newer warroom")
        if not incident_of(head.stream):
            raise _Fault("it names no incident")
        self._head = head

    def _row(self, row: Row) -> None:
        assert self._head is not None  # the first line has been read
        last = self._rows[-1] if self._rows else None
        if self._blobs:
            raise _Fault("an event stands after the evidence")
        if row.stream != self._head.stream:
            raise _Fault("it belongs to another incident")
        if row.seq != len(self._rows) + 1:
            raise _Fault(f"number {len(self._rows) + 1} of the incident is missing")
        if last and (row.epoch, row.pos) <= (last.epoch, last.pos):
            raise _Fault("it comes from an earlier position than the event before it")
        if problem := chain.stream_fault(self._head.log_id, last.hash if last else GENESIS, row):
            raise _Fault(problem)
        self._rows.append(row)

    def _blob(self, line: _BlobLine) -> None:
        if sha256(line.content).hexdigest() != line.blob:
            raise _Fault("the evidence was changed")
        self._blobs.append((line.blob, line.content))

    def _end(self, end: _End) -> None:
        if (end.rows, end.blobs) != (len(self._rows), len(self._blobs)) or not self._rows:
            raise _Fault("there are more or fewer lines before it than it says")
        if missing := [digest for digest in _evidence(self._rows) if digest not in dict(self._blobs)]:
            raise _Fault(f"the evidence {missing[0][:12]}… is missing")
        self.ended = True


def _decoded(payload: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Fault("it cannot be read") from None
