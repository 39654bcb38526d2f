"""The one fold that makes an incident from facts.

Every terminal, the command line and the engine call it on the same facts, and so agree on every character.
"""

from collections.abc import Iterable
from functools import partial
from typing import assert_never

from msgspec.structs import replace

from warroom.domain import (
    automation,
    bookmarks,
    checklist,
    clock,
    conditions,
    escalation,
    exercise,
    gates,
    glass,
    ladder_words,
    parameters,
    record,
    roles,
    services,
    severity,
    steps,
)
from warroom.domain.clock import Clock, Milestone
from warroom.domain.escalation import Escalation
from warroom.domain.event import Event, Fact, Opaque
from warroom.domain.glass import GlassEvent
from warroom.domain.incident import Act, Declared, Incident, Undone
from warroom.domain.record import Evidence
from warroom.domain.services import Board
from warroom.domain.severity import SeverityState
from warroom.domain.timeline import Entry, Kind

_ACTS_KEPT = 40


def fold(incident: Incident, facts: Iterable[Fact]) -> Incident:
    """The incident after these facts of its stream, in order."""
    for fact in facts:
        incident = evolve(incident, fact)
    return incident


def evolve(incident: Incident, fact: Fact) -> Incident:
    """The incident after one fact. Total: an unknown event becomes an opaque line and changes nothing else."""
    after = _evolve(incident, fact)
    if not after.drill.going:
        return after
    if after.clock.closed:
        return replace(after, drill=exercise.closed(after.drill, fact))
    known = after.clock.get("acknowledgment")
    drill = exercise.latch(
        after.drill, fact.recorded, known.recorded if known else None, partial(conditions.holds, after)
    )
    return replace(after, drill=drill)


def _evolve(incident: Incident, fact: Fact) -> Incident:
    event = fact.event
    if isinstance(event, record.RecordEvent):
        return _record(incident, fact, event)
    if isinstance(event, checklist.ChecklistEvent):
        return _steps(incident, fact, event)
    if isinstance(event, parameters.ParameterEvent):
        text = parameters.describe(event, incident.parameters)
        acted = _act(_line(incident, fact, "step", text), fact, incident.parameters, text)
        return replace(acted, parameters=parameters.evolve(incident.parameters, fact, event))
    if isinstance(event, gates.GateEvent):
        lined = _line(incident, fact, "step", gates.describe(event))
        return replace(lined, gates=gates.evolve(incident.gates, fact, event))
    if isinstance(event, automation.AutomationEvent):
        lined = _line(incident, fact, "step", automation.describe(event))
        return replace(lined, automation=automation.evolve(incident.automation, fact, event))
    if isinstance(event, clock.ClockEvent):
        text = clock.describe(event, incident.clock)
        about = clock.is_vague(event)
        acted = _act(_line(incident, fact, "milestone", text, about), fact, incident.clock, text)
        return replace(acted, clock=clock.evolve(incident.clock, fact, event))
    if isinstance(event, roles.RoleEvent):
        text = roles.describe(event, incident.roles, fact.actor)
        acted = _act(_line(incident, fact, "role", text), fact, incident.roles, text)
        return replace(acted, roles=roles.evolve(incident.roles, fact, event))
    if isinstance(event, services.ServiceEvent):
        text = services.describe(event, incident.services)
        acted = _act(_line(incident, fact, "service", text), fact, incident.services, text)
        return replace(acted, services=services.evolve(incident.services, fact, event))
    if isinstance(event, escalation.EscalationEvent):
        text = ladder_words.describe(event, incident.escalation)
        acted = _line(incident, fact, "page", text, alarm=_unreached(event))
        if isinstance(event, escalation.Acknowledged | escalation.RungFired | escalation.Paged):
            acted = _act(acted, fact, incident.escalation, text)
        return replace(acted, escalation=escalation.evolve(acted.escalation, fact, event))
    if isinstance(event, severity.SeverityEvent):
        text = severity.describe(event, incident.severity)
        acted = _act(_line(incident, fact, "severity", text), fact, incident.severity, text)
        return replace(acted, severity=severity.evolve(incident.severity, fact, event))
    if isinstance(event, bookmarks.BookmarkEvent):
        lined = _line(incident, fact, "bookmark", bookmarks.describe(event))
        return replace(lined, bookmarks=bookmarks.evolve(incident.bookmarks, fact, event))
    if isinstance(event, exercise.DrillEvent):
        alarm = isinstance(event, exercise.DrillAborted)
        kind: Kind = "inject" if isinstance(event, exercise.Injected) else "drill"
        lined = _line(incident, fact, kind, exercise.describe(event, incident.drill), alarm=alarm)
        return replace(lined, drill=exercise.evolve(incident.drill, fact, event))
    if isinstance(event, GlassEvent):
        lined = _line(incident, fact, "access", glass.describe(event, fact.actor), alarm=True)
        return replace(lined, glass=glass.evolve(incident.glass, fact, event))
    if isinstance(event, Declared):
        return _declared(incident, fact, event)
    if isinstance(event, Undone):
        return _undone(_line(incident, fact, "undo", f"took back: {event.text}"), fact, event)
    return _line(incident, fact, "opaque", _opaque(event))


