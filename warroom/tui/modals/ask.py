"""Asking for a text: one line, or several. A paste of several lines is never cut, and Enter never sends a long text."""

from collections.abc import Awaitable, Callable, Sequence
from textwrap import wrap

from textual.binding import Binding
from textual.events import Paste
from textual.widget import Widget
from textual.widgets import Input, TextArea

from warroom.domain.text import one_line, visible
from warroom.tui.actions.base import Wrong, nothing_wrong
from warroom.tui.modals.frame import Dialog
from warroom.tui.present.cells import Span, line
from warroom.tui.widgets.lines import Lines

_drafts: dict[tuple[str, str], str] = {}
_sent: dict[str, tuple[str, str]] = {}


class Text:
    """An answer. From `Short`, `several`: go on with several lines. From `Long`, `several`: it is to be sent."""

    def __init__(self, text: str, several: bool) -> None:
        self.text = text
        self.several = several


async def ask(
    show: Callable[[Dialog[Text | None]], Awaitable[Text | None]],
    title: str,
    hint: str,
    initial: str,
    long: bool,
    place: str = "",
    wrong: Wrong = nothing_wrong,
) -> str | None:
    """Ask; None where the person changed their mind. A long text that was left is kept as a draft for its title.

    `place`: where drafts belong, such as an incident. `wrong`: why a single line will not do, "" = it will: the dialog
    stays, with what was typed.
    """
    draft = (place, title)
    text = _drafts.pop(draft, "") or initial
    if not long and "\n" not in text:
        answer = await show(Short(title, hint, text, wrong))
        if answer is None or not answer.several:
            return None if answer is None else answer.text
        text = answer.text
    written = await show(Long(title, hint, text))
    if written is None:
        return None
    if written.several:
        _sent[written.text] = draft
        return written.text
    if written.text != initial:
        _drafts[draft] = written.text
    return None


def settle(text: str, refused: bool) -> None:
    """A long text was sent, and this came of it: one that was refused is a draft again."""
    draft = _sent.pop(text, None)
    if draft and refused:
        _drafts[draft] = text


class _Pasted(Input):
    """A one-line field that hands a paste of several lines on, where a plain one would keep only the first."""

    def _on_paste(self, event: Paste) -> None:
        # The framework would call the plain field's own handler after this one.
        event.stop()
        event.prevent_default()
        lines = event.text.strip("\r\n").splitlines()
        # A field of one line cannot show what moves the cursor.
        self.replace("\n".join(visible(each.expandtabs(4)) for each in lines), *sorted(self.selection))
        if len(lines) > 1:
            self.screen.dismiss(Text(self.value, several=True))


class Short(Dialog[Text | None]):
    """One line."""

    BINDINGS = [Binding("escape,f10", "leave", "Leave")]  # noqa: RUF012

    def __init__(self, title: str, hint: str, initial: str, wrong: Wrong = nothing_wrong) -> None:
        super().__init__(title, "enter saves · esc leaves")
        self._hint = one_line(hint)
        self._initial = initial
        self._wrong = wrong

    def body(self) -> Sequence[Widget]:
        """The field under its hint; beneath it there is room for why what was typed will not do."""
        field = _Pasted(self._initial, select_on_focus=False)
        wrong = Lines(id="wrong", focusable=False, margin=False)
        return (Lines(id="hint", focusable=False, margin=False), field, wrong) if self._hint else (field, wrong)

    def on_mount(self) -> None:
        """Start typing."""
        super().on_mount()
        if self._hint:
            self.query_one("#hint", Lines).show([line(Span(self._hint, "dim"))])
        self.query_one("#wrong", Lines).display = False
        self.query_one(_Pasted).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done, unless it will not do: then it stays, to be put right."""
        if why := self._wrong(event.value):
            self._say(why)
        else:
            self.dismiss(Text(event.value, several=False))

    def _say(self, why: str) -> None:
        below = self.query_one("#wrong", Lines)
        rows = wrap(one_line(why), max(8, self.query_one(_Pasted).size.width))
        below.display = True
        below.styles.height = len(rows)
        below.show([line(Span(row, "warn")) for row in rows])

    def leave(self) -> None:
        """Changed their mind."""
        self.dismiss(None)


class Long(Dialog[Text | None]):
    """Several lines."""

    # None has priority: such a key would overtake the letters typed before it.
    BINDINGS = [  # noqa: RUF012
        Binding("ctrl+s,f2", "save", "Save"),
        Binding("escape,f10", "leave", "Leave"),
    ]

    def __init__(self, title: str, hint: str, initial: str) -> None:
        super().__init__(title, "^s or F2 saves · esc keeps it as a draft")
        self._hint = one_line(hint)
        self._initial = initial

    def body(self) -> Sequence[Widget]:
        """The area under its hint."""
        area = TextArea(self._initial, tab_behavior="focus", highlight_cursor_line=False, show_line_numbers=False)
        return (Lines(id="hint", focusable=False, margin=False), area) if self._hint else (area,)

    def on_mount(self) -> None:
        """Start typing, at the end."""
        super().on_mount()
        if self._hint:
            self.query_one("#hint", Lines).show([line(Span(self._hint, "dim"))])
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def action_save(self) -> None:
        """Send it."""
        text = self.query_one(TextArea).text
        self.dismiss(Text(text, several=True) if text.strip() else None)

    def leave(self) -> None:
        """Not now."""
        text = self.query_one(TextArea).text
        self.dismiss(Text(text, several=False) if text.strip() else None)
