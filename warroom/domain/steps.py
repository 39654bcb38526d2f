"""What people do to the steps of a checklist: the rules, the timeline's sentences, and what takes an act back.

A step's kind says what ticking it means: a decision is recorded with it, people are told, somebody is called in, a gate
is looked at first.
"""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never, get_args

from warroom.domain import automation, gates, paging
from warroom.domain.case import Case
from warroom.domain.checklist import (
    Checklist,
    ChecklistEvent,
    Run,
    RunbookAttached,
    StepAdded,
    StepClaimed,
    StepDone,
    StepEscalated,
    StepFailed,
    StepInformed,
    StepNoted,
    StepReopened,
    StepSkipped,
    StepState,
    StepTimeboxed,
    StepUnclaimed,
)
from warroom.domain.clock import MilestoneSet
from warroom.domain.errors import Already, Invalid, Refused, unknown
from warroom.domain.escalation import Paged
from warroom.domain.event import Event
from warroom.domain.moments import ago, brief
from warroom.domain.org import Org, Person
from warroom.domain.ran import Outcome as Ending
from warroom.domain.record import DecisionMade
from warroom.domain.roles import RoleOffered
from warroom.domain.runbook import Kind, Step, fill

CLAIM_STANDS = timedelta(minutes=2)
"For so long nobody may take a claim over, wherever its holder is: on the command line nobody is ever present."
LONGEST_BOX = timedelta(hours=24)
LONGEST_TITLE = 120

_SETTLED_BY_RUN = ("do", "read", "check", "rollback")

KINDS: tuple[Kind, ...] = get_args(Kind)


def claim(case: Case, step: str) -> list[Event]:
    """Say that you are on a step; claiming your own again gives it back.

    Another's claim stands while they are here, and in any case for its first two minutes.
    """
    state = _todo(case, step)
    if state.claimed:
        holder, since = state.claimed
        if holder == case.by:
            return [StepUnclaimed(state.id)]
        if case.present is None or holder in case.present or case.now - since < CLAIM_STANDS:
            raise Already(f"{holder} is on {state.id} since {ago(since, case.now)}.")
    return [StepClaimed(state.id)]


def finish(case: Case, step: str, note: str = "", to: str = "") -> list[Event]:
    """Tick a step. Whoever claimed it, anybody may tick it.

    `note`: what was seen; of a decision what was decided, of an inform step what was told. `to`: who is called in.
    """
    state = _todo(case, step)
    gates.check_open(case, state)
    if to.strip() and state.step.kind != "escalate":
        raise Refused(f"{state.id} calls nobody in.", hint="Only steps of the kind escalate do.")
    if own := [each.id for each in _run(case, state).children(state.id) if each.outcome == "todo"]:
        raise Refused(f"{state.id} has a checklist of its own: {', '.join(own)} still to do.", hint="Tick these first.")
    return [*_meaning(case, state, note.strip(), to.strip()), *_whole(case, state)]


def _meaning(case: Case, state: StepState, note: str, to: str) -> list[Event]:
    """What ticking a step of its kind records."""
    match state.step.kind:
        case "decide":
            if not note:
                raise Refused(f"{state.id} is a decision.", hint="Say what was decided.")
            return [DecisionMade(note), StepDone(state.id)]
        case "inform" if note:
            return [StepInformed(state.id, state.step.inform, note), StepDone(state.id)]
        case "escalate":
            return [*_call_in(case, state, to), StepDone(state.id, note)]
        case "gate":
            if lacking := gates.missing(case.incident, case.org, state):
                raise Refused(
                    f"{state.id} is a gate and waits for: {'; '.join(lacking)}.",
                    hint="The commander can override it with a reason.",
                )
            return [StepDone(state.id, note)]
        case _:
            return [StepDone(state.id, note)]


def _whole(case: Case, state: StepState, skipped: str = "") -> list[Event]:
    """The step whose own checklist is complete with this one is done, too; skipped, where nothing of it was done."""
    owner = case.incident.checklist.find(state.parent) if state.parent else None
    if owner is None or owner.outcome != "todo":
        return []
    outcomes = {each.outcome for each in _run(case, state).children(owner.id) if each.id != state.id}
    if not outcomes <= {"done", "skipped"}:
        return []
    if skipped and "done" not in outcomes:
        return [StepSkipped(owner.id, skipped)]
    return [StepDone(owner.id)] if gates.is_open(case, owner) else []


def _call_in(case: Case, state: StepState, to: str) -> list[Event]:
    """Who is called in stands on record, is paged and offered a seat; the first escalation is a milestone."""
    wanted = to or state.step.to
    if not wanted:
        return []
    events: list[Event] = [StepEscalated(state.id, wanted)]
    people = candidates(case.org, wanted)
    seats = case.incident.roles
    waiting = {each.to for each in seats.offers}
    if len(people) == 1 and (person := people[0].name) not in {case.by, *waiting} and not seats.of(person):
        events.append(RoleOffered("expert", person, _field(state)))
    if case.incident.clock.get("escalation") is None:
        events.append(MilestoneSet("escalation", case.now))
    return [*events, *_paged(case, state, people[0].name if len(people) == 1 else wanted)]


