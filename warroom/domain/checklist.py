"""The runbook checklist: runs of runbooks, and what became of each step.

Attaching a runbook copies it into the log, so an old incident reads the same after the file changed. A step is named
`2.3` (phase.step), one of its own checklist `2.3.1`; steps of a second runbook on the same incident are named `2/1.3`.
What people do to steps lies in `steps`.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago
from warroom.domain.runbook import Runbook, Step, walk

Outcome = Literal["todo", "done", "skipped", "failed"]


class RunbookAttached(Event, frozen=True, tag="runbook-attached.v1"):
    """A runbook was attached, whole."""

    runbook: Runbook


class StepAdded(Event, frozen=True, tag="step-added.v1"):
    """A step that the runbook does not have; it stands after the step `after`, under an id that no other bears."""

    step: str
    after: str
    added: Step


class StepClaimed(Event, frozen=True, tag="step-claimed.v1"):
    """Somebody is on it. `person`, `since`: whose claim stands again, where an undo restores it."""

    step: str
    person: str = ""
    since: datetime | None = None


class StepUnclaimed(Event, frozen=True, tag="step-unclaimed.v1"):
    """Nobody is on it any more."""

    step: str


class StepTimeboxed(Event, frozen=True, tag="step-timeboxed.v1"):
    """The step shall take no longer than this, from now on. None: as long as it takes.

    `person`, `since`: whose time-box stands again, where an undo restores it.
    """

    step: str
    span: timedelta | None = None
    person: str = ""
    since: datetime | None = None


class StepDone(Event, frozen=True, tag="step-done.v1"):
    """The step was carried out."""

    step: str
    note: str = ""


class StepSkipped(Event, frozen=True, tag="step-skipped.v1"):
    """The step was left out on purpose, with its own checklist. Skipped is not done."""

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


class StepInformed(Event, frozen=True, tag="step-informed.v1"):
    """What was told to whom, in the words that were used."""

    step: str
    audiences: tuple[str, ...]
    text: str


class StepEscalated(Event, frozen=True, tag="step-escalated.v1"):
    """Somebody, or a rung of the ladder, was called in."""

    step: str
    to: str


_Single = StepClaimed | StepUnclaimed | StepTimeboxed | StepDone | StepSkipped | StepFailed | StepReopened | StepNoted
ChecklistEvent = RunbookAttached | StepAdded | _Single | StepInformed | StepEscalated


class Box(msgspec.Struct, frozen=True):
    """A time-box: set by whom, when, and for how long."""

    by: str
    since: datetime
    span: timedelta

    @property
    def due(self) -> datetime:
        """When it ends."""
        return self.since + self.span


class StepState(msgspec.Struct, frozen=True):
    """A step and what became of it.

    `by`/`at`: of the outcome; `began`: when work on it began, as far as the log tells, once it is finished; `claimed`:
    who is on it, since when; `phase`: its number, from 1; `parent`: the step whose own checklist it belongs to ("" =
    none); `added`: by hand, during the incident.
    """

    id: str
    step: Step
    outcome: Outcome = "todo"
    by: str = ""
    at: datetime | None = None
    because: str = ""
    claimed: tuple[str, datetime] | None = None
    notes: tuple[tuple[str, str], ...] = ()
    phase: int = 1
    parent: str = ""
    began: datetime | None = None
    box: Box | None = None
    added: bool = False

    @property
    def took(self) -> timedelta | None:
        """How long it took; None while it is to do, or where times were put right since."""
        if self.at is None or self.began is None or self.at < self.began:
            return None
        return self.at - self.began


class Run(msgspec.Struct, frozen=True):
    """One attached runbook: its number on the incident (1, 2, …), the pinned text, and its steps in order."""

    number: int
    runbook: Runbook
    steps: tuple[StepState, ...]
    attached: datetime
    by: str

    @property
    def prefix(self) -> str:
        """What the ids of its steps begin with: nothing in the first run, `2/` in the second."""
        return "" if self.number == 1 else f"{self.number}/"

    @property
    def finished(self) -> int:
        """How many steps are no longer to do."""
        return sum(state.outcome != "todo" for state in self.steps)

    @property
    def following(self) -> str:
        """The id of the step to do next; a step comes after those of its own checklist. "" where none is to do."""
        waiting = {state.parent for state in self.steps if state.parent and state.outcome == "todo"}
        return next((s.id for s in self.steps if s.outcome == "todo" and s.id not in waiting), "")

    def children(self, step: str) -> tuple[StepState, ...]:
        """The steps of a step's own checklist."""
        return tuple(state for state in self.steps if state.parent == step)

    def began(self, state: StepState) -> datetime:
        """When work on a step began, as far as the log tells: its claim, else the last outcome before it."""
        if state.claimed:
            return state.claimed[1]
        return max((each.at for each in self.steps if each.at is not None), default=self.attached)


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
        return next((run.following for run in self.runs if run.following), "")

    def ids(self) -> list[str]:
        """Every step id, in order."""
        return [state.id for run in self.runs for state in run.steps]


