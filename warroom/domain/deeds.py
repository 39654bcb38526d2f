"""What people did in an incident, as the commands that it came of: how an expected action is recognised in a log.

What the engine did, what an inject brought along, what a takeover told again and what was taken back are nobody's
deeds. Several events of one command are one deed each, as each may be what was expected.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from warroom.domain import checklist, roles
from warroom.domain.automation import RunApproved, RunStarted
from warroom.domain.checklist import (
    Checklist,
    ChecklistEvent,
    RunbookAttached,
    StepAdded,
    StepClaimed,
    StepDone,
    StepFailed,
    StepNoted,
    StepReopened,
    StepSkipped,
    StepTimeboxed,
)
from warroom.domain.clock import Closed, MilestoneSet, Reopened
from warroom.domain.escalation import Acknowledged, Paged, RungFired
from warroom.domain.event import Event, Fact
from warroom.domain.exercise import Injected
from warroom.domain.gates import GateApproved, GateOverridden
from warroom.domain.incident import Undone
from warroom.domain.parameters import ParameterSet
from warroom.domain.record import DecisionMade, EntryCorrected, EntryRetracted, EvidenceAdded, NoteAdded
from warroom.domain.roles import RoleAccepted, RoleDeclined, RoleEvent, RoleOffered, RoleReleased, Roles, RoleTaken
from warroom.domain.services import HealthSet
from warroom.domain.severity import SeveritySet

NOBODY = ("engine", "import")
"How the actors of facts were established that no person made in this incident."

_OF_A_STEP: dict[type[Event], str] = {
    StepDone: "step.done",
    StepSkipped: "step.skip",
    StepFailed: "step.fail",
    StepReopened: "step.reopen",
    StepClaimed: "step.claim",
    StepTimeboxed: "step.timebox",
    StepNoted: "step.note",
    StepAdded: "step.add",
    GateApproved: "step.approve",
    GateOverridden: "step.override",
    RunApproved: "step.approve",
    RunStarted: "step.run",
}
_OF_A_ROLE: dict[type[Event], tuple[str, ...]] = {
    RoleTaken: ("role.take",),
    RoleAccepted: ("role.accept", "role.take"),
    RoleDeclined: ("role.decline",),
    RoleReleased: ("role.release",),
}
_OF_A_MILESTONE = {"acknowledgment": "ack", "escalation": "escalate", "resolution": "resolve"}
_BARE: dict[type[Event], str] = {
    NoteAdded: "note",
    DecisionMade: "decide",
    EvidenceAdded: "evidence",
    EntryCorrected: "correct",
    Acknowledged: "ack",
    Reopened: "reopen",
    Closed: "close",
    ParameterSet: "runbook.fill",
}
_ESCALATED = (("milestone", "escalation"),)

Values = tuple[tuple[str, str], ...]


class Deed(msgspec.Struct, frozen=True):
    """Something that a person did, `at` a moment in the incident's time.

    `command`: its name in the registry; `values`: the parameters by which it can be told from others of its kind, a
    step as `RUNBOOK STEP`; `roles`: what the person held just then. `by` "" = it came with the declaration.
    """

    command: str
    at: datetime
    by: str
    roles: tuple[str, ...] = ()
    values: Values = ()

    def fits(self, command: str, match: Values) -> bool:
        """Whether it is what a command with these parameters does."""
        mine = {name: value.casefold() for name, value in self.values}
        return command == self.command and all(mine.get(name) == value.casefold() for name, value in match)


def deeds(facts: Iterable[Fact]) -> tuple[Deed, ...]:
    """What people did in an incident of these facts, soonest first. A milestone that was put right counts once."""
    told = tuple(facts)
    declared = next((fact.command for fact in told if fact.via != "import"), "")
    found: list[Deed] = []
    known: dict[str, list[Deed]] = {}
    for fact, held, runs in _counted(told):
        event, by, at = fact.event, fact.actor, fact.happened
        if fact.command == declared:
            if not isinstance(event, RunbookAttached):
                continue
            by = ""
        if isinstance(event, Reopened):
            known.clear()
        if isinstance(event, MilestoneSet):
            at = event.at
            wrong = known.get(event.milestone, [])
            found = [each for each in found if not any(each is old for old in wrong)]
        made = [Deed(command, at, by, held, values) for command, values in _commands(event, runs)]
        if isinstance(event, MilestoneSet):
            known[event.milestone] = made
        found += made
    return tuple(sorted(found, key=lambda deed: deed.at))


def _counted(facts: tuple[Fact, ...]) -> Iterator[tuple[Fact, tuple[str, ...], Checklist]]:
    """The facts that are somebody's deeds, each with the roles that its actor held just then, and the checklist."""
    gone = _taken_back(facts)
    staged = {fact.command for fact in facts if isinstance(fact.event, Undone | Injected)}
    seats, runs = Roles(), Checklist()
    for fact in facts:
        before = seats.of(fact.actor)
        if isinstance(fact.event, RoleEvent):
            seats = roles.evolve(seats, fact, fact.event)
        if isinstance(fact.event, ChecklistEvent):
            runs = checklist.evolve(runs, fact, fact.event)
        if fact.via not in NOBODY and fact.seq not in gone and fact.command not in staged:
            yield fact, tuple(dict.fromkeys((*before, *seats.of(fact.actor)))), runs


def _taken_back(facts: Iterable[Fact]) -> frozenset[int]:
    """The numbers of the facts that were undone or struck out."""
    found = set()
    for fact in facts:
        if isinstance(fact.event, Undone):
            found.add(fact.event.act)
        elif isinstance(fact.event, EntryRetracted):
            found.add(fact.event.entry)
    return frozenset(found)


def _commands(event: Event, runs: Checklist) -> Iterator[tuple[str, Values]]:
    """The commands that an event is what they do."""
    match event:
        case RoleTaken(role=role) | RoleAccepted(role=role) | RoleDeclined(role=role) | RoleReleased(role=role):
            yield from ((command, (("role", role),)) for command in _OF_A_ROLE[type(event)])
        case RoleOffered(role=role, to=to):
            yield "role.offer", (("role", role), ("to", to))
        case MilestoneSet(milestone=milestone):
            yield "milestone", (("milestone", milestone),)
            if milestone in _OF_A_MILESTONE:
                yield _OF_A_MILESTONE[milestone], ()
        case RungFired():
            yield from (("escalate", ()), ("milestone", _ESCALATED))
        case Paged(to=to):
            yield from (("page", (("to", to),)), ("milestone", _ESCALATED))
        case SeveritySet(level=level):
            yield "sev", (("level", str(level)),)
        case HealthSet(service=service, health=health):
            yield "service.health", (("service", service), ("health", health))
        case RunbookAttached(runbook=book):
            yield "runbook.attach", (("runbook", book.name),)
        case _ if type(event) in _OF_A_STEP:
            yield _OF_A_STEP[type(event)], named(runs, getattr(event, "step", ""))
        case _ if type(event) in _BARE:
            yield _BARE[type(event)], ()
        case _:
            return


def named(runs: Checklist, step: str) -> Values:
    """A step of an incident's checklist as scenarios name it: `RUNBOOK STEP`."""
    run = runs.run_of(step)
    return (("step", f"{run.runbook.name} {step.removeprefix(run.prefix)}"),) if run else ()
