"""What a store promises, whatever lies beneath: the log, what is written with it, and who is here.

One contract, one suite of tests, three stores: memory, SQLite, Postgres. All calls are synchronous, may block, and may
be made from any thread; none may be made on an event loop. Moments are integers: microseconds since 1970, UTC.
"""

from contextlib import AbstractContextManager
from typing import Literal, Protocol

import msgspec

from warroom.domain.errors import Unavailable

GENESIS = bytes(32)
SALT = 16
"Bytes of a salt. Always so many, so that nothing can be moved between a salt and its body."
PAGE = 500
HELD = 253_402_300_799_000_000
"`not_before` of a message that a restore holds back: the last second of the year 9999."

STALE = 3_600_000_000
"Terminals not heard of for so long (microseconds) are forgotten."

ALREADY = "An event with this id is in the log already."
"The refusal of an event that stands in the log under another command."


class Cursor(msgspec.Struct, frozen=True):
    """A place in the log: up to and including `pos`, where the log's chain was at `hash`."""

    epoch: int = 1
    pos: int = 0
    hash: bytes = GENESIS


class Head(msgspec.Struct, frozen=True):
    """Where the log ends, and which log it is."""

    log_id: str
    epoch: int
    pos: int
    hash: bytes

    @property
    def cursor(self) -> Cursor:
        """The end of the log as a cursor."""
        return Cursor(self.epoch, self.pos, self.hash)


class Row(msgspec.Struct, frozen=True):
    """One event as it is stored. `salt` and `body` are None where the body was redacted; the hashes stay."""

    epoch: int
    pos: int
    stream: str
    seq: int
    event_id: str
    command_id: str
    ord: int
    name: str
    actor: str
    via: str
    happened: int
    recorded: int
    appended: int
    body_hash: bytes
    prev: bytes
    hash: bytes
    log_hash: bytes
    salt: bytes | None
    body: bytes | None

    @property
    def cursor(self) -> Cursor:
        """The place of this row in the log."""
        return Cursor(self.epoch, self.pos, self.log_hash)


class Draft(msgspec.Struct, frozen=True):
    """An event to be appended. `happened` and `recorded` None = the moment of appending."""

    event_id: str
    name: str
    salt: bytes
    body: bytes
    happened: int | None = None
    recorded: int | None = None


class Summary(msgspec.Struct, frozen=True):
    """One incident in a list: written in the transaction that changes it, so a list needs no fold.

    `number` 0 = to be filled in by the store. `origin`: what T+ counts from; `ended`: the resolution, if any.
    """

    stream: str
    title: str
    status: str
    level: int
    severity: str
    commander: str
    declared: int
    origin: int
    origin_name: str
    ended: int | None
    seq: int
    number: int = 0
    clock: str = ""


class Parcel(msgspec.Struct, frozen=True):
    """One message that must leave the house. `realm`: `real`, or `drill`, which reaches no real channel.

    `basis`: the stream's sequence number it was decided on; `to`: the address on the channel, for throttles; before
    `not_before` it is not sent, and after `expires` never.
    """

    id: str
    stream: str
    realm: str
    channel: str
    to: str
    basis: int
    payload: bytes
    not_before: int
    expires: int


class Claimed(msgspec.Struct, frozen=True):
    """A parcel that one engine may send until `lease_until`. `attempt` counts from 1; `lease_epoch` is its fence.

    `repeat`: an earlier attempt may have gone out: its engine died or hung before it said what became of it.
    """

    parcel: Parcel
    attempt: int
    lease_epoch: int
    lease_until: int
    repeat: bool = False


Parcelling = Literal["pending", "leased", "sent", "failed", "dropped"]


class Settled(msgspec.Struct, frozen=True):
    """What becomes of a parcel, in the transaction that records it. `pending` = try again at `not_before`.

    `lease_epoch`: the claim's. 0 = without a claim: it holds for a parcel that waits (`pending`), or that expired after
    its claim had run out, and is skipped for any other.
    """

    id: str
    lease_epoch: int
    state: Parcelling
    not_before: int = 0


