"""Undo: whoever did something last may take it back, if nothing has changed since. It stays on record."""

from warroom.domain import checklist, clock, parameters, record, roles, services, severity, steps
from warroom.domain.case import Case
from warroom.domain.checklist import Checklist
from warroom.domain.clock import Clock
from warroom.domain.errors import Refused
from warroom.domain.event import Event
from warroom.domain.incident import Act, Incident, Undone
from warroom.domain.parameters import Values
from warroom.domain.roles import Roles
from warroom.domain.services import Board
from warroom.domain.severity import SeverityState

# Acts of these kinds are never taken back, and stand in the way of no other.
_FINAL = (
    *(checklist.RunbookAttached, checklist.StepAdded, checklist.StepReopened),
    *(checklist.StepInformed, checklist.StepEscalated, roles.RoleOffered, roles.RoleDeclined),
    *(clock.Closed, clock.Reopened, clock.ClockMapped, record.EvidenceAdded, record.EntryCorrected),
)


def undo(case: Case) -> list[Event]:
    """Take back what your own last command did, of a kind that can be, if nothing has changed since."""
    mine = [act for act in case.incident.acts if act.actor == case.by]
    if not mine:
        raise Refused("You have done nothing here lately that can be undone.")
    last = next((act for act in reversed(mine) if not isinstance(act.event, _FINAL)), None)
    if last is None:
        raise Refused(f"“{mine[-1].text}” cannot be undone.")
    events: list[Event] = []
    for act in reversed(mine):
        if act is last or (act.command and act.command == last.command and not isinstance(act.event, _FINAL)):
            back = _compensation(case.incident, act)
            if not back:
                raise Refused(f"“{act.text}” can no longer be undone: something has changed since.")
            events += [Undone(act.seq, act.text), *back]
    return events


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
    if isinstance(before, Board) and isinstance(event, services.ServiceEvent):
        return services.compensate(event, before, incident.services)
    return []
