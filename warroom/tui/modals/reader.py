"""Lines to read, in full: long ones are wrapped."""

import re
from collections.abc import Sequence
from textwrap import wrap

from textual.events import Key
from textual.widget import Widget

from warroom.tui.modals.frame import Dialog
from warroom.tui.present.cells import Line, Span, width_of
from warroom.tui.widgets.lines import Lines

_LEAVE = ("q", "escape", "enter", "space", "backspace", "question_mark", "f1", "f10", "minus")
_FAR = 10**6
_AROUND = 3
_WORDS = re.compile(r"\s*\S+\s*|\s+")
"Rows of a dialog around the text: its border, and the line of keys."


class Reader(Dialog[str | None]):
    """A box to scroll in. It answers with the key among `keys` that closed it, None where it was just left."""

    def __init__(self, title: str, lines: Sequence[Line], keys: Sequence[str] = ()) -> None:
        super().__init__(title, "j k or arrows scroll · q leaves")
        self._lines = lines
        self._acts = keys

    def body(self) -> Sequence[Widget]:
        """The text."""
        return (Lines(id="text", margin=False),)

    def on_mount(self) -> None:
        """Show it, as wide as there is room."""
        super().on_mount()
        self._text = self.query_one("#text", Lines)
        self._text.focus()
        self.call_after_refresh(self.on_resize)

    def on_resize(self) -> None:
        """Wrap anew."""
        width = self._text.size.width or 76
        rows = [row for each in self._lines for row in wrapped(each, width)]
        self._text.styles.height = min(len(rows), max(1, self.size.height * 9 // 10 - _AROUND))
        self._text.show(rows)

    def on_key(self, event: Key) -> None:
        """Scroll or leave."""
        page = max(1, self._text.size.height - 1)
        moves = {"j": 1, "down": 1, "k": -1, "up": -1, "g": -_FAR, "home": -_FAR, "G": _FAR, "end": _FAR}
        moves |= {"pagedown": page, "ctrl+d": page, "pageup": -page, "ctrl+u": -page}
        if event.key in moves:
            self._text.scroll_rows(moves[event.key])
        elif event.key in self._acts or event.character in self._acts:
            self.dismiss(event.character or event.key)
        elif event.key in _LEAVE:
            self.dismiss(None)
        event.stop()
        event.prevent_default()


def wrapped(each: Line, width: int) -> list[Line]:
    """A line as several that fit: its last span is broken, under its own beginning; its right part comes below."""
    if not each.left or width_of((*each.left, *each.right)) + bool(each.right) <= width:
        return [each]
    if any(span.role == "term" for span in each.left):
        return _flowing(each.left, width)
    *before, last = each.left
    indent = width_of(before)
    indent = indent if indent < width // 2 else 2
    lead = len(last.text) - len(last.text.lstrip())
    pieces = wrap(last.text, max(8, width - indent), subsequent_indent=" " * lead, replace_whitespace=False) or [""]
    lines = [Line((*before, Span(pieces[0], last.role)))]
    lines += [Line((Span(" " * indent), Span(piece, last.role))) for piece in pieces[1:]]
    if each.right:
        lines.append(Line((Span(" " * max(0, width - width_of(each.right))), *each.right)))
    return lines


def _flowing(spans: Sequence[Span], width: int) -> list[Line]:
    """Running text of several roles, broken between words."""
    lines: list[Line] = []
    row: list[Span] = []
    for text, role in spans:
        for word in _WORDS.findall(text):
            if row and width_of((*row, Span(word.rstrip()))) > width:
                lines.append(_trimmed(row))
                row, word = [], word.lstrip()
            row.append(Span(word, role))
    return [*lines, _trimmed(row)]


def _trimmed(row: Sequence[Span]) -> Line:
    """A row without the blanks at its end."""
    *before, last = row
    return Line((*before, Span(last.text.rstrip(), last.role)))