def _steps(incident: Incident, fact: Fact, event: checklist.ChecklistEvent) -> Incident:
    kind: Kind = "runbook" if isinstance(event, checklist.RunbookAttached) else "step"
    run = None if isinstance(event, checklist.RunbookAttached) else incident.checklist.run_of(event.step)
    text = steps.describe(event, incident.checklist, incident.parameters.of(run))
    acted = _act(_line(incident, fact, kind, text), fact, incident.checklist, text)
    new = replace(acted, checklist=checklist.evolve(incident.checklist, fact, event))
    if isinstance(event, checklist.StepReopened):
        known = automation.reopened(incident.automation, event.step)
        return replace(new, gates=gates.reopened(incident.gates, event.step), automation=known)
    return new


def _undone(incident: Incident, fact: Fact, event: Undone) -> Incident:
    """The incident without that act among those that can be taken back. A step's note leaves its step at once."""
    kept = tuple(act for act in incident.acts if act.seq != event.act)
    runs = incident.checklist
    for act in incident.acts:
        if act.seq == event.act and isinstance(act.event, checklist.StepNoted):
            runs = checklist.forget(runs, act.event.step, (act.actor, act.event.text))
    return replace(incident, acts=kept, undoing=fact.command, checklist=runs)


def _opaque(event: Event) -> str:
    if isinstance(event, Opaque):
        return f"{event.known_as}: redacted" if event.redacted else f"{event.known_as}: written by a newer warroom"
    return f"{event.tag()}: not an event of an incident"


def _declared(incident: Incident, fact: Fact, event: Declared) -> Incident:
    level = severity.row(event.severities, event.level)
    started = replace(
        _line(incident, fact, "declared", f"{level.name}: {event.title}"),
        title=event.title,
        declared_by=fact.actor,
        source=event.source,
        exercise=event.exercise,
        escalation=Escalation(event.policy),
        severity=SeverityState(event.severities, event.level, ((event.level, fact.happened, fact.actor),)),
        services=Board(event.services, event.catalogue),
        clock=Clock(declared=fact.happened, map=event.clock),
    )
    if event.impact is None:
        return started
    known = Milestone(event.impact, fact.recorded, fact.actor, event.approximate)
    return replace(started, clock=replace(started.clock, known=(("impact", known),)))


def _record(incident: Incident, fact: Fact, event: record.RecordEvent) -> Incident:
    text = record.describe(event)
    match event:
        case record.NoteAdded():
            return _act(_line(incident, fact, "note", text), fact, None, text)
        case record.DecisionMade():
            return _act(_line(incident, fact, "decision", text), fact, None, text)
        case record.EvidenceAdded(name=name, digest=digest, size=size, step=step):
            kept = Evidence(name, digest, size, step, fact.actor, fact.happened)
            acted = _act(_line(incident, fact, "evidence", text), fact, None, text)
            return replace(acted, evidence=(*incident.evidence, kept))
        case record.EntryCorrected(entry=entry, text=new):
            acted = _act(_line(incident, fact, "correction", text), fact, None, text)
            return _amend(acted, entry, corrected=new)
        case record.EntryRetracted(entry=entry):
            acted = _act(_line(incident, fact, "correction", text), fact, None, text)
            return _amend(acted, entry, retracted=True)
        case record.EntryRedacted(entry=entry, because=because):
            return _redact(_line(incident, fact, "correction", text), entry, f"redacted by {fact.actor}: {because}")
        case _:
            assert_never(event)


def _unreached(event: escalation.EscalationEvent) -> bool:
    """Whether an event tells that somebody was not reached."""
    if isinstance(event, escalation.PageTried):
        return event.outcome in ("retry", "failed", "unknown")
    return isinstance(event, escalation.LadderEnded | escalation.AcknowledgmentLapsed)


def _line(
    incident: Incident, fact: Fact, kind: Kind, text: str, approximate: bool = False, alarm: bool = False
) -> Incident:
    """The incident with one more timeline entry, and its place in the log moved on."""
    entry = Entry(
        fact.seq, fact.pos, fact.happened, fact.recorded, fact.actor, fact.via, kind, text,
        approximate=approximate, alarm=alarm,
    )  # fmt: skip
    alive = escalation.alive(incident.escalation, fact)
    return replace(incident, timeline=incident.timeline.add(entry), seq=fact.seq, pos=fact.pos, escalation=alive)


def _act(incident: Incident, fact: Fact, before: object, text: str) -> Incident:
    """The incident with this fact among the acts that can be taken back; what takes something back is none."""
    if fact.command and fact.command == incident.undoing:
        return incident
    act = Act(fact.seq, fact.actor, fact.event, before, text, fact.command)
    mine = [each for each in incident.acts if each.actor == fact.actor]
    kept = incident.acts
    if len(mine) == _ACTS_KEPT:
        kept = tuple(each for each in kept if each is not mine[0])
    return replace(incident, acts=(*kept, act))


def _amend(incident: Incident, entry: int, corrected: str = "", retracted: bool = False) -> Incident:
    """Entry number `entry` stands at index `entry` - 1: a stream has no gaps."""
    if not 0 < entry < len(incident.timeline):
        return incident
    old = incident.timeline[entry - 1]
    new = replace(old, corrected=corrected or old.corrected, retracted=retracted or old.retracted)
    return replace(incident, timeline=incident.timeline.put(entry - 1, new))


def _redact(incident: Incident, entry: int, text: str) -> Incident:
    """The entry says only that it was redacted, and by whom; the same whether or not its words were still there."""
    if not 0 < entry < len(incident.timeline):
        return incident
    new = replace(incident.timeline[entry - 1], kind="opaque", text=text, corrected="", retracted=False)
    kept = tuple(act for act in incident.acts if act.seq != entry)
    return replace(incident, timeline=incident.timeline.put(entry - 1, new), acts=kept)
