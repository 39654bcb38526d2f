"""Backups that are put back: what is said of it, what was held and is let go, and whether a backup would do at all."""

import contextlib
import uuid
from collections.abc import Iterable

import msgspec

from warroom.domain import fold as folding
from warroom.domain import restored, rights
from warroom.domain.errors import Already, Refused, Unavailable
from warroom.domain.escalation import LadderStarted
from warroom.domain.event import ORG, incident_of
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.domain.record import NoteAdded
from warroom.domain.restored import LogRestored
from warroom.room.feed import Feed, uuid_of
from warroom.room.room import Actor, Room
from warroom.room.writing import Content, PageContent, draft
from warroom.store import codec
from warroom.store.contract import HELD, Append, Forked, Parcel, Settled, Store

ENGINE = Actor("engine", "engine")


class Rehearsal(msgspec.Struct, frozen=True):
    """What came of trying a backup: incidents and events that were folded, and what is wrong, if anything.

    `behind`: how many events the log in use has beyond it; None = it was not compared.
    """

    incidents: int
    events: int
    problem: str = ""
    behind: int | None = None


class Released(msgspec.Struct, frozen=True):
    """What came of a release: messages that are sent after all, those that were dropped, and ladders that stopped."""

    sent: int = 0
    dropped: int = 0
    stopped: int = 0


def missing(copy: Store, old: Store) -> int:
    """How many events the old log has beyond a backup of it. Refused where the backup is none of that log."""
    end, head = copy.head(), old.head()
    try:
        old.after(end.cursor, 1)
    except Forked:
        raise Refused("The backup is no beginning of that log.", hint="Name the log that it was taken of.") from None
    if head.log_id != end.log_id:
        raise Refused("The backup is of another log.", hint="Name the log that it was taken of.")
    return head.pos - end.pos


def told(copy: Store, actor: Actor, taken: int, reaches: int, lost: int | None, now: int) -> tuple[Append, ...]:
    """What a restored log says of itself: in the organisation's stream, and as a note in every incident that is open.

    `taken`, `reaches`, `now`: microseconds. Refused for an actor who has no right to it.
    """
    rights.check(actor.via, "administer", actor.person, Feed(copy, None).state.org)
    event = LogRestored(moment(taken), copy.head().pos, moment(reaches), lost)
    text = f"The log was {restored.sentence(event)}."
    known = Append(str(uuid.uuid4()), ORG, 0, actor.person, actor.via, (draft(event),), commuting=True)
    open_ = [each.stream for each in copy.summaries() if each.status != "closed"]
    return (known, *(_note(copy, stream, actor, text, now) for stream in open_))


def _note(copy: Store, stream: str, actor: Actor, text: str, now: int) -> Append:
    incident = Feed(copy, uuid_of(stream)).state.incident
    assert incident is not None
    when = incident.clock.time(moment(now)) if incident.clock.map else None
    note = (draft(NoteAdded(text), when, when),)
    return Append(str(uuid.uuid4()), stream, 0, actor.person, actor.via, note, commuting=True)


def rehearse(copy: Store, live: Store | None) -> Rehearsal:
    """Fold every incident of a copy whose chains hold, and compare it with the log in use (None = there is none)."""
    count, events = 0, 0
    for summary in copy.summaries():
        rows = copy.stream(summary.stream).rows
        incident = Incident(uuid_of(summary.stream), summary.number)
        try:
            for row in rows:
                incident = folding.evolve(incident, codec.fact(row))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the backup would not do
            return Rehearsal(count, events, f"INC-{summary.number} cannot be read: {type(fault).__name__}")
        count, events = count + 1, events + len(rows)
    try:
        return Rehearsal(count, events, behind=None if live is None else missing(copy, live))
    except Refused as refused:
        return Rehearsal(count, events, refused.message.removesuffix("."))


def waiting(store: Store) -> list[tuple[Parcel, int]]:
    """The messages that a restore holds back, and how often each was tried before."""
    return [(each, tried) for each, _, tried in store.outbox(states=("pending",)) if each.not_before == HELD]


def release(room: Room, because: str, goes_on: bool) -> Released:
    """Let a restored log send again. Unless it `goes_on`, held messages are dropped, and the ladders that ran stop.

    A note in each incident that was open says so; where it was acknowledged, the silence is counted from there.

    Whoever is cut off meanwhile does it again: the log is released last. Refused where nothing holds it.
    """
    org = room.feed(None).refresh().org
    rights.check(room.actor.via, "administer", room.actor.person, org)
    since = restored.holding(org).pos
    engine = Room(room.store, ENGINE)
    held = waiting(room.store)
    for parcel, tried in held:
        if goes_on:
            _settle(room.store, Settled(parcel.id, 0, "pending", room.store.now()), parcel.stream)
        else:
            _drop(engine, parcel, tried)
    stopped = 0 if goes_on else _stop(engine, _climbing(room.store, since))
    for stream in _open(room.store, since):
        _say(room, stream, f"The restored log was released: {because.strip()}.", since)
    room.arrange("restore.release", because=because, goes_on=goes_on)
    return Released(*((len(held), 0) if goes_on else (0, len(held))), stopped)


def _climbing(store: Store, since: int) -> list[str]:
    """The streams of incidents whose ladders began before a position of the log and may still page somebody."""
    streams = dict.fromkeys(stream for stream, _, _ in store.timers(HELD, ("rung",)))
    return [stream for stream in streams if _began(store, stream) < since]


def _open(store: Store, since: int) -> list[str]:
    """The streams of open incidents that are older than a position of the log."""
    streams = [each.stream for each in store.summaries() if each.status != "closed"]
    return [stream for stream in streams if store.stream(stream).rows[0].pos < since]


def _say(room: Room, stream: str, text: str, since: int) -> None:
    """A note, once for each person and restore."""
    command_id = f"released {since} {stream} {room.actor.person}"
    room.do("note", uuid_of(stream), command_id=command_id, text=text)


def _began(store: Store, stream: str) -> int:
    """Where in the log the last ladder of an incident began."""
    return max((row.pos for row in store.stream(stream).rows if row.name == LadderStarted.tag()), default=0)


def _stop(engine: Room, streams: Iterable[str]) -> int:
    """Stop ladders; how many ran."""
    count = 0
    for stream in streams:
        with contextlib.suppress(Already):
            engine.do("ladder.stop", uuid_of(stream), because=restored.STOPPED)
            count += 1
    return count


def _drop(engine: Room, parcel: Parcel, tried: int) -> None:
    """Never send a message; of a page, the incident's timeline says so."""
    content = msgspec.json.decode(parcel.payload, type=Content)
    incident = incident_of(parcel.stream)
    gone = Settled(parcel.id, 0, "dropped")
    if not isinstance(content, PageContent) or incident is None:
        _settle(engine.store, gone, parcel.stream)
        return
    try:
        engine.do(
            "page.report",
            incident,
            command_id=f"{parcel.id}/restored",
            settled=(gone,),
            page=content.page,
            contact=content.contact,
            outcome="dropped",
            attempt=tried + 1,
            says=restored.STOPPED,
        )
    except Unavailable:
        raise
    except Refused:  # a page that the incident does not know is dropped all the same
        _settle(engine.store, gone, parcel.stream)


def _settle(store: Store, settled: Settled, stream: str) -> None:
    command = f"released {settled.id}"
    store.append(Append(command, stream, 0, ENGINE.person, ENGINE.via, (), commuting=True, settled=(settled,)))
