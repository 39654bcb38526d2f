"""Automated steps: what is to run, who approved it, what runs, and what came of it.

A run is written down before it begins, so it happens once at most: where its console dies, what became of it is
unknown, and nothing ever runs it again by itself. What is dangerous needs a second person, whose approval binds to
exactly what will run: the arguments as filled in, the host, the runbook's text, the incident, the step and the try.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, assert_never

import msgspec

from warroom.domain import runbook as runbooks
from warroom.domain.checklist import StepState
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.gates import check_open, check_seated
from warroom.domain.moments import ago
from warroom.domain.ran import Outcome as Ending
from warroom.domain.record import EvidenceAdded
from warroom.domain.rights import check_proven
from warroom.domain.runbook import Automation, placeholders, read_value

if TYPE_CHECKING:
    from warroom.domain.case import Case


APPROVAL_STANDS = timedelta(minutes=15)
"For so long an approval may be used."
GRACE = timedelta(seconds=30)
"After its time-out a run that has not reported back for so long will not do so any more."

_RUN = uuid.UUID("5b0c7a52-6a0e-5d0a-9a0f-6f1f7c0d3e11")


class RunRequested(Event, frozen=True, tag="run-requested.v1"):
    """Somebody wants to run something dangerous on a host.

    `digest`: of exactly what would run; `attempt`: from 1; `fingerprint`: of the program and what its host hands on.
    """

    step: str
    what: Automation
    host: str
    digest: str
    attempt: int
    fingerprint: str = ""


class RunApproved(Event, frozen=True, tag="run-approved.v1"):
    """A second person agrees to what this digest stands for, and to nothing else."""

    step: str
    digest: str


class RunStarted(Event, frozen=True, tag="run-started.v1"):
    """From now on it may have happened. `run`: its id; `host`: where."""

    step: str
    run: str
    what: Automation
    host: str
    digest: str


class RunEnded(Event, frozen=True, tag="run-ended.v1"):
    """What came of a run. `code`: the exit code, if any; `output`: SHA-256 of the kept output, "" = none."""

    step: str
    run: str
    ending: Ending
    says: str = ""
    code: int | None = None
    seconds: float = 0.0
    output: str = ""


AutomationEvent = RunRequested | RunApproved | RunStarted | RunEnded


class Request(msgspec.Struct, frozen=True):
    """A dangerous run that waits for a second person, or was approved: by whom, when, and when by the database's time.

    `real`: when it was asked for by the database's time, by which it runs out.
    """

    step: str
    what: Automation
    host: str
    digest: str
    by: str
    at: datetime
    real: datetime
    approved: tuple[str, datetime, datetime] | None = None
    fingerprint: str = ""


class Execution(msgspec.Struct, frozen=True):
    """One run of a step. `ended` None: it still runs, or nobody knows (see `lost`).

    `real`: when it began, by the database's time.
    """

    step: str
    run: str
    what: Automation
    host: str
    by: str
    at: datetime
    real: datetime
    ended: RunEnded | None = None

    def lost(self, clock: datetime) -> bool:
        """Whether it should have reported back by now (database time): its console died, or is frozen.

        What became of it is unknown then.
        """
        return self.ended is None and clock > self.real + self.what.timeout + GRACE


class Automations(msgspec.Struct, frozen=True):
    """The open request of each step, and every run, oldest first."""

    requests: tuple[Request, ...] = ()
    runs: tuple[Execution, ...] = ()

    def request(self, step: str) -> Request | None:
        """What a step wants to run and did not yet."""
        return next((each for each in self.requests if each.step == step), None)

    def last(self, step: str) -> Execution | None:
        """The last run of a step."""
        return next((each for each in reversed(self.runs) if each.step == step), None)

    def attempt(self, step: str) -> int:
        """The number of the next run of a step, from 1."""
        return 1 + sum(each.step == step for each in self.runs)


def evolve(state: Automations, fact: Fact, event: AutomationEvent) -> Automations:
    """The state after one event. A run's start uses its request up."""
    rest = tuple(each for each in state.requests if each.step != event.step)
    match event:
        case RunRequested(step=step, what=what, host=host, digest=digest, fingerprint=print_):
            request = Request(step, what, host, digest, fact.actor, fact.happened, fact.appended, fingerprint=print_)
            return msgspec.structs.replace(state, requests=(*rest, request))
        case RunApproved(step=step, digest=digest):
            found = state.request(step)
            if found is None or found.digest != digest:
                return state
            approved = msgspec.structs.replace(found, approved=(fact.actor, fact.happened, fact.appended))
            return msgspec.structs.replace(state, requests=(*rest, approved))
        case RunStarted(step=step, run=run, what=what, host=host):
            return Automations(
                rest, (*state.runs, Execution(step, run, what, host, fact.actor, fact.happened, fact.appended))
            )
        case RunEnded(run=run):
            runs = (msgspec.structs.replace(e, ended=event) if e.run == run and not e.ended else e for e in state.runs)
            return msgspec.structs.replace(state, runs=tuple(runs))
        case _:
            assert_never(event)


