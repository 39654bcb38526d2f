"""What an action is, and the desk that it works at. Actions are data: footer, help, palette and documents derive from
them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec

from warroom.room import commands
from warroom.tui.present.cells import Line
from warroom.tui.scene import Scene

Wrong = Callable[[str], str]


def nothing_wrong(text: str) -> str:
    """Any text will do."""
    return ""


class Option(msgspec.Struct, frozen=True):
    """One thing to choose: what comes back, how it reads, and a remark."""

    value: str
    label: str
    remark: str = ""


class Desk(Protocol):
    """What an action may use: the scene, where the cursor is, and ways to ask, say and do. The screen is one."""

    @property
    def scene(self) -> Scene:
        """What is shown now."""

    @property
    def pane(self) -> str:
        """The name of the focused pane."""

    @property
    def row(self) -> str:
        """The key under the cursor there."""

    @property
    def kiosk(self) -> bool:
        """Whether nothing of this machine is within reach: neither its files nor its programs."""

    def do(self, name: str, row: str = "", /, **params: object) -> None:
        """Carry out a command; what comes of it is shown on `row`."""

    def settle_unsent(self, send: bool) -> None:
        """Send the notes that wait on this machine, however old, or drop them."""

    def say(self, text: str, row: str = "") -> None:
        """Show a sentence for a moment, on a row if it is there."""

    async def ask(
        self, title: str, hint: str = "", initial: str = "", long: bool = False, wrong: Wrong = nothing_wrong
    ) -> str | None:
        """A text, or None where the person changed their mind. `wrong`: why a single line will not do, "" = it will."""

    async def choose(self, title: str, options: Sequence[Option], hint: str = "") -> str | None:
        """One of the options' values, or None."""

    async def confirm(self, question: str, warning: str = "") -> bool:
        """Yes or no; no is the default."""

    async def conduct(self, row: str) -> tuple[str, str] | None:
        """Show the drill from behind, the cursor on `row`: the key that was pressed and on which row, None = left."""

    def read(self, title: str, lines: Sequence[Line], keys: Sequence[str] = ()) -> None:
        """Show lines to read. `keys`: those that close it and then mean here what they always do."""

    def copy(self, text: str, warning: str = "") -> None:
        """Hand a text to the clipboard, and say by which way it went; `warning` comes first."""

    def run_step(self, step: str, again: bool = False) -> None:
        """Run an automated step on this machine, or ask for a second person; its output is shown as it comes."""

    def runs_here(self, step: str) -> bool:
        """Whether this console runs a step, or ran it and it is finished: its output can be watched."""

    def watch_run(self, step: str) -> None:
        """Show the output of a step that this console is running."""

    def go(self, where: str) -> None:
        """Move about: a pane's name, `maximise`, `next`, `previous`, `up`, `down`, `top`, `end`, `page-up`,
        `page-down`, `unread`, `oncall`, `home`, `help`, `palette`, `quit`, `filter`, `zone`, `marks`; in a replay
        also through time, as `actions/replay` names it."""


Run = Callable[[Desk], Awaitable[None] | None]


def always(desk: Desk) -> str:
    """An action that is never off."""
    return ""


class Action(msgspec.Struct, frozen=True):
    """One thing a key does.

    `pane`: where it works ("" = everywhere). `when` gives the reason why it is off now, "" = it is on. `command`: the
    command line's way to the same. `footer`: its rank there, 0 = not shown.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    run: Run
    pane: str = ""
    when: Callable[[Desk], str] = always
    command: str = ""
    footer: int = 0
    short: str = ""


def may(command: str) -> Callable[[Desk], str]:
    """Off in a closed incident, where the registry does not allow the command there: the rule is the room's own."""
    allowed = commands.find(command).closed

    def when(desk: Desk) -> str:
        closed = desk.scene.incident.clock.closed and not allowed
        return "The incident is closed; reopen it first." if closed else ""

    return when


def key_name(key: str) -> str:
    """A key as people write it."""
    names = {
        "space": "space", "question_mark": "?", "slash": "/", "colon": ":", "minus": "-", "full_stop": ".",
        "ctrl+p": "^p", "ctrl+d": "^d", "ctrl+u": "^u", "pageup": "PgUp", "pagedown": "PgDn", "escape": "Esc",
        "comma": ",", "plus": "+", "equals_sign": "=", "less_than_sign": "<", "greater_than_sign": ">",
        "left_square_bracket": "[", "right_square_bracket": "]", "left_curly_bracket": "{",
        "right_curly_bracket": "}", "exclamation_mark": "!", "left": "←", "right": "→", "up": "↑", "down": "↓",
        "shift+left": "shift+←", "shift+right": "shift+→",
    }  # fmt: skip
    return names.get(key, key)
