"""Where the steps of a runbook stand in its file: exactly in YAML, by their titles in Markdown.

A place is named by a step's id (`2.3`, `2.3.1`), or by the name of a field of the file (`owner`). Lines count from 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from warroom.domain.runbook import Runbook, walk
from warroom.playbook import document
from warroom.playbook.document import BadFile, Node
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.front import read_front
from warroom.playbook.markdown.lines import MARKER
from warroom.playbook.markdown.source import read_source

_SHORTEST = 3
"A title of fewer letters is found nearly everywhere, so it says nothing of a place."


def locate(path: Path, runbook: Runbook) -> dict[str, int]:
    """The lines of a runbook's places in its file; what is not found is left out."""
    try:
        if path.suffix.lower() in (".yaml", ".yml"):
            return in_yaml(document.load(path))
        return in_markdown(read_source(path).lines, runbook)
    except BadFile:
        return {}


def in_yaml(node: Node) -> dict[str, int]:
    """The places of a runbook's YAML."""
    if not isinstance(node, document.Mapping):
        return {}
    found = {name: line for name, (line, _) in node.fields.items()}
    for p, phase in enumerate(_rows(node, "phases"), 1):
        for s, step in enumerate(_rows(phase, "steps"), 1):
            found[f"{p}.{s}"] = step.line
            found |= {f"{p}.{s}.{n}": own.line for n, own in enumerate(_rows(step, "steps"), 1)}
    return found


def in_markdown(lines: Sequence[str], runbook: Runbook) -> dict[str, int]:
    """The places of a runbook's Markdown: each step at the first line after the one before it that begins its title."""
    start = read_front(lines).end
    letters = [""] * start + [_letters(_bare(line)) for line in lines[start:]]
    part = _letters(runbook.source.partition("#")[2])
    found = {"title": start + 1}
    cursor = start
    if part:
        heads = (n for n, line in enumerate(lines) if line.startswith("#") and _letters(line).endswith(part))
        cursor = next(heads, start)
    for step, each in walk(runbook):
        wanted = _letters(each.title.removesuffix("…"))
        line = _find(letters, wanted, cursor) if len(wanted) >= _SHORTEST else None
        if line is not None:
            found[step] = line + 1
            cursor = line + 1
    return found


def _rows(node: document.Mapping, field: str) -> Iterator[document.Mapping]:
    _, rows = node.fields.get(field, (0, None))
    if isinstance(rows, document.Sequence):
        yield from (each for each in rows.items if isinstance(each, document.Mapping))


def _find(letters: Sequence[str], wanted: str, start: int) -> int | None:
    """The first line from `start` on with which a text begins that goes on in the lines below it."""
    for place in range(start, len(letters)):
        text = letters[place]
        below = place + 1
        while text and len(text) < len(wanted) and below < len(letters) and letters[below]:
            text += letters[below]
            below += 1
        if text.startswith(wanted):
            return place
    return None


def _bare(line: str) -> str:
    """A line without what makes it a heading, an item, a check-box or a quotation."""
    text = line.strip().lstrip("#>").strip()
    if found := MARKER.match(text):
        text = text[found.end() :]
    if text[:3].lower() in ("[ ]", "[x]"):
        text = text[3:]
    return inline.heading(text)


def _letters(text: str) -> str:
    """What a text and its title have in common, whatever the markup: letters and digits."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def line_of(places: Mapping[str, int], *names: str) -> int | None:
    """The line of the first of the places that is known."""
    return next((places[name] for name in names if name in places), None)
