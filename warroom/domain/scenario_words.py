"""What injects wait for, in words."""

from typing import assert_never

from warroom.domain.moments import span
from warroom.domain.scenario import (
    Begun,
    Condition,
    HealthIs,
    Inject,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    SeverityReached,
    StepFinished,
    Unacknowledged,
)


def condition_words(condition: Condition) -> str:
    """A condition as the end of a sentence that begins with “when”."""
    match condition:
        case Begun():
            return "the drill begins"
        case StepFinished(runbook=runbook, step=step):
            return f"{step} of {runbook} is done"
        case SeverityReached(level=level):
            return f"it is SEV{level} or worse"
        case RoleHeld(role=role):
            return f"there is a {role}"
        case MilestoneReached(milestone=milestone):
            return f"the {milestone} is known"
        case HealthIs(service=service, health=health):
            return f"{service} is marked {health}"
        case InjectMade(inject=inject):
            return f"“{inject}” has come"
        case Unacknowledged(span=gap):
            return f"nobody has acknowledged for {span(gap)}"
        case _:
            assert_never(condition)


def waiting_words(inject: Inject) -> str:
    """What an inject waits for: its condition, and how long after that it comes."""
    later = f", {span(inject.delay)} later" if inject.delay else ""
    return f"when {condition_words(inject.when)}{later}"
