"""The line of tabs where panes are folded away."""

from warroom.tui.present.cells import Line, Role, Span
from warroom.tui.present.layout import PANES, TITLES


def tabs(pane: str, shown: tuple[str, ...], width: int) -> Line:
    """The panes' numbers and names; short where there is little room. Brackets mark where the cursor is."""
    spans: list[Span] = [Span(" ")]
    for name in PANES:
        title = TITLES[name] if width >= 60 else TITLES[name][:1] if name != pane else TITLES[name]
        spans.append(Span(f"[{title}]" if name == pane else f" {title} ", _role(name, pane, shown)))
        spans.append(Span(" "))
    return Line(tuple(spans))


def _role(name: str, pane: str, shown: tuple[str, ...]) -> Role:
    return "accent" if name == pane else "" if name in shown else "dim"
