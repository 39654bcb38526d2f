"""Asking before what cannot be undone. The default is no, and the key for yes is never the one that led here."""

from collections.abc import Sequence

from textual.events import Key
from textual.widget import Widget

from warroom.domain.text import one_line
from warroom.tui.modals.frame import Dialog
from warroom.tui.present.cells import Span, line
from warroom.tui.typeahead import ahead
from warroom.tui.widgets.lines import Lines


class Confirm(Dialog[bool]):
    """`y` says yes; every other key says no."""

    def __init__(self, question: str, warning: str = "") -> None:
        super().__init__(question, "y yes · any other key: no")
        self._warning = one_line(warning)

    def body(self) -> Sequence[Widget]:
        """What it means."""
        return (Lines(id="warning", focusable=False, margin=False),)

    def on_mount(self) -> None:
        """Say what it means."""
        super().on_mount()
        self.query_one("#warning", Lines).show([line(Span(self._warning, "warn"))])
        self.call_after_refresh(ahead(self.app).release)

    def on_key(self, event: Key) -> None:
        """Yes or no."""
        event.stop()
        event.prevent_default()
        self.dismiss(event.key in ("y", "Y"))
