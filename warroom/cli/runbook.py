"""Runbooks: what there is, one of them, checking files, bringing other people's in, and which one fits."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.cli import feedback, lint
from warroom.cli.acts import acts
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid, unknown
from warroom.domain.library import LibraryEntry
from warroom.domain.offers import offers
from warroom.domain.runbook import Runbook, Step
from warroom.room import library as texts
from warroom.room import org_views

if TYPE_CHECKING:
    from warroom.playbook.document import Problem
    from warroom.playbook.library import Library

_OFTEN = 250
"Files after which it is said how far an import is."
Known = Runbook | LibraryEntry


def listed(session: Session, values: Values) -> int:
    """Every runbook that can be attached by name, and where it is from."""
    rows = _known(session)
    if session.out.json:
        session.out.data([_row(book) | {"from": origin} for book, origin in rows])
    else:
        table = [(book.name, origin, str(_steps(book)), book.title) for book, origin in rows]
        session.out.table(table, ("runbook", "from", "steps", "title"))
    return 0


def show(session: Session, values: Values) -> int:
    """One runbook: of the playbook, imported, a file, of a folder, or a starter one."""
    book = _find(session, values["name"])
    out = session.out
    if out.json:
        out.data(org_views.runbook(book))
        return 0
    out.line(f"{book.name}: {book.title}")
    labels = {
        "symptom": book.symptom,
        "owner": book.owner,
        "services": ", ".join(book.services),
        "alerts": ", ".join(book.alerts),
        "from": book.source,
        "fill in": ", ".join(f"<{each.name}>" for each in book.parameters),
    }
    for label, text in labels.items():
        if text:
            out.line(f"{label}: {text}")
    if book.summary:
        out.text(book.summary)
    for number, phase in enumerate(book.phases, 1):
        out.line()
        out.line(f"{number} {phase.name}")
        for place, step in enumerate(phase.steps, 1):
            _show_step(session, f"{number}.{place}", step)
    return 0


def bring(session: Session, values: Values) -> int:
    """Read other people's runbooks; put them into the database, write them as YAML, or only say what would come.

    1 where something failed, and where a check finds lines that would be lost.
    """
    from warroom.playbook import library

    if values.get("to") and values.get("check"):
        raise Invalid("--check writes nothing, so it does not go with --to.", hint="Leave one of them out.")
    found = library.read(map(Path, values["path"]), lambda done, of: _tell(session, done, of))
    failed, warnings = list(found.failed), [str(each) for each in found.warnings]
    books = list(found.runbooks)
    if values.get("to"):
        books, unwritten = library.write(Path(values["to"]), books)
        failed += unwritten
    elif not values.get("check") and books:
        room = session.room(create=True)
        org = room.feed(None).state.org
        warnings += _shadowed(books, org.playbook.runbooks) + _replaced(books, org.library)
        changed = room.import_runbooks(books)
        session.out.say(f"{len(changed)} of {len(books)} runbooks are new or have changed.")
    elif books:
        org = session.org()
        warnings += _shadowed(books, org.playbook.runbooks) + _replaced(books, org.library)
    _report(session, found, books, failed, warnings)
    return 1 if failed or (values.get("check") and found.coverage.missing) else 0


def suggest(session: Session, values: Values) -> int:
    """Which runbooks may fit: by alert, address, service and words, the likeliest first, and why."""
    words, named = " ".join(values.get("words") or ()), list(values.get("service") or ())
    if values.get("incident"):
        room = session.room()
        incident = room.feed(room.find(values["incident"])).state.incident
        assert incident is not None  # or it would not have been found
        words, named = f"{words} {incident.title}", [*named, *incident.services.affected]
    rows = _known(session)
    origins = {book.name: (book.title, origin) for book, origin in rows}
    found = offers((book for book, _ in rows), words, named, values.get("alert") or (), values.get("url") or "")
    if session.out.json:
        named_rows = ((each, *origins[each.name]) for each in found)
        session.out.data(
            [{"name": each.name, "title": title, "from": origin, "why": each.why} for each, title, origin in named_rows]
        )
    elif found:
        session.out.table([(each.name, each.why, origins[each.name][0]) for each in found], ("runbook", "why", "title"))
    else:
        session.out.say("No runbook fits. To see all of them: warroom runbook list")
    return 0


def _known(session: Session) -> list[tuple[Known, str]]:
    """Every runbook that can be attached by name, with where it is from; the first of a name is the one that counts."""
    from warroom.bootstrap import shelves
    from warroom.playbook import library, samples
    from warroom.playbook.runbook import read_runbooks

    org = session.org()
    found: dict[str, tuple[Known, str]] = {}

    def add(books: Iterable[Known], origin: str) -> None:
        for book in books:
            found.setdefault(book.name, (book, origin))

    add(org.playbook.runbooks, "playbook")
    add(org.library, "imported")
    if folders := shelves(session.settings):
        shelf = library.read(folders)
        add(shelf.runbooks, "folder")
        for problem in shelf.failed:
            session.out.say(str(problem))
    add(read_runbooks(samples.runbooks()), "starter")
    return list(found.values())


def _find(session: Session, name: str) -> Runbook:
    from warroom.bootstrap import library, shelves

    org = session.org()
    if found := org.runbook(name):
        return found
    if imported := org.imported(name):
        return texts.read(session.room().store, imported)
    if found := library(name, shelves(session.settings), files=not session.settings.kiosk):
        return found
    raise unknown("runbook", name, [book.name for book, _ in _known(session)])


def _row(book: Known) -> dict[str, Any]:
    """A runbook in a list: whole where it is at hand, else what the index says."""
    if isinstance(book, Runbook):
        return org_views.runbook(book) | {"alerts": list(book.alerts), "source": book.source or None}
    return {
        "name": book.name,
        "title": book.title,
        "symptom": book.symptom or None,
        "services": list(book.services),
        "alerts": list(book.alerts),
        "source": book.source or None,
        "steps": book.steps,
    }


def _steps(book: Known) -> int:
    return book.size if isinstance(book, Runbook) else book.steps


def _show_step(session: Session, place: str, step: Step, indent: str = "  ") -> None:
    out = session.out
    out.line(f"{indent}{place} {step.title}" + (f" ({step.kind})" if step.kind != "do" else ""))
    for text in (*step.detail.splitlines(), *(f"$ {line}" for line in step.command.splitlines())):
        out.line(f"{indent}    {text}")
    if step.run:
        out.line(f"{indent}    runs: {step.run.shown}" + (" (dangerous)" if step.run.dangerous else ""))
    for number, each in enumerate(step.steps, 1):
        _show_step(session, f"{place}.{number}", each, f"{indent}  ")


def _tell(session: Session, done: int, of: int) -> None:
    if done % _OFTEN == 0:
        session.out.say(f"{done} of {of} files …")


def _shadowed(books: Iterable[Runbook], playbook: Iterable[Runbook]) -> list[str]:
    """Imported runbooks that nobody can attach by name, for the playbook's go first."""
    taken = {book.name for book in playbook}
    return [
        f"{book.name}: the playbook has a runbook of that name, which goes first"
        for book in books
        if book.name in taken
    ]


