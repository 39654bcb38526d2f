"""The work of simulated colleagues: the steps that are theirs, and what the scenario expects of their roles."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from warroom.domain import gates
from warroom.domain.checklist import Run, StepReopened, StepState
from warroom.domain.colleague_words import told
from warroom.domain.incident import Incident
from warroom.domain.roles import Holding
from warroom.domain.scenario import Expected
from warroom.domain.turn import Cast, Turn

_LOOKS = (10, 40)
_SETTLES_IN = timedelta(seconds=20)
_WORK = timedelta(minutes=3)
_SHARE = (0.4, 0.9)
_EARLY, _LATE = 0.3, 0.8
_HANDS = ("do", "read", "check", "inform")
"The kinds of steps that colleagues carry out; decisions, gates and calls for help are the commander's."
_EXPERT = "expert"

_Given = tuple[tuple[str, str], ...]


def steps(incident: Incident, cast: Cast) -> Iterator[Turn]:
    """Each colleague with a role claims their next step, works on it, and ticks it."""
    for run in incident.checklist.runs:
        busy: set[str] = set()
        begun = run.attached
        for state in run.steps:
            if state.outcome == "todo" and (state.step.kind == "decide" or gates.closed(state)):
                break  # what comes after it waits for the commander
            if state.step.kind in ("decide", "gate") and state.at:
                begun = max(begun, state.at)
            seat = _owner(incident, cast, run, state)
            if seat is None or seat.person in busy:
                continue
            busy.add(seat.person)
            since = max(begun, _free(run, seat), *_reopened(incident, state.id))
            yield _next(incident, cast, state, since, seat.person)


def _owner(incident: Incident, cast: Cast, run: Run, state: StepState) -> Holding | None:
    """Whose step it is, of the colleagues; what a runbook leaves to anybody is the experts', where there are some."""
    parent = next((each for each in run.steps if each.id == state.parent), None)
    kind = state.step.kind if parent is None or parent.step.kind != "rollback" else "rollback"
    if state.outcome != "todo" or kind not in _HANDS:
        return None
    if any(each.outcome == "todo" for each in run.children(state.id)):
        return None
    role = state.step.who or (parent.step.who if parent else None) or _EXPERT
    seat = cast.holding(incident, role)
    mine = state.claimed is None or (seat is not None and state.claimed[0] == seat.person)
    return seat if mine else None


def _free(run: Run, seat: Holding) -> datetime:
    """Since when somebody could be on a new step: since they sat down, and since the step before it."""
    return max([seat.since, *(each.at for each in run.steps if each.by == seat.person and each.at)])


def _reopened(incident: Incident, step: str) -> list[datetime]:
    """When somebody wanted a step done again."""
    acts = (each for each in incident.acts if isinstance(each.event, StepReopened) and each.event.step == step)
    return [incident.timeline[each.seq - 1].happened for each in acts]


def _next(incident: Incident, cast: Cast, state: StepState, begun: datetime, person: str) -> Turn:
    step: _Given = (("step", state.id),)
    if state.claimed is None:
        key = f"claim/{state.id}/{begun.isoformat()}"
        return Turn(key, person, begun + cast.pause(key, *_LOOKS), "step.claim", step)
    since = state.claimed[1]
    key = f"done/{state.id}/{since.isoformat()}"
    seconds = (state.step.expected or _WORK).total_seconds()
    at = since + cast.pause(key, _SHARE[0] * seconds, _SHARE[1] * seconds)
    note = (("note", told(incident)),) if state.step.kind == "inform" else ()
    return Turn(key, person, at, "step.done", (*step, *note))


def expected(incident: Incident, cast: Cast) -> Iterator[Turn]:
    """What the scenario expects of a role that a colleague holds, within its limit unless they sat down too late."""
    drill = incident.drill
    if drill.scenario is None or drill.started is None:
        return
    for number, each in enumerate(drill.scenario.expected):
        seat = cast.holding(incident, each.who)
        after = drill.progress(each.after)
        since = drill.started if not each.after else after.made if after else None
        given = _given(incident, each)
        if seat is None or since is None or given is None:
            continue
        key = f"expect/{number}"
        within = each.within.total_seconds()
        at = max(since + cast.pause(key, _EARLY * within, _LATE * within), seat.since + _SETTLES_IN)
        yield Turn(key, seat.person, at, each.command, given)


def _given(incident: Incident, wanted: Expected) -> _Given | None:
    """The command's parameters; None where it is done already, or is nothing that a colleague would do alone."""
    match = dict(wanted.match)
    match wanted.command:
        case "milestone":
            known = any(name == match.get("milestone") for name, _ in incident.clock.known)
            return None if known else wanted.match
        case "runbook.attach":
            attached = any(run.runbook.name == match.get("runbook") for run in incident.checklist.runs)
            return None if attached else wanted.match
        case "step.done":
            return _step(incident, match.get("step", ""))
        case "service.health":
            return _health(incident, match.get("service", ""), match.get("health", ""))
        case "note":
            return (("text", wanted.title),)
        case _:
            return None


def _step(incident: Incident, name: str) -> _Given | None:
    """A step `RUNBOOK STEP` of the scenario as it is named in this incident."""
    book, _, step = name.partition(" ")
    for run in incident.checklist.runs:
        state = next((each for each in run.steps if each.id == run.prefix + step), None)
        if run.runbook.name == book and state and state.outcome == "todo" and state.step.kind in _HANDS:
            note = (("note", told(incident)),) if state.step.kind == "inform" else ()
            return (("step", state.id), *note)
    return None


def _health(incident: Incident, service: str, health: str) -> _Given | None:
    """How a service is, as the scenario last said; None where that is known, or it has said nothing."""
    told_so = [
        (each.made, each.inject.health)
        for each in incident.drill.injects
        if each.made and each.inject.health and each.inject.service == service
    ]
    found = health or (max(told_so)[1] if told_so else "")
    if not found or incident.services.health(service) == found:
        return None
    return (("service", service), ("health", found))
