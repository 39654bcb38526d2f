"""The output of a run, as it comes. Leaving it leaves the run going."""

from collections.abc import Sequence

from textual.events import Key
from textual.widget import Widget

from warroom.tui.modals.frame import Dialog
from warroom.tui.present.cells import Line, Span, line
from warroom.tui.runs import Output
from warroom.tui.widgets.lines import Lines

_LEAVE = ("q", "escape", "enter", "space", "f10")
_LOOK = 0.1
_AROUND = 5


class Watch(Dialog[None]):
    """Shows what a run writes; `x` stops it."""

    def __init__(self, title: str, output: Output) -> None:
        super().__init__(title, "j k scroll · G to the end · x stops it · q leaves it running")
        self._output = output
        self._seen = -1
        self._follow = True

    def body(self) -> Sequence[Widget]:
        """The command, its output, and what came of it."""
        return (Lines(id="command", focusable=False, margin=False), Lines(id="text", margin=False))

    def on_mount(self) -> None:
        """Begin to look."""
        super().on_mount()
        self.query_one("#command", Lines).show([line(Span(self._output.shown, "key"))])
        self._text = self.query_one("#text", Lines)
        self._text.focus()
        self._look()
        self.set_interval(_LOOK, self._look)

    def on_resize(self) -> None:
        """As high as there is room."""
        self._seen = -1
        self._look()

    def _look(self) -> None:
        output = self._output
        if output.version == self._seen:
            return
        self._seen = output.version
        rows = [line(Span(each)) for each in output.lines]
        if output.ended:
            rows.append(line(Span(output.ended, "ok" if output.passed else "bad")))
            self.query_one("#keys", Lines).show([line(Span("j k scroll · q leaves", "dim"))])
        room = max(1, self.size.height * 9 // 10 - _AROUND)
        self._text.styles.height = min(max(len(rows), 1), room)
        self._text.show(rows or [Line((Span("…", "dim"),))])
        if self._follow:
            self.call_after_refresh(self._text.scroll_rows, len(rows))

    def on_key(self, event: Key) -> None:
        """Scroll, stop or leave."""
        page = max(1, self._text.size.height - 1)
        moves = {"j": 1, "down": 1, "k": -1, "up": -1, "pagedown": page, "ctrl+d": page, "pageup": -page}
        moves |= {"ctrl+u": -page, "g": -len(self._text.lines), "home": -len(self._text.lines)}
        if event.key in moves:
            self._follow = False
            self._text.scroll_rows(moves[event.key])
        elif event.key in ("G", "end"):
            self._follow = True
            self._text.scroll_rows(len(self._text.lines))
        elif event.key == "x" and not self._output.ended:
            self._output.stop.set()
        elif event.key in _LEAVE:
            self.dismiss(None)
        event.stop()
        event.prevent_default()