def evolve(state: Checklist, fact: Fact, event: ChecklistEvent) -> Checklist:
    """The checklist after one event. A step that is not there changes nothing."""
    match event:
        case RunbookAttached(runbook=runbook):
            return Checklist((*state.runs, _start(len(state.runs) + 1, runbook, fact)))
        case StepInformed() | StepEscalated():
            return state
        case StepAdded(step=step, after=after, added=added):
            run = state.run_of(after)
            return _put(state, _insert(run, step, after, added)) if run else state
        case _:
            run = state.run_of(event.step)
            return _put(state, _turn(run, fact, event)) if run else state


def _start(number: int, runbook: Runbook, fact: Fact) -> Run:
    run = Run(number, runbook, (), fact.happened, fact.actor)
    return replace(run, steps=tuple(_fresh(run.prefix, name, step) for name, step in walk(runbook)))


def _fresh(prefix: str, name: str, step: Step) -> StepState:
    phase, _, rest = name.partition(".")
    place, _, child = rest.partition(".")
    return StepState(f"{prefix}{name}", step, phase=int(phase), parent=f"{prefix}{phase}.{place}" if child else "")


def _put(state: Checklist, run: Run) -> Checklist:
    return Checklist((*state.runs[: run.number - 1], run, *state.runs[run.number :]))


def _insert(run: Run, step: str, after: str, added: Step) -> Run:
    """The run with one more step behind `after` and its own checklist."""
    places = [n for n, state in enumerate(run.steps, 1) if after in (state.id, state.parent)]
    if not places or any(state.id == step for state in run.steps):
        return run
    before = run.steps[places[-1] - 1]
    new = StepState(step, added, phase=before.phase, added=True)
    return replace(run, steps=(*run.steps[: places[-1]], new, *run.steps[places[-1] :]))


def _turn(run: Run, fact: Fact, event: _Single) -> Run:
    """The run after something became of one of its steps; a step that is skipped takes its own checklist along."""
    whole = isinstance(event, StepSkipped | StepReopened)
    owner = next((state for state in run.steps if state.id == event.step), None)
    if owner is None:
        return run
    steps = tuple(
        _step(run, state, fact, event)
        if state is owner or (whole and state.parent == owner.id and _along(owner, state, event))
        else state
        for state in run.steps
    )
    return replace(run, steps=steps)


def _along(owner: StepState, child: StepState, event: _Single) -> bool:
    """Whether a step of its own checklist goes the same way: skipped with it, and put back with it."""
    if isinstance(event, StepSkipped):
        return child.outcome == "todo"
    return child.outcome == owner.outcome == "skipped" and (child.by, child.at) == (owner.by, owner.at)


def _step(run: Run, state: StepState, fact: Fact, event: _Single) -> StepState:
    match event:
        case StepClaimed(person=person, since=since):
            return replace(state, claimed=(person or fact.actor, since or fact.happened))
        case StepUnclaimed():
            return replace(state, claimed=None)
        case StepTimeboxed(span=span, person=person, since=since):
            box = Box(person or fact.actor, since or fact.happened, span) if span else None
            return replace(state, box=box)
        case StepDone(note=note):
            return _ended(run, state, fact, "done", note)
        case StepSkipped(because=because):
            return _ended(run, state, fact, "skipped", because)
        case StepFailed(because=because):
            return _ended(run, state, fact, "failed", because)
        case StepReopened():
            return replace(state, outcome="todo", by="", at=None, because="", claimed=None, began=None)
        case StepNoted(text=text):
            return replace(state, notes=(*state.notes, (fact.actor, text)))
        case _:
            assert_never(event)


def _ended(run: Run, state: StepState, fact: Fact, outcome: Outcome, because: str) -> StepState:
    return replace(
        state,
        outcome=outcome,
        by=fact.actor,
        at=fact.happened,
        because=because,
        claimed=None,
        began=run.began(state),
    )


def forget(state: Checklist, step: str, note: tuple[str, str]) -> Checklist:
    """The checklist without the last note (who, text) of these words on a step."""
    run, found = state.run_of(step), state.find(step)
    if run is None or found is None or note not in found.notes:
        return state
    at = len(found.notes) - 1 - found.notes[::-1].index(note)
    less = replace(found, notes=(*found.notes[:at], *found.notes[at + 1 :]))
    return _put(state, replace(run, steps=tuple(less if each is found else each for each in run.steps)))


def attach(case: Case, runbook: Runbook) -> list[Event]:
    """Attach a runbook, whole. The same one may be attached once at a time."""
    for run in case.incident.checklist.runs:
        if run.runbook.name == runbook.name:
            when = ago(run.attached, case.now)
            raise Already(f"The runbook {runbook.name} was already attached {when} by {run.by}.")
    if not any(phase.steps for phase in runbook.phases):
        raise Refused(f"The runbook {runbook.name} has no steps.")
    return [RunbookAttached(runbook)]
