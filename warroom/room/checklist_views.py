"""The checklist as data, in the manner of `views`: runbooks, steps, what runs, what gates wait for."""

from datetime import datetime

from warroom.domain import gates, parameters
from warroom.domain.automation import Execution, Request
from warroom.domain.checklist import Run, StepState
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.runbook import Automation, fill, filled
from warroom.room.plain import View, maybe, seconds, stamp


def runbook(run: Run) -> View:
    """One attached runbook, and how far it has come."""
    return {
        "number": run.number,
        "name": run.runbook.name,
        "title": run.runbook.title,
        "source": run.runbook.source or None,
        "attached": stamp(run.attached),
        "by": run.by,
        "finished": run.finished,
        "steps": len(run.steps),
    }


def steps(incident: Incident, org: Org, database: datetime) -> list[View]:
    """Every step of every runbook, with its texts filled in, at the database's time."""
    return [_step(incident, org, database, run, state) for run in incident.checklist.runs for state in run.steps]


def values(incident: Incident) -> list[View]:
    """What the runbooks ask to be filled in, and what was; null = not yet."""
    known = {name: (value, by) for name, value, by in incident.parameters.known}
    return [
        {
            "name": each.name,
            "help": each.help or None,
            "kind": each.kind,
            "choices": list(each.choices),
            "value": known.get(each.name, (each.default or None, ""))[0],
            "by": known.get(each.name, ("", ""))[1] or None,
        }
        for each in parameters.parameters(incident.checklist)
    ]


def _step(incident: Incident, org: Org, database: datetime, run: Run, state: StepState) -> View:
    step, known = state.step, incident.parameters.of(run)
    closed = gates.blocking(run, state.id)
    return {
        "id": state.id,
        "title": fill(step.title, known),
        "phase": run.runbook.phases[state.phase - 1].name,
        "runbook": run.runbook.name,
        "kind": step.kind,
        "status": state.outcome,
        "by": state.by or None,
        "at": maybe(state.at),
        "because": state.because or None,
        "claimed": {"by": state.claimed[0], "since": stamp(state.claimed[1])} if state.claimed else None,
        "notes": [{"by": by, "text": text} for by, text in state.notes],
        "detail": fill(step.detail, known) or None,
        "command": fill(step.command, known) or None,
        "inform": list(step.inform),
        "who": step.who,
        "to": step.to or None,
        "expected": seconds(step.expected),
        "took": seconds(state.took),
        "timebox": {"by": state.box.by, "due": stamp(state.box.due)} if state.box else None,
        "parent": state.parent or None,
        "added": state.added,
        "blocked_by": closed.id if closed and state.outcome == "todo" and gates.waits(state) else None,
        "gate": _gate(incident, org, state) if step.kind == "gate" else None,
        "run": _run(incident, database, state, filled(step.run, known)) if step.run else None,
    }


def _gate(incident: Incident, org: Org, state: StepState) -> View:
    """`missing`: what it still waits for, in words; empty = it may be ticked."""
    return {
        "missing": gates.missing(incident, org, state) if state.outcome == "todo" else [],
        "approved": [each.by for each in incident.gates.of(state.id)],
        "overridden": state.id in incident.gates.overridden,
    }


def automation(what: Automation) -> View:
    """What is to run."""
    return {
        "tool": what.tool,
        "args": list(what.args),
        "expect": what.expect or None,
        "timeout": seconds(what.timeout),
        "dangerous": what.dangerous,
    }


def _run(incident: Incident, database: datetime, state: StepState, what: Automation) -> View:
    """What a step runs, as filled in; `last`: its last run; `asked`: who waits for a second person."""
    known = incident.automation
    last, asked = known.last(state.id), known.request(state.id)
    return {
        **automation(what),
        "asked": _asked(asked) if asked else None,
        "last": _last(last, database) if last else None,
    }


def _asked(asked: Request) -> View:
    return {
        "by": asked.by,
        "at": stamp(asked.at),
        "host": asked.host,
        "digest": asked.digest,
        "approved_by": asked.approved[0] if asked.approved else None,
    }


def _last(last: Execution, database: datetime) -> View:
    """`ending`: passed, failed, timed-out, stopped; running; or unknown, where its console died."""
    ended = last.ended
    return {
        "run": last.run,
        "by": last.by,
        "at": stamp(last.at),
        "host": last.host,
        "ending": ended.ending if ended else "unknown" if last.lost(database) else "running",
        "code": ended.code if ended else None,
        "says": (ended.says or None) if ended else None,
        "seconds": ended.seconds if ended else None,
        "output": (ended.output or None) if ended else None,
    }
