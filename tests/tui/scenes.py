"""Scenes from a tale, and what a line says as text."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from tests.support.builders import Tale
from warroom.room.presence import Someone
from warroom.tui.present.cells import Line
from warroom.tui.scene import Scene, View


def scene(
    tale: Tale, *people: Someone | str, me: str = "ana", unsent: Any = (), lost: int = 0, alarm: str = "", **given: Any
) -> Scene:
    """What somebody's terminal shows now. `people`: who is here; `given`: further fields of the scene."""
    here = tuple(each if isinstance(each, Someone) else Someone(each, (), 0, False) for each in people)
    view = View(tale.incident, tale.org, here, unsent, lost, alarm)
    return Scene(view, me, tale.now, given.pop("zone", UTC), **given)


def text(line: Line) -> str:
    """What a line says: its left part, then its right one."""
    left, right = ("".join(span.text for span in part) for part in (line.left, line.right))
    return f"{left} {right}".rstrip() if right else left.rstrip()


def texts(lines: Iterable[Line]) -> str:
    """What some lines say."""
    return "\n".join(map(text, lines))


def said(line: Line) -> str:
    """All that a line says, without the blanks between its parts."""
    return " ".join(text(line).split())
