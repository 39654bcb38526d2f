"""The log in memory: for tests, and for replaying what must not be written down."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, RLock, get_ident

import msgspec

from warroom.domain.errors import Refused
from warroom.domain.event import incident_of
from warroom.store import outbox_memory as outboxes
from warroom.store.chain import check, link
from warroom.store.contract import (
    ALREADY,
    GENESIS,
    PAGE,
    STALE,
    Append,
    Appended,
    Claimed,
    Conflict,
    Cursor,
    End,
    Ends,
    Forked,
    Head,
    Lease,
    Log,
    Parcel,
    Presence,
    Redaction,
    Row,
    Stream,
    Summary,
)


class MemoryStore:
    """A store that is gone when the process is. Several rooms in one process may share it."""

    place = "memory"
    url = "memory:"

    def __init__(self) -> None:
        self._lock = RLock()
        self._bell = Condition()
        self._rings = 0
        self._heard: dict[int, int] = {}
        self._rows: list[Row] = []
        self._log_id = str(uuid.uuid4())
        self._numbers: dict[str, int] = {}
        self._summaries: dict[str, Summary] = {}
        self._timers: dict[str, tuple[tuple[str, int], ...]] = {}
        self._blobs: dict[str, bytes] = {}
        self._redacted: frozenset[int] = frozenset()
        self._checkpoints: dict[tuple[int, str], str] = {}
        self._outbox: outboxes.Outbox = {}
        self._leases: dict[str, Lease] = {}
        self._present: dict[str, Presence] = {}

    def now(self) -> int:
        last = self._rows[-1].appended if self._rows else 0
        return max(last, time.time_ns() // 1000)

    def head(self) -> Head:
        with self._lock:
            last = self._rows[-1].cursor if self._rows else Cursor()
            return Head(self._log_id, last.epoch, last.pos, last.hash)

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        with self._lock:
            if cursor.pos:
                known = self._rows[cursor.pos - 1] if cursor.pos <= len(self._rows) else None
                if known is None or known.cursor != cursor:
                    raise Forked
            return self._rows[cursor.pos : cursor.pos + limit]

    def stream(self, name: str, after: int = 0) -> Stream:
        with self._lock:
            rows = [row for row in self._rows if row.stream == name and row.seq > after]
            return Stream(rows, self._numbers.get(name, 0), self.head())

    def append(self, append: Append) -> Appended:
        check(append)
        with self._lock:
            number = self._numbers.get(append.stream, 0)
            if known := tuple(row for row in self._rows if row.command_id == append.command_id):
                return Appended(known, self._numbers.get(known[0].stream, 0), duplicate=True)
            mine = [row for row in self._rows if row.stream == append.stream]
            elsewhere = append.epoch not in (0, self.head().epoch)
            if (len(mine) != append.expected and not append.commuting) or elsewhere:
                raise Conflict(len(mine))
            if {row.event_id for row in self._rows} & {draft.event_id for draft in append.drafts}:
                raise Refused(ALREADY)
            now = self.now()
            outbox = outboxes.written(self._outbox, append, now)
            if not mine and append.drafts and incident_of(append.stream):
                number = self._numbers[append.stream] = len(self._numbers) + 1
            prev = mine[-1].hash if mine else GENESIS
            rows = link(self.head(), len(mine), prev, append, now)
            self._rows += rows
            self._outbox = outbox
            self._beside(append, number)
            return Appended(rows, number)

    def redact(self, redaction: Redaction) -> None:
        with self._lock:
            for pos in redaction.positions:
                self._rows[pos - 1] = msgspec.structs.replace(self._rows[pos - 1], salt=None, body=None)
            for digest in redaction.digests:
                self._blobs.pop(digest, None)
            self._redacted |= set(redaction.positions)

    def _beside(self, append: Append, number: int) -> None:
        if append.summary is not None:
            self._summaries[append.stream] = msgspec.structs.replace(append.summary, number=number)
        if append.timers is not None:
            self._timers[append.stream] = append.timers
        self._blobs.update(append.blobs)

    @contextmanager
    def exclusive(self) -> Iterator[Log]:
        with self._lock:
            rows, numbers, redacted = list(self._rows), dict(self._numbers), self._redacted
            beside = dict(self._summaries), dict(self._timers), dict(self._blobs), self._outbox
            try:
                yield self
            except BaseException:
                self._rows, self._numbers, self._redacted = rows, numbers, redacted
                self._summaries, self._timers, self._blobs, self._outbox = beside
                raise

    def ring(self) -> None:
        with self._bell:
            self._rings += 1
            self._bell.notify_all()

    wake = ring

    def wait(self, timeout: float) -> bool:
        me = get_ident()
        with self._bell:
            rang = self._bell.wait_for(lambda: self._rings != self._heard.get(me, 0), timeout)
            self._heard[me] = self._rings
            return rang

    def summaries(self) -> list[Summary]:
        with self._lock:
            return sorted(self._summaries.values(), key=lambda summary: -summary.number)

    def find(self, number: int) -> str | None:
        with self._lock:
            return next((stream for stream, known in self._numbers.items() if known == number), None)

    def ends(self) -> Ends:
        with self._lock:
            last = {row.stream: row for row in self._rows}
            streams = (End(name, self._numbers.get(name, 0), row.seq, row.hash) for name, row in last.items())
            return Ends(self.head(), tuple(streams), self._redacted)

    def timers(self, until: int, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
        with self._lock:
            due = [(s, key, at) for s, timers in self._timers.items() for key, at in timers if at <= until]
        asked = tuple(f"{kind}:" for kind in kinds) or ""
        return sorted((timer for timer in due if timer[1].startswith(asked)), key=lambda timer: timer[2])

    def claim(self, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int = 20) -> list[Claimed]:
        with self._lock:
            found = outboxes.due(self._outbox, channels, realm, now, limit)
            taken = [outboxes.claimed(entry, until) for entry in found]
            if taken:
                self._outbox = self._outbox | {entry.parcel.id: entry for entry in taken}
            return [outboxes.shown(entry) for entry in taken]

    def overdue(self, now: int, limit: int = 20) -> list[Parcel]:
        with self._lock:
            return outboxes.overdue(self._outbox, now, limit)

    def outbox(self, stream: str = "", states: tuple[str, ...] = ()) -> list[tuple[Parcel, str, int]]:
        with self._lock:
            found = [
                entry
                for entry in self._outbox.values()
                if stream in ("", entry.parcel.stream) and (not states or entry.state in states)
            ]
            return [(entry.parcel, entry.state, entry.attempt) for entry in outboxes.in_order(found)]

    def sent(self, channel: str, to: str, since: int, realm: str = "real") -> list[int]:
        with self._lock:
            return outboxes.sent(self._outbox, channel, to, since, realm)

    def lease(self, name: str, holder: str, now: int, until: int, detail: str = "") -> int:
        with self._lock:
            known = self._leases.get(name, Lease(name, "", 0, 0))
            if known.holder != holder and known.until > now:
                return 0
            epoch = known.epoch + (known.holder != holder)
            self._leases[name] = Lease(name, holder, epoch, until, detail)
            return epoch

    def release(self, name: str, holder: str) -> None:
        with self._lock:
            known = self._leases.get(name)
            if known is not None and known.holder == holder:
                self._leases[name] = msgspec.structs.replace(known, until=0)

    def leases(self) -> list[Lease]:
        with self._lock:
            return sorted(self._leases.values(), key=lambda lease: lease.name)

    def blob(self, digest: str) -> bytes | None:
        return self._blobs.get(digest)

    def scrub(self) -> None:
        """Nothing to do: what was taken away is nowhere."""

    def vouch(self, pos: int, key: str, text: str) -> None:
        with self._lock:
            self._checkpoints.setdefault((pos, key), text)

    def checkpoints(self) -> list[str]:
        with self._lock:
            return [self._checkpoints[place] for place in sorted(self._checkpoints)]

    def beat(self, presence: Presence) -> None:
        self._present[presence.session] = presence
        self._present = {key: each for key, each in self._present.items() if each.seen >= presence.seen - STALE}

    def leave(self, session: str) -> None:
        self._present.pop(session, None)

    def present(self, since: int) -> list[Presence]:
        here = [each for each in self._present.values() if each.seen >= since]
        return sorted(here, key=lambda each: (each.person, each.session))

    def close(self) -> None:
        """Nothing to let go of."""
