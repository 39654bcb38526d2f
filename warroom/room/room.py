"""The room: the one door through which everything that is done goes, from every front end and the engine.

`do` loads, decides, and appends in one short transaction. A lost race is decided again on fresh state, the second time
under the lock, so that a deciding command either stands on what is true or tells the user what happened.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo

import msgspec

from warroom.domain import library as libraries
from warroom.domain import org as organisations
from warroom.domain import rights
from warroom.domain.case import Case
from warroom.domain.clock import Clock, ClockMapped
from warroom.domain.errors import Invalid, Refused, Unknown, unknown
from warroom.domain.event import ORG, Event, Fact, incident_stream
from warroom.domain.fold import fold
from warroom.domain.glass import AttemptRefused
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.domain.org import Playbook
from warroom.domain.permissions import Right
from warroom.domain.runbook import Runbook
from warroom.room import commands, library
from warroom.room.commands import Command
from warroom.room.feed import Feed, State, uuid_of
from warroom.room.presence import GONE, people
from warroom.room.values import Passed, Reader
from warroom.room.writing import draft, notices, parcels, summarise, timers
from warroom.store import codec
from warroom.store.contract import Append, Appended, Conflict, Settled, Store

_DECLARED = uuid.UUID("0b6d4f0e-8f5e-5c7d-9d43-2a4d1c0e7b52")


class Actor(msgspec.Struct, frozen=True):
    """Who acts, and how that was established: `login`, `sudo`, `asserted`, `database`, `engine`, `import`, `link`."""

    person: str
    via: str = "login"


class Outcome(msgspec.Struct, frozen=True):
    """What came of a command: the state after it and its facts. `repeated`: the command id was already in the log."""

    state: State
    facts: tuple[Fact, ...]
    repeated: bool = False

    @property
    def incident(self) -> Incident:
        """The incident after the command."""
        if self.state.incident is None:
            raise ValueError("this command has no incident")
        return self.state.incident


class Room:
    """Use cases over one store, for one actor."""

    def __init__(
        self, store: Store, actor: Actor, library: Callable[[str], Runbook | None] = lambda name: None
    ) -> None:
        """`library` finds a runbook outside the log, by name or file, when one is attached."""
        self.store = store
        self.actor = actor
        self._reader = Reader(store, library)
        self._feeds: dict[str, Feed] = {}

    def feed(self, incident: str | None) -> Feed:
        """The feed of an incident (a UUID), shared by all who follow it here; None: the organisation alone."""
        key = incident or ""
        if key not in self._feeds:
            known = self._feeds.get("") if incident else None
            self._feeds[key] = Feed(self.store, incident, known.state if known else None)
        return self._feeds[key]

    def forget(self, incident: str) -> None:
        """Let go of an incident's feed: whoever looks at many must not read on in all of them."""
        self._feeds.pop(incident, None)

    def find(self, reference: str) -> str:
        """The UUID that `INC-4`, `4`, `inc-4` or a UUID names; Unknown with candidates."""
        text = reference.strip()
        digits = text.lower().removeprefix("inc-")
        if digits.isascii() and digits.isdecimal() and len(digits) < 18:
            if stream := self.store.find(int(digits)):
                return uuid_of(stream)
        else:
            for summary in self.store.summaries():
                if summary.stream == incident_stream(text.lower()):
                    return uuid_of(summary.stream)
        names = [f"INC-{summary.number}" for summary in self.store.summaries()]
        raise unknown("incident", reference, names)

    def do(
        self,
        name: str,
        incident: str | None = None,
        /,
        *,
        command_id: str = "",
        zone: tzinfo = UTC,
        settled: tuple[Settled, ...] = (),
        **given: object,
    ) -> Outcome:
        """Carry out a command on an incident (a UUID; None to declare one).

        `settled`: what becomes of parcels in the same transaction; `Fenced` where somebody else has them by now.

        `command_id` makes a repeated call change nothing; without one, each call is a new act. `zone`: the one in
        which the person sees times, and so types them. Refused and its kin with a sentence; nothing was written then.
        """
        command = commands.find(name)
        command_id = command_id or str(uuid.uuid4())
        # Made of the command's id, so that a declaration that is repeated finds the incident it has made.
        target = incident or str(uuid.uuid5(_DECLARED, command_id))
        feed = self.feed(target) if incident else Feed(self.store, target)

        def decide(state: State) -> Append:
            case = self._case(command, state, given.get("clock"))
            rights.check(case.via, command.right, case.by, case.org, case.incident.glass.broken)
            if case.incident.clock.closed and not command.closed:
                if case.incident.drill.ended:
                    raise Refused("The drill is over.", hint="Take it over from its replay, or begin another one.")
                raise Refused("The incident is closed.", hint="Reopen it first, with a reason.")
            passed = self._reader.read(command, case, given, zone)
            events: list[Event] = command.rule(case, **passed.values)
            append = self._append(command, command_id, case, events, passed)
            return msgspec.structs.replace(append, settled=settled, epoch=state.cursor.epoch)

        state = feed.refresh()
        try:
            try:
                appended = self.store.append(decide(state))
            except Conflict:
                with feed.exclusive() as held:
                    appended = held.append(decide(feed.state))
        except Refused as refused:
            if known := self._known(command_id, target):
                return known
            if refused.code == "forbidden":
                self._tell(feed, command)
            raise
        self._feeds.setdefault(target, feed)
        stream = incident_stream(target)
        if any((row.stream, row.actor) != (stream, self.actor.person) for row in appended.rows):
            raise Invalid("This command id was already used for something else.", hint="Make a new one for each act.")
        return self._outcome(feed, appended)

    def arrange(
        self, name: str, /, *, command_id: str = "", zone: tzinfo = UTC, batch: str = "", **given: object
    ) -> Outcome:
        """Carry out a command on the organisation (`arrangements.ALL`); what it makes is named by its event's `id`.

        `batch`: an id that many commands share, so that each person is told once for all of them.
        """
        from warroom.room.arrangements import arrange  # which needs this module

        return arrange(self, name, command_id, zone, given, batch)

    def publish(self, playbook: Playbook) -> bool:
        """Put a playbook in force for everybody, and tell those whom it changes something for. False where it is."""
        feed = self.feed(None)
        with feed.exclusive() as held:
            state = feed.state
            rights.check(self.actor.via, "administer", self.actor.person, state.org)
            events = organisations.publish(state.org, playbook)
            if events:
                command = str(uuid.uuid4())
                drafts = tuple(draft(event) for event in events)
                outbox = notices(command, state.org, playbook, self.actor.person, self.store.now())
                actor = self.actor
                held.append(Append(command, ORG, state.org.seq, actor.person, actor.via, drafts, outbox=outbox))
        feed.refresh()
        self.store.ring()
        return bool(events)

    def import_runbooks(self, books: Iterable[Runbook]) -> tuple[str, ...]:
        """Put runbooks into the library, all or none of them. The names of those that were new or have changed."""
        feed = self.feed(None)
        actor = self.actor
        rights.check(actor.via, "administer", actor.person, feed.refresh().org)
        names: list[str] = []
        with feed.exclusive() as held:
            seq = feed.state.org.seq
            for event, texts in libraries.bring(feed.state.org.library, books):
                drafts, blobs = (draft(event),), library.blobs(texts)
                held.append(Append(str(uuid.uuid4()), ORG, seq, actor.person, actor.via, drafts, blobs=blobs))
                seq += len(drafts)
                names += [book.name for book in texts]
        feed.refresh()
        self.store.ring()
        return tuple(names)

    def _outcome(self, feed: Feed, appended: Appended) -> Outcome:
        state = feed.take(appended.rows) if not appended.duplicate else feed.refresh()
        if state.incident is not None and state.incident.number == 0:
            incident = msgspec.structs.replace(state.incident, number=appended.number)
            state = feed.state = msgspec.structs.replace(state, incident=incident)
        return Outcome(state, tuple(codec.facts(appended.rows)), appended.duplicate)

    def _may(self, state: State) -> frozenset[Right]:
        """What the actor may do here."""
        broken = state.incident.glass.broken if state.incident else ()
        return rights.granted(self.actor.via, self.actor.person, state.org, broken)

    def _tell(self, feed: Feed, command: Command) -> None:
        """Write down that the actor tried what they may not, once for each command of an incident."""
        incident = feed.refresh().incident
        if incident is None or not incident.seq or (self.actor.person, command.name) in incident.glass.refused:
            return
        drafts = (draft(AttemptRefused(command.name, command.right)),)
        stream, who = incident_stream(incident.id), self.actor
        self.store.append(Append(str(uuid.uuid4()), stream, incident.seq, who.person, who.via, drafts, commuting=True))

    def _known(self, command_id: str, target: str) -> Outcome | None:
        """The outcome of a command that is already in the log: repeating one is never an error."""
        rows = tuple(row for row in self.store.stream(incident_stream(target)).rows if row.command_id == command_id)
        return Outcome(self.feed(target).state, tuple(codec.facts(rows)), True) if rows else None

    def _case(self, command: Command, state: State, clock: object = None) -> Case:
        """What the rule may look at. `clock`: the map that a declaration brings along."""
        if state.incident is None:
            raise ValueError("a command needs an incident")
        if not state.incident.seq and command.name != "declare":
            raise Unknown("There is no such incident in this log.", hint="Run: warroom list")
        database = moment(self.store.now())
        present = None
        if command.presence:
            present = people(self.store.present(self.store.now() - GONE), state.incident.id)
        incident = state.incident
        if isinstance(clock, ClockMapped):
            incident = msgspec.structs.replace(incident, clock=Clock(map=clock))
        return Case(
            incident, state.org, self.actor.person, incident.clock.time(database), present, self.actor.via, database,
            self._may(state),
        )  # fmt: skip

    def _append(
        self,
        command: Command,
        command_id: str,
        case: Case,
        events: list[Event],
        passed: Passed,
    ) -> Append:
        """One command's transaction. In mapped time (drills, the demo) the incident's time is written down too."""
        incident = case.incident
        mapped = incident.clock.map is not None
        # When an incident was declared stands in its summary, too, and so is settled before the database writes both.
        when = passed.happened or (case.now if mapped or not incident.seq else None)
        known = case.now if mapped else None
        stream = incident_stream(incident.id)
        drafts = tuple(draft(event, when, known) for event in events)
        append = Append(
            command_id, stream, incident.seq, self.actor.person, self.actor.via, drafts, command.commuting,
            blobs=passed.blobs,
        )  # fmt: skip
        if command.commuting:
            return append
        after = self._foresee(case, events, when)
        outbox = parcels(after, events, case.now)
        return msgspec.structs.replace(append, summary=summarise(after), timers=timers(after), outbox=outbox)

    def _foresee(self, case: Case, events: list[Event], when: datetime | None) -> Incident:
        """The incident as it will stand once these events are in the log."""
        happened, now, seq = when or case.now, case.now, case.incident.seq
        stream = incident_stream(case.incident.id)
        facts = (
            Fact(0, stream, seq + n, event, self.actor.person, self.actor.via, happened, now, now)
            for n, event in enumerate(events, 1)
        )
        return fold(case.incident, facts)