def reopened(state: Automations, step: str) -> Automations:
    """The state after a step is to be done again: what was approved before is to be asked for anew."""
    rest = tuple(each for each in state.requests if each.step != step)
    return msgspec.structs.replace(state, requests=rest)


def start(case: Case, state: StepState, host: str, again: bool = False, fingerprint: str = "") -> list[Event]:
    """Run a step on a host: at once, or, where that is dangerous, after a second person has approved exactly this.

    `again`: although nobody knows what became of the run before. `fingerprint`: a hash of the program that the host
    will execute and of what it hands on to it. Refused in a drill, which reaches nothing outside.
    """
    if case.incident.exercise == "drill":
        raise Refused("This is a drill: nothing runs on a real host.", hint="Say by hand what came of the step.")
    check_open(case, state)
    what = _rendered(case, state)
    _check_idle(case, state, again)
    if not what.dangerous:
        return [RunStarted(state.id, _run_id(case), what, host, "")]
    check_proven(case.via, "run what is dangerous")
    known, digest = case.incident.automation, bound(case, state, what, host, fingerprint)
    request = known.request(state.id)
    if request and request.digest == digest and request.by != case.by and not _stale(request, case.clock):
        raise Already(
            f"{request.by} asks to run {state.id} already.", hint=f"{request.by} runs it once it is approved."
        )
    if request is None or request.digest != digest or _stale(request, case.clock):
        return [RunRequested(state.id, what, host, digest, known.attempt(state.id), fingerprint)]
    if request.approved is None:
        raise Already(f"{state.id} waits for a second person since {ago(request.at, case.now)}.")
    return [RunStarted(state.id, _run_id(case), what, host, digest)]


def bound(case: Case, state: StepState, what: Automation, host: str, fingerprint: str) -> str:
    """The SHA-256 of everything that an approval binds to."""
    run = case.incident.checklist.run_of(state.id)
    text = runbooks.digest(run.runbook) if run else ""
    attempt = case.incident.automation.attempt(state.id)
    return sha256(
        msgspec.json.encode([case.incident.id, state.id, attempt, host, fingerprint, text, runbooks.digest(what)])
    ).hexdigest()


def approve(case: Case, state: StepState) -> list[Event]:
    """Approve what somebody else wants to run; refused where that would no longer be what was asked."""
    request = case.incident.automation.request(state.id)
    if request is None:
        raise Refused(f"Nobody has asked to run {state.id}.", hint="Who wants to run it asks first, with r.")
    if request.by == case.by:
        raise Refused(f"You asked to run {state.id} yourself.", hint="A second person must approve it.")
    if request.approved:
        raise Already(f"{request.approved[0]} approved {state.id} {ago(request.approved[1], case.now)}.")
    if _stale(request, case.clock):
        raise Refused(
            f"{request.by} asked to run {state.id} {ago(request.at, case.now)}.", hint="It has to be asked anew."
        )
    check_proven(case.via, "approve what is dangerous")
    check_seated(case, "approve it")
    if bound(case, state, _rendered(case, state), request.host, request.fingerprint) != request.digest:
        raise Refused(f"{state.id} is no longer what {request.by} asked to run.", hint="It has to be asked for again.")
    return [RunApproved(state.id, request.digest)]


