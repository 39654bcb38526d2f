"""What marks a drill everywhere, and what everybody reads once one is over. Pure."""

from textwrap import wrap

from rich.cells import set_cell_size

from warroom.domain.exercise import ABORTED, MARK
from warroom.domain.incident import Incident
from warroom.domain.text import one_line
from warroom.domain.timeline import Entry
from warroom.tui.present.cells import Line, Span, line, sentence
from warroom.tui.scene import Scene

WORD = "DRILL"
TAG = Span(f" {WORD} ", "tag")
ABORTING = "Abort the drill for everybody"
INJECT = "INJECT"


def is_drill(incident: Incident) -> bool:
    """Whether the incident is a drill; the test of a ladder is none: it pages for real."""
    return incident.exercise == "drill"


def titled(title: str, drill: bool) -> list[Span]:
    """A title; a drill's begins with a mark that nobody can overlook, in place of the word in the title."""
    if not drill:
        return [Span(one_line(title), "strong")]
    return [TAG, Span(f" {one_line(title.removeprefix(MARK))}", "strong")]


def banner(scene: Scene, width: int) -> list[Line]:
    """That the drill is over: loud where it was aborted, else calm. Nothing while it goes on, or goes on again."""
    incident = scene.incident
    if not is_drill(incident) or not incident.clock.closed:
        return []
    if incident.drill.aborted:
        return aborted(scene, width)
    why = f": {one_line(incident.drill.ending)}" if incident.drill.ending else ""
    text = f"The drill is over{why}. How it went: warroom drill report {incident.name}"
    return sentence(text, "drill", width)


def latest(scene: Scene, width: int, most: int) -> list[Line]:
    """What the last inject says, whole, on at most so many lines, until the next one comes or the drill is over.

    The timeline cuts it, and is not always shown.
    """
    drill = scene.incident.drill
    came = [(each.made, at) for at, each in enumerate(drill.injects) if each.made is not None]
    if not drill.going or not came or not most:
        return []
    made, at = max(came)
    inject = drill.injects[at].inject
    said = f"{inject.by}: {inject.text}" if inject.by else inject.text
    head = f" {scene.clock(made)} {INJECT} "
    rows = wrap(one_line(said), max(8, width - len(head) - 1), max_lines=most, placeholder=" …")
    heads = [Span(head, "drill"), *[Span(" " * len(head))] * (len(rows) - 1)]
    return [line(each, row) for each, row in zip(heads, rows, strict=True)]


def aborted(scene: Scene, width: int) -> list[Line]:
    """The loud line, over the whole width: that it was aborted, why, by whom and when."""
    told = _told(scene.incident)
    said = f"{one_line(told.text)} · {one_line(told.actor)} {scene.clock(told.happened)}" if told else ABORTED
    rows = wrap(f"DRILL ABORTED — {said}", max(8, width - 2))
    return [line(Span(set_cell_size(f" {row}", width), "alarm")) for row in rows]


def _told(incident: Incident) -> Entry | None:
    """The entry of the timeline that tells of it."""
    found = [each for each in incident.timeline if each.kind == "drill" and each.alarm]
    return found[-1] if found else None
