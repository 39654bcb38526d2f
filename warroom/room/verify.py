"""Checking the log: both chains derived again from the stored bytes, and everything kept beside them compared.

What this proves: nothing in the log was changed, taken out, put in or moved since it was written, unless all that
follows it was forged too. Whoever can write the file can cut off its end, or write everything anew from some position
on, and forge what is kept beside it; signed checkpoints that lie elsewhere find that, up to the last of them.
"""

import struct
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, get_args

import msgspec

from warroom.domain.checklist import StepNoted
from warroom.domain.event import Opaque, incident_of
from warroom.domain.incident import Incident
from warroom.domain.library import RunbooksImported
from warroom.domain.record import EntryRedacted, EvidenceAdded, RecordEvent
from warroom.room.checkpoints import Vouched, inside
from warroom.room.feed import evolve
from warroom.room.writing import summarise
from warroom.store import chain, codec
from warroom.store.contract import GENESIS, PAGE, Cursor, End, Ends, Forked, Row, Store, Summary

_UNREADABLE = (AttributeError, TypeError, ValueError, struct.error)
"What a field of another type or size than the schema's ends in, where a database was edited by hand."


_BESIDE = {each.tag() for each in (StepNoted, *get_args(RecordEvent))}
"Events that leave an incident's row in the list as it is."


class Bad(msgspec.Struct, frozen=True):
    """The first thing that does not hold: at which position of the log, or in which stream (0, "" = elsewhere)."""

    pos: int
    stream: str
    seq: int
    problem: str


class Verdict(msgspec.Struct, frozen=True):
    """What was checked: events that hold, streams, bodies redacted on record, and where the log ends.

    `vouched`: the last checkpoint that the log agrees with; nothing vouches for what comes after it.
    """

    log_id: str
    events: int
    streams: int
    redacted: int
    end: Cursor
    bad: Bad | None = None
    vouched: Vouched | None = None


class _Found(Exception):
    def __init__(self, problem: str, pos: int = 0, stream: str = "", seq: int = 0) -> None:
        self.bad = Bad(pos, stream, seq, problem)


def verify(store: Store, vouched: Iterable[Vouched] = ()) -> Verdict:
    """Check everything. Unavailable where the database cannot be read; others may write meanwhile.

    `vouched`: checkpoints from elsewhere, of this log or of others too. Those beside the log are looked at as well.
    """
    check = _Check(store, list(vouched))
    try:
        check.everything()
    except _Found as found:
        return check.verdict(found.bad)
    return check.verdict(None)