def _paged(case: Case, state: StepState, to: str) -> list[Event]:
    """The pages to whoever is called in, where the organisation knows how; a stranger is called in by other means."""
    try:
        paged = paging.page(case, to, f"step {state.id}")
    except Refused:
        return []
    return [event for event in paged if isinstance(event, Paged)]


def _field(state: StepState) -> str:
    """What somebody who is called in is expert in: the field that the step asks for, else nothing."""
    return state.step.to.removeprefix("expertise ") if state.step.to.startswith("expertise ") else ""


def candidates(org: Org, to: str) -> list[Person]:
    """The people that `ana`, `expertise mysql` or a team's name may mean, in the playbook's order."""
    wanted = to.strip().lower()
    field = wanted.removeprefix("expertise ").strip()
    people = org.playbook.people
    named = [each for each in people if wanted in (each.name.lower(), *(login.lower() for login in each.logins))]
    skilled = [each for each in people if any(field in skill.lower() for skill in each.expertise)]
    if wanted.startswith("expertise "):
        return skilled
    return named or [each for each in people if each.team and each.team.lower() == wanted] or skilled


def skip(case: Case, step: str, because: str) -> list[Event]:
    """Leave a step out, with a reason. A gate cannot be left out."""
    state, why = _todo(case, step), _reason(because, "Skipping a step")
    if state.step.kind == "gate":
        raise Refused(f"{state.id} is a gate; it cannot be skipped.", hint="The commander can override it.")
    if closed := [each.id for each in _run(case, state).children(state.id) if gates.closed(each)]:
        raise Refused(
            f"{closed[0]} is a gate of {state.id}; it cannot be skipped.", hint="The commander can override it."
        )
    return [StepSkipped(state.id, why), *_whole(case, state, why)]


def fail(case: Case, step: str, because: str) -> list[Event]:
    """Record that a step did not work, with what was seen."""
    return [StepFailed(_todo(case, step).id, _reason(because, "A failed step"))]


def reopen(case: Case, step: str, because: str = "") -> list[Event]:
    """Put a finished step back to do."""
    state = find(case, step)
    if state.outcome == "todo":
        for act in reversed(case.incident.acts):
            if isinstance(act.event, StepReopened) and act.event.step == state.id:
                when = ago(case.incident.timeline[act.seq - 1].happened, case.now)
                raise Already(f"{state.id} was already reopened {when} by {act.actor}.")
        raise Already(f"{state.id} is still to do.")
    events: list[Event] = [StepReopened(state.id, because.strip())]
    return [*events, StepTimeboxed(state.id)] if state.box else events


def annotate(case: Case, step: str, text: str) -> list[Event]:
    """Write a note on a step."""
    return [StepNoted(find(case, step).id, _reason(text, "A note"))]


def timebox(case: Case, step: str, span: timedelta | None = None) -> list[Event]:
    """Give a step so much time from now on; none: as long as it takes."""
    state = _todo(case, step)
    if span is None and state.box is None:
        raise Refused(f"{state.id} has no time-box.", hint="Give it one, such as 10m.")
    if span is not None and span > LONGEST_BOX:
        raise Invalid("A time-box is at most 24 hours.")
    # The moment is settled here: it stands in the log and, as what falls due, beside it.
    return [StepTimeboxed(state.id, span, case.by, case.now) if span else StepTimeboxed(state.id)]


def add(case: Case, title: str, after: str = "", command: str = "", kind: str = "do") -> list[Event]:
    """Add a step that the runbook does not have, after another one (the next one to do, if none is named)."""
    checklist = case.incident.checklist
    text = " ".join(title.split())
    if not text or len(text) > LONGEST_TITLE:
        raise Invalid(f"A step needs a title of at most {LONGEST_TITLE} characters.")
    found = next((each for each in KINDS if each == kind.strip().lower()), None)
    if found is None:
        raise unknown("kind of step", kind, KINDS)
    if found == "gate":
        raise Refused("A gate cannot be added by hand.", hint="Write it into the runbook.")
    last = checklist.runs[-1].steps[-1].id if checklist.runs else ""
    state = find(case, after or checklist.following or last)
    run = _run(case, state)
    place = 1 + sum(each.phase == state.phase and not each.parent for each in run.steps)
    name = f"{run.prefix}{state.phase}.{place}"
    return [StepAdded(name, state.parent or state.id, Step(text, found, command=command.strip()))]


def approve(case: Case, step: str) -> list[Event]:
    """Approve a gate, or what somebody else wants to run."""
    state = _todo(case, step)
    return gates.approve(case, state) if state.step.kind == "gate" else automation.approve(case, state)


def override(case: Case, step: str, because: str) -> list[Event]:
    """Open a gate although something is missing."""
    return gates.override(case, _todo(case, step), _reason(because, "Overriding a gate"))


def run(case: Case, step: str, host: str, again: bool = False, fingerprint: str = "") -> list[Event]:
    """Run an automated step on a host, or ask for a second person's approval first."""
    return automation.start(case, _todo(case, step), host, again, fingerprint)


