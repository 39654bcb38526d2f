"""One incident, live: acting, following the log, and ringing. Composition and wiring only; no rule lives here."""

import time
from datetime import tzinfo

from textual.screen import Screen

from warroom.domain.moments import moment
from warroom.room.calls import open_page
from warroom.tui.link import Answered, Link, ViewChanged
from warroom.tui.messages import Left
from warroom.tui.present import drill, escalation
from warroom.tui.runs import RunAnswered
from warroom.tui.scene import Scene
from warroom.tui.screens.panes import Panes
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines

_AWAY_AFTER = 30.0


class IncidentScreen(Panes):
    """The main screen. `hint`: such as how others join."""

    def __init__(self, link: Link, me: str, zone: tzinfo, hint: str = "") -> None:
        super().__init__(link.view, me, zone, hint)
        self.link = link
        self._marks = True
        self._pending: dict[str, float] = {}
        self._unread = 0
        self._last_key = time.monotonic()
        self._seen = self.view.incident.seq
        self._ticks = 0
        self._word = "LIVE"
        self._aborted = self.view.incident.drill.aborted
        page = open_page(self.view.incident, me)
        self._rung_for = {page.order.id} if page else set()

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
            self._noticed,
            frozenset(row for row, since in self._pending.items() if now - since > 0.05),
            self._unread,
            self._marks,
            self._selected,
            self._window,
            self._wanted,
            self._fitting.offers(self.view),
            database,
        )

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

    async def conduct(self, row: str) -> tuple[str, str] | None:
        """Show the drill from behind. What was said before it was opened is not said again in it."""
        from warroom.tui.modals.conduct import Conduct

        self._says = self._says if row else ""
        self._said_above = True
        self._paint_footer()
        try:
            return await self._show(Conduct(lambda: self.scene, lambda: self._says, row))
        finally:
            self._said_above = False

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
        match where:
            case "unread":
                self._to_unread()
            case "marks":
                self._marks = not self._marks
                self.paint()
            case "quit" | "home" if self.link.runs.active:
                self._begin(self._leave(where))
            case _:
                super().go(where)
                self.link.zone = self._shown_zone

    def _attend(self) -> None:
        """A key was pressed: what came while nobody looked is new."""
        now = time.monotonic()
        if now - self._last_key > _AWAY_AFTER and not self._unread and self.view.incident.seq > self._seen:
            self._unread = self._seen
            self.paint()
        self._last_key, self._seen = now, self.view.incident.seq
        super()._attend()

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

    # News.

    def on_view_changed(self, message: ViewChanged) -> None:
        """The log has grown, or somebody came or left."""
        self.view = message.view
        if time.monotonic() - self._last_key <= _AWAY_AFTER:
            self._seen = self.view.incident.seq
        self.paint()
        self._call()
        self._hear()

    def _call(self) -> None:
        """Ring for a page to this person, here or in another incident, once."""
        said = {each.page: escalation.elsewhere(each) for each in self.view.calls}
        if page := open_page(self.view.incident, self.me):
            said[page.order.id] = escalation.called(self.scene, page)
        for each in said.keys() - self._rung_for:
            self._rung_for.add(each)
            self.app.bell()
            self.say(said[each])

    def _hear(self) -> None:
        """Ring once for a drill that was aborted, and tell it also over what lies above this screen."""
        aborted = self.view.incident.drill.aborted
        if aborted and not self._aborted:
            self.app.bell()
            stack = self.app.screen_stack
            for above in stack[stack.index(self) + 1 :]:
                self._tell_aborted(above)
        self._aborted = aborted

    def _tell_aborted(self, above: Screen[object]) -> None:
        """Over a dialog exactly where it stands beneath, so that it is there once, and name and title stay in sight."""
        told = Lines(id="told", focusable=False, margin=False)
        told.styles.margin = (self.board.above_banner if above.is_modal else 0, 0, 0, 0)
        above.mount(told)
        told.show(drill.aborted(self.scene, self.size.width))

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
