"""Writes `docs/keys.md` from the registry of actions: `python -m docs.generate_keys`. `--check`: is that due?"""

import sys
from pathlib import Path

from warroom.tui.actions.base import key_name
from warroom.tui.actions.catalogue import ALL
from warroom.tui.present.layout import TITLES

PAGE = Path(__file__).with_name("keys.md")
_HEAD = """# Keys

Written by `python -m docs.generate_keys` from the registry that footer, help (`?`) and palette (`:`) come from.
Lower case acts on the row, upper case on the incident. A second press of a pane's number shows it on the whole screen.
"""


def page() -> str:
    """The page: what works everywhere, then what each pane adds."""
    panes = dict.fromkeys(action.pane for action in sorted(ALL, key=lambda action: action.pane))
    parts = [_HEAD]
    for pane in panes:
        parts.append(
            f"\n## {TITLES[pane][2:] if pane else 'Everywhere'}\n\n| keys | what | command line |\n|---|---|---|\n"
        )
        for action in ALL:
            if action.pane == pane:
                keys = " ".join(f"`{key_name(key)}`" for key in action.keys)
                command = f"`warroom {action.command}`".replace("|", "\\|") if action.command else ""
                parts.append(f"| {keys} | {action.title} | {command} |\n")
    return "".join(parts)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/keys.md is stale. Run: python -m docs.generate_keys")
