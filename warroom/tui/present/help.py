"""The keys, from the registry of actions."""

from warroom.tui.actions.base import Action, key_name
from warroom.tui.actions.catalogue import ALL
from warroom.tui.present.cells import BLANK, Line, Span, heading, line
from warroom.tui.present.layout import TITLES


def page(pane: str, among: tuple[Action, ...] = ALL) -> list[Line]:
    """This pane's keys first, then those that work everywhere, then the other panes'."""
    lines: list[Line] = []
    for name, title in ((pane, f"In this pane ({TITLES[pane][2:]})"), ("", "Everywhere")):
        lines += _section(title, [each for each in among if each.pane == name])
    for name in dict.fromkeys(each.pane for each in among if each.pane not in ("", pane)):
        lines += _section(f"In the pane {TITLES[name][2:]}", [each for each in among if each.pane == name])
    return lines


def _section(title: str, actions: list[Action]) -> list[Line]:
    rows = [
        line(Span(f"  {' '.join(map(key_name, each.keys)):<16}", "key"), Span(each.title),
             right=(Span(each.command, "dim"),) if each.command else ())
        for each in actions
    ]  # fmt: skip
    return [heading(title), *rows, BLANK] if rows else []
