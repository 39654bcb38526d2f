"""Taking over a replay: the incident as it stood at a position becomes a live drill in a stream of its own."""

import uuid
from datetime import datetime
from itertools import groupby

from msgspec.structs import replace

from warroom.domain import rights
from warroom.domain import takeover as takeovers
from warroom.domain.case import Case
from warroom.domain.clock import ClockMapped
from warroom.domain.event import Event, Fact, incident_stream
from warroom.domain.incident import Declared, Incident
from warroom.domain.moments import moment
from warroom.room.feed import evolve
from warroom.room.replay import Replay
from warroom.room.room import Outcome, Room
from warroom.room.writing import draft, summarise, timers
from warroom.store import codec
from warroom.store.contract import Append, Log, Row

VIA = "import"
"How the actors of the facts that are told again were established: they did not act in the drill."


def take_over(room: Room, incident: str, position: int, title: str = "") -> Outcome:
    """Begin a drill as an incident (a UUID) stood when its first `position` facts were known.

    All of it is written or nothing. `title`: in place of the original's. Invalid or Refused where the incident cannot
    be taken over there.
    """
    rights.check(room.actor.via, "declare", room.actor.person, room.feed(None).refresh().org)
    replay = Replay(room.store, incident)
    original = replay.at(position).incident
    origin = replay.course.moment(position)
    assert original is not None
    assert origin is not None
    takeovers.check_position(replay.course, position, original)
    now_known = replay.at(replay.course.length).incident
    assert now_known is not None
    takeovers.check_taker(now_known, room.actor.person)
    source = f"{original.name} at entry {position}"
    first, *others = takeovers.retold(replay.course.facts[:position])
    assert isinstance(first.event, Declared)
    name = str(uuid.uuid4())
    feed = room.feed(None)
    with feed.exclusive() as held:
        now = moment(room.store.now())
        clock = ClockMapped(now, origin, 1.0)
        event = takeovers.declared(first.event, source, title, clock)
        story = _Story(held, name, now)
        for _, together in groupby((replace(first, event=event), *others), lambda fact: (fact.command, fact.actor)):
            story.tell(list(together), VIA)
        actor = room.actor
        case = Case(story.incident, feed.state.org, actor.person, origin, via=actor.via, real=now)
        story.add(takeovers.begin(case, source), actor.person, actor.via, origin)
    room.store.ring()
    return Outcome(room.feed(name).refresh(), tuple(codec.facts(story.rows)))


class _Story:
    """A stream that is written command by command while the log's lock is held. `now`: the database's time."""

    def __init__(self, log: Log, name: str, now: datetime) -> None:
        self.incident = Incident(name)
        self.rows: list[Row] = []
        self._log = log
        self._now = now
        self._stream = incident_stream(name)

    def add(self, events: list[Event], actor: str, via: str, at: datetime) -> None:
        """What somebody does now, which is `at` in the incident's time; what falls due counts from here on."""
        seq = self.incident.seq
        facts = [
            Fact(0, self._stream, seq + n, event, actor, via, at, at, self._now) for n, event in enumerate(events, 1)
        ]
        self.tell(facts, via, last=True)

    def tell(self, facts: list[Fact], via: str, last: bool = False) -> None:
        """One command's facts, at their own times. `last`: the engine may look at what falls due."""
        before, command = self.incident.seq, str(uuid.uuid4())
        for fact in facts:
            written = replace(fact, stream=self._stream, via=via, appended=self._now, command=command)
            self.incident = evolve(self.incident, written)
        drafts = tuple(draft(fact.event, fact.happened, fact.recorded) for fact in facts)
        due = timers(self.incident) if last else ()
        append = Append(
            command, self._stream, before, facts[0].actor, via, drafts, summary=summarise(self.incident), timers=due
        )
        self.rows += self._log.append(append).rows
