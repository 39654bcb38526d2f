"""The list of incidents, when there are several or none."""

import time
from concurrent.futures import ThreadPoolExecutor

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen

from warroom.domain import restored
from warroom.domain.errors import Refused
from warroom.domain.text import one_line
from warroom.room.calls import Call, calls
from warroom.room.feed import uuid_of
from warroom.room.replay import Replay
from warroom.room.room import Room
from warroom.store.contract import Summary
from warroom.tui.messages import Left, Opened, Replayed
from warroom.tui.present import home
from warroom.tui.present.cells import Span, line
from warroom.tui.present.footer import footer
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines

_EVERY = 2.0
_SAID_FOR = 10.0


class HomeScreen(Screen[None]):
    """Open incidents first, newest first."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._rows: list[Summary] | None = None
        self._problem = ""
        self._calls: tuple[Call, ...] = ()
        self._held = ""
        self._rung_for: set[str] | None = None
        self._says, self._says_until = "", 0.0
        self._reader = ThreadPoolExecutor(1, "home")

    def compose(self) -> ComposeResult:
        """The list and its keys."""
        yield Lines(id="header", focusable=False, margin=False)
        yield Lines(id="home")
        yield Lines(id="footer", focusable=False, margin=False)

    def on_mount(self) -> None:
        """Read, and read again now and then."""
        self.app.set_class(False, "drill")
        self._list = self.query_one("#home", Lines)
        self._list.border_title = "Incidents"
        self._keys = self.query_one("#footer", Lines)
        self._list.focus()
        self.query_one("#header", Lines).styles.height = 1
        self.query_one("#header", Lines).show([line(Span(f" warroom · {one_line(self._room.store.place)}", "strong"))])
        self.set_interval(_EVERY, self._refresh)
        self.set_interval(1.0, self._paint)
        self._refresh()

    def on_unmount(self) -> None:
        """Let the reading thread go."""
        self._reader.shutdown(wait=False)

    def _refresh(self) -> None:
        self._reader.submit(self._read).add_done_callback(lambda done: self.app.call_later(self._paint))

    def _read(self) -> None:
        """In the reading thread."""
        try:
            self._held = restored.warning(self._room.feed(None).refresh().org)
            self._rows = self._room.store.summaries()
            self._calls = calls(self._room, self._room.actor.person)
            self._problem = ""
        except Refused as problem:
            self._problem = f"{problem.message} {problem.hint}".strip()

    def _paint(self) -> None:
        width = self.size.width
        if self._rows is not None:  # until they have been read nobody knows how many there are
            self._list.show(home.rows(self._rows, self._room.store.now(), width, self._calls))
            self._ring()
        says = self._says if time.monotonic() < self._says_until else self._problem or self._held
        lines = footer((), width, one_line(says)) if says else [home.footer(width)]
        self._keys.styles.height = len(lines)
        self._keys.show(lines)

    def _ring(self) -> None:
        """Ring for a page to this person that has come since the list was opened, once."""
        pages = {each.page for each in self._calls}
        if self._rung_for is not None and pages - self._rung_for:
            self.app.bell()
        self._rung_for = (self._rung_for or set()) | pages

    def _say(self, refused: Refused) -> None:
        """Say for a while why something was not done. Called in the reading thread."""
        self._says = f"{refused.message} {refused.hint}".strip()
        self._says_until = time.monotonic() + _SAID_FOR
        self.app.call_from_thread(self._paint)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """A second click opens it."""
        self._open(message.key)

    def on_key(self, event: Key) -> None:
        """The few keys of a list."""
        typing = ahead(self.app)
        if typing.holding:
            typing.keep(event)
            event.stop()
            event.prevent_default()
            return
        moves = {"j": 1, "down": 1, "k": -1, "up": -1, "g": -(10**6), "home": -(10**6), "G": 10**6, "end": 10**6}
        if event.key in moves:
            self._list.move(moves[event.key])
        elif event.key in ("enter", "space", "l", "right") and self._list.key:
            self._open(self._list.key)
        elif event.key in ("q", "ctrl+q"):
            self.app.post_message(Left("quit"))
        elif event.key == "R" and self._list.key:
            self._reader.submit(self._replay, uuid_of(self._list.key))
        elif event.key == "O":
            typing.hold()
            self.app.post_message(Left("oncall"))
        elif event.key in ("question_mark", "f1"):
            self.app.post_message(Left("help"))
        elif event.character == "+" or event.key == "a":
            typing.hold()
            self.run_worker(self._declare())
        else:
            return
        event.stop()
        event.prevent_default()

    def _open(self, stream: str) -> None:
        self._reader.submit(self._enter, uuid_of(stream))

    def _enter(self, incident: str) -> None:
        """In the reading thread, so that the screen finds what it shows."""
        try:
            self._room.feed(incident).refresh()
        except Refused as refused:
            self._say(refused)
        else:
            self.app.call_from_thread(self.app.post_message, Opened(incident))

    def _replay(self, incident: str) -> None:
        """In the reading thread: it takes a moment to read a long incident whole."""
        try:
            replay = Replay(self._room.store, incident)
        except Refused as refused:
            self._say(refused)
        else:
            self.app.call_from_thread(self.app.post_message, Replayed(incident, replay))

    async def _declare(self) -> None:
        from warroom.tui.modals.ask import ask
        from warroom.tui.modals.choose import Choose

        show, typing = self.app.push_screen_wait, ahead(self.app)
        try:
            title = await ask(show, "Declare an incident", "What fails, as users see it?", "", False)
            typing.hold()
            table = self._room.feed(None).state.org.playbook.severities
            dialog = Choose("Severity", home.severities(table), "in doubt, the higher one")
            if title and (level := await show(dialog)):
                self._reader.submit(self._carry_out, title, level)
        finally:
            typing.release()

    def _carry_out(self, title: str, level: str) -> None:
        """In the reading thread."""
        try:
            outcome = self._room.do("declare", title=title, severity=level)
        except Refused as refused:
            self._say(refused)
        else:
            self._room.store.ring()
            self.app.call_from_thread(self.app.post_message, Opened(outcome.incident.id))
