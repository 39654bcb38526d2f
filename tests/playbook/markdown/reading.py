"""Markdown for the tests: texts in, runbooks out, and a short way to look at them."""

from textwrap import dedent

from warroom.domain.runbook import Runbook, Step, walk
from warroom.playbook.markdown.reader import Imported, read_text
from warroom.playbook.markdown.source import source_of


def imported(text: str | bytes, file: str = "a.md") -> Imported:
    """What becomes of a file; nothing of it may be missing."""
    data = dedent(text).encode() if isinstance(text, str) else text
    found = read_text(source_of(file, data))
    assert found.coverage.missing == ()
    return found


def book(text: str | bytes, file: str = "a.md") -> Runbook:
    """The only runbook of a file."""
    (found,) = imported(text, file).runbooks
    return found


def steps(text: str, file: str = "a.md") -> list[Step]:
    """The steps of the only runbook of a file."""
    return [step for _, step in walk(book(text, file))]


def outline(runbook: Runbook) -> list[str]:
    """Phases, and below each its steps with their kinds: `Diagnosis`, `- check: Look`."""
    lines = []
    for phase in runbook.phases:
        lines += [phase.name, *(f"- {step.kind}: {step.title}" for step in phase.steps)]
    return lines
