"""Whether a condition of a scenario holds in an incident as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from warroom.domain.scenario import (
    Begun,
    Condition,
    HealthIs,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    SeverityReached,
    StepFinished,
    Unacknowledged,
)

if TYPE_CHECKING:
    from warroom.domain.incident import Incident


def holds(incident: Incident, condition: Condition) -> bool:
    """Whether it holds now. Of `Unacknowledged` only whether it still may: its span is not looked at."""
    match condition:
        case Begun():
            return True
        case StepFinished(runbook=runbook, step=step):
            return _finished(incident, runbook, step)
        case SeverityReached(level=level):
            return incident.severity.level <= level
        case RoleHeld(role=role):
            return any(each.role == role for each in incident.roles.held)
        case MilestoneReached(milestone=milestone):
            return any(name == milestone for name, _ in incident.clock.known)
        case HealthIs(service=service, health=health):
            return incident.services.health(service) == health
        case InjectMade(inject=inject):
            progress = incident.drill.progress(inject)
            return progress is not None and progress.made is not None
        case Unacknowledged():
            return incident.clock.get("acknowledgment") is None
        case _:
            assert_never(condition)


def _finished(incident: Incident, runbook: str, step: str) -> bool:
    """A runbook may be attached twice; one of them is enough."""
    runs = (run for run in incident.checklist.runs if run.runbook.name == runbook)
    found = (state for run in runs for state in run.steps if state.id == run.prefix + step)
    return any(state.outcome == "done" for state in found)
