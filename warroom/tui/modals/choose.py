"""Choosing one of several: type to narrow, arrows to move, enter to take."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from warroom.tui.actions.base import Option
from warroom.tui.modals.frame import Dialog
from warroom.tui.modals.reader import wrapped
from warroom.tui.present.cells import BLANK, Line, Span, line
from warroom.tui.widgets.lines import Lines

_SHORT = 40


class _Field(Input):
    """Where one types, and moves the mark: these keys are the field's own, so that none overtakes a letter."""

    BINDINGS = [  # noqa: RUF012
        Binding("up,ctrl+p,ctrl+k", "screen.move(-1)", "Up"),
        Binding("down,ctrl+n,ctrl+j", "screen.move(1)", "Down"),
    ]


class Choose(Dialog[str | None]):
    """A list that narrows while one types. With a hint, what is typed may also be something that is not in the list."""

    BINDINGS = [Binding("escape,f10", "leave", "Leave")]  # noqa: RUF012

    def __init__(self, title: str, options: Sequence[Option], hint: str = "") -> None:
        super().__init__(title, f"↑↓ enter takes · type to narrow{', ' + hint if hint else ''} · esc leaves")
        self._options = options
        self._free = hint.startswith("or ")

    def body(self) -> Sequence[Widget]:
        """The field and the list."""
        field = _Field(placeholder="type to narrow")
        return (field, Lines(id="options", focusable=False), Lines(id="remark", focusable=False, margin=False))

    def on_mount(self) -> None:
        """Show all."""
        super().on_mount()
        self._list = self.query_one("#options", Lines)
        self._list.styles.height = min(max(len(self._options), 1), 16)
        self._remark = self.query_one("#remark", Lines)
        self._remark.display = any(len(each.remark) > _SHORT for each in self._options)
        self._narrow("")
        self.query_one(Input).focus()
        self.call_after_refresh(self._mark)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what contains the letters."""
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the marked one, or what was typed."""
        if self._list.key:
            self.dismiss(self._list.key)
        elif self._free and event.value.strip():
            self.dismiss(event.value.strip())

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """A second click takes it."""
        self.dismiss(message.key)

    def action_move(self, by: int) -> None:
        """Move the mark."""
        self._list.move(by)
        self._mark()

    def leave(self) -> None:
        """Changed their mind."""
        self.dismiss(None)

    def on_lines_moved(self) -> None:
        """A click moved the mark."""
        self._mark()

    def _narrow(self, typed: str) -> None:
        letters = typed.strip().lower()
        self._found = [each for each in self._options if letters in f"{each.label} {each.remark}".lower()]
        keys = [each.value for each in self._found]
        # A name that is typed in full is meant, whoever else's remark it stands in.
        exact = next((each.value for each in self._found if each.label.strip().lower() == letters), "")
        if exact or self._list.key not in keys:
            self._list.key = exact or (keys[0] if keys else "")
        self._mark()

    def _mark(self) -> None:
        width = max((len(each.label) for each in self._options), default=0)
        lines: list[Line] = []
        for each in self._found:
            chosen = each.value == self._list.key
            mark = Span("› " if chosen else "  ", "accent")
            label = Span(f"{each.label:<{width}}  ", "strong" if chosen else "")
            lines.append(line(mark, label, Span(each.remark, "dim"), key=each.value))
        self._list.show(lines or [line(Span("  nothing of that name", "dim"))])
        marked = next((each.remark for each in self._found if each.value == self._list.key), "")
        self._remark.show([BLANK, *wrapped(line(Span(marked)), self._remark.size.width or 60)][:6])