def _replaced(books: Iterable[Runbook], imported: Iterable[LibraryEntry]) -> list[str]:
    """Imported runbooks that take the place of another source's, which is then gone without anybody having said so."""
    before = {each.name: each.source for each in imported}
    return [
        f"{book.name}: replaces the runbook of that name from {before[book.name] or 'a file'}"
        for book in books
        if book.name in before and before[book.name] != book.source
    ]


def _report(
    session: Session, found: "Library", books: list[Runbook], failed: "list[Problem]", warnings: list[str]
) -> None:
    out, coverage = session.out, found.coverage
    if out.json:
        out.data(
            {
                "imported": len(books),
                "failed": [
                    {"file": each.file, "line": each.line, "message": ": ".join(filter(None, (each.field, each.text)))}
                    for each in failed
                ],
                "coverage": {
                    "files": found.files,
                    "lines": coverage.lines,
                    "represented": coverage.represented,
                    "percent": coverage.percent,
                    "missing": [{"file": each.file, "line": each.line, "text": each.text} for each in coverage.missing],
                },
                "runbooks": [book.name for book in books],
                "warnings": warnings,
            }
        )
        return
    for each in failed:
        out.line(str(each))
    for lost in coverage.missing:
        out.line(f"{lost.file}:{lost.line}: is in no runbook: {lost.text}")
    for warning in warnings:
        out.say(warning)
    out.line(f"{len(books)} runbooks from {found.files} files, {len(failed)} problems")
    out.line(f"{coverage.percent:g} % of {coverage.lines} lines of Markdown are represented")


ACTIONS = {
    **acts("runbook"),
    "runbook list": Action("every runbook that can be attached by name, and where it is from", listed),
    "runbook show": Action("one runbook", show, (Arg("NAME", "its name, or a file of YAML or Markdown", path=True),)),
    **lint.ACTIONS,
    **feedback.ACTIONS,
    "runbook import": Action(
        "bring runbooks in, Markdown or YAML, so that each can be attached by name from every terminal",
        bring,
        (
            Arg("PATH", "folders, with everything below them, or files", several=True, path=True),
            Arg("--to", "write them as YAML into this folder; no file is overwritten", required=False, path=True),
            Arg(
                "--check",
                "only say what would be imported, and what would be lost (exit code 1)",
                kind="flag",
                required=False,
            ),
        ),
    ),
    "runbook suggest": Action(
        "which runbooks may fit, the likeliest first",
        suggest,
        (
            Arg("WORDS", "what is seen", several=True, required=False),
            Arg("--alert", "the name of an alert", required=False, several=True),
            Arg("--url", "the address that an alert carries (runbook_url)", required=False),
            Arg("--service", "a service that is affected", required=False, several=True),
            Arg("--incident", "an incident, by its title and its services", required=False),
        ),
    ),
}
