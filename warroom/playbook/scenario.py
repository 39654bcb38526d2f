"""Scenarios of drills as files. `sample_data/scenarios` holds the patterns.

The reader says what cannot be read; whether what it read makes sense is the domain's to say (`scenario_problems`),
which `lint_scenario` asks, and whose places it finds in the file.
"""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec

from warroom.domain.moments import read_duration
from warroom.domain.org import Org
from warroom.domain.scenario import (
    EASIEST,
    HARDEST,
    KINDS,
    MATCHED,
    Begun,
    Condition,
    End,
    Expected,
    HealthIs,
    Inject,
    InjectMade,
    Kind,
    MilestoneReached,
    RoleHeld,
    Scenario,
    SeverityReached,
    Start,
    StepFinished,
    Unacknowledged,
)
from warroom.domain.scenario_problems import problems as problems_of
from warroom.domain.services import HEALTHS, Health
from warroom.playbook import document
from warroom.playbook.document import BadFile, Node, Problem
from warroom.playbook.fields import Fields, check, fields_of
from warroom.playbook.incident import read_services
from warroom.playbook.steps import ROLE_IDS

CONDITIONS = ("step", "severity", "role", "milestone", "service", "inject", "unacknowledged")
_NONE = timedelta(0)
_PLACE = re.compile(r"(\w+)|\[(\d+)\]", re.ASCII)
_LONGEST = timedelta(days=366)
_OFFSET = "a time from the start up to a year such as 0, 90s, 5m or 1h30m"