class Lease(msgspec.Struct, frozen=True):
    """Who does a job at the moment. `epoch` grows with every change of holder; `detail`: what it says of itself."""

    name: str
    holder: str
    epoch: int
    until: int
    detail: str = ""


class Append(msgspec.Struct, frozen=True):
    """Everything that one command writes, in one transaction.

    `expected`: the stream's sequence number that the command was decided on. A commuting command (a note) is appended
    even where the stream has moved on; any other raises `Conflict`. A command id that is in the log already changes
    nothing. `timers`: (key, due), replacing the stream's timers; None leaves them. `blobs`: (SHA-256, bytes).
    `outbox`: parcels to be sent; one whose id is known already is left as it is. `settled`: `Fenced` where any of them
    was claimed by somebody else meanwhile, or settled already; then nothing of all this is written.
    `epoch`: the log's, as it was when this was decided, 0 = any; in a log restored meanwhile this is a `Conflict`.
    Without drafts, only what lies beside the log is written. Nothing tells then that it was written before, so a claim
    that is settled in the same way already is no `Fenced`.
    """

    command_id: str
    stream: str
    expected: int
    actor: str
    via: str
    drafts: tuple[Draft, ...]
    commuting: bool = False
    summary: Summary | None = None
    timers: tuple[tuple[str, int], ...] | None = None
    blobs: tuple[tuple[str, bytes], ...] = ()
    outbox: tuple[Parcel, ...] = ()
    settled: tuple[Settled, ...] = ()
    epoch: int = 0


class Appended(msgspec.Struct, frozen=True):
    """What was written (or, for a repeated command id, had been): rows in order, and the stream's number (0 = none)."""

    rows: tuple[Row, ...]
    number: int
    duplicate: bool = False


class Redaction(msgspec.Struct, frozen=True):
    """What is to be taken away: the salts and bodies at these positions, and the evidence with these SHA-256.

    `by` and `because` are kept beside the log, for `verify`; they say who and why, and never what.
    """

    positions: tuple[int, ...]
    digests: tuple[str, ...]
    by: str
    because: str


class Stream(msgspec.Struct, frozen=True):
    """A stream as read in one go: its rows after the asked sequence number, and the log's head at that moment."""

    rows: list[Row]
    number: int
    head: Head


class End(msgspec.Struct, frozen=True):
    """Where one stream ends, as it is kept beside the events. `number`: the incident's, 0 = none."""

    stream: str
    number: int
    seq: int
    hash: bytes


class Ends(msgspec.Struct, frozen=True):
    """Where the log and its streams end, and the positions whose redaction is on record, all at one moment."""

    head: Head
    streams: tuple[End, ...]
    redacted: frozenset[int] = frozenset()


class Presence(msgspec.Struct, frozen=True):
    """One terminal. `row`: the step its cursor is on; `seen`: last heartbeat; `active`: last key pressed."""

    session: str
    person: str
    incident: str
    row: str
    seen: int
    active: int
    host: str = ""


