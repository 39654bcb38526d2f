"""A report for a terminal: aligned columns, and two timelines drawn with signs that plain ASCII has a likeness of."""

from collections.abc import Iterator
from datetime import timedelta

from warroom.domain.moments import span
from warroom.domain.text import one_line, width
from warroom.reports.document import Document, Mark, Picture, Section
from warroom.reports.picture import places, ticks

WIDEST = 100
_GAP = "  "
_NARROWEST = 8
_LINE = 64
_TICKS = 6


def text(document: Document) -> str:
    """The report as lines of at most WIDEST cells, where words allow it; it ends with a line feed."""
    parts = [[one_line(document.title)], list(_about(document))]
    if document.picture and document.picture.drawn:
        parts.append(list(scene(document.picture)))
    parts += [list(_section(each)) for each in document.shown]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _about(document: Document) -> Iterator[str]:
    size = max((width(one_line(label)) for label, _ in document.about), default=0)
    for label, value in document.about:
        first, *others = wrapped(value, WIDEST - size - len(_GAP))
        yield _padded(one_line(label), size) + _GAP + first
        yield from (" " * size + _GAP + line for line in others)


def _section(section: Section) -> Iterator[str]:
    yield one_line(section.title).upper()
    if section.rows:
        yield from _table((section.header, *section.rows))
    for point in section.points:
        first, *others = wrapped(point, WIDEST - 2)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)
    if not section.rows and not section.points:
        yield from wrapped(section.empty, WIDEST)


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    sizes = [max(width(one_line(cell)) for cell in column) for column in zip(*rows, strict=True)]
    while sum(sizes) + len(_GAP) * (len(sizes) - 1) > WIDEST and max(sizes) > _NARROWEST:
        sizes[sizes.index(max(sizes))] -= 1
    for row in rows:
        cells = [wrapped(cell, size) for cell, size in zip(row, sizes, strict=True)]
        for number in range(max(map(len, cells))):
            parts = (cell[number] if number < len(cell) else "" for cell in cells)
            yield _GAP.join(_padded(part, size) for part, size in zip(parts, sizes, strict=True)).rstrip()


def wrapped(text: str, size: int) -> list[str]:
    """A text on lines of so many cells, broken between words, and within one that is longer than a line."""
    lines, line = [], ""
    for word in one_line(text).split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= size:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size)
        lines += full
    return [*lines, line]


def _pieces(word: str, size: int) -> list[str]:
    """A word in pieces of so many cells; a character that is wider than that is a piece of its own."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter) > size:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))


def scene(picture: Picture) -> Iterator[str]:
    """The picture as lines: the scale, and on both timelines a number for each mark; what its signs mean."""
    names = max(width(one_line(each)) for each in (picture.above, picture.below))
    upper = [(mark.above, f"{number} ") for number, mark in enumerate(picture.marks, 1)]
    lower = [(mark.below, _sign(number, mark)) for number, mark in enumerate(picture.marks, 1)]
    yield " " * names + _GAP + _scale(picture)
    for name, marks, stopped in zip((picture.above, picture.below), (upper, lower), picture.stopped, strict=True):
        line = _line([*marks, (stopped, "| ")], picture.length)
        yield (_padded(one_line(name), names) + _GAP + line).rstrip()
    if meanings := list(_meanings(picture)):
        yield " " * names + _GAP + ", ".join(meanings)


def _line(marks: list[tuple[timedelta | None, str]], length: timedelta) -> str:
    """One timeline. `marks`: when, None = not on it, and the sign."""
    line = list("·" * _LINE)
    sizes = [len(sign) for _, sign in marks]
    for (_, sign), place in zip(marks, places([at for at, _ in marks], length, _LINE, sizes), strict=True):
        if place is not None:
            line[place : place + len(sign)] = sign
    return "".join(line)


def _sign(number: int, mark: Mark) -> str:
    """A mark of the lower line, with a blank behind it so that two in a row stay two."""
    return f"{number}{'!' if mark.late else ''} "


def _meanings(picture: Picture) -> Iterator[str]:
    """What the signs on the lines mean, as far as they are there."""
    if any(mark.late and mark.below is not None for mark in picture.marks):
        yield "! = late"
    if any(each is not None for each in picture.stopped):
        yield "| = stopped"


def _scale(picture: Picture) -> str:
    line = ""
    for tick in ticks(picture.length, _TICKS):
        place = round(tick / picture.length * (_LINE - 2))
        if not line or place > len(line):
            line = f"{line:<{place}}{span(tick)}"
    return line
