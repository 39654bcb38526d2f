"""Pane 4: the services in layers, how each is doing, and how far the damage reaches."""

from functools import lru_cache

from warroom.domain.services import (
    Service,
    blast_radius,
    catalogue,
    downstream,
    layers,
    upstream,
    words,
)
from warroom.domain.text import one_line
from warroom.tui.present.cells import BLANK, Line, Role, Span, heading, line
from warroom.tui.scene import Scene

GLYPHS: dict[str, tuple[str, Role]] = {
    "unknown": ("·", "dim"),
    "operational": ("✓", "ok"),
    "degraded": ("!", "warn"),
    "partial-outage": ("✗", "bad"),
    "major-outage": ("✗", "bad"),
    "maintenance": ("~", "dim"),
}
_ILL = ("degraded", "partial-outage", "major-outage")


@lru_cache(maxsize=8)
def _layers(rows: tuple[Service, ...]) -> tuple[tuple[str, ...], ...]:
    return layers(rows)


def pane(scene: Scene) -> list[Line]:
    """The lines of the pane; the services are its rows, by name."""
    board = scene.incident.services
    rows = catalogue(board, scene.view.org.playbook.services)
    if not rows:
        return [line(Span("No catalogue is published.", "dim")), line(Span("Press H to judge a service.", "dim"))]
    ill = [name for name, condition in board.conditions if condition.health in _ILL]
    hurt = blast_radius(rows, {*ill, *board.affected})
    above, below = upstream(rows, scene.selected), downstream(rows, scene.selected)
    lines = [line(Span(f"blast radius: {len(hurt)} of {len(rows)} services", "strong" if hurt else "dim")), BLANK]
    for number, names in enumerate(_layers(rows)):
        for index, name in enumerate(names):
            lines.append(_service(scene, f"L{number} " if index == 0 else "   ", name, name in hurt, above, below))
    return lines


def _service(scene: Scene, label: str, name: str, hurt: bool, above: frozenset[str], below: frozenset[str]) -> Line:
    board, key = scene.incident.services, f"service:{name}"
    health = board.health(name)
    pending: tuple[str, Role] = ("…", "accent")
    glyph, role = pending if key in scene.pending else GLYPHS[health]
    spans = [Span(label, "dim"), Span(f"{glyph} ", role)]
    if notice := scene.notice(key):
        return Line((*spans, Span(notice, "warn")), (), key)
    spans.append(Span(one_line(name), "" if hurt or health != "unknown" else "dim"))
    if name in board.affected:
        spans.append(Span(" ◀", "accent"))
    right: list[Span] = []
    if name in above and name != scene.selected:
        right.append(Span("↑ hurt ", "dim"))
    elif name in below and name != scene.selected:
        right.append(Span("↓ suspect ", "dim"))
    if health != "unknown":
        right.append(Span(words(health), role))
    elif name in board.affected:
        right.append(Span("affected", "accent"))
    return Line(tuple(spans), tuple(right), key)


def details(scene: Scene, name: str) -> list[Line]:
    """One service in full."""
    rows = catalogue(scene.incident.services, scene.view.org.playbook.services)
    row = next((each for each in rows if each.name == name), Service(name))
    health = scene.incident.services.health(name)
    glyph, role = GLYPHS[health]
    lines = [line(Span(f"{glyph} {words(health)}", role))]
    if condition := scene.incident.services.condition(name):
        reason = f": {one_line(condition.because)}" if condition.because else ""
        lines.append(line(Span(f"since {scene.clock(condition.since)} by {one_line(condition.by, 16)}{reason}", "dim")))
    facts = [row.title, f"tier {row.tier}", f"owner {row.owner}" if row.owner else ""]
    lines += [line(Span(one_line(" · ".join(fact for fact in facts if fact)), "dim")), BLANK]
    lines += [line(Span(one_line(row.description))), BLANK] if row.description else []
    for label, names in (
        ("Hurt when it fails", upstream(rows, name)),
        ("Suspects when it is ill", downstream(rows, name)),
    ):
        lines.append(heading(f"{label} ({len(names)})"))
        lines += [line(Span(f"  {one_line(each)}")) for each in sorted(names)] or [line(Span("  nothing", "dim"))]
    return lines
