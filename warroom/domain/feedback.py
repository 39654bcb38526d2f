"""What an incident says about its runbooks: how long each step took, what was left out or failed, what was added.

A time counts from the step's claim. Where nobody claimed it, it counts from the step before, which tells something only
where the two were done one after the other, in the runbook's order.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from warroom.domain.checklist import Outcome, Run, StepClaimed, StepState
from warroom.domain.errors import Refused, unknown
from warroom.domain.incident import Incident
from warroom.domain.moments import span
from warroom.domain.runbook import Kind, Step

Since = Literal["claim", "step before", "out of order", ""]
"From when a step's time counts; `out of order` says nothing of the step,  = there is no time."

SLOWER, FASTER = 1.5, 0.5
"A step that took so many times its expected time, or more (less), deserves another one."
SHORTEST = timedelta(seconds=15)
"What is ticked so soon after the step before was ticked along with it."
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_SENSIBLE = (
    *(timedelta(seconds=count) for count in (30,)),
    *(count * _MINUTE for count in (1, 2, 3, 5, 7, 10, 15, 20, 30, 45)),
    *(count * _HOUR for count in (1, 1.5, 2, 3, 4, 6, 8, 12)),
)


class Row(msgspec.Struct, frozen=True):
    """One step and what became of it; what was skipped took no time.

    `after`: of a step that was added by hand, the runbook's step that it follows.
    """

    step: str
    title: str
    kind: Kind
    outcome: Outcome
    expected: timedelta | None
    took: timedelta | None
    since: Since
    by: str
    because: str
    notes: int
    added: bool = False
    after: str = ""


class Suggestion(msgspec.Struct, frozen=True):
    """What to change in the runbook, and why. Steps are named as in the runbook (`2.3`), with the title that they had.

    `expected`: a new expected time; `added`: a step to take over after this one; neither: a remark, for people to think
    about. `remark`: what is written beside the step, "" = nothing.
    """

    step: str
    title: str
    text: str
    expected: timedelta | None = None
    added: Step | None = None
    remark: str = ""


class Feedback(msgspec.Struct, frozen=True):
    """What an incident says about one of its runbooks."""

    run: Run
    rows: tuple[Row, ...]
    suggestions: tuple[Suggestion, ...]


def feedback(incident: Incident, name: str = "") -> list[Feedback]:
    """What an incident says about its runbooks, or about the one of that name. Refused where there is none."""
    runs = incident.checklist.runs
    if not runs:
        raise Refused(f"No runbook was attached to {incident.name}, so it says nothing about any.")
    if name and name not in (names := [run.runbook.name for run in runs]):
        raise unknown("runbook of this incident", name, names)
    return [_feedback(incident, run) for run in runs if name in ("", run.runbook.name)]


def sensible(took: timedelta) -> timedelta:
    """The next time that people would write down: 3m, 5m, 7m, 10m, …; whole days beyond half a day."""
    return next((each for each in _SENSIBLE if each >= took), -(-took // _DAY) * _DAY)


def _feedback(incident: Incident, run: Run) -> Feedback:
    after = ""
    rows = []
    for state in run.steps:
        row = _row(incident, run, state, after)
        after = after if state.added else state.parent or state.id
        rows.append(row)
    found = [
        each for state, row in zip(run.steps, rows, strict=True) for each in _suggestions(incident, run, state, row)
    ]
    return Feedback(run, tuple(rows), tuple(found))


def _row(incident: Incident, run: Run, state: StepState, after: str) -> Row:
    began, since = _began(incident, run, state) if state.outcome != "skipped" else (None, "")
    done = began is not None and state.at is not None and state.at >= began
    return Row(
        step=state.id,
        title=state.step.title,
        kind=state.step.kind,
        outcome=state.outcome,
        expected=state.step.expected,
        took=state.at - began if done and state.at and began else None,
        since=since if done else "",
        by=state.by,
        because=state.because,
        notes=len(state.notes),
        added=state.added,
        after=after if state.added else "",
    )


def _began(incident: Incident, run: Run, state: StepState) -> tuple[datetime | None, Since]:
    """When work on a step began, and how that is known. A step with its own checklist begins with the first of it."""
    own = [each for each in run.children(state.id) if each.began is not None]
    if own:
        return min((_began(incident, run, each) for each in own), key=lambda known: known[0] or run.attached)
    if state.began is None:
        return None, ""
    if state.began in _claims(incident, state.id):
        return state.began, "claim"
    before = run.attached
    for each in run.steps:
        if each.id == state.id:
            break
        if each.at is not None and each.id != state.parent:
            before = each.at
    return state.began, "step before" if state.began == before else "out of order"


def _claims(incident: Incident, step: str) -> Iterator[datetime]:
    """The moments at which somebody said to be on a step."""
    for act in incident.acts:
        if isinstance(act.event, StepClaimed) and act.event.step == step:
            yield act.event.since or incident.timeline[act.seq - 1].happened


def _suggestions(incident: Incident, run: Run, state: StepState, row: Row) -> Iterator[Suggestion]:
    if state.added:
        if state.outcome == "done" and row.after:
            yield _take_over(run, state, row)
    elif state.outcome in ("skipped", "failed"):
        owner = incident.checklist.find(state.parent) if state.parent else None
        if owner is None or (owner.outcome, owner.by, owner.at) != (state.outcome, state.by, state.at):
            text = f"{state.outcome} by {state.by}: {state.because}"
            remark = f"{incident.name}, {_day(state)}: {text}"
            yield Suggestion(_plain(run, state.id), state.step.title, text, remark=remark)
    elif state.id in incident.gates.overridden:
        text = f"overridden by {state.by}: {state.because.removeprefix('overridden: ')}"
        remark = f"{incident.name}, {_day(state)}: {text}"
        yield Suggestion(_plain(run, state.id), state.step.title, text, remark=remark)
    elif (new := _expected(run, state, row)) and row.took:
        how = "" if row.since == "claim" else "; its time is known by the step before only"
        old = f"{span(state.step.expected)} expected" if state.step.expected else "no time expected"
        text = f"took {span(row.took)}, {old}: expect {span(new)}{how}"
        yield Suggestion(_plain(run, state.id), state.step.title, text, expected=new)


def _take_over(run: Run, state: StepState, row: Row) -> Suggestion:
    added = state.step
    if row.took and added.expected is None and _counts(row):
        added = msgspec.structs.replace(added, expected=sensible(row.took))
    place = next(each for each in run.steps if each.id == row.after)
    text = f"take over “{added.title}”, which {state.by} did after it"
    return Suggestion(_plain(run, row.after), place.step.title, text, added=added)


def _expected(run: Run, state: StepState, row: Row) -> timedelta | None:
    """Another expected time for a step that was done; None where its own is good enough, or nothing can be said."""
    old = state.step.expected
    if state.outcome != "done" or row.took is None or not _counts(row):
        return None
    if old is None:
        owner = next((each for each in run.steps if each.id == state.parent), None)
        return None if (owner and owner.step.expected) or state.step.kind == "read" else sensible(row.took)
    if FASTER * old <= row.took <= SLOWER * old:
        return None
    new = sensible(row.took)
    return new if new != old else None


def _counts(row: Row) -> bool:
    """Whether a step's time says something about it."""
    return row.since in ("claim", "step before") and row.took is not None and row.took >= SHORTEST


def _plain(run: Run, step: str) -> str:
    """A step as its runbook calls it."""
    return step.removeprefix(run.prefix)


def _day(state: StepState) -> date | None:
    return state.at.date() if state.at else None
