"""Runbooks as files: one YAML file each, `runbooks/README.md` shows the format."""

from collections.abc import Collection
from pathlib import Path
from typing import cast, get_args

import msgspec

from warroom.domain.roles import ROLES
from warroom.domain.runbook import Kind, Phase, Runbook, Step
from warroom.playbook.document import Problem
from warroom.playbook.fields import Fields, check, open_file

KINDS: tuple[Kind, ...] = get_args(Kind)
ROLE_IDS = tuple(role.id for role in ROLES)


class Known(msgspec.Struct, frozen=True):
    """The names that a runbook may refer to; None = not known here, so not checked."""

    services: Collection[str] | None = None
    audiences: Collection[str] | None = None


def read_runbook(path: Path) -> Runbook:
    """The runbook in a file; BadFile with everything that is wrong with it."""
    problems: list[Problem] = []
    runbook = _file(path, Known(), problems, {})
    check(problems)
    assert runbook is not None  # a file without problems was read
    return runbook


def read_runbooks(folder: Path, known: Known | None = None) -> tuple[Runbook, ...]:
    """All runbooks of a folder (`*.yaml`, `*.yml`), by name; BadFile with everything that is wrong."""
    problems: list[Problem] = []
    runbooks = collect(folder, known or Known(), problems)
    check(problems)
    return runbooks


def collect(folder: Path, known: Known, problems: list[Problem]) -> tuple[Runbook, ...]:
    """The runbooks of a folder, as far as they can be read; what is wrong goes to `problems`."""
    seen: dict[str, str] = {}
    found = [_file(path, known, problems, seen) for path in yaml_files(folder)]
    return tuple(sorted((book for book in found if book), key=lambda book: book.name))


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _file(path: Path, known: Known, problems: list[Problem], seen: dict[str, str]) -> Runbook | None:
    """The runbook of a file, or None; `seen` is name -> file of those before it."""
    fields = open_file(path, problems)
    if fields is None:
        return None
    runbook = Runbook(
        name=fields.name("runbook"),
        title=fields.text("title", required=True, longest=80),
        symptom=fields.text("symptom", longest=200),
        summary=fields.text("summary", lines=True),
        owner=fields.text("owner", longest=64),
        reviewed=fields.date("reviewed"),
        services=fields.names("services", "service", known.services),
        phases=tuple(_phase(each, known) for each in fields.maps("phases", required=True)),
    )
    fields.close()
    if runbook.name in seen:
        fields.problem("runbook", f'"{runbook.name}" is already the name of {seen[runbook.name]}')
    elif runbook.name:
        seen[runbook.name] = path.name
    return runbook


def _phase(fields: Fields, known: Known) -> Phase:
    phase = Phase(
        name=fields.text("name", required=True, longest=60),
        steps=tuple(_step(each, known) for each in fields.maps("steps", required=True)),
    )
    fields.close()
    return phase


def _step(fields: Fields, known: Known) -> Step:
    step = Step(
        title=fields.text("do", required=True, longest=60),
        kind=cast(Kind, fields.choice("kind", KINDS, default="do")),
        detail=fields.text("detail", lines=True),
        command=fields.text("command", lines=True),
        inform=fields.names("inform", "audience", known.audiences),
        expected=fields.duration("expected"),
        who=fields.choice("who", ROLE_IDS) or None,
    )
    fields.close()
    return step
