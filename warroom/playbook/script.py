"""The script of a demo: who does what at which moment of a past incident, and how fast its time runs."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from warroom.domain.clock import NAMES
from warroom.domain.script import Line, Pace, Script, Value
from warroom.domain.services import HEALTHS
from warroom.playbook.document import Problem
from warroom.playbook.fields import Fields, check, open_file
from warroom.playbook.steps import ROLE_IDS

Kind = Literal["text", "level", "services", "time", "role", "health", "milestone"]

#: The commands that a script may use, and their parameters; a trailing "?" marks one that may be left out.
COMMANDS: dict[str, dict[str, Kind]] = {
    "declare": {"title": "text", "severity": "level", "services": "services", "impact": "time"},
    "ack": {},
    "milestone": {"name": "milestone", "at": "time"},
    "sev": {"level": "level", "because": "text"},
    "role.take": {"role": "role", "because?": "text"},
    "role.offer": {"role": "role", "to": "text"},
    "role.accept": {"role": "role"},
    "role.decline": {"role": "role"},
    "role.release": {"role": "role"},
    "runbook.attach": {"runbook": "text"},
    "step.claim": {"step": "text"},
    "step.done": {"step": "text", "note?": "text"},
    "step.skip": {"step": "text", "because": "text"},
    "step.fail": {"step": "text", "because": "text"},
    "step.note": {"step": "text", "text": "text"},
    "note": {"text": "text"},
    "decide": {"text": "text"},
    "service.health": {"service": "text", "health": "health", "because?": "text"},
    "resolve": {},
    "close": {},
}


def read_script(path: Path) -> Script:
    """The script in a file; BadFile with everything that is wrong with it."""
    problems: list[Problem] = []
    fields = open_file(path, problems)
    check(problems)
    assert fields is not None  # or there was a problem
    incident, runbook = fields.name("incident"), fields.name("runbook")
    starts = fields.moment("starts", required=True)
    pace = _pace(fields, starts)
    lines = _lines(fields, starts)
    fields.close()
    check(problems)
    assert starts is not None  # or there was a problem
    return Script(incident, runbook, starts, pace, lines)


def _pace(fields: Fields, starts: datetime | None) -> tuple[Pace, ...]:
    found: list[Pace] = []
    for row in fields.maps("pace", required=True):
        since, rate = row.moment("from", required=True), row.number("rate", 0.1, 100_000, required=True)
        row.close()
        if since is None or rate is None:
            continue
        if not found and starts is not None and since != starts:
            row.problem("from", "the first pace must begin with the script")
        elif found and since <= found[-1].since:
            row.problem("from", "must be later than the pace before it")
        found.append(Pace(since, rate))
    return tuple(found)


def _lines(fields: Fields, starts: datetime | None) -> tuple[Line, ...]:
    found: list[Line] = []
    latest = starts
    for row in fields.maps("script", required=True):
        at = row.moment("at", required=True)
        by = row.name("as")
        command = row.choice("do", COMMANDS, required=True)
        values = _values(row, command)
        row.close()
        if at is None:
            continue
        if latest is not None and at < latest:
            row.problem("at", "must not be earlier than the line before it")
        latest = at
        found.append(Line(at, by, command, values))
    return tuple(found)


def _values(row: Fields, command: str) -> tuple[tuple[str, Value], ...]:
    """The parameters of a command, each as what it is."""
    wanted = COMMANDS.get(command, {})
    fields = row.map("with")
    if fields is None:
        missing = [name for name in wanted if not name.endswith("?")]
        if missing:
            row.problem("with", f"is missing; {command} needs {', '.join(missing)}")
        return ()
    if not command:
        return ()
    found = []
    for name, kind in wanted.items():
        field = name.removesuffix("?")
        value = _value(fields, field, kind, required=field == name)
        if value:
            found.append((field, value))
    fields.close()
    return tuple(found)


def _value(fields: Fields, field: str, kind: Kind, required: bool) -> Value | None:
    match kind:
        case "text":
            return fields.text(field, required=required, lines=True)
        case "level":
            return fields.integer(field, 1, 9, required=required)
        case "services":
            return fields.names(field, "service", None)
        case "time":
            return fields.moment(field, required=required)
        case "role":
            return fields.choice(field, ROLE_IDS, required=required)
        case "health":
            return fields.choice(field, HEALTHS, required=required)
        case "milestone":
            return fields.choice(field, NAMES, required=required)
