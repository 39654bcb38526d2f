"""Past incidents into the log: facts that others published, each with the times that its source gives.

Nothing is made up: a milestone nobody published stays unknown, and where the model forces a value that the source
does not state (a severity, a moment of declaration), the record itself says so. Importing the same facts again changes
nothing; an incident whose source has an id of its own goes on where it stands.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from warroom.domain import rights
from warroom.domain.clock import Closed, MilestoneSet
from warroom.domain.declaration import check_mark
from warroom.domain.event import Event, Fact, incident_of, incident_stream
from warroom.domain.fold import fold
from warroom.domain.incident import Declared, Incident
from warroom.domain.moments import moment
from warroom.domain.record import NoteAdded
from warroom.domain.severity import Severity
from warroom.room import bundles, reimport
from warroom.room.bundle import Bundle
from warroom.room.bundles import VIA
from warroom.room.room import Room
from warroom.room.writing import draft, summarise
from warroom.store.contract import Append, Log

if TYPE_CHECKING:
    from warroom.playbook.incident import PastEntry, PastIncident, When

_LABEL = re.compile(r"(sev|s|p)[\s-]?(\d)", re.ASCII | re.IGNORECASE)
_NAMESPACE = uuid.UUID("4f8a7c5e-6a0d-5b0c-9a57-1d1f0c1c5f10")
_SPANS = {
    "ttd_min": ("impact", "detection"),
    "tta_min": ("detection", "acknowledgment"),
    "tt_contain_min": ("impact", "containment"),
    "ttr_min": ("impact", "resolution"),
    "tt_escalate_min": ("impact", "escalation"),
}


class Imported(msgspec.Struct, frozen=True):
    """The short names of the incidents, in the order given, and what did not come across as it stands."""

    incidents: tuple[str, ...]
    warnings: tuple[str, ...]


def bring(room: Room, found: Iterable[PastIncident | Bundle]) -> Imported:
    """Write past incidents, and bundles of other logs, into the log, all or none of them."""
    rights.check(room.actor.via, "administer", room.actor.person, room.feed(None).refresh().org)
    names, warnings = [], []
    now = moment(room.store.now())
    feed = room.feed(None)
    with feed.exclusive() as held:
        table = feed.state.org.playbook.severities
        for past in found:
            if isinstance(past, Bundle):
                name, said = bundles.bring(held, past, room.actor.person, now)
            else:
                name, said = _bring(held, _Story(past, table, now), room.actor.person)
            names.append(name)
            warnings += said
    room.store.ring()
    return Imported(tuple(names), tuple(warnings))


def _bring(log: Log, told: _Story, by: str) -> tuple[str, list[str]]:
    """One past incident into the log, whose lock is held; its short name, and what is to be said about it."""
    past = told.past
    if past.origin and (known := log.stream(_stream(past))).rows:
        changed, said = reimport.bring(log, known, told.events, by, told.now)
        name, what = f"INC-{known.number}", "what is new was added" if changed else "nothing was changed"
        doubts = past.warnings if changed else ()
    else:
        written = log.append(_append(told, by))
        name, what = f"INC-{written.number}", "nothing was changed"
        if not written.duplicate:
            return name, [*past.warnings, *(f"{past.id}: {text}" for text in told.warnings)]
        said, doubts = [], ()
    return name, [f"{past.id}: already imported as {name}; {what}", *(f"{past.id}: {text}" for text in said), *doubts]


def _command(past: PastIncident) -> str:
    """The id of the command that imports an incident: made of the facts, so that they are imported once."""
    return str(uuid.uuid5(_NAMESPACE, sha256(_facts(past)).hexdigest()))


def _stream(past: PastIncident) -> str:
    """Where an incident belongs: by its source's own id, so that it is the same one when its facts have changed."""
    return incident_stream(str(uuid.uuid5(_NAMESPACE, past.origin or _command(past))))


def _append(told: _Story, actor: str) -> Append:
    """One incident as one transaction."""
    command, stream = _command(told.past), _stream(told.past)
    facts = (
        Fact(0, stream, seq, event, actor, VIA, at, at, told.now, command=command)
        for seq, (at, event) in enumerate(told.events, 1)
    )
    return Append(
        command,
        stream,
        0,
        actor,
        VIA,
        tuple(draft(event, at, at) for at, event in told.events),
        summary=summarise(fold(Incident(incident_of(stream) or ""), facts)),
        # What fell due in the past wakes nobody.
        timers=(),
    )


def _facts(past: PastIncident) -> bytes:
    """What makes an incident the same one when it comes again: what it tells, and not what is said about its file."""
    told = msgspec.structs.asdict(msgspec.structs.replace(past, warnings=()))
    return msgspec.json.encode({field: value for field, value in told.items() if field != "origin"})


