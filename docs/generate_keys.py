"""Writes `docs/keys.md` from the registry of actions: `python -m docs.generate_keys`. `--check`: is that due?"""

import sys
from collections.abc import Iterable
from pathlib import Path

from warroom.tui.actions import replay
from warroom.tui.actions.base import Action, key_name
from warroom.tui.actions.catalogue import ALL
from warroom.tui.present.layout import TITLES

PAGE = Path(__file__).with_name("keys.md")
_HEAD = """# Keys

Written by `python -m docs.generate_keys` from the registry that footer, help (`?`) and palette (`:`) come from.
Lower case acts on the row, upper case on the incident. A second press of a pane's number shows it on the whole screen.
"""
_REPLAY = "\nWhat moves about and what reads works there too, where its key is free. What acts is refused.\n"


def page() -> str:
    """The page: what works everywhere, then what each pane adds; last, what a replay adds."""
    panes = dict.fromkeys(action.pane for action in sorted(ALL, key=lambda action: action.pane))
    parts = [
        _section(TITLES[pane][2:] if pane else "Everywhere", [each for each in ALL if each.pane == pane])
        for pane in panes
    ]
    return "".join([_HEAD, *parts, _section("In a replay", replay.ACTIONS), _REPLAY])


def _section(title: str, actions: Iterable[Action]) -> str:
    rows = [f"\n## {title}\n\n| keys | what | command line |\n|---|---|---|\n"]
    for action in actions:
        keys = " ".join(f"`{key_name(key)}`" for key in action.keys)
        command = f"`warroom {action.command}`".replace("|", "\\|") if action.command else ""
        rows.append(f"| {keys} | {action.title} | {command} |\n")
    return "".join(rows)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/keys.md is stale. Run: python -m docs.generate_keys")
