"""Gates: what must hold before a checklist may go on, who approved, and how the commander goes on all the same.

A gate blocks every step after it in its runbook, except those that only read or tell somebody, until it is ticked. It
can be ticked only while everything that it waits for holds, and opens for good: what changes later does not close it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, assert_never

import msgspec

from warroom.domain import services
from warroom.domain.checklist import Run, StepDone, StepState
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago
from warroom.domain.rights import check_proven
from warroom.domain.roles import COMMANDER, seat_of

if TYPE_CHECKING:
    from warroom.domain.case import Case
    from warroom.domain.incident import Incident
    from warroom.domain.org import Org


class GateApproved(Event, frozen=True, tag="gate-approved.v1"):
    """Somebody agrees that the checklist may go on."""

    step: str


class GateOverridden(Event, frozen=True, tag="gate-overridden.v1"):
    """The commander opened a gate although something was missing. `missing`: what, a few words each."""

    step: str
    because: str
    missing: tuple[str, ...] = ()


_ALWAYS = ("read", "inform", "escalate")

GateEvent = GateApproved | GateOverridden


class Approval(msgspec.Struct, frozen=True):
    """Who approved a gate, and when."""

    step: str
    by: str
    at: datetime


class Gates(msgspec.Struct, frozen=True):
    """The approvals that stand, and the ids of gates that were overridden."""

    approvals: tuple[Approval, ...] = ()
    overridden: tuple[str, ...] = ()

    def of(self, step: str) -> tuple[Approval, ...]:
        """The approvals of one gate."""
        return tuple(each for each in self.approvals if each.step == step)


def evolve(state: Gates, fact: Fact, event: GateEvent) -> Gates:
    """The gates after one event."""
    match event:
        case GateApproved(step=step):
            approvals = (*state.approvals, Approval(step, fact.actor, fact.happened))
            return msgspec.structs.replace(state, approvals=approvals)
        case GateOverridden(step=step):
            return msgspec.structs.replace(state, overridden=(*state.overridden, step))
        case _:
            assert_never(event)


def reopened(state: Gates, step: str) -> Gates:
    """The gates after a step is to be done again: what was said of it is to be said again."""
    rest = tuple(each for each in state.approvals if each.step != step)
    return Gates(rest, tuple(each for each in state.overridden if each != step))


def blocking(run: Run, step: str) -> StepState | None:
    """The first gate before a step of a run that is not open and holds it up, or None."""
    for state in run.steps:
        if state.id == step:
            return None
        if closed(state):
            return state
    return None


def closed(state: StepState) -> bool:
    """Whether a step is a gate that is not open. Skipping one is refused, but old logs have it."""
    return state.step.kind == "gate" and state.outcome in ("todo", "failed")


def is_open(case: Case, state: StepState) -> bool:
    """Whether no closed gate holds a step up."""
    run = case.incident.checklist.run_of(state.id)
    return not waits(state) or run is None or blocking(run, state.id) is None


def waits(state: StepState) -> bool:
    """Whether a closed gate before it holds a step up."""
    return state.step.kind not in _ALWAYS or state.step.run is not None


def check_open(case: Case, state: StepState) -> None:
    """Refuse to go on with a step while a gate before it is closed. Reading and telling people is always possible."""
    run = case.incident.checklist.run_of(state.id)
    gate = blocking(run, state.id) if run and waits(state) else None
    if gate:
        lacking = missing(case.incident, case.org, gate)
        what = f" It waits for: {'; '.join(lacking)}." if lacking else " Nothing is missing; tick it."
        raise Refused(f"{state.id} comes after the gate {gate.id}, which is closed.{what}")


def missing(incident: Incident, org: Org, state: StepState) -> list[str]:
    """What a gate still waits for, a few words each; nothing where it may be ticked."""
    gate, run = state.step.gate, incident.checklist.run_of(state.id)
    if gate is None or run is None:
        return []
    found = [_undone(incident, run, step) for step in gate.steps]
    wanted = [*gate.healthy, *(_needed(incident, org) if gate.dependencies else [])]
    for name in dict.fromkeys(wanted):
        health = incident.services.health(name)
        found.append("" if health == "operational" else f"{name} operational (it is {services.words(health)})")
    if more := gate.approvals - len(incident.gates.of(state.id)):
        given = ", ".join(each.by for each in incident.gates.of(state.id))
        found.append(f"{more} more to approve{f' ({given} did)' if given else ''}" if more > 0 else "")
    held = {each.role for each in incident.roles.held}
    found += ["" if role in held else _somebody(seat_of(role).title) for role in gate.roles]
    return [each for each in found if each]


def _somebody(title: str) -> str:
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"


def _undone(incident: Incident, run: Run, step: str) -> str:
    found = incident.checklist.find(run.prefix + step)
    if found is None or found.outcome == "done":
        return ""
    return f"{found.id} done" + ("" if found.outcome == "todo" else f" (it is {found.outcome})")


def _needed(incident: Incident, org: Org) -> list[str]:
    """Everything that the incident's services depend on, in the catalogue's order, without these themselves."""
    rows = services.catalogue(incident.services, org.playbook.services)
    needed = {name for each in incident.services.affected for name in services.downstream(rows, each)}
    return [row.name for row in rows if row.name in needed and row.name not in incident.services.affected]


def approve(case: Case, state: StepState) -> list[Event]:
    """Approve a gate: once each, and only people who hold a role in the incident."""
    if state.step.gate is None or not state.step.gate.approvals:
        raise Refused(f"{state.id} asks for no approval.")
    for each in case.incident.gates.of(state.id):
        if each.by == case.by:
            raise Already(f"You approved {state.id} {ago(each.at, case.now)}.")
    check_proven(case.via, "approve")
    check_seated(case, "approve")
    return [GateApproved(state.id)]


def check_seated(case: Case, what: str) -> None:
    """Refuse somebody who holds no role: an approval is given by those who answer for the incident."""
    if not case.incident.roles.of(case.by):
        raise Refused(f"Only somebody with a role in this incident can {what}.", hint="Take an open role first.")


def override(case: Case, state: StepState, because: str) -> list[Event]:
    """Open a gate although something is missing: the commander's decision, with a reason, on record."""
    commander = case.incident.roles.holder(COMMANDER)
    if state.step.kind != "gate":
        raise Refused(f"{state.id} is no gate.", hint="A step can be skipped, with a reason.")
    if case.by != commander:
        who = f"{commander}, who is incident commander," if commander else "the incident commander (nobody is)"
        raise Refused(f"Only {who} can override a gate.", hint="Ask, or take the role.")
    check_open(case, state)
    lacking = missing(case.incident, case.org, state)
    if not lacking:
        raise Refused(f"Nothing is missing at {state.id}.", hint="Tick it.")
    return [GateOverridden(state.id, because, tuple(lacking)), StepDone(state.id, f"overridden: {because}")]


def describe(event: GateEvent) -> str:
    """The timeline's sentence."""
    match event:
        case GateApproved(step=step):
            return f"approves {step}"
        case GateOverridden(step=step, because=because, missing=missing):
            lacking = f" without {'; '.join(missing)}" if missing else ""
            return f"OVERRODE the gate {step}{lacking}: {because}"
        case _:
            assert_never(event)
