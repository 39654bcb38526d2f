"""Carrying out an automated step: write down that it begins, run it, write down what came of it.

What runs was appended first, so the step runs once at most, whoever dies in between; and it runs from the log's copy of
the runbook, never from a file that may have changed since it was approved.
"""

import socket
import threading
import uuid
from datetime import timedelta
from typing import Any

from warroom.domain.automation import RunEnded, RunStarted
from warroom.domain.errors import Invalid, Refused, Unavailable
from warroom.domain.moments import moment
from warroom.domain.ran import Ran
from warroom.domain.runbook import missing, rendered
from warroom.room.room import Outcome, Room
from warroom.runner.contract import Heard, Runner

_REPORT = uuid.UUID("3f2a6a1e-6b0c-5d0b-8a44-0a0d6a6f1c77")
_PAUSE = 2.0
_LATEST = timedelta(seconds=10)
"A run that has not begun so long after it was written down does not begin any more."
_TRIES = 30
"How often a report is tried while the database is away; after that the run stays unknown."


def host() -> str:
    """The name of this machine, as it stands in the log."""
    return socket.gethostname()


def begin(
    room: Room, runner: Runner, incident: str, step: str, again: bool = False, command_id: str = ""
) -> tuple[Outcome, RunStarted | None]:
    """Write down that a step is to run here. No start where a second person has to approve it first.

    Refused, and nothing is written, where this host will not run it.
    """
    given: dict[str, Any] = {"step": step, "again": again, "host": host()}
    given["fingerprint"] = _check(room, runner, incident, step)
    outcome = room.do("step.run", incident, command_id=command_id, **given)
    started = next((fact.event for fact in outcome.facts if isinstance(fact.event, RunStarted)), None)
    # Whoever repeats a command has not begun anything: the first one has, and may be at it.
    return outcome, None if outcome.repeated else started


def _check(room: Room, runner: Runner, incident: str, step: str) -> str:
    """Ask the host before anything is written, where it is known what will run; the rule has the last word.

    The fingerprint of what the host will execute, "" where that is not known yet.
    """
    state = room.feed(incident).refresh().incident
    found = state.checklist.find(step.strip()) if state else None
    run = state.checklist.run_of(found.id) if state and found else None
    if state and found and run and found.step.run:
        values = state.parameters.of(run)
        if not missing(found.step.run, run.runbook, values):
            what = rendered(found.step.run, values)
            runner.check(what)
            return runner.fingerprint(what)
    return ""


def carry_out(
    room: Room, runner: Runner, incident: str, started: RunStarted, heard: Heard, stop: threading.Event
) -> tuple[Ran, Outcome]:
    """Run what was begun, to its end, and write down what came of it. Blocks.

    Unavailable where the database stays away for a minute: the run then stays unknown.
    """
    try:
        ran = _too_late(room, incident, started) or runner.run(started.what, heard, stop)
    except Refused as refused:
        ran = Ran("failed", f"{refused.message} {refused.hint}".strip())
    return ran, _report(room, incident, started, ran)


def _too_late(room: Room, incident: str, started: RunStarted) -> Ran | None:
    """Why a run must not begin any more: this console was frozen since it was written down, and others went on."""
    state = room.feed(incident).refresh().incident
    last = state.automation.last(started.step) if state else None
    if last is None or last.run != started.run or last.ended is not None:
        return Ran("stopped", "It was not run: somebody has run it again meanwhile.")
    if moment(room.store.now()) - last.real > _LATEST:
        return Ran("stopped", "It was not run: this console was held up too long after it was written down.")
    return None


def _report(room: Room, incident: str, started: RunStarted, ran: Ran) -> Outcome:
    """Write down what came of a run, under one command id however often that is tried."""
    given: dict[str, Any] = {"step": started.step, "run": started.run, "ending": ran.outcome, "says": ran.says}
    given |= {"code": ran.code, "seconds": ran.seconds}
    if ran.output:
        given |= {"content": ran.output, "name": f"output of {started.step}"}
    command_id = str(uuid.uuid5(_REPORT, started.run))
    for left in range(_TRIES, 0, -1):
        try:
            outcome = room.do("step.ended", incident, command_id=command_id, **given)
            if any(isinstance(fact.event, RunEnded) and fact.event.run == started.run for fact in outcome.facts):
                return outcome
            command_id = str(uuid.uuid4())  # used for something else: how the first one is made is no secret
        except Invalid:
            command_id = str(uuid.uuid4())
        except Unavailable:
            if left == 1:
                raise
            threading.Event().wait(_PAUSE)
    raise Unavailable("What came of the run could not be written down.")
