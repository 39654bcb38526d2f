"""One incident: the panes, and the desk that actions work at. Composition and wiring only; no rule lives here."""

import time
from collections.abc import Awaitable
from datetime import UTC, tzinfo

from textual.app import ComposeResult
from textual.events import Key, Paste

from warroom.domain.moments import moment
from warroom.domain.text import one_line
from warroom.room.calls import open_page
from warroom.tui.actions.base import Action
from warroom.tui.actions.catalogue import meant, offered
from warroom.tui.board import Board
from warroom.tui.link import Answered, Link, ViewChanged
from warroom.tui.messages import Left
from warroom.tui.present import escalation
from warroom.tui.present.layout import PANES
from warroom.tui.runs import RunAnswered
from warroom.tui.scene import Fitting, Scene, View
from warroom.tui.screens.dialogs import Dialogs
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.kept import Kept
from warroom.tui.widgets.lines import Lines

_SAID_FOR = 10.0
_AWAY_AFTER = 30.0
_WINDOW = 300


class IncidentScreen(Kept, Dialogs):
    """The main screen. `hint`: a sentence to show until the first key, such as how others join."""

    def __init__(self, link: Link, me: str, zone: tzinfo, hint: str = "") -> None:
        super().__init__()
        self.link = link
        self.about = link.view.incident.id
        self.view: View = link.view
        self.me = me
        self._zone = zone
        self._shown_zone: tzinfo = UTC
        self._marks = True
        self._pane = "checklist"
        self._maximised = False
        self.board = Board()
        self._window = _WINDOW
        self._wanted = ""
        self._says = hint
        self._says_until = float("inf") if hint else 0.0
        self._notices: dict[str, tuple[str, float]] = {}
        self._pending: dict[str, float] = {}
        self._unread = 0
        self._last_key = time.monotonic()
        self._seen = self.view.incident.seq
        self._ticks = 0
        self._word = "LIVE"
        self._fitting = Fitting()
        page = open_page(self.view.incident, me)
        self._rung_for = {page.order.id} if page else set()

    def compose(self) -> ComposeResult:
        """The board."""
        yield from self.board.compose()

    def on_mount(self) -> None:
        """Show what is known, and begin to follow."""
        self.fold_panes()
        self.board.pane("checklist").select(self.view.incident.checklist.following)
        self.link.start()
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """Let go; correctness does not depend on it."""
        self.link.stop()

    # The desk.

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        now, database = time.monotonic(), moment(self.link.now())
        return Scene(
            self.view,
            self.me,
            self.view.incident.clock.time(database),
            self._shown_zone,
            self.link.fresh,
            tuple((row, text) for row, (text, until) in self._notices.items() if until > now),
            frozenset(row for row, since in self._pending.items() if now - since > 0.05),
            self._unread,
            self._marks,
            self.board.pane("services").key.removeprefix("service:") if self._pane == "services" else "",
            self._window,
            self._wanted,
            self._fitting.offers(self.view),
            database,
        )

    @property
    def pane(self) -> str:
        """The focused pane."""
        return self._pane

    @property
    def row(self) -> str:
        """The key under the cursor."""
        return self.board.pane(self._pane).key

    def do(self, name: str, row: str = "", /, **params: object) -> None:
        """Carry out a command. Until it returns the row shows that it is pending, if that takes more than a moment."""
        if row:
            self._pending[row] = time.monotonic()
            self.set_timer(0.06, self._show_pending)
        self.link.do(name, row, **params)

    def settle_unsent(self, send: bool) -> None:
        """Send the notes that wait on this machine, or drop them."""
        self.link.settle_unsent(send)

    def _show_pending(self) -> None:
        if self._pending:
            self.paint()

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

    def run_step(self, step: str, again: bool = False) -> None:
        """Run an automated step here; its output is shown once it has begun."""
        self._pending[step] = time.monotonic()
        self.set_timer(0.06, self._show_pending)
        self.link.runs.start(step, again)

    def runs_here(self, step: str) -> bool:
        """Whether it runs here; or it did, and is finished, so that its output can be read once more."""
        found = self.view.incident.checklist.find(step)
        over = found is not None and found.outcome != "todo" and self.link.runs.output(step) is not None
        return over or step in self.link.runs.active

    def watch_run(self, step: str) -> None:
        """Show the output of a run of this console."""
        from warroom.tui.modals.watch import Watch

        if output := self.link.runs.output(step):
            ahead(self.app).hold()
            self.app.push_screen(Watch(f"Run of {step} here", output))

    def on_run_answered(self, message: RunAnswered) -> None:
        """A run began, ended, waits for somebody, or could not begin."""
        self._pending.pop(message.step, None)
        self._says = "" if message.began else self._says
        self.paint()
        if message.refused is not None:
            self.say(f"{message.refused.message} {message.refused.hint}".strip(), message.step)
        elif message.began and self.app.screen is self:
            self.watch_run(message.step)
        elif message.text:
            self.say(message.text)

    async def _leave(self, where: str) -> None:
        running = ", ".join(self.link.runs.active)
        if await self.confirm(f"Leave and stop {running}?", "It still runs here; what it has done stays done."):
            self.app.post_message(Left(where))

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
            case "unread":
                self._to_unread()
            case "filter":
                self._begin(self._filter())
            case "zone":
                self._shown_zone = UTC if self._shown_zone is not UTC else self._zone
                self.link.zone = self._shown_zone
                self.say(f"Times are in {self._shown_zone}.")
                self.paint()
            case "marks":
                self._marks = not self._marks
                self.paint()
            case "quit" | "home" if self.link.runs.active:
                self._begin(self._leave(where))
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
        action = meant(event.key, self._pane)
        if action is None and event.character:
            action = meant(event.character, self._pane)
        if action is None:
            return
        event.stop()
        event.prevent_default()
        self._attend()
        self.carry_out(action)

    def press(self, key: str | None) -> None:
        """A key that was pressed while something was read: it means what it means here."""
        if key and (action := meant(key, self._pane)):
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
        if action := meant("enter", self._pane):
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
        """A key was pressed: what came while nobody looked is new."""
        now = time.monotonic()
        if now - self._last_key > _AWAY_AFTER and not self._unread and self.view.incident.seq > self._seen:
            self._unread = self._seen
            self.paint()
        self._last_key, self._seen = now, self.view.incident.seq
        if self._says and self._says_until == float("inf"):
            self._says_until = now + _SAID_FOR
        self._touch()

    def _touch(self) -> None:
        self.link.touch(self.board.pane("checklist").key)

    def _to_unread(self) -> None:
        new = [e for e in self.view.incident.timeline.last(self._window) if e.seq > self._unread and e.actor != self.me]
        if not self._unread or not new:
            self.say("Nothing is new.")
        else:
            self.focus_pane("timeline")
            self.board.pane("timeline").select(f"entry:{new[0].seq}")
        self._unread = 0

    async def _filter(self) -> None:
        wanted = await self.ask(
            "Filter the timeline", "part of the text, a name, or a kind; empty shows all", self._wanted
        )
        if wanted is not None:
            self._wanted = wanted
            self.focus_pane("timeline")
            self.paint()

    # What is shown.

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
        self.board.paint_footer(offered(self), self._says)

    # News.

    def on_view_changed(self, message: ViewChanged) -> None:
        """The log has grown, or somebody came or left."""
        self.view = message.view
        if time.monotonic() - self._last_key <= _AWAY_AFTER:
            self._seen = self.view.incident.seq
        self.paint()
        self._call()

    def _call(self) -> None:
        """Ring for a page to this person, here or in another incident, once."""
        said = {each.page: escalation.elsewhere(each) for each in self.view.calls}
        if page := open_page(self.view.incident, self.me):
            said[page.order.id] = escalation.called(self.scene, page)
        for each in said.keys() - self._rung_for:
            self._rung_for.add(each)
            self.app.bell()
            self.say(said[each])

    def on_answered(self, message: Answered) -> None:
        """A command returned."""
        if message.text:
            from warroom.tui.modals.ask import settle

            settle(message.text, message.refused is not None)
        shown = message.row in self.scene.pending
        self._pending.pop(message.row, None)
        if message.refused is not None:
            self.say(f"{message.refused.message} {message.refused.hint}".strip(), message.row)
        elif not message.spooled:
            self._says = ""  # what was said of an act before is old now
            self._paint_footer()
        else:
            self.say("The database cannot be reached; the note is kept and sent later.")
        if shown:
            self.paint()

    def _tick(self) -> None:
        """Once a second: the clock. Panes with durations of minutes follow more slowly."""
        self._ticks += 1
        scene = self.scene
        if self._ticks % 10 == 0 or self._pane == "clock" or scene.fresh.word != self._word:
            self._word = scene.fresh.word
            self.paint()
        elif scene.fresh.word == "LIVE":
            self.board.paint_clock(scene)
        else:
            self.board.paint_header(scene)
