"""What every dialog shares: a box in the middle, a title, a line of keys."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from warroom.domain.text import one_line
from warroom.tui.present.cells import Span, line
from warroom.tui.widgets.lines import Lines

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A box with a title, a body, and a last line that says which keys work."""

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self._title = one_line(title, 70)
        self._keys = keys
        self.when_ready: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self._title)
            yield from self.body()
            yield Lines(id="keys", focusable=False, margin=False)

    def body(self) -> Sequence[Widget]:
        """What is in the box."""
        return ()

    def on_mount(self) -> None:
        """Say which keys work."""
        self.query_one("#keys", Lines).show([line(Span(self._keys, "dim"))])
        if self.when_ready:
            self.call_after_refresh(self.when_ready)
