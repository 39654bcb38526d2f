"""Runbooks and their steps."""

from pathlib import Path

from warroom.cli import automation
from warroom.cli.acts import acts
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused, unknown
from warroom.domain.runbook import Runbook
from warroom.room import org_views


def listed(session: Session, values: Values) -> int:
    """The runbooks of the playbook, and the starter runbooks that it does not have."""
    published, starters = _published(session), _starters()
    rows = [(book, "playbook") for book in published.values()]
    rows += [(book, "starter") for name, book in starters.items() if name not in published]
    if session.out.json:
        session.out.data([org_views.runbook(book) | {"from": origin} for book, origin in rows])
    else:
        table = [
            (book.name, origin, str(sum(len(phase.steps) for phase in book.phases)), book.title)
            for book, origin in rows
        ]
        session.out.table(table, ("runbook", "from", "steps", "title"))
    return 0


def show(session: Session, values: Values) -> int:
    """One runbook: of the playbook, a starter one, or a file."""
    from warroom.bootstrap import library

    name = values["name"]
    found = _published(session).get(name) or library(name)
    if found is None:
        raise unknown("runbook", name, [*_published(session), *_starters()])
    if session.out.json:
        session.out.data(org_views.runbook(found))
        return 0
    out = session.out
    out.line(f"{found.name}: {found.title}")
    for label, text in (("symptom", found.symptom), ("owner", found.owner), ("services", ", ".join(found.services))):
        if text:
            out.line(f"{label}: {text}")
    if found.summary:
        out.text(found.summary)
    for number, phase in enumerate(found.phases, 1):
        out.line()
        out.line(f"{number} {phase.name}")
        for place, step in enumerate(phase.steps, 1):
            out.line(f"  {number}.{place} {step.title}" + (f" ({step.kind})" if step.kind != "do" else ""))
            for text in (*step.detail.splitlines(), *(f"$ {line}" for line in step.command.splitlines())):
                out.line(f"      {text}")
    return 0


def lint(session: Session, values: Values) -> int:
    """Check runbook files, or folders of them."""
    from warroom.playbook.runbook import read_runbook, read_runbooks

    found: list[Runbook] = []
    problems: list[str] = []
    for name in values["file"]:
        path = Path(name)
        try:
            found += read_runbooks(path) if path.is_dir() else [read_runbook(path)]
        except Refused as refused:
            problems += refused.message.splitlines()
    if session.out.json:
        session.out.data({"ok": not problems, "runbooks": [book.name for book in found], "problems": problems})
    else:
        for problem in problems:
            session.out.line(problem)
        session.out.say(f"{len(found)} runbooks are fine, {len(problems)} problems.")
    return 1 if problems else 0


def _steps(book: Runbook) -> int:
    return sum(len(phase.steps) for phase in book.phases)


def _published(session: Session) -> dict[str, Runbook]:
    return {book.name: book for book in session.org().playbook.runbooks}


def _starters() -> dict[str, Runbook]:
    from warroom.playbook import samples
    from warroom.playbook.runbook import read_runbooks

    return {book.name: book for book in read_runbooks(samples.runbooks())}


ACTIONS = {
    **acts("runbook"),
    "runbook list": Action("the runbooks of the playbook, and the starter runbooks", listed),
    "runbook show": Action("one runbook", show, (Arg("NAME", "its name, or a YAML file", path=True),)),
    "runbook lint": Action(
        "check runbook files before they are published",
        lint,
        (Arg("FILE", "YAML files, or folders of them", several=True, path=True),),
    ),
    **acts("step"),
    **automation.ACTIONS,
}
