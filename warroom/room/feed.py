"""Following the log: read what is after the cursor, check it, fold it. The same for every front end and the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import msgspec

from warroom.domain import fold as folding
from warroom.domain import org as organisations
from warroom.domain.errors import Unavailable
from warroom.domain.event import ORG, Fact, Opaque, incident_of, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.record import EntryRedacted
from warroom.store import chain, codec
from warroom.store.contract import PAGE, Cursor, Forked, Head, Log, Row, Store


class State(msgspec.Struct, frozen=True):
    """What one terminal knows: an incident (None on the home screen), the organisation, and the place in the log.

    `lost`: the position after which the log turned out to be another one (a failover or a restore), 0 = never.
    """

    incident: Incident | None
    org: Org
    log_id: str
    cursor: Cursor
    lost: int = 0


class Feed:
    """One terminal's reading of the log. Safe to use from several threads."""

    def __init__(self, store: Store, incident: str | None, known: State | None = None) -> None:
        """Read the organisation and, where `incident` (a UUID) is given, that incident, as they stand.

        `known`: what another feed of this store knows of the organisation, which is read on from there.
        """
        self._store = store
        self._id = incident
        self._lock = RLock()
        self.state = self._load(store, known)

    def refresh(self, log: Log | None = None) -> State:
        """Read on to the end of the log. Unavailable when it cannot be read, Damaged when it does not hold together.

        `log`: read through this, where the write lock is held.
        """
        source = log or self._store
        with self._lock:
            while True:
                try:
                    rows = source.after(self.state.cursor, PAGE)
                except Forked:
                    return self._start_again(source)
                self._fold(rows, source)
                if len(rows) < PAGE:
                    return self.state

    @contextmanager
    def exclusive(self) -> Iterator[Log]:
        """Hold the store's write lock, with everything read up to it.

        Other threads of this terminal wait for this reading first, never inside the store's lock: the other way round
        two of them could wait for each other.
        """
        with self._lock, self._store.exclusive() as held:
            self.refresh(held)
            yield held

    def _start_again(self, log: Log) -> State:
        """Read everything anew: the log at the cursor is another one."""
        new = self._load(log)
        old = self.state.incident
        if old is not None and old.seq and new.incident is not None and not new.incident.seq:
            raise Unavailable(
                f"{old.name} is not in this database any more.", hint="It was replaced by another one; put it back."
            )
        self.state = msgspec.structs.replace(new, lost=self.state.cursor.pos)
        return self.state

    def audit(self) -> None:
        """Check every hash of this incident's stream and the organisation's. Damaged names the first bad position.

        Reading at the start does not, so that the first frame need not wait for it.
        """
        names = [ORG, *([incident_stream(self._id)] if self._id else [])]
        for name in names:
            chain.check_stream(self.state.log_id, self._store.stream(name).rows)

    def take(self, rows: tuple[Row, ...]) -> State:
        """Fold rows that were just appended, without reading them back where nothing lies between."""
        with self._lock:
            if rows and rows[0].pos == self.state.cursor.pos + 1:
                self._fold(list(rows), self._store)
                return self.state
            return self.refresh()

    def _fold(self, rows: list[Row], log: Log) -> None:
        if rows:
            state = self.state
            cursor = chain.follow(state.log_id, state.cursor, rows)
            mine = incident_stream(self._id) if self._id else ""
            incident, org = state.incident, state.org
            for row in rows:
                if incident is not None and row.stream == mine:
                    incident = evolve(incident, codec.fact(row))
                elif row.stream == ORG:
                    org = organisations.evolve(org, codec.fact(row))
            self.state = State(incident, org, state.log_id, cursor, state.lost)
            if any(row.stream == mine and row.name == EntryRedacted.tag() for row in rows):
                # What was taken away stands in no state any more, as on a terminal that begins to read now.
                self.state = msgspec.structs.replace(self._load(log, self.state), lost=state.lost)

    def _load(self, log: Log, known: State | None = None) -> State:
        org = known or _organisation(log)
        if self._id is None:
            return org
        stream = log.stream(incident_stream(self._id))
        incident = Incident(self._id, stream.number)
        for row in stream.rows:
            incident = evolve(incident, codec.fact(row))
        head: Head = stream.head
        try:
            return State(incident, _catch_up(log, org, head), head.log_id, head.cursor)
        except Forked:  # it was put back between the two reads
            return self._load(log)


def _organisation(log: Log) -> State:
    """The organisation as its stream has it."""
    stream = log.stream(ORG)
    org = Org()
    for fact in codec.facts(stream.rows):
        org = organisations.evolve(org, fact)
    return State(None, org, stream.head.log_id, stream.head.cursor)


def _catch_up(log: Log, known: State, head: Head) -> Org:
    """The organisation at `head`: the log grew since it was read, while the incident is already there."""
    org = known.org
    if head.cursor == known.cursor:
        return org
    for row in log.after(known.cursor, head.pos - known.cursor.pos):
        if row.stream == ORG:
            org = organisations.evolve(org, codec.fact(row))
    return org


def evolve(incident: Incident, fact: Fact) -> Incident:
    """One step of the fold. An event that breaks it is shown as opaque and the rest goes on: a fold must not stop."""
    try:
        return folding.evolve(incident, fact)
    except Exception:  # noqa: BLE001 - whatever it was, the rest of the incident must stay readable
        return folding.evolve(incident, msgspec.structs.replace(fact, event=Opaque(fact.event.tag())))


def uuid_of(stream: str) -> str:
    """The UUID of an incident's stream."""
    return incident_of(stream) or ""