def view(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON can carry it; null where a thing is not known or not of one place."""
    bad, end = verdict.bad, verdict.end
    return {
        "ok": bad is None,
        "events": verdict.events,
        "streams": verdict.streams,
        "redacted": verdict.redacted,
        "first_bad": bad
        and {
            "pos": bad.pos or None,
            "stream": bad.stream or None,
            "seq": bad.seq or None,
            "problem": bad.problem,
        },
        "head": {"epoch": end.epoch, "pos": end.pos, "hash": end.hash.hex()},
        "log_id": verdict.log_id or None,
        "vouched": verdict.vouched and _vouched(verdict.vouched),
    }


def _vouched(known: Vouched) -> dict[str, Any]:
    made = known.checkpoint
    return {"pos": made.pos, "epoch": made.epoch, "by": known.by or None, "key": made.key, "place": known.place}


class _Check:
    """One walk through the log, and what it derived so far."""

    def __init__(self, store: Store, vouched: list[Vouched]) -> None:
        self._store = store
        self._elsewhere = vouched
        self._vouched: dict[int, list[Vouched]] = {}
        self._agreed: Vouched | None = None
        self._redactions: set[tuple[str, int]] = set()
        self._cursor = Cursor()
        self._streams: dict[str, tuple[int, bytes, int]] = {}
        self._missing: list[Row] = []
        self._kept: set[str] = set()
        self._log_id = ""

    def verdict(self, bad: Bad | None) -> Verdict:
        redacted = len(self._missing)
        return Verdict(self._log_id, self._cursor.pos, len(self._streams), redacted, self._cursor, bad, self._agreed)

    def everything(self) -> None:
        ends = self._ends()
        self._log_id = ends.head.log_id
        self._expect()
        self._walk()
        # The log may have grown since the end was reached: go on until what is kept beside it speaks of the same end.
        while (ends := self._ends()).head.pos > self._cursor.pos:
            if not self._walk():
                raise _Found(f"the log ends here, but position {ends.head.pos} was confirmed", self._cursor.pos)
        if ends.head.cursor != self._cursor:
            raise _Found(f"the log goes on here, but its end is kept as position {ends.head.pos}", self._cursor.pos)
        self._reach()
        self._compare(ends)

    def _expect(self) -> None:
        """Sort the checkpoints of this log by position."""
        mine = [each for each in self._elsewhere if each.checkpoint.log_id == self._log_id]
        if self._elsewhere and not mine:
            raise _Found("none of the checkpoints is of this log: it is another one, or its id was changed")
        try:
            beside = inside(self._store)
        except _UNREADABLE:
            raise _Found("the checkpoints beside the log cannot be read") from None
        for each in (*mine, *beside):
            self._vouched.setdefault(each.checkpoint.pos, []).append(each)

    def _meet(self, row: Row) -> None:
        """Hold a row that was found to be right against the checkpoints of its position."""
        for each in self._vouched.pop(row.pos, ()):
            made = each.checkpoint
            if (made.log_id, made.epoch, made.hash) != (self._log_id, row.epoch, row.log_hash):
                last = self._agreed.checkpoint if self._agreed else None
                self._cursor = Cursor(last.epoch, last.pos, last.hash) if last else Cursor()
                why = f"the checkpoint in {each.place} says otherwise: the log was written anew after position"
                raise _Found(f"{why} {self._cursor.pos}", row.pos, row.stream, row.seq)
            if each in self._elsewhere:
                self._agreed = each

    def _reach(self) -> None:
        """Every checkpoint must lie in the log; one from beyond its end tells that the end was cut off."""
        for pos, (each, *_) in sorted(self._vouched.items()):
            why = f"the log ends here, but the checkpoint in {each.place} vouches for position {pos}"
            raise _Found(f"{why}: its end was cut off, or an older copy put back", self._cursor.pos)

    def _ends(self) -> Ends:
        try:
            return self._store.ends()
        except _UNREADABLE:
            raise _Found("the record of where the log ends is missing or unreadable") from None

    def _walk(self) -> bool:
        """Check every row after the cursor; whether there was one."""
        start = self._cursor
        try:
            while rows := self._store.after(self._cursor, PAGE):
                for row in rows:
                    self._row(row)
        except Forked:
            raise _Found("another log took the place of this one while it was read", self._cursor.pos) from None
        return self._cursor != start

    def _row(self, row: Row) -> None:
        if row.pos != self._cursor.pos + 1:
            raise _Found(f"position {self._cursor.pos + 1} is missing", self._cursor.pos + 1)
        try:
            problem = self._problem(row)
        except _UNREADABLE:
            problem = "it cannot be read"
        if problem:
            raise _Found(problem, row.pos, str(row.stream), _whole(row.seq))
        self._meet(row)
        self._cursor = row.cursor
        self._streams[row.stream] = (row.seq, row.hash, row.pos)
        if row.body is None:
            self._missing.append(row)
        elif row.name == EntryRedacted.tag():
            match codec.decode(row.name, row.body):
                case EntryRedacted(entry=entry):
                    self._redactions.add((row.stream, entry))

    def _problem(self, row: Row) -> str:
        if row.epoch < self._cursor.epoch:
            return f"epoch {row.epoch} comes after epoch {self._cursor.epoch}"
        if problem := chain.fault(self._log_id, self._cursor.hash, row):
            return problem
        seq, prev, _ = self._streams.get(row.stream, (0, GENESIS, 0))
        if row.seq != seq + 1:
            return f"number {seq + 1} of its stream is missing"
        return "the chain of its stream is broken before it" if row.prev != prev else self._beside(row)

    def _beside(self, row: Row) -> str:
        """What is wrong with the bytes that an event keeps beside the log: evidence, the texts of imported runbooks."""
        if row.body is None or row.name not in (EvidenceAdded.tag(), RunbooksImported.tag()):
            return ""
        match codec.decode(row.name, row.body):
            case EvidenceAdded(digest=digest):
                return self._bytes("evidence", digest)
            case RunbooksImported(entries=entries):
                faults = (self._bytes(f"runbook {each.name}", each.digest) for each in entries)
                return next((fault for fault in faults if fault), "")
            case _:
                return ""

    def _bytes(self, what: str, digest: str) -> str:
        if digest in self._kept:
            return ""
        content = self._store.blob(digest)
        if content is None:
            return f"the {what} ({digest[:12]}…) is missing"
        self._kept.add(digest)
        return "" if sha256(content).hexdigest() == digest else f"the {what} ({digest[:12]}…) was changed"

    def _compare(self, ends: Ends) -> None:
        """Compare what was derived with what is kept beside the log, as of the same moment."""
        for row in self._missing:
            if row.pos not in ends.redacted or (row.stream, row.seq) not in self._redactions:
                raise _Found("its body is gone, and no redaction is on record", row.pos, row.stream, row.seq)
        kept = {end.stream: end for end in ends.streams}
        for stream, (seq, hash_, _) in self._streams.items():
            end = kept.pop(stream, None)
            if end is None or (end.seq, end.hash) != (seq, hash_):
                raise _Found(f"the stream ends at {seq}, but another end is kept for it", 0, stream, seq)
            self._beyond(stream, seq)
        for stream in kept:
            raise _Found("this stream is kept, but the log has no event of it", 0, stream, 0)
        self._numbers(ends.streams)
        self._summaries(ends.streams)

    def _beyond(self, stream: str, seq: int) -> None:
        """Rows of a stream beyond its end were written just now by others, or put in past the log's positions."""
        for row in self._store.stream(stream, seq).rows:
            if row.pos <= self._cursor.pos:
                raise _Found("this event stands outside the log", row.pos, stream, row.seq)

    def _numbers(self, ends: Iterable[End]) -> None:
        """Incidents are numbered in the order in which their first events stand in the log."""
        known = {end.stream: end.number for end in ends}
        incidents = [stream for stream in self._streams if incident_of(stream)]
        for number, stream in enumerate(incidents, 1):
            if known[stream] != number:
                raise _Found(f"this is INC-{number}, but it is kept as INC-{known[stream]}", 0, stream, 0)

    def _summaries(self, ends: Iterable[End]) -> None:
        """Every incident's row in the list says what its events come to."""
        try:
            kept = {summary.stream: summary for summary in self._store.summaries()}
        except _UNREADABLE:
            raise _Found("the list of incidents cannot be read") from None
        for end in ends:
            if incident_of(end.stream):
                seq, _, pos = self._streams[end.stream]
                summary = kept.pop(end.stream, None)
                try:
                    holds = summary is not None and self._agrees(summary, end)
                except _UNREADABLE:
                    holds = False
                if not holds:
                    raise _Found("its summary does not agree with the log", pos, end.stream, seq)
        for stream in kept:
            if not self._store.stream(stream).rows:  # else it was declared just now
                raise _Found("this incident is listed, but the log has no event of it", 0, stream, 0)

    def _agrees(self, summary: Summary, end: End) -> bool:
        """Whether a row of the list is what its stream comes to, at the end that was checked or a later one.

        Notes leave the row alone, so it may name an earlier event than the stream's last.
        """
        incident = Incident(incident_of(end.stream) or "", end.number)
        rows = self._store.stream(end.stream).rows
        for row in rows:
            fact = codec.fact(row)
            if isinstance(fact.event, Opaque) and row.name not in _BESIDE:
                return True  # redacted, or written by a newer version: what it said of the incident is not known here
            if row.seq <= max(end.seq, summary.seq):
                incident = evolve(incident, fact)
        return summary == msgspec.structs.replace(summarise(incident), seq=summary.seq) and summary.seq <= len(rows)


def _whole(value: object) -> int:
    """A number for the report, whatever a hand that edited the database put in its place."""
    return value if isinstance(value, int) else 0
