"""Who is on call: the schedules now and by the week, and changing them. Reads and writes in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.events import Key, Paste

from warroom.domain.errors import Refused
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.text import one_line
from warroom.room.room import Room
from warroom.tui.actions import rosters as arranging
from warroom.tui.present import oncall
from warroom.tui.present.cells import Line, Span, line
from warroom.tui.present.footer import footer
from warroom.tui.screens.dialogs import Dialogs
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines

_SAID_FOR = 10.0
_EVERY = 30.0
_FAR = 10**6
_MOVES = {"j": 1, "down": 1, "k": -1, "up": -1, "g": -_FAR, "home": -_FAR, "G": _FAR, "end": _FAR}
_BACK = ("q", "ctrl+q", "escape", "minus", "backspace", "f10")
_KEYS = (("← →", "week"), ("t", "today"), ("v", "zone"), ("o", "override"), ("s", "swap"), ("enter", "on a change"))


class OnCallScreen(Dialogs):
    """The rosters, in the person's zone or in UTC."""

    def __init__(self, room: Room, now: Callable[[], datetime] | None = None) -> None:
        """`now`: another time than the database's, such as a demo's."""
        super().__init__()
        self._room = room
        self._now = now or (lambda: moment(room.store.now()))
        self._me = room.actor.person
        self._utc = False
        self._weeks = 0
        self._shown: oncall.Rosters | None = None
        self._org: Org | None = None
        self._says, self._says_until = "", 0.0
        self._worker = ThreadPoolExecutor(1, "rosters")

    def compose(self) -> ComposeResult:
        """The rosters and their keys."""
        yield Lines(id="header", focusable=False, margin=False)
        yield Lines(id="home")
        yield Lines(id="footer", focusable=False, margin=False)

    def on_mount(self) -> None:
        """Read, and read again now and then."""
        self._list = self.query_one("#home", Lines)
        self._list.border_title = "On call"
        self._keys = self.query_one("#footer", Lines)
        self._list.focus()
        self.query_one("#header", Lines).show([line(Span(" warroom · who is on call", "strong"))])
        self.set_interval(_EVERY, self._refresh)
        self.set_interval(1.0, self._paint)
        self.call_after_refresh(self._refresh)
        self._paint()

    def on_unmount(self) -> None:
        """Let the thread go."""
        self._worker.shutdown(wait=False)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._paint)

    # In the thread.

    def _refresh(self) -> None:
        self._worker.submit(self._read).add_done_callback(lambda done: self.app.call_later(self._paint))

    def _read(self) -> None:
        try:
            org = self._room.feed(None).refresh().org
            zone = "UTC" if self._utc else _zone(org, self._me)
            at = self._now()
            self._org, self._shown = org, oncall.rosters(org, at, self._first(at, zone), zone)
        except Refused as refused:
            self._tell(f"{refused.message} {refused.hint}".strip())

    def _first(self, at: datetime, zone: str) -> date:
        return oncall.monday(at, zone) + timedelta(weeks=self._weeks)

    def _arrange(self, name: str, given: dict[str, str]) -> None:
        try:
            zone = ZoneInfo("UTC" if self._utc or self._org is None else _zone(self._org, self._me))
            outcome = self._room.arrange(name, zone=zone, **given)
            self._tell("Done." if outcome.facts else "It stands already.")
        except Refused as refused:
            self._tell(f"{refused.message} {refused.hint}".strip())
        self._read()

    def _tell(self, text: str) -> None:
        self._says, self._says_until = one_line(text), monotonic() + _SAID_FOR

    # On the screen.

    def rearrange(self, name: str, given: dict[str, str]) -> None:
        """Change the rosters, in the thread; what came of it is said in the last line."""
        work = self._worker.submit(self._arrange, name, given)
        work.add_done_callback(lambda done: self.app.call_later(self._paint))

    def _paint(self) -> None:
        width = self._list.size.width or self.size.width
        if self._shown is not None:
            self._list.show(oncall.page(self._shown, self._me, width))
        says = self._says if monotonic() < self._says_until else ""
        lines = footer((), self.size.width, says) if says else [_footer()]
        self._keys.styles.height = len(lines)
        self._keys.show(lines)

    def on_paste(self, event: Paste) -> None:
        """A paste is for the dialog that is about to stand here, if there is one."""
        if ahead(self.app).holding:
            ahead(self.app).keep(event)

    def on_key(self, event: Key) -> None:
        """The keys of a calendar."""
        event.stop()
        event.prevent_default()
        if ahead(self.app).holding:
            ahead(self.app).keep(event)
        elif event.key in _MOVES:
            self._list.move(_MOVES[event.key])
        elif event.key in ("left", "h", "right", "l"):
            self._turn(self._weeks + (1 if event.key in ("right", "l") else -1))
        elif event.key == "t":
            self._turn(0)
        elif event.key == "v":
            self._utc = not self._utc
            self._refresh()
        elif event.key in _BACK:
            ahead(self.app).hold()  # what comes after this key is for the screen below
            self.dismiss(None)
        elif self._org is not None and event.key in ("o", "s", "enter", "space"):
            self._begin(self._change(event.key, self._org))

    def _turn(self, weeks: int) -> None:
        self._weeks = weeks
        self._refresh()

    async def _change(self, key: str, org: Org) -> None:
        """Ask what is to be changed about the row under the cursor."""
        desk, row = arranging.Asking(self, org, self._me, self._now()), self._list.key
        if row.startswith(oncall.CHANGE):
            asked = await arranging.settle(desk, row.removeprefix(oncall.CHANGE)) if key in ("enter", "space") else None
        else:
            schedule = row.removeprefix(oncall.SCHEDULE).removeprefix(oncall.WEEK)
            asked = await (arranging.swap if key == "s" else arranging.override)(desk, schedule)
        if asked is not None:
            self.rearrange(*asked)


def _zone(org: Org, person: str) -> str:
    """The person's zone, where this machine knows it."""
    try:
        return ZoneInfo(org.zone(person)).key
    except (KeyError, ValueError, OSError):
        return "UTC"


def _footer() -> Line:
    spans = [span for key, word in _KEYS for span in (Span(f" {key}", "key"), Span(f" {word} ", "dim"))]
    return Line(tuple(spans), (Span("q", "key"), Span(" back ")))
