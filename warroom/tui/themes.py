"""Four themes, designed in 256 colours first: truecolor is usually lost over SSH.

Greys are neutral, so that they do not turn blue when they are quantised. There is one accent, for what needs a hand
now, and another colour for what is only a drill. In the colour-blind theme nothing rests on red against green: good is
blue, bad is orange.
"""

from rich.style import Style
from textual.theme import Theme

from warroom.tui.present.cells import Role


class Palette:
    """How each role looks. Without a theme everything is plain."""

    def __init__(self, roles: dict[Role, Style] | None = None, cursor: Style | None = None) -> None:
        self._roles = roles or {}
        self.cursor = cursor or Style(reverse=True)

    def __getitem__(self, role: Role) -> Style:
        return self._roles.get(role, _PLAIN)

    def colourless(self) -> "Palette":
        """The same without hues, for NO_COLOR: what stood out by its colour is bold; as a grey it would step back."""
        bold = dict.fromkeys(_STAND_OUT, Style(bold=True))
        blocks = dict.fromkeys(_BLOCKS, Style(bold=True, reverse=True))
        return Palette(self._roles | bold | blocks | {"ok": _PLAIN}, self.cursor)


_PLAIN = Style()
_STAND_OUT: tuple[Role, ...] = ("warn", "bad", "accent", "key", "drill")
_BLOCKS: tuple[Role, ...] = ("tag", "alarm")


def _palette(
    dim: str, ok: str, warn: str, bad: str, accent: str, head: str, cursor: str, strong: str, drill: str
) -> Palette:
    return Palette(
        {
            "dim": Style(color=dim),
            "strong": Style(bold=True, color=strong),
            "ok": Style(color=ok),
            "warn": Style(color=warn),
            "bad": Style(color=bad, bold=True),
            "accent": Style(color=accent, bold=True),
            "key": Style(color=accent),
            "head": Style(color=head, bold=True),
            "struck": Style(color=dim, strike=True),
            "term": Style(underline=True),
            "drill": Style(color=drill, bold=True),
            "tag": Style(color=drill, bold=True, reverse=True),
            "alarm": Style(color=bad, bold=True, reverse=True),
        },
        Style(bgcolor=cursor),
    )


_DARK, _LIGHT, _STARK, _BLIND = "#d787ff", "#8700af", "#ff87ff", "#d787af"
"The colour of drills in each theme; of the first three something of it is left in sixteen colours."

PALETTES = {
    "dark": _palette("#8a8a8a", "#87af87", "#d7af5f", "#d75f5f", "#ffaf00", "#d0d0d0", "#303030", "#ffffff", _DARK),
    "light": _palette("#6c6c6c", "#005f00", "#875f00", "#af0000", "#af5f00", "#303030", "#d7d7d7", "#000000", _LIGHT),
    "high-contrast": _palette(
        "#c6c6c6", "#00ff00", "#ffff00", "#ff8787", "#ffff00", "#ffffff", "#444444", "#ffffff", _STARK
    ),
    "colour-blind": _palette(
        "#8a8a8a", "#5fafff", "#d7d7af", "#ff8700", "#ffd75f", "#d0d0d0", "#303030", "#ffffff", _BLIND
    ),
}


def _theme(
    name: str, dark: bool, accent: str, fore: str, back: str, panel: str, line: str, drill: str, drill_line: str
) -> Theme:
    """`line`, `drill_line`: of panes without the cursor, in what is real and in a drill."""
    return Theme(
        name=f"warroom-{name}",
        primary=accent,
        secondary=line,
        accent=accent,
        foreground=fore,
        background=back,
        surface=back,
        panel=panel,
        warning=accent,
        dark=dark,
        variables={
            "pane-line": line,
            "drill-line": drill_line,
            "drill": drill,
            "block-cursor-text-style": "bold",
            "footer-background": back,
        },
    )


THEMES = {
    "dark": _theme("dark", True, "#ffaf00", "#d0d0d0", "#121212", "#262626", "#4e4e4e", _DARK, "#875faf"),
    "light": _theme("light", False, "#af5f00", "#303030", "#eeeeee", "#dadada", "#9e9e9e", _LIGHT, "#af5fd7"),
    "high-contrast": _theme(
        "high-contrast", True, "#ffff00", "#ffffff", "#000000", "#262626", "#ffffff", _STARK, "#d787ff"
    ),
    "colour-blind": _theme(
        "colour-blind", True, "#ffd75f", "#d0d0d0", "#121212", "#262626", "#4e4e4e", _BLIND, "#875f87"
    ),
}
