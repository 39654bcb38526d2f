"""A report as Markdown, for a wiki or a pull request: what people wrote stays text, whatever signs it is made of."""

import re
from collections.abc import Iterator

from warroom.domain.text import one_line
from warroom.reports.document import Document, Section
from warroom.reports.text import scene

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~&$@]|(?<=:)//|(?<=www)\.|^[-+=]", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d+)([.)])")


def markdown(document: Document) -> str:
    """The report as a page of Markdown; the picture is a block of text. It ends with a line feed."""
    parts = [f"# {escaped(document.title)}"]
    if document.about:
        rows = [f"| {escaped(label)} | {escaped(value)} |" for label, value in document.about]
        parts.append("\n".join(["| | |", "|---|---|", *rows]))
    if document.picture and document.picture.drawn:
        parts.append("\n".join(["```text", *(line.replace("`", "'") for line in scene(document.picture)), "```"]))
    parts += ["\n\n".join(_section(each)) for each in document.shown]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    if section.rows:
        lines = [_row(section.header), "|" + "---|" * len(section.header), *map(_row, section.rows)]
        yield "\n".join(lines)
    if section.points:
        yield "\n".join(f"- {escaped(point)}" for point in section.points)
    if not section.rows and not section.points:
        yield escaped(section.empty)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """A text on one line in which no sign means anything to Markdown, nor to HTML within it."""
    return _NUMBERED.sub(r"\1\\\2", _SIGNS.sub(lambda found: f"\\{found.group()}", one_line(text)))