class _Story:
    """A past incident told as events in chronological order, each with the moment that its source gives."""

    def __init__(self, past: PastIncident, table: tuple[Severity, ...], now: datetime) -> None:
        self.past = past
        self.now = now
        self.warnings = list(_doubts(past))
        self._milestones = {name: when for name, when in past.milestones if when is not None}
        level, said = self._severity(table)
        at, assumed = self._declared()
        names = tuple(service.name for service in past.services)
        source = past.source[0] if past.source else past.id
        check_mark(past.title)
        declared = Declared(past.title, level, table, names, catalogue=past.services, source=source)
        about = NoteAdded(" ".join((*self._about(), said, assumed)).strip())
        remarks = ((at, NoteAdded(f"remark: {text}")) for text in past.notes)
        self.events: list[tuple[datetime, Event]] = [(at, declared), (at, about), *remarks, *self._course()]
        if "resolution" not in self._milestones:
            self.warnings.append("no resolution is known; it stays unknown, and the incident is closed")
            self.events.append((max(at for at, _ in self.events), Closed(end_unknown=True)))

    def _course(self) -> Iterator[tuple[datetime, Event]]:
        """Milestones and facts by time. What only a day is known of comes after what is known to the minute."""
        why = dict(self.past.reasons)
        course: list[tuple[When, Event]] = [
            (when, MilestoneSet(name, when.at, when.approximate, why.get(name, "")))
            for name, when in self._milestones.items()
        ]
        course += [(entry.when, NoteAdded(_fact(entry))) for entry in self.past.timeline]
        day = timedelta(days=1)
        course.sort(key=lambda pair: pair[0].at + day if pair[0].day else pair[0].at)
        return ((when.at, event) for when, event in course)

    def _severity(self, table: tuple[Severity, ...]) -> tuple[int, str]:
        """The level, and how it was found. A word that is no level is not turned into one: the least stands in."""
        word, note = self.past.severity, self.past.severity_note
        stated = (f"the source says “{word}”" if word else "the source gives none") + (f" ({note})" if note else "")
        level = _level(self.past.severity)
        for row in table:
            if row.level == level:
                return level, f"Severity: {stated}, read as {row.name}."
        least = max(table, key=lambda row: row.level, default=Severity(5, "SEV5", "", ""))
        self.warnings.append(f"severity not stated as a level: {stated}; {least.name} stands in, as the least")
        return least.level, f"Severity: not stated as a level: {stated}. {least.name} stands in, as the least."

    def _declared(self) -> tuple[datetime, str]:
        """When it was declared, and a sentence where that had to be assumed."""
        for entry in self.past.timeline:
            if entry.kind == "declared":
                return entry.when.at, ""
        for name in ("detection", "impact"):
            if when := self._milestones.get(name):
                return when.at, f"Declared: not known; taken as the {name}."
        return min(entry.when.at for entry in self.past.timeline), "Declared: not known; taken as the first entry."

    def _about(self) -> Iterator[str]:
        past = self.past
        yield f"Imported from {', '.join(past.source) or past.id}."
        if past.fidelity:
            yield f"Fidelity: {past.fidelity}."
        if past.source_time_zone:
            yield f"Time zone of the source: {past.source_time_zone}."
        if past.roles:
            yield f"Roles named there: {', '.join(past.roles)}."


def _fact(entry: PastEntry) -> str:
    kind = entry.kind.replace("_", " ")
    text = entry.fact if kind == "note" else f"{kind}: {entry.fact}"
    if entry.line:
        text = f"{text} [line {entry.line}: {entry.written}]"
    if entry.when.day:
        return f"{text} (only the day is known)"
    return f"{text} (time approximate)" if entry.when.approximate else text


def _level(word: str) -> int | None:
    """The level of a label that counts: SEV1, S1 and SEV-1 are 1, and so is P0, whose scale begins at 0."""
    match = _LABEL.fullmatch(word.strip())
    if match is None:
        return None
    scale, digit = match[1].lower(), int(match[2])
    return digit + 1 if scale == "p" else max(1, digit)


def _doubts(past: PastIncident) -> Iterator[str]:
    """Spans between milestones that differ from what the file itself expects of them."""
    known = {name: when.at for name, when in past.milestones if when is not None}
    for metric, expected in past.expected:
        start, end = _SPANS.get(metric, ("", ""))
        if start in known and end in known and expected is not None:
            minutes = (known[end] - known[start]).total_seconds() / 60
            if abs(minutes - expected) > 0.05:
                yield f"{metric} is given as {expected:g} minutes, but the milestones are {minutes:g} minutes apart"
