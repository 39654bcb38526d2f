"""A screen of panes: cursor, keys, sentences and folding, the same for a live incident and for one that is replayed.

What is shown and what a key can do differ: each screen brings its scene and its actions. No rule lives here.
"""

import time
from collections.abc import Awaitable
from datetime import UTC, tzinfo

from textual.app import ComposeResult
from textual.events import Key, Paste

from warroom.domain.text import one_line
from warroom.tui.actions.base import Action
from warroom.tui.actions.catalogue import ALL, meant, offered
from warroom.tui.board import Board
from warroom.tui.messages import Left
from warroom.tui.present.drill import is_drill
from warroom.tui.present.layout import PANES
from warroom.tui.scene import Fitting, Scene, View
from warroom.tui.screens.dialogs import Dialogs
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.kept import Kept
from warroom.tui.widgets.lines import Lines

_SAID_FOR = 10.0
_WINDOW = 300


class Panes(Kept, Dialogs):
    """The panes of one incident, to read. `actions`: what keys mean here; `shown`: those that help names.

    `refusal`: why nothing can be done; `hint`: a sentence to show until the first key; `kiosk`: nothing of this machine
    is within reach.
    """

    actions: tuple[Action, ...] = ALL
    shown: tuple[Action, ...] = ALL
    refusal = "Nothing can be done here."
    kiosk = False

    def __init__(self, view: View, me: str, zone: tzinfo, hint: str = "") -> None:
        super().__init__()
        self.about = view.incident.id
        self.view: View = view
        self.me = me
        self.board = Board()
        self._zone = zone
        self._shown_zone: tzinfo = UTC
        self._pane = "checklist"
        self._maximised = False
        self._window = _WINDOW
        self._wanted = ""
        self._says = hint
        self._says_until = float("inf") if hint else 0.0
        self._said_above = False  # whether a dialog over this screen shows what is said
        self._notices: dict[str, tuple[str, float]] = {}
        self._fitting = Fitting()

    def on_mount(self) -> None:
        """Mark a drill on the whole console: whatever lies above this screen is a part of it."""
        self.app.set_class(is_drill(self.view.incident), "drill")

    def compose(self) -> ComposeResult:
        """The board."""
        yield from self.board.compose()

    # The desk.

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        raise NotImplementedError

    @property
    def pane(self) -> str:
        """The focused pane."""
        return self._pane

    @property
    def row(self) -> str:
        """The key under the cursor."""
        return self.board.pane(self._pane).key

    def do(self, name: str, row: str = "", /, **params: object) -> None:
        """Carry out a command: refused, unless the screen can."""
        self.say(self.refusal, row)

    def settle_unsent(self, send: bool) -> None:
        """Send the notes that wait on this machine, or drop them: refused, unless the screen can."""
        self.say(self.refusal)

    def run_step(self, step: str, again: bool = False) -> None:
        """Run an automated step here: refused, unless the screen can."""
        self.say(self.refusal, step)

    def runs_here(self, step: str) -> bool:
        """Whether this console runs it, or ran it."""
        return False

    def watch_run(self, step: str) -> None:
        """Show the output of a run of this console; there is none, unless the screen runs steps."""
        self.say(self.refusal, step)

    async def conduct(self, row: str) -> tuple[str, str] | None:
        """Show the drill from behind: refused, unless the screen can."""
        self.say(self.refusal)
        return None

    def say(self, text: str, row: str = "") -> None:
        """Show a sentence for ten seconds: on the row, where it can be read there, else in the last line."""
        text, until = one_line(text), time.monotonic() + _SAID_FOR
        if row and self.board.holds(row, text):
            self._notices[row] = (text, until)
            self.paint()
        else:
            self._says, self._says_until = text, until
            self._paint_footer()
        self.set_timer(_SAID_FOR + 0.1, self.paint)

    def copy(self, text: str, warning: str = "") -> None:
        """Hand a text to the clipboard, and say by which way it went."""
        from warroom.tui.clipboard import copy

        self.say(f"{warning} {copy(text, self.app.copy_to_clipboard)}".strip())

    def go(self, where: str) -> None:
        """Move about."""
        pane = self.board.pane(self._pane)
        page = max(1, pane.size.height - 1)
        match where:
            case "clock" | "roles" | "checklist" | "services" | "timeline":
                self._maximised = where == self._pane and not self._maximised
                self.focus_pane(where)
            case "next" | "previous":
                names = PANES[1:]
                at = names.index(self._pane) if self._pane in names else 0
                self._maximised = self._maximised and self._pane != "clock"
                self.focus_pane(names[(at + (1 if where == "next" else -1)) % len(names)])
            case "up" | "down":
                pane.move(-1 if where == "up" else 1)
            case "page-up" | "page-down":
                pane.move(-page if where == "page-up" else page)
            case "top":
                if self._pane == "timeline" and pane.lines and not pane.lines[0].key:
                    self._window += 1000
                    self.paint()
                pane.move(-len(pane.lines))
            case "end":
                pane.move(len(pane.lines))
            case "filter":
                self._begin(self._filter())
            case "zone":
                self._shown_zone = UTC if self._shown_zone is not UTC else self._zone
                self.say(f"Times are in {self._shown_zone}.")
                self.paint()
            case _:
                if where != "quit":
                    ahead(self.app).hold()
                self.app.post_message(Left(where))

    # Keys.

    def on_key(self, event: Key) -> None:
        """What a key means here, from the registry."""
        if ahead(self.app).holding:
            ahead(self.app).keep(event)
            event.stop()
            event.prevent_default()
            return
        action = meant(event.key, self._pane, self.actions)
        if action is None and event.character:
            action = meant(event.character, self._pane, self.actions)
        if action is None:
            return
        event.stop()
        event.prevent_default()
        self._attend()
        self.carry_out(action)

    def press(self, key: str | None) -> None:
        """A key that was pressed while something was read: it means what it means here."""
        if key and (action := meant(key, self._pane, self.actions)):
            self._attend()
            self.carry_out(action)

    def on_paste(self, event: Paste) -> None:
        """A paste is for the dialog that is about to stand here, if there is one."""
        if ahead(self.app).holding:
            ahead(self.app).keep(event)

    def carry_out(self, action: Action) -> None:
        """Do an action, or say why it is off."""
        if reason := action.when(self):
            self.say(reason, self.row if action.pane else "")
            return
        result = action.run(self)
        if isinstance(result, Awaitable):
            self._begin(result)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """A second click opens the row."""
        self._attend()
        if action := meant("enter", self._pane, self.actions):
            self.carry_out(action)

    def on_lines_moved(self, message: Lines.Moved) -> None:
        """The cursor moved: others see where, and the keys that work here change."""
        if message.pane.id in PANES and message.pane.id != self._pane:
            self.focus_pane(str(message.pane.id))
        self._touch()
        if message.pane.id == "services":
            self.board.paint_pane("services", self.scene)
        self._paint_footer()

    def on_descendant_focus(self) -> None:
        """A click focused a pane."""
        focused = self.focused
        if isinstance(focused, Lines) and focused.id in PANES and focused.id != self._pane:
            self._pane = str(focused.id)
            self.fold_panes()

    def _attend(self) -> None:
        """A key was pressed."""
        if self._says and self._says_until == float("inf"):
            self._says_until = time.monotonic() + _SAID_FOR
        self._touch()

    def _touch(self) -> None:
        """The cursor may have moved."""

    async def _filter(self) -> None:
        wanted = await self.ask(
            "Filter the timeline", "part of the text, a name, or a kind; empty shows all", self._wanted
        )
        if wanted is not None:
            self._wanted = wanted
            self.focus_pane("timeline")
            self.paint()

    # What is shown.

    @property
    def _selected(self) -> str:
        """The service under the cursor, "" = none."""
        return self.board.pane("services").key.removeprefix("service:") if self._pane == "services" else ""

    @property
    def _noticed(self) -> tuple[tuple[str, str], ...]:
        """What rows say for a moment."""
        now = time.monotonic()
        return tuple((row, text) for row, (text, until) in self._notices.items() if until > now)

    def focus_pane(self, name: str) -> None:
        """Give a pane the cursor."""
        self._pane = name
        self.fold_panes()

    def on_resize(self) -> None:
        """Fold or unfold."""
        self.fold_panes()

    def fold_panes(self) -> None:
        """Show the panes that the size and the cursor call for."""
        classes = self.board.fold(self.size, self._pane, self._maximised)
        for name in ("bare", "folded"):
            self.set_class(name in classes, name)
        self.set_focus(self.board.pane(self._pane))
        self.paint()

    def paint(self) -> None:
        """Show the scene as it is now."""
        self.board.paint(self.scene)
        self._paint_footer()

    def _paint_footer(self) -> None:
        if self._says and time.monotonic() > self._says_until:
            self._says = ""
        self.board.paint_footer(offered(self, self.actions), "" if self._said_above else self._says)
