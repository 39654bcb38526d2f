"""Undo: whoever did something last may take it back, if nothing has changed since. It stays on record."""

from warroom.domain import (
    checklist,
    clock,
    escalation,
    pages,
    paging,
    parameters,
    record,
    roles,
    services,
    severity,
    steps,
)
from warroom.domain.case import Case
from warroom.domain.checklist import Checklist
from warroom.domain.clock import Clock
from warroom.domain.errors import Refused
from warroom.domain.escalation import Escalation
from warroom.domain.event import Event
from warroom.domain.incident import Act, Incident, Undone
from warroom.domain.parameters import Values
from warroom.domain.roles import Roles
from warroom.domain.services import Board
from warroom.domain.severity import SeverityState

# Acts of these kinds are never taken back.
_FINAL = (
    *(checklist.RunbookAttached, checklist.StepAdded, checklist.StepReopened),
    *(checklist.StepInformed, checklist.StepEscalated, roles.RoleOffered, roles.RoleDeclined),
    *(escalation.RungFired, escalation.Paged),
    *(clock.Closed, clock.Reopened, clock.ClockMapped, record.EvidenceAdded, record.EntryCorrected),
)


def undo(case: Case) -> list[Event]:
    """Take back what your own last command did, if it can be and nothing has changed since."""
    mine = [act for act in case.incident.acts if act.actor == case.by]
    if not mine:
        raise Refused("You have done nothing here lately that can be undone.")
    last = mine[-1]
    together = [act for act in mine if act is last or (act.command and act.command == last.command)]
    gone = isinstance(together[0].event, escalation.RungFired | escalation.Paged)  # a page cannot be called back
    undoable = [act for act in together if not gone and not isinstance(act.event, _FINAL)]
    if not undoable:
        raise Refused(f"“{last.text}” cannot be undone.")
    events: list[Event] = []
    for act in reversed(undoable):
        back = _compensation(case.incident, act)
        if not back:
            raise Refused(f"“{act.text}” can no longer be undone: something has changed since.")
        events += [Undone(act.seq, act.text), *back]
    return [*events, *_replanned(case, events), *_renewed(case, events)]


def _replanned(case: Case, events: list[Event]) -> list[Event]:
    """The ladder of the severity that stands again."""
    levels = [event.level for event in events if isinstance(event, severity.SeveritySet)]
    return paging.restore(case, levels[-1]) if levels else []


def _renewed(case: Case, events: list[Event]) -> list[Event]:
    """The pages that were not sent because of what is taken back."""
    open_again = any(isinstance(event, clock.MilestoneCleared) and event.milestone == "resolution" for event in events)
    waits = case.incident.escalation.going == "climbing"
    withdrawn = any(isinstance(event, escalation.AcknowledgmentWithdrawn) and not event.by for event in events)
    return pages.renew(case) if withdrawn or (open_again and waits) else []


def _compensation(incident: Incident, act: Act) -> list[Event]:
    """The events that reverse an act as things stand now; none if they cannot."""
    event, before = act.event, act.before
    if isinstance(event, record.NoteAdded | record.DecisionMade | checklist.StepNoted):
        entry = incident.timeline[act.seq - 1]
        return [] if entry.retracted or entry.corrected else [record.EntryRetracted(act.seq, "undo")]
    if isinstance(before, Checklist) and isinstance(event, checklist.ChecklistEvent):
        return steps.compensate(event, before, incident.checklist, act.actor)
    if isinstance(before, Values) and isinstance(event, parameters.ParameterEvent):
        return parameters.compensate(event, before, incident.parameters)
    if isinstance(before, Roles) and isinstance(event, roles.RoleEvent):
        return roles.compensate(event, before, incident.roles, act.actor)
    if isinstance(before, Clock) and isinstance(event, clock.ClockEvent):
        return clock.compensate(event, before, incident.clock)
    if isinstance(before, SeverityState) and isinstance(event, severity.SeverityEvent):
        return severity.compensate(event, before, incident.severity)
    if isinstance(before, Escalation) and isinstance(event, escalation.EscalationEvent):
        return escalation.compensate(event, before, incident.escalation)
    if isinstance(before, Board) and isinstance(event, services.ServiceEvent):
        return services.compensate(event, before, incident.services)
    return []
