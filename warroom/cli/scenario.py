"""Scenarios of drills on the command line: checking their files, and writing one from an incident that happened."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.text import counted
from warroom.room.drills import commands

if TYPE_CHECKING:
    from warroom.domain.org import Org
    from warroom.playbook.document import Problem


def lint(session: Session, values: Values) -> int:
    """Check scenario files. 1 where anything is wrong with one of them."""
    from warroom.playbook.scenario import lint_scenario

    org, known = _org(session, values.get("organisation"), values.get("runbooks")), commands()
    found = [lint_scenario(Path(name), org, known) for name in values["file"]]
    names = [each.scenario.name for each in found if each.scenario and not each.problems]
    _report(session, names, [problem for each in found for problem in each.problems])
    return 0 if len(names) == len(found) else 1


def generate(session: Session, values: Values) -> int:
    """Write a scenario from an incident of the log: into a new file, or to stdout."""
    from warroom.domain.event import incident_stream
    from warroom.domain.scenario_past import from_incident
    from warroom.playbook.document import LARGEST
    from warroom.playbook.scenario_writer import write_scenario
    from warroom.store import codec

    room = session.room()
    uuid = room.find(values["incident"])
    state = room.feed(uuid).refresh()
    assert state.incident is not None  # it was found
    facts = codec.facts(room.store.stream(incident_stream(uuid)).rows)
    text = write_scenario(from_incident(state.incident, facts, state.org))
    if len(text.encode()) > LARGEST:
        raise Refused(
            f"{state.incident.name} holds more than a scenario file can, {LARGEST // 1024} KiB.",
            hint="Generate one from a shorter incident, or write it by hand.",
        )
    if "file" not in values:
        session.out.exact(text)
        return 0
    _write(Path(values["file"]), text)
    session.out.say(f"{values['file']}: read it, change it, and check it with: warroom drill lint {values['file']}")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(
            f"There is already something at {path}.", hint="Name another file; nothing was written."
        ) from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"{path} cannot be written: {getattr(error, 'strerror', error)}.") from None


def _org(session: Session, folder: str | None, runbooks: str | None) -> "Org":
    """What scenarios must fit: the organisation in a folder, with runbooks of its own or others, else that in force."""
    if folder is None:
        if runbooks is not None:
            raise Usage("--runbooks goes with --organisation.", hint="The playbook in force has runbooks of its own.")
        return session.org()
    from warroom.domain.org import Org
    from warroom.playbook.organisation import read_organisation

    return Org(read_organisation(Path(folder), Path(runbooks) if runbooks else None))


def _report(session: Session, names: list[str], problems: "list[Problem]") -> None:
    out = session.out
    if out.json:
        rows = [
            {"file": each.file, "line": each.line, "field": each.field or None, "text": each.text} for each in problems
        ]
        out.data({"ok": not problems, "scenarios": names, "problems": rows})
        return
    for problem in problems:
        out.line(str(problem))
    out.say(f"{counted(len(names), 'scenario')} can be played; {counted(len(problems), 'problem')}.")


ACTIONS = {
    "drill lint": Action(
        "check scenario files: what can never come, contradicts itself or names what is not there",
        lint,
        (
            Arg("FILE", "scenario files", several=True, path=True),
            Arg(
                "--organisation",
                "the folder whose names must fit, not the playbook in force",
                required=False,
                path=True,
            ),
            Arg(
                "--runbooks",
                "with --organisation: a folder of runbooks, not the folder's own",
                required=False,
                path=True,
            ),
        ),
    ),
    "drill generate": Action(
        "write a scenario from an incident of the log, to be read and changed",
        generate,
        (
            Arg("INC", "INC-4, 4 or a UUID", dest="incident"),
            Arg("FILE", "where to; without it, to stdout", required=False, path=True),
        ),
    ),
}
