"""Lines of text with roles: what every pane is made of. Pure values; no framework, no colour.

A `Line` has a left part, which is cut when space runs out, and a right part, which is kept. A role says what a piece of
text means ("bad"), never how it looks; the theme decides that, and meaning never rests on colour alone.
"""

from typing import Literal, NamedTuple

Role = Literal["", "dim", "strong", "ok", "warn", "bad", "accent", "key", "head", "struck"]


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


def heading(text: str, right: str = "") -> Line:
    """A heading within a pane."""
    return line(Span(text, "head"), right=(Span(right, "dim"),) if right else ())


BLANK = Line()


def _span(part: Span | str) -> Span:
    return part if isinstance(part, Span) else Span(part)
