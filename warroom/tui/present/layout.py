"""Which panes are shown at which size: all from 120 columns, two from 60, one below; alive down to 20x6."""

import msgspec

PANES = ("clock", "roles", "checklist", "services", "timeline")
TITLES = {
    "clock": "1 Clock",
    "roles": "2 Roles",
    "checklist": "3 Runbook",
    "services": "4 Services",
    "timeline": "5 Timeline",
}
_MIDDLE = ("roles", "checklist", "services")


class Layout(msgspec.Struct, frozen=True):
    """What to show. `tabs`: a line that names the panes; `timeline`: its height in rows, 0 = the rest."""

    panes: tuple[str, ...]
    header: int
    tabs: bool
    footer: bool
    border: bool
    timeline: int = 0


def layout(width: int, height: int, pane: str, maximised: bool) -> Layout:
    """The layout for a terminal's size, the focused pane, and whether it is maximised."""
    tall = height >= 14
    header = 2 if height >= 8 else 1
    border = tall and width >= 40
    footer = height >= 8
    if maximised or pane == "clock" or width < 60 or not tall:
        folded = width < 120 or maximised or pane == "clock"
        return Layout((pane,), header, folded and height >= 8, footer, border)
    rows = max(6, height * 3 // 10)
    if width >= 120:
        return Layout((*_MIDDLE, "timeline"), header, False, footer, border, rows)
    upper = pane if pane in _MIDDLE else "checklist"
    return Layout((upper, "timeline"), header, True, footer, border, rows)
