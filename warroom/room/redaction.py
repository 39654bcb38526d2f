"""Redaction: the one way in which bytes leave the log. The event that says so is written in the same transaction.

An event's hash covers a salted commitment to its body. Body and salt go together, so the chains still hold, and nobody
can try guesses against what is left.
"""

import contextlib
import uuid

import msgspec

from warroom.domain import redaction as rules
from warroom.domain import rights
from warroom.domain.errors import Already, Unavailable
from warroom.domain.event import Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.library import RunbooksImported
from warroom.domain.moments import moment
from warroom.domain.record import EntryRedacted, EvidenceAdded
from warroom.room.feed import State
from warroom.room.room import Room
from warroom.room.writing import draft, timers
from warroom.store import codec
from warroom.store.contract import PAGE, Append, Conflict, Cursor, Log, Redaction


class Redacted(msgspec.Struct, frozen=True):
    """What came of it: the state after it, its facts, and what whoever did it should know."""

    state: State
    facts: tuple[Fact, ...]
    remarks: tuple[str, ...] = ()

    @property
    def incident(self) -> Incident:
        """The incident after it."""
        assert self.state.incident is not None  # the room found it
        return self.state.incident


def redact(room: Room, incident: str, entry: int, because: str) -> Redacted:
    """Take an entry (its number on the timeline) of an incident (a UUID) out of the database, for good.

    Redacting it again only writes the database anew, for where that failed. Refused where it cannot be; nothing was
    written then.
    """
    rights.check(room.actor.via, "redact", room.actor.person, room.feed(None).refresh().org)
    feed = room.feed(incident)
    remarks: list[str] = []
    events: list[EntryRedacted] = []
    with feed.exclusive() as held:
        facts = codec.facts(held.stream(incident_stream(incident)).rows)
        try:
            events = rules.redact(facts, entry, because)
        except Already as already:
            remarks.append(f"{already.message} Only the database was written anew.")
        if events:
            _write(room, held, incident, feed.state, facts, events)
    state = feed.refresh()
    if events:
        _settle(room, state)
        room.store.ring()
    remarks += [f"Entry {each} corrects it and stays; redact it, too, if it says the same."
                for each in rules.corrections(facts, entry)]  # fmt: skip
    try:
        room.store.scrub()
    except Unavailable as problem:
        remarks.append(f"It is redacted, but free pages of the database may still hold it: {problem.message}")
        remarks.append("Redact it again to write the database anew.")
    written = codec.facts(room.store.stream(incident_stream(incident), len(facts)).rows[: len(events)])
    return Redacted(state, tuple(written), tuple(remarks))


def _write(room: Room, held: Log, incident: str, state: State, facts: list[Fact], events: list[EntryRedacted]) -> None:
    """Write the events, and take away what they name, in the transaction that is open."""
    gone = [facts[event.entry - 1] for event in events]
    positions = tuple(fact.pos for fact in gone)
    wanted = [fact.event.digest for fact in gone if isinstance(fact.event, EvidenceAdded)]
    digests = tuple(set(wanted) - _named(held, positions)) if wanted else ()
    mapped = state.incident.clock if state.incident and state.incident.clock.map else None
    now = mapped.time(moment(room.store.now())) if mapped else None
    drafts = tuple(draft(event, now, now) for event in events)
    actor = room.actor
    stream = incident_stream(incident)
    held.append(Append(str(uuid.uuid4()), stream, len(facts), actor.person, actor.via, drafts))
    held.redact(Redaction(positions, digests, actor.person, events[0].because))


def _named(log: Log, positions: tuple[int, ...]) -> set[str]:
    """The digests that other events of the log name: their bytes are still wanted."""
    found: set[str] = set()
    cursor = Cursor()
    while rows := log.after(cursor, PAGE):
        for row in rows:
            if row.pos in positions or row.name not in (EvidenceAdded.tag(), RunbooksImported.tag()):
                continue
            match codec.decode(row.name, row.body):
                case EvidenceAdded(digest=digest):
                    found.add(digest)
                case RunbooksImported(entries=entries):
                    found.update(each.digest for each in entries)
        cursor = rows[-1].cursor
    return found


def _settle(room: Room, state: State) -> None:
    """A step that is to be done again may fall due again."""
    incident, actor = state.incident, room.actor
    if incident is not None:
        stream = incident_stream(incident.id)
        append = Append(str(uuid.uuid4()), stream, incident.seq, actor.person, actor.via, (), timers=timers(incident))
        with contextlib.suppress(Conflict):  # whoever was faster has written them
            room.store.append(append)