def ended(
    case: Case,
    step: str,
    run: str,
    ending: Ending,
    says: str = "",
    code: int | None = None,
    seconds: float = 0.0,
    digest: str = "",
    size: int = 0,
    name: str = "",
) -> list[Event]:
    """What came of a run, and with it of the step, where that can be so. `name`: what a front end calls the output.

    A run settles only what a tick without words would settle: never a gate, a decision, a message or an escalation.
    """
    found, events = automation.end(case, run, ending, says, code, seconds, digest, size, name)
    state = case.incident.checklist.find(found.step)
    settles = state is not None and state.outcome == "todo" and state.step.kind in _SETTLED_BY_RUN
    if state is None or not settles or case.incident.automation.last(found.step) is not found:
        return events
    if ending != "passed":
        return [*events, StepFailed(state.id, says or ending)]
    with contextlib.suppress(Refused):
        return [*events, *finish(case, state.id, says or ending)]
    return events


def find(case: Case, step: str) -> StepState:
    """The step of that id; Unknown with candidates."""
    found = case.incident.checklist.find(step.strip())
    if found is None:
        if not case.incident.checklist.runs:
            raise Refused("No runbook is attached to this incident.", hint="Attach one first.")
        raise unknown("step", step, case.incident.checklist.ids())
    return found


def _run(case: Case, state: StepState) -> Run:
    run = case.incident.checklist.run_of(state.id)
    assert run is not None  # its step was found
    return run


def _todo(case: Case, step: str) -> StepState:
    state = find(case, step)
    if state.outcome != "todo" and state.at is not None:
        raise Already(f"{state.id} was already {state.outcome} {ago(state.at, case.now)} by {state.by}.")
    return state


def _reason(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"{what} needs a text.", hint="Say why, in a few words.")
    return text.strip()


def describe(event: ChecklistEvent, state: Checklist, values: Mapping[str, str]) -> str:
    """The timeline's sentence. `values`: what the titles' places stand for."""
    match event:
        case RunbookAttached(runbook=runbook):
            return f"{runbook.name} attached ({runbook.size} steps)"
        case StepAdded(step=step, added=added):
            return f"added {step} {added.title}"
        case StepClaimed(step=step, person=person):
            found = state.find(step)
            if person:
                return f"{person} is on {_named(state, step, values)} again"
            if found and found.claimed:
                return f"took over {step} from {found.claimed[0]}: {fill(found.step.title, values)}"
            return f"is on {_named(state, step, values)}"
        case StepUnclaimed(step=step):
            return f"left {_named(state, step, values)}"
        case StepTimeboxed(step=step, span=span):
            return f"{_named(state, step, values)}: " + (f"back in {brief(span)}" if span else "no time-box any more")
        case StepDone(step=step, note=note):
            return f"✓ {_named(state, step, values)}" + (f": {note}" if note else "")
        case StepSkipped(step=step, because=because):
            return f"skipped {_named(state, step, values)}: {because}"
        case StepFailed(step=step, because=because):
            return f"failed {_named(state, step, values)}: {because}"
        case StepReopened(step=step, because=because):
            return f"reopened {_named(state, step, values)}" + (f": {because}" if because else "")
        case StepNoted(step=step, text=text):
            return f"on {step}: {text}"
        case StepInformed(audiences=audiences, text=text):
            return f"told {', '.join(audiences) or 'them'}: {text}"
        case StepEscalated(to=to):
            return f"escalated to {to}"
        case _:
            assert_never(event)


def _named(state: Checklist, step: str, values: Mapping[str, str]) -> str:
    found = state.find(step)
    return f"{step} {fill(found.step.title, values)}" if found else step


def compensate(event: ChecklistEvent, before: Checklist, now: Checklist, actor: str) -> list[Event]:
    """The events that undo one, if nothing has changed since."""
    match event:
        case StepDone(step=step) | StepSkipped(step=step) | StepFailed(step=step):
            state = now.find(step)
            same = state is not None and state.outcome != "todo" and state.by == actor
            return [StepReopened(step, "undo"), *_claim_again(step, before)] if same else []
        case StepClaimed(step=step):
            state = now.find(step)
            same = state is not None and state.claimed is not None and state.claimed[0] == actor
            return (_claim_again(step, before) or [StepUnclaimed(step)]) if same else []
        case StepUnclaimed(step=step):
            state = now.find(step)
            same = state is not None and state.outcome == "todo" and state.claimed is None
            return _claim_again(step, before) if same else []
        case StepTimeboxed(step=step, span=span):
            state, old = now.find(step), before.find(step)
            same = state is not None and (state.box.span if state.box else None) == span
            box = old.box if old else None
            back = StepTimeboxed(step, box.span, box.by, box.since) if box else StepTimeboxed(step)
            return [back] if same else []
        case _:
            return []


def _claim_again(step: str, before: Checklist) -> list[Event]:
    """The claim that a step had before, if any."""
    state = before.find(step)
    return [StepClaimed(step, *state.claimed)] if state and state.claimed else []
