"""Lines of text with roles: what every pane is made of. Pure values; no framework, no colour.

A `Line` has a left part, which is cut when space runs out, and a right part, which is kept. A role says what a piece of
text means ("bad"), never how it looks; the theme decides that, and meaning never rests on colour alone. What belongs to
a drill is "drill", the mark that says so a "tag"; an "alarm" is loud.
"""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size

Role = Literal[
    "", "dim", "strong", "ok", "warn", "bad", "accent", "key", "head", "struck", "term", "drill", "tag", "alarm"
]


class Span(NamedTuple):
    """A run of text of one role."""

    text: str
    role: Role = ""


class Line(NamedTuple):
    """One line. `key`: what the cursor selects here ("" = it passes over)."""

    left: tuple[Span, ...] = ()
    right: tuple[Span, ...] = ()
    key: str = ""


def line(*left: Span | str, right: tuple[Span | str, ...] = (), key: str = "") -> Line:
    """A line from spans and plain strings."""
    return Line(tuple(map(_span, left)), tuple(map(_span, right)), key)


def width_of(spans: Iterable[Span]) -> int:
    """How many columns some spans take."""
    return sum(cell_len(span.text) for span in spans)


def cut(spans: Sequence[Span], room: int) -> Sequence[Span]:
    """As much of the spans as there is room for; “…” stands for what is left out."""
    if width_of(spans) <= room:
        return spans
    kept, free = [], room - 1
    for text, role in spans:
        size = cell_len(text)
        if size > free:
            kept.append(Span(set_cell_size(text, free) + "…", role))
            break
        kept.append(Span(text, role))
        free -= size
    return kept


def sentence(text: str, role: Role, width: int) -> list[Line]:
    """A sentence, on as many lines as it needs."""
    return [line(Span(f" {row}", role)) for row in wrap(text, max(8, width - 2))]


def heading(text: str, right: str = "") -> Line:
    """A heading within a pane."""
    return line(Span(text, "head"), right=(Span(right, "dim"),) if right else ())


BLANK = Line()


def _span(part: Span | str) -> Span:
    return part if isinstance(part, Span) else Span(part)
