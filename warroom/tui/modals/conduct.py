"""A drill from behind, live. It answers with a key and the row it was pressed on, and is opened again afterwards."""

from collections.abc import Callable, Sequence
from textwrap import wrap

from textual.events import Key
from textual.widget import Widget

from warroom.tui.modals.frame import Dialog
from warroom.tui.modals.reader import wrapped
from warroom.tui.present import conduct
from warroom.tui.present.cells import BLANK, Line, Span, line
from warroom.tui.scene import Scene
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines

Chosen = tuple[str, str]
"""A key among `ACTS`, and the row."""

ACTS = ("i", "d", "x", "n", "e", "exclamation_mark")
_KEYS = ("! abort", "q leaves", "i now", "d later", "x leave out", "n note", "e end")
"What matters most stands first: a narrow screen loses the last."
_OVER = ("q leaves", "n note")
"What still works once the drill is over."
_BETWEEN = " · "
_LEAVE = ("q", "escape", "f10", "backspace", "C")
_FAR = 10**6
_LOOK = 1.0
_DETAILS, _SHORT = 5, 3
_TALL = 30
"Rows of the terminal from which there is room for all that is told of a row."
_AROUND = 2
"Rows of the dialog's border."
_FOOT = 2
"Rows that a sentence, and the keys, may take each."


class Conduct(Dialog[Chosen | None]):
    """`look` gives the scene, `said` a sentence of the screen beneath; both are asked once a second.

    `row`: where the cursor begins.
    """

    def __init__(self, look: Callable[[], Scene], said: Callable[[], str], row: str = "") -> None:
        super().__init__(look().incident.title, "")
        self._look, self._said = look, said
        self._row = row

    def body(self) -> Sequence[Widget]:
        """The list, and what is told of the row."""
        return (Lines(id="conducted"), Lines(id="inject", focusable=False, margin=False))

    def on_mount(self) -> None:
        """Show it, and keep it up to date."""
        super().on_mount()
        self._list = self.query_one("#conducted", Lines)
        self._told = self.query_one("#inject", Lines)
        self._list.key = self._row
        self._list.focus()
        self.call_after_refresh(self.refresh_lines)
        self.set_interval(_LOOK, self.refresh_lines)

    def on_resize(self) -> None:
        """As high as there is room."""
        self.call_after_refresh(self.refresh_lines)

    def refresh_lines(self) -> None:
        """Show what is so now; only what differs is drawn."""
        scene = self._look()
        rows = conduct.lines(scene)
        self._told.styles.height = self._details
        foot = self._foot(_KEYS if scene.incident.drill.going else _OVER)
        room = max(1, self.size.height * 9 // 10 - _AROUND - self._details - len(foot))
        self._list.styles.height = min(len(rows), room)
        self._list.show(rows)
        self._tell(scene)
        keys = self.query_one("#keys", Lines)
        keys.styles.height = len(foot)
        keys.show(foot)

    def _foot(self, offered: Sequence[str]) -> list[Line]:
        """What was said, and beneath it the keys, which it never hides."""
        width = self._told.size.width or 60
        says = self._said()
        said = wrap(says, width, max_lines=_FOOT, placeholder=" …") if says else []
        keys = [line(Span(row, "dim")) for row in _rows(offered, width)[:_FOOT]]
        return [*(line(Span(row, "warn")) for row in said), *keys]

    @property
    def _details(self) -> int:
        return _DETAILS if self.size.height >= _TALL else _SHORT

    def _tell(self, scene: Scene) -> None:
        """What is told of the row under the cursor."""
        width = self._told.size.width or 60
        told = [row for each in conduct.details(scene, self._list.key) for row in wrapped(each, width)]
        self._told.show([BLANK, *told][: self._details])

    def on_lines_moved(self) -> None:
        """The cursor is on another row."""
        self._tell(self._look())

    def on_key(self, event: Key) -> None:
        """Move, do something, or leave."""
        page = max(1, self._list.size.height - 1)
        moves = {"j": 1, "down": 1, "k": -1, "up": -1, "g": -_FAR, "home": -_FAR, "G": _FAR, "end": _FAR}
        scrolls = {"pagedown": page, "ctrl+d": page, "pageup": -page, "ctrl+u": -page}
        event.stop()
        event.prevent_default()
        if event.key in moves:
            self._list.move(moves[event.key])
        elif event.key in scrolls:
            self._list.scroll_rows(scrolls[event.key])
        elif event.key in ACTS:
            ahead(self.app).hold()
            self.dismiss((event.key, self._list.key))
        elif event.key in _LEAVE:
            self.dismiss(None)


def _rows(words: Sequence[str], width: int) -> list[str]:
    """The keys in rows, none of them broken."""
    rows: list[str] = []
    for word in words:
        if rows and len(rows[-1]) + len(_BETWEEN) + len(word) <= width:
            rows[-1] += _BETWEEN + word
        else:
            rows.append(word)
    return rows
