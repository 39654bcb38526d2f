"""What an incident says about its runbooks, and the change to their files that follows, as a diff."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain import feedback as said
from warroom.domain.errors import Invalid, Unavailable
from warroom.domain.incident import Incident
from warroom.domain.moments import span
from warroom.domain.runbook import fill
from warroom.room.plain import View, maybe, seconds

if TYPE_CHECKING:
    from warroom.playbook.amend import Amended


class _Change(msgspec.Struct, frozen=True):
    """The proposed change of one runbook's file; no file: it is not here."""

    file: Path | None = None
    amended: "Amended | None" = None
    diff: str = ""

    def why_not(self, suggestion: said.Suggestion) -> str:
        """Why a suggestion is no part of the diff; "" where it is, or where there is no file."""
        left = self.amended.left_out if self.amended else ()
        return next((why for each, why in left if each is suggestion), "")


def feedback(session: Session, values: Values) -> int:
    """Show how each step went, and propose what to change. No runbook's file is ever written."""
    room = session.room()
    incident = room.feed(session.incident(values.get("incident"))).state.incident
    assert incident is not None  # or it would not have been found
    found = said.feedback(incident, values.get("runbook", ""))
    named = Path(values["file"]) if values.get("file") else None
    if named and len(found) > 1:
        names = ", ".join(each.run.runbook.name for each in found)
        raise Invalid(f"{incident.name} has several runbooks: {names}.", hint="Say whose file it is, with --runbook.")
    changes = [_change(session, each, named) for each in found]
    diff = "".join(each.diff for each in changes)
    to = Path(values["to"]) if values.get("to") else None
    if to:
        _write(to, diff, changes)
    if session.out.json:
        rows = [_view(incident, each, change) for each, change in zip(found, changes, strict=True)]
        session.out.data({"incident": incident.name, "uuid": incident.id, "runbooks": rows})
        return 0
    for each, change in zip(found, changes, strict=True):
        _tell(session, incident, each, change)
    if diff and to:
        session.out.say(f"The diff is in {to}. To apply it: patch -p1 < {to}")
    elif diff:
        session.out.exact(diff)
        session.out.say("Nothing was written. To apply this, pipe it to: patch -p1")
    return 0


def _change(session: Session, found: said.Feedback, named: Path | None) -> _Change:
    from warroom.bootstrap import shelves
    from warroom.playbook.amend import amend, diff
    from warroom.playbook.sources import file_of

    book = found.run.runbook
    path = named or file_of(book, shelves(session.settings))
    if path is None:
        return _Change()
    amended = amend(path, book.source.partition("#")[2], found.suggestions)
    return _Change(path, amended, diff(amended, _shown(path)))


def _shown(path: Path) -> Path:
    """A file's path as the diff has it: from the working folder, or from the root where the file is not below it."""
    whole, here = path.resolve(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def _write(to: Path, diff: str, changes: list[_Change]) -> None:
    if any(each.file and to.resolve() == each.file.resolve() for each in changes):
        raise Invalid(f"{to} is the runbook itself, which is never written.", hint="Name another file for the diff.")
    try:
        with to.open("xb") as file:
            file.write(diff.encode())
    except FileExistsError:
        raise Invalid(f"{to} is there already, and was left alone.", hint="Name another file for the diff.") from None
    except OSError as error:
        raise Unavailable(f"{to} cannot be written: {error.strerror}.") from None


def _tell(session: Session, incident: Incident, found: said.Feedback, change: _Change) -> None:
    out, run = session.out, found.run
    known = incident.parameters.of(run)
    out.line(f"{incident.name}, {run.runbook.name}, attached {run.attached:%Y-%m-%d %H:%M} UTC by {run.by}")
    out.table(
        [
            (
                row.step,
                fill(row.title, known) + (f" (added after {row.after})" if row.added else ""),
                row.outcome,
                span(row.expected) if row.expected else "-",
                span(row.took) if row.took is not None else "-",
                row.since or "-",
                row.by or "-",
                str(row.notes or "-"),
                row.because or "-",
            )
            for row in found.rows
        ],
        ("step", "title", "outcome", "expected", "took", "counted from", "who", "notes", "why"),
    )
    out.line()
    for each in found.suggestions:
        why = change.why_not(each)
        out.line(f"{each.step} {each.title.rstrip(':')}: {each.text}" + (f" (not in the diff: {why})" if why else ""))
    if not found.suggestions:
        out.line("Nothing to change.")
    elif change.file is None:
        out.say(f"The file of {run.runbook.name} is not here. Name it with --file to see the change as a diff.")
    elif not change.diff:
        out.say(f"Nothing of this changes {change.file}.")
    out.line()


def _view(incident: Incident, found: said.Feedback, change: _Change) -> View:
    run, known = found.run, incident.parameters.of(found.run)
    return {
        "runbook": run.runbook.name,
        "file": str(change.file) if change.file else None,
        "steps": [
            {
                "id": row.step,
                "title": fill(row.title, known),
                "kind": row.kind,
                "status": row.outcome,
                "expected": seconds(row.expected),
                "took": seconds(row.took),
                "counted_from": row.since or None,
                "by": row.by or None,
                "at": maybe(state.at),
                "because": row.because or None,
                "notes": row.notes,
                "added": row.added,
                "after": row.after or None,
            }
            for row, state in zip(found.rows, run.steps, strict=True)
        ],
        "suggestions": [
            {
                "step": each.step,
                "text": each.text,
                "expected": seconds(each.expected),
                "added": each.added.title if each.added else None,
                "left_out": change.why_not(each) or None,
            }
            for each in found.suggestions
        ],
        "diff": change.diff,
    }


ACTIONS = {
    "runbook feedback": Action(
        "how long each step took, and what to change in the runbook, as a diff",
        feedback,
        (
            Arg("--runbook", "one of its runbooks, where it has several", required=False),
            Arg(
                "--file", "the runbook's file; else it is looked for by its source and name", required=False, path=True
            ),
            Arg("--to", "write the diff into this new file", required=False, path=True),
        ),
        incident=True,
    ),
}
