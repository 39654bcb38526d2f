"""What every dialog shares: a box in the middle, a title, a line of keys."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from warroom.domain.text import one_line
from warroom.tui.present.cells import Span, line
from warroom.tui.present.drill import WORD
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A box with a title, a body, and a last line that says which keys work."""

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self._title = one_line(title, 70)
        self._keys = keys
        self._answered = False

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog") as box:
            drill = self.app.has_class("drill") and not self._title.startswith(WORD)
            box.border_title = Content(f"{WORD} · {self._title}" if drill else self._title)
            yield from self.body()
            yield Lines(id="keys", focusable=False, margin=False)

    def body(self) -> Sequence[Widget]:
        """What is in the box."""
        return ()

    def on_mount(self) -> None:
        """Say which keys work."""
        self.query_one("#keys", Lines).show([line(Span(self._keys, "dim"))])

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Answer, once: a second closing key that came at the same moment is nobody's."""
        if self._answered:
            nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
            return nothing
        self._answered = True
        return super().dismiss(result)

    def leave(self) -> None:
        """Go away without an answer."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """What Esc does."""
        self.leave()

    def on_descendant_focus(self) -> None:
        """The field has the focus: what was typed before it stood is for it."""
        self.call_after_refresh(ahead(self.app).release)
