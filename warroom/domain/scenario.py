"""Scenarios: what happens in a drill, when, and what is expected of those who take part.

Every time in a scenario is a duration from the start of the drill, the moment at which its incident is declared. An
inject comes when its condition is met and its delay is over; one `at` a time waits for the start and nothing else.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, get_args

import msgspec

from warroom.domain.services import Health, Service

Kind = Literal["alert", "service", "unreachable", "customer", "executive", "note", "evidence"]
KINDS: tuple[Kind, ...] = get_args(Kind)
EASIEST, HARDEST = 1, 5
MATCHED = ("role", "milestone", "step", "level", "service", "health", "runbook", "to")
"The parameters of a command by which an expected action can be told from others of the same command."
_NONE = timedelta(0)


class Begun(msgspec.Struct, frozen=True, tag="start"):
    """The drill has begun."""


class StepFinished(msgspec.Struct, frozen=True, tag="step"):
    """A step (`2.1`) of an attached runbook is done."""

    runbook: str
    step: str


class SeverityReached(msgspec.Struct, frozen=True, tag="severity"):
    """The severity is this level or a worse one; 1 is the worst."""

    level: int


class RoleHeld(msgspec.Struct, frozen=True, tag="role"):
    """Somebody holds a role."""

    role: str


class MilestoneReached(msgspec.Struct, frozen=True, tag="milestone"):
    """A milestone is known."""

    milestone: str


class HealthIs(msgspec.Struct, frozen=True, tag="service"):
    """A service is marked with a health, by the scenario or by somebody."""

    service: str
    health: Health


class InjectMade(msgspec.Struct, frozen=True, tag="inject"):
    """Another inject has been made."""

    inject: str


class Unacknowledged(msgspec.Struct, frozen=True, tag="unacknowledged"):
    """Nobody has acknowledged the incident for so long."""

    span: timedelta


Condition = (
    Begun | StepFinished | SeverityReached | RoleHeld | MilestoneReached | HealthIs | InjectMade | Unacknowledged
)


class Inject(msgspec.Struct, frozen=True):
    """What the scenario brings in, `delay` after its condition is met.

    `by`: who says it, such as "a customer". `service`, `health`: what the scenario marks, or what an alert is about.
    `person`: who is unreachable.
    """

    id: str
    kind: Kind
    text: str
    when: Condition = Begun()
    delay: timedelta = _NONE
    by: str = ""
    service: str = ""
    health: Health | None = None
    person: str = ""


class Expected(msgspec.Struct, frozen=True):
    """A command that somebody is expected to give `within` a time after an inject, `after` "" = after the start.

    `who`: the role expected to act, "" = anybody. `match`: (parameter, value) of the command, of MATCHED; a step is
    `RUNBOOK STEP`.
    """

    title: str
    command: str
    within: timedelta
    after: str = ""
    who: str = ""
    match: tuple[tuple[str, str], ...] = ()


class Start(msgspec.Struct, frozen=True):
    """The incident as it is declared. `impact`: how long it has hurt by then; None = unknown."""

    title: str
    level: int
    services: tuple[str, ...] = ()
    impact: timedelta | None = None


class End(msgspec.Struct, frozen=True):
    """The drill is over when the condition is met, if there is one, and in any case at the limit."""

    limit: timedelta
    when: Condition | None = None


class Scenario(msgspec.Struct, frozen=True):
    """A drill as written down. `difficulty`: 1 (for a first time) to 5.

    `roles`: those that should be filled to play it. `catalogue`: services of its own, () = the organisation's.
    """

    name: str
    title: str
    difficulty: int
    start: Start
    end: End
    injects: tuple[Inject, ...] = ()
    expected: tuple[Expected, ...] = ()
    summary: str = ""
    roles: tuple[str, ...] = ()
    catalogue: tuple[Service, ...] = ()

    @property
    def by_id(self) -> Mapping[str, Inject]:
        """Each inject under its id, in the order of the file; of two with the same, the first."""
        found: dict[str, Inject] = {}
        for each in self.injects:
            found.setdefault(each.id, each)
        return found


def traced(injects: Mapping[str, Inject], inject: Inject) -> tuple[Condition, timedelta] | None:
    """What an inject waits for in the end, through all injects before it (`by_id`), and how long after that it comes.

    None where it never comes: its injects wait for each other, or for one that is not there.
    """
    seen = {inject.id}
    delay = inject.delay
    while isinstance(inject.when, InjectMade):
        before = injects.get(inject.when.inject)
        if before is None or before.id in seen:
            return None
        seen.add(before.id)
        delay += before.delay
        inject = before
    return inject.when, delay


def earliest(injects: Mapping[str, Inject], inject: Inject) -> timedelta | None:
    """The earliest moment at which an inject can come, None = never."""
    found = traced(injects, inject)
    if found is None:
        return None
    condition, delay = found
    return delay + condition.span if isinstance(condition, Unacknowledged) else delay