class Linted(msgspec.Struct, frozen=True):
    """What a file holds, None where it cannot be read, and everything that is wrong with it, by line."""

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; BadFile with everything in it that cannot be read."""
    return _scenario(document.load(path), path.name)


def lint_scenario(path: Path, org: Org, commands: Mapping[str, Collection[str]]) -> Linted:
    """A file, and what is wrong with it for an organisation. `commands`: as `scenario_problems.problems` takes them."""
    file = str(path)
    try:
        tree = document.load(path, file)
        scenario = _scenario(tree, file)
    except BadFile as bad:
        return Linted(None, bad.problems)
    flaws = problems_of(scenario, org, commands)
    found = (Problem(file, line_at(tree, flaw.where), flaw.where, flaw.text) for flaw in flaws)
    return Linted(scenario, tuple(sorted(found, key=lambda problem: problem.line)))


def line_at(tree: Node, where: str) -> int:
    """The line of a place such as `injects[2].when.role`, of what it lies in where the file has no such field."""
    node, line = tree, tree.line
    for name, index in _PLACE.findall(where):
        if name and isinstance(node, document.Mapping) and name in node.fields:
            line, node = node.fields[name]
        elif index and isinstance(node, document.Sequence) and int(index) < len(node.items):
            node = node.items[int(index)]
            line = node.line
        else:
            break
    return line


def _scenario(tree: Node, file: str) -> Scenario:
    problems: list[Problem] = []
    fields = fields_of(tree, file, problems)
    check(problems)
    assert fields is not None  # or there was a problem
    scenario = Scenario(
        name=fields.name("scenario"),
        title=fields.text("title", required=True, longest=200),
        difficulty=fields.integer("difficulty", EASIEST, HARDEST, required=True) or EASIEST,
        summary=fields.text("summary", lines=True),
        roles=fields.names("roles", "role", ROLE_IDS),
        catalogue=read_services(fields),
        start=_start(fields),
        injects=tuple(_inject(row) for row in fields.maps("injects")),
        expected=tuple(_expected(row) for row in fields.maps("expect")),
        end=_end(fields),
    )
    fields.close()
    check(problems)
    return scenario


def _start(fields: Fields) -> Start:
    row = _part(fields, "start")
    if row is None:
        return Start("", 0)
    start = Start(
        title=row.text("title", required=True, longest=200),
        level=row.integer("severity", 1, 9, required=True) or 0,
        services=row.names("services", "service", None),
        impact=row.read("impact", read_offset, "how long before the start the impact began, such as 10m"),
    )
    row.close()
    return start


def _end(fields: Fields) -> End:
    row = _part(fields, "end")
    if row is None:
        return End(_NONE)
    when = row.map("when")
    limit = row.duration("limit", required=True)
    row.close()
    return End(limit or _NONE, _condition(when) if when else None)


def _part(fields: Fields, name: str) -> Fields | None:
    if not fields.shape(name):
        fields.problem(name, "is missing")
    return fields.map(name)


def _inject(row: Fields) -> Inject:
    when, delay = _moment(row)
    inject = Inject(
        id=row.name("id"),
        kind=cast(Kind, row.choice("kind", KINDS, default="note", required=True)),
        text=row.text("text", required=True, lines=True),
        when=when,
        delay=delay,
        by=row.text("by", longest=80),
        service=row.text("service", longest=64),
        health=_health(row, required=False),
        person=row.text("person", longest=64),
    )
    row.close()
    return inject


def _moment(row: Fields) -> tuple[Condition, timedelta]:
    """What an inject waits for, and for how long after that: `at` alone, or `when` with an optional `delay`."""
    at, when = row.read("at", read_offset, _OFFSET), row.map("when")
    delay = row.read("delay", read_offset, "a duration up to a year such as 90s, 5m or 1h30m")
    if bool(row.shape("at")) == bool(row.shape("when")):
        row.problem("", "needs either at or when, and not both")
    if row.shape("at") and row.shape("delay"):
        row.problem("delay", "goes with when; an inject at a time has none")
    if when is None:
        return Begun(), at or _NONE
    return _condition(when), delay or _NONE


def _condition(row: Fields) -> Condition:
    """One condition. Only the health of a service takes two fields."""
    given = [name for name in CONDITIONS if row.shape(name)]
    if len(given) != 1:
        row.problem("", f"needs exactly one of {', '.join(CONDITIONS)}")
    condition = _one(row, given[0]) if given else Begun()
    if row.shape("health") and "service" not in given:
        row.problem("health", "goes with service")
    row.close()
    return condition


def _one(row: Fields, kind: str) -> Condition:
    match kind:
        case "step":
            runbook, _, step = row.text("step", required=True, longest=160).partition(" ")
            if runbook and not step.strip():
                row.problem("step", "needs a runbook and a step, such as bad-deploy 2.1")
            return StepFinished(runbook, step.strip())
        case "severity":
            return SeverityReached(row.integer("severity", 1, 9, required=True) or 0)
        case "role":
            return RoleHeld(row.text("role", required=True, longest=64))
        case "milestone":
            return MilestoneReached(row.text("milestone", required=True, longest=64))
        case "service":
            service = row.text("service", required=True, longest=64)
            return HealthIs(service, _health(row, required=True) or "unknown")
        case "inject":
            return InjectMade(row.name("inject"))
        case _:
            return Unacknowledged(row.duration("unacknowledged", required=True) or _NONE)


def _health(row: Fields, *, required: bool) -> Health | None:
    return cast(Health | None, row.choice("health", HEALTHS, required=required) or None)


def _expected(row: Fields) -> Expected:
    match = row.map("match")
    expected = Expected(
        title=row.text("title", required=True, longest=200),
        command=row.text("do", required=True, longest=64),
        within=row.duration("within", required=True) or _NONE,
        after=row.name("after", required=False),
        who=row.text("who", longest=64),
        match=_match(match) if match else (),
    )
    row.close()
    return expected


def _match(row: Fields) -> tuple[tuple[str, str], ...]:
    found = tuple((name, value) for name in MATCHED if (value := row.text(name, longest=160)))
    row.close()
    return found


def read_offset(text: str) -> timedelta:
    """`0`, `5m` or `-5m` as a time from the start; ValueError or Invalid for anything else and for more than a year."""
    written = text.removeprefix("-")
    if written in ("0", "0s"):
        return _NONE
    span = read_duration(written)
    if span > _LONGEST:
        raise ValueError(text)
    return -span if text.startswith("-") else span