class Conflict(Exception):
    """The stream has moved on since the command was decided. `seq`: where it is now."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"the stream is at {seq}")
        self.seq = seq


class Fenced(Exception):
    """Another engine has claimed the parcel meanwhile: whoever comes late changes nothing."""


class Forked(Exception):
    """The log at the cursor is another one: after a failover or a restore, positions were given out again."""


class Damaged(Unavailable):
    """The log does not hold together: a gap, or a hash that does not fit."""

    code = "damaged"


class Log(Protocol):
    """The part of a store that can also be used while its write lock is held."""

    def head(self) -> Head:
        """Where the log ends."""

    def after(self, cursor: Cursor, limit: int = PAGE) -> list[Row]:
        """The rows after a cursor, in order, at most `limit`. Forked where the log differs at the cursor itself."""

    def stream(self, name: str, after: int = 0) -> Stream:
        """The rows of one stream with a sequence number above `after`."""

    def append(self, append: Append) -> Appended:
        """Write one command. Conflict or Fenced; Unavailable with what to do; Invalid where a text cannot be kept."""

    def redact(self, redaction: Redaction) -> None:
        """Take bodies away, and evidence. Their hashes stay, so the chains hold. What is gone already stays so."""


class Store(Log, Protocol):
    """A log and what lies beside it."""

    place: str
    "Where the data lies, as text for people, without secrets."

    url: str
    "What another terminal passes as `--db`, without a password."

    def now(self) -> int:
        """The database's time."""

    def exclusive(self) -> AbstractContextManager[Log]:
        """Hold the write lock; what is appended inside commits together at its end, or not at all."""

    def ring(self) -> None:
        """Hint to every waiting terminal that the log has grown. Called after a commit; may be lost."""

    def wait(self, timeout: float) -> bool:
        """Sleep until a hint, `wake`, or `timeout` seconds. True where a hint came. Unavailable when cut off."""

    def wake(self) -> None:
        """End a `wait` in another thread."""

    def summaries(self) -> list[Summary]:
        """Every incident, newest number first."""

    def find(self, number: int) -> str | None:
        """The stream of the incident with this number."""

    def ends(self) -> Ends:
        """What is kept about the log beside its events, for `verify` to compare with them."""

    def timers(self, until: int, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
        """(stream, key, due) of everything due up to a moment, soonest first.

        `kinds`: only keys that begin with one of these and a colon.
        """

    def claim(self, channels: tuple[str, ...], realm: str, now: int, until: int, limit: int = 20) -> list[Claimed]:
        """Take parcels that are due: `pending`, or `leased` by somebody whose time ran out. Nobody else gets them.

        The longest due first; none of another realm, and none that has expired. Each claim raises the parcel's attempt
        and fence. Where there is nothing to take, no writer is disturbed.
        """

    def overdue(self, now: int, limit: int = 20) -> list[Parcel]:
        """Parcels that expired unsent, and that nobody holds any more; those that expired first come first."""

    def outbox(self, stream: str = "", states: tuple[str, ...] = ()) -> list[tuple[Parcel, str, int]]:
        """(parcel, state, attempts) of a stream's parcels, or of all; only those in `states` where any are named.

        The longest due first.
        """

    def sent(self, channel: str, to: str, since: int, realm: str = "real") -> list[int]:
        """When parcels were handed to this address since then, oldest first: what throttles count.

        Those of a drill reached nobody, so they are counted for themselves.
        """

    def lease(self, name: str, holder: str, now: int, until: int, detail: str = "") -> int:
        """Take or renew a lease; its epoch, or 0 where somebody else holds it (its `until` lies after `now`).

        No history; best effort: 0 also where it cannot be written, and epochs start anew where leases were lost.
        """

    def release(self, name: str, holder: str) -> None:
        """Give a lease back; only a courtesy, since it runs out by itself."""

    def leases(self) -> list[Lease]:
        """Every lease, run out or not, by name."""

    def blob(self, digest: str) -> bytes | None:
        """Kept bytes by their SHA-256. Whoever shows them checks first that they still have it."""

    def scrub(self) -> None:
        """Write the database anew without what was taken away, so that its bytes lie in no free page of it either.

        Everybody else waits meanwhile. Unavailable where it cannot be done now.
        """

    def vouch(self, pos: int, key: str, text: str) -> None:
        """Keep a signed checkpoint of a position; one that is there already for this key stays as it is."""

    def checkpoints(self) -> list[str]:
        """The signed checkpoints that are kept beside the log, by position."""

    def beat(self, presence: Presence) -> None:
        """Say that a terminal is here. No history; lost heartbeats are no error."""

    def leave(self, session: str) -> None:
        """Say that a terminal is gone."""

    def present(self, since: int) -> list[Presence]:
        """Every terminal whose last heartbeat is not older than `since`."""

    def close(self) -> None:
        """Let go of everything. Correctness never depends on it."""