def end(
    case: Case,
    run: str,
    ending: Ending,
    says: str = "",
    code: int | None = None,
    seconds: float = 0.0,
    digest: str = "",
    size: int = 0,
    name: str = "",
) -> tuple[Execution, list[Event]]:
    """What came of a run, from the console that ran it: once, with its output as evidence."""
    found = next((each for each in case.incident.automation.runs if each.run == run), None)
    if found is None or found.by != case.by:
        raise Refused("There is no such run of yours.")
    if found.ended is not None:
        raise Already(f"What came of this run of {found.step} was already written down.")
    events: list[Event] = []
    if digest and not any((each.digest, each.step) == (digest, found.step) for each in case.incident.evidence):
        events.append(EvidenceAdded(name or "output", digest, size, found.step))
    return found, [*events, RunEnded(found.step, run, ending, says, code, seconds, digest)]


def _rendered(case: Case, state: StepState) -> Automation:
    run = case.incident.checklist.run_of(state.id)
    if state.step.run is None or run is None:
        raise Refused(f"{state.id} runs nothing.", hint="Copy its command with y, and tick the step.")
    values = case.incident.parameters.of(run)
    if lacking := runbooks.missing(state.step.run, run.runbook, values):
        names = ", ".join(f"<{name}>" for name in lacking)
        raise Refused(
            f"{state.id} needs {names} first.", hint="Fill it in: p in the console, or warroom runbook fill NAME VALUE."
        )
    for name in placeholders("\n".join((*state.step.run.args, state.step.run.expect))):
        if (parameter := run.runbook.parameter(name)) and name in values:
            # Another runbook may have filled it in under a looser kind.
            read_value(parameter, values[name])
    return runbooks.rendered(state.step.run, values)


def _check_idle(case: Case, state: StepState, again: bool) -> None:
    last = case.incident.automation.last(state.id)
    if last is None or last.ended is not None:
        return
    if not last.lost(case.clock):
        raise Already(f"{last.by} runs {state.id} on {last.host} since {ago(last.at, case.now)}.")
    if not again:
        raise Refused(
            f"What became of the run of {state.id} by {last.by}, {ago(last.at, case.now)}, is unknown.",
            hint="Look first. Then tick the step, mark it as failed, or say that it is to run again.",
        )


def _stale(request: Request, clock: datetime) -> bool:
    """Whether an approval has run out, or a request has waited so long that nobody remembers why (database time)."""
    return clock - (request.approved[2] if request.approved else request.real) > APPROVAL_STANDS


def _run_id(case: Case) -> str:
    """The id of a run: of the incident, and of the place in its stream at which it begins, which only one can have."""
    return str(uuid.uuid5(_RUN, f"{case.incident.id} {case.incident.seq + 1}"))


def describe(event: AutomationEvent) -> str:
    """The timeline's sentence."""
    match event:
        case RunRequested(step=step, what=what, host=host):
            return f"asks to run {step} on {host}: {what.shown}"
        case RunApproved(step=step, digest=digest):
            return f"approves the run of {step} ({digest[:12]}…)"
        case RunStarted(step=step, what=what, host=host):
            return f"runs {step} on {host}: {what.shown}"
        case RunEnded(step=step, ending=ending, says=says):
            return f"{step} {ending.replace('-', ' ')}" + (f": {says}" if says else "")
        case _:
            assert_never(event)
