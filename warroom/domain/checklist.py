"""The runbook checklist: runs of runbooks, phases, steps, claims, outcomes.

Attaching a runbook copies it into the log, so an old incident reads the same after the file changed. A step is named
`2.3` (phase.step); steps of a second runbook on the same incident are named `2/1.3`.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago
from warroom.domain.runbook import Runbook, Step

CLAIM_STANDS = timedelta(minutes=2)
"For so long nobody may take a claim over, wherever its holder is: on the command line nobody is ever present."

Outcome = Literal["todo", "done", "skipped", "failed"]


class RunbookAttached(Event, frozen=True, tag="runbook-attached.v1"):
    """A runbook was attached, whole."""

    runbook: Runbook


class StepClaimed(Event, frozen=True, tag="step-claimed.v1"):
    """Somebody is on it. `person`, `since`: whose claim stands again, where an undo restores it."""

    step: str
    person: str = ""
    since: datetime | None = None


class StepUnclaimed(Event, frozen=True, tag="step-unclaimed.v1"):
    """Nobody is on it any more."""

    step: str


class StepDone(Event, frozen=True, tag="step-done.v1"):
    """The step was carried out."""

    step: str
    note: str = ""


class StepSkipped(Event, frozen=True, tag="step-skipped.v1"):
    """The step was left out on purpose. Skipped is not done."""

    step: str
    because: str


class StepFailed(Event, frozen=True, tag="step-failed.v1"):
    """The step was tried and did not work."""

    step: str
    because: str


class StepReopened(Event, frozen=True, tag="step-reopened.v1"):
    """The step is to be done again."""

    step: str
    because: str = ""


class StepNoted(Event, frozen=True, tag="step-noted.v1"):
    """A note on one step."""

    step: str
    text: str


ChecklistEvent = (
    RunbookAttached | StepClaimed | StepUnclaimed | StepDone | StepSkipped | StepFailed | StepReopened | StepNoted
)
_StepEvent = StepClaimed | StepUnclaimed | StepDone | StepSkipped | StepFailed | StepReopened | StepNoted


class StepState(msgspec.Struct, frozen=True):
    """A step and what became of it. `by`/`at`: of the outcome; `claimed`: who is on it, since when."""

    id: str
    step: Step
    outcome: Outcome = "todo"
    by: str = ""
    at: datetime | None = None
    because: str = ""
    claimed: tuple[str, datetime] | None = None
    notes: tuple[tuple[str, str], ...] = ()


class Run(msgspec.Struct, frozen=True):
    """One attached runbook: its number on the incident (1, 2, …), the pinned text, and its steps in order."""

    number: int
    runbook: Runbook
    steps: tuple[StepState, ...]
    attached: datetime
    by: str

    @property
    def finished(self) -> int:
        """How many steps are no longer to do."""
        return sum(state.outcome != "todo" for state in self.steps)


class Checklist(msgspec.Struct, frozen=True):
    """The runbooks attached to an incident, in order."""

    runs: tuple[Run, ...] = ()

    def find(self, step: str) -> StepState | None:
        """The step of that id, or None."""
        run = self.run_of(step)
        return next((state for state in run.steps if state.id == step), None) if run else None

    def run_of(self, step: str) -> Run | None:
        """The run that a step id belongs to."""
        number = step.partition("/")[0] if "/" in step else "1"
        return next((run for run in self.runs if str(run.number) == number), None)

    @property
    def following(self) -> str:
        """The id of the first step that is still to do, "" where none is."""
        return next((state.id for run in self.runs for state in run.steps if state.outcome == "todo"), "")

    def ids(self) -> list[str]:
        """Every step id, in order."""
        return [state.id for run in self.runs for state in run.steps]


def evolve(state: Checklist, fact: Fact, event: ChecklistEvent) -> Checklist:
    """The checklist after one event. A step that is not there changes nothing."""
    if isinstance(event, RunbookAttached):
        return Checklist((*state.runs, _start(len(state.runs) + 1, event.runbook, fact)))
    run = state.run_of(event.step)
    if run is None:
        return state
    for index, step in enumerate(run.steps):
        if step.id == event.step:
            steps = (*run.steps[:index], _step(step, fact, event), *run.steps[index + 1 :])
            new = msgspec.structs.replace(run, steps=steps)
            return Checklist((*state.runs[: run.number - 1], new, *state.runs[run.number :]))
    return state


def _start(number: int, runbook: Runbook, fact: Fact) -> Run:
    prefix = "" if number == 1 else f"{number}/"
    steps = tuple(
        StepState(f"{prefix}{p}.{s}", step)
        for p, phase in enumerate(runbook.phases, 1)
        for s, step in enumerate(phase.steps, 1)
    )
    return Run(number, runbook, steps, fact.happened, fact.actor)


def _step(state: StepState, fact: Fact, event: _StepEvent) -> StepState:
    match event:
        case StepClaimed(person=person, since=since):
            return msgspec.structs.replace(state, claimed=(person or fact.actor, since or fact.happened))
        case StepUnclaimed():
            return msgspec.structs.replace(state, claimed=None)
        case StepDone(note=note):
            return _ended(state, fact, "done", note)
        case StepSkipped(because=because):
            return _ended(state, fact, "skipped", because)
        case StepFailed(because=because):
            return _ended(state, fact, "failed", because)
        case StepReopened():
            return msgspec.structs.replace(state, outcome="todo", by="", at=None, because="", claimed=None)
        case StepNoted(text=text):
            return msgspec.structs.replace(state, notes=(*state.notes, (fact.actor, text)))
        case _:
            assert_never(event)


def _ended(state: StepState, fact: Fact, outcome: Outcome, because: str) -> StepState:
    return msgspec.structs.replace(
        state, outcome=outcome, by=fact.actor, at=fact.happened, because=because, claimed=None
    )


def forget(state: Checklist, step: str, note: tuple[str, str]) -> Checklist:
    """The checklist without the last note (who, text) of these words on a step."""
    run, found = state.run_of(step), state.find(step)
    if run is None or found is None or note not in found.notes:
        return state
    at = len(found.notes) - 1 - found.notes[::-1].index(note)
    less = msgspec.structs.replace(found, notes=(*found.notes[:at], *found.notes[at + 1 :]))
    steps = tuple(less if each is found else each for each in run.steps)
    new = msgspec.structs.replace(run, steps=steps)
    return Checklist((*state.runs[: run.number - 1], new, *state.runs[run.number :]))


def attach(case: Case, runbook: Runbook) -> list[Event]:
    """Attach a runbook, whole. The same one may be attached once at a time."""
    for run in case.incident.checklist.runs:
        if run.runbook.name == runbook.name:
            when = ago(run.attached, case.now)
            raise Already(f"The runbook {runbook.name} was already attached {when} by {run.by}.")
    if not any(phase.steps for phase in runbook.phases):
        raise Refused(f"The runbook {runbook.name} has no steps.")
    return [RunbookAttached(runbook)]


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


def finish(case: Case, step: str, note: str = "") -> list[Event]:
    """Tick a step. Whoever claimed it, anybody may tick it."""
    return [StepDone(_todo(case, step).id, note.strip())]


def skip(case: Case, step: str, because: str) -> list[Event]:
    """Leave a step out, with a reason."""
    return [StepSkipped(_todo(case, step).id, _reason(because, "Skipping a step"))]


def fail(case: Case, step: str, because: str) -> list[Event]:
    """Record that a step did not work, with what was seen."""
    return [StepFailed(_todo(case, step).id, _reason(because, "A failed step"))]


def reopen(case: Case, step: str, because: str = "") -> list[Event]:
    """Put a finished step back to do."""
    state = _find(case, step)
    if state.outcome == "todo":
        for act in reversed(case.incident.acts):
            if isinstance(act.event, StepReopened) and act.event.step == state.id:
                when = ago(case.incident.timeline[act.seq - 1].happened, case.now)
                raise Already(f"{state.id} was already reopened {when} by {act.actor}.")
        raise Already(f"{state.id} is still to do.")
    return [StepReopened(state.id, because.strip())]


def annotate(case: Case, step: str, text: str) -> list[Event]:
    """Write a note on a step."""
    return [StepNoted(_find(case, step).id, _reason(text, "A note"))]


def _find(case: Case, step: str) -> StepState:
    found = case.incident.checklist.find(step.strip())
    if found is None:
        if not case.incident.checklist.runs:
            raise Refused("No runbook is attached to this incident.", hint="Attach one first.")
        raise unknown("step", step, case.incident.checklist.ids())
    return found


def _todo(case: Case, step: str) -> StepState:
    state = _find(case, step)
    if state.outcome != "todo" and state.at is not None:
        raise Already(f"{state.id} was already {state.outcome} {ago(state.at, case.now)} by {state.by}.")
    return state


def _reason(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"{what} needs a text.", hint="Say why, in a few words.")
    return text.strip()


def describe(event: ChecklistEvent, state: Checklist) -> str:
    """The timeline's sentence."""
    match event:
        case RunbookAttached(runbook=runbook):
            return f"{runbook.name} attached ({sum(len(phase.steps) for phase in runbook.phases)} steps)"
        case StepClaimed(step=step, person=person):
            found = state.find(step)
            if person:
                return f"{person} is on {_named(state, step)} again"
            if found and found.claimed:
                return f"took over {step} from {found.claimed[0]}: {found.step.title}"
            return f"is on {_named(state, step)}"
        case StepUnclaimed(step=step):
            return f"left {_named(state, step)}"
        case StepDone(step=step, note=note):
            return f"✓ {_named(state, step)}" + (f": {note}" if note else "")
        case StepSkipped(step=step, because=because):
            return f"skipped {_named(state, step)}: {because}"
        case StepFailed(step=step, because=because):
            return f"failed {_named(state, step)}: {because}"
        case StepReopened(step=step, because=because):
            return f"reopened {_named(state, step)}" + (f": {because}" if because else "")
        case StepNoted(step=step, text=text):
            return f"on {step}: {text}"
        case _:
            assert_never(event)


def _named(state: Checklist, step: str) -> str:
    found = state.find(step)
    return f"{step} {found.step.title}" if found else step


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
        case _:
            return []


def _claim_again(step: str, before: Checklist) -> list[Event]:
    """The claim that a step had before, if any."""
    state = before.find(step)
    return [StepClaimed(step, *state.claimed)] if state and state.claimed else []
