"""An incident of a status feed that comes again: what its source says since then, as new events beside the old ones.

Only what imports wrote is compared, so whatever people here have added or corrected stays. A time that is new is a new
note; another text at a known time is a correction. Where an entry is redacted, nothing is written at its time: what was
taken out must not come back with the next import.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from warroom.domain.clock import MilestoneSet, Name
from warroom.domain.event import Event, Fact, Opaque, incident_of
from warroom.domain.incident import Declared, Incident
from warroom.domain.record import EntryCorrected, NoteAdded
from warroom.domain.text import one_line
from warroom.room.bundles import REDACTED, VIA
from warroom.room.feed import evolve
from warroom.room.writing import draft, summarise
from warroom.store import codec
from warroom.store.contract import Append, Log, Stream

ABOUT = 2
"The number of the note that says where an incident was imported from; the feed's own words come after it."
POSTED = "comms: "
"How the notes begin that hold an update of a feed."
_NAMESPACE = uuid.UUID("c1d3a8a6-5f5e-5b62-9c0a-0c9c1f6f2e35")
_SHOWN = 80

Told = tuple[datetime, Event]
"An event, and the moment that its source gives."


class Since(msgspec.Struct, frozen=True):
    """What a source says since its last import: events by time, and what of it leaves the record as it is."""

    events: tuple[Told, ...]
    warnings: tuple[str, ...]


def bring(log: Log, known: Stream, events: Iterable[Told], by: str, now: datetime) -> tuple[bool, list[str]]:
    """Write what is new of an incident into the log, whose lock is held; whether anything was, and what is to be known.

    `known`: its stream; `events`: all that its source says now; `by`: who imports it; `now`: the database's time.
    Timers stay as they are: what fell due in the past wakes nobody.
    """
    facts = list(codec.facts(known.rows))
    since = compare(facts, events)
    if not since.events:
        return False, list(since.warnings)
    stream, seq = facts[-1].stream, facts[-1].seq
    new = [
        Fact(0, stream, place, event, by, VIA, at, at, now) for place, (at, event) in enumerate(since.events, seq + 1)
    ]
    state = Incident(incident_of(stream) or "", known.number)
    for fact in (*facts, *new):
        state = evolve(state, fact)
    drafts = tuple(draft(event, at, at) for at, event in since.events)
    command = str(uuid.uuid5(_NAMESPACE, f"{stream} {seq}"))
    log.append(Append(command, stream, seq, by, VIA, drafts, summary=summarise(state)))
    return True, [_count(since.events), *since.warnings]


def compare(facts: Iterable[Fact], events: Iterable[Told]) -> Since:
    """Hold all that a source says now against an incident's facts in the order of its log."""
    known, told = _Known(), list(events)
    for fact in facts:
        known.take(fact)
    warnings: list[str] = []
    found = [*_milestones(known, told, warnings), *_updates(known, told, warnings)]
    warnings += _headline(known, told)
    return Since(tuple(sorted(found, key=lambda each: each[0])), tuple(warnings))


class _Known:
    """What imports have said of an incident so far. `texts`: by the number of the entry; `redacted`: (name, moment)."""

    def __init__(self) -> None:
        self.declared: Declared | None = None
        self.texts: dict[int, tuple[datetime, str]] = {}
        self.milestones: dict[Name, MilestoneSet] = {}
        self.redacted: set[tuple[str, datetime]] = set()

    def take(self, fact: Fact) -> None:
        """Take in one more fact."""
        event = fact.event
        if isinstance(event, Declared):
            self.declared = event
        if fact.via != VIA or fact.seq <= ABOUT:
            return
        match event:
            case NoteAdded(text=text) if text.endswith(REDACTED):
                self.redacted.add((text.partition(":")[0], fact.happened))
            case NoteAdded(text=text):
                self.texts[fact.seq] = (fact.happened, text)
            # What people corrected elsewhere comes in a bundle, and stands at the moment at which they did.
            case EntryCorrected(entry=entry, text=text) if self.texts.get(entry, (None,))[0] == fact.happened:
                self.texts[entry] = (fact.happened, text)
            case MilestoneSet(milestone=name):
                self.milestones[name] = event
            case Opaque(known_as=name, redacted=True):
                self.redacted.add((name, fact.happened))

    def entries(self) -> dict[datetime, dict[int, str]]:
        """The texts by their moments, and there by number."""
        found: dict[datetime, dict[int, str]] = defaultdict(dict)
        for entry, (at, text) in self.texts.items():
            found[at][entry] = text
        return found


def _updates(known: _Known, told: list[Told], warnings: list[str]) -> Iterator[Told]:
    """New notes and corrections, moment by moment."""
    hidden = {at for name, at in known.redacted if name != MilestoneSet.tag()}
    there: dict[datetime, list[str]] = defaultdict(list)
    for at, event in told[ABOUT:]:
        if isinstance(event, NoteAdded):
            there[at].append(event.text)
    here = known.entries()
    for at in sorted({*here, *there}):
        gone, new = _unmatched(here.get(at, {}), there.get(at, []))
        if at in hidden:
            warnings += [f"an entry of {at:%Y-%m-%d %H:%M} UTC is redacted here; nothing is written there"] * bool(new)
            continue
        yield from ((at, EntryCorrected(entry, text)) for entry, text in zip(gone, new, strict=False))
        yield from ((at, NoteAdded(text)) for text in new[len(gone) :])
        left = (here[at][entry] for entry in gone[len(new) :])
        warnings += [
            f"not in the feed any more, and left as it is: {at:%Y-%m-%d %H:%M} UTC, {one_line(text, _SHOWN)}"
            for text in left
            if text.startswith(POSTED)
        ]


def _unmatched(here: dict[int, str], there: list[str]) -> tuple[list[int], list[str]]:
    """The entries and the texts of one moment that have no equal on the other side, each in order."""
    new = list(there)
    gone = []
    for entry, text in here.items():
        if text in new:
            new.remove(text)
        else:
            gone.append(entry)
    return gone, new


def _milestones(known: _Known, told: list[Told], warnings: list[str]) -> Iterator[Told]:
    """Milestones that are new, or stand at another time now."""
    stated = {event.milestone: event for _, event in told if isinstance(event, MilestoneSet)}
    for name, event in stated.items():
        before = known.milestones.get(name)
        same = before is not None and (before.at, before.approximate) == (event.at, event.approximate)
        if not same and (event.tag(), event.at) not in known.redacted:
            yield event.at, event
    warnings += [f"the feed gives no {name} any more; it is left as it is" for name in known.milestones.keys() - stated]


def _headline(known: _Known, told: list[Told]) -> Iterator[str]:
    """The title, where the feed gives another one now."""
    before, after = known.declared, told[0][1]
    if before is not None and isinstance(after, Declared) and before.title != after.title:
        yield f"the feed's title is “{after.title}” now; it is left as it is"


def _count(events: tuple[Told, ...]) -> str:
    """What was written, in a few words."""
    kinds = [type(event) for _, event in events]
    names = ", ".join(event.milestone for _, event in events if isinstance(event, MilestoneSet))
    said = [
        f"{number} {word}"
        for kind, word in ((NoteAdded, "new"), (EntryCorrected, "corrected"))
        if (number := kinds.count(kind))
    ]
    updates = [f"updates: {', '.join(said)}"] if said else []
    return "; ".join([*updates, *([f"milestones: {names}"] if names else [])])
