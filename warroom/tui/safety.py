"""The last gate before the terminal: whatever is drawn has its control characters made visible.

Measured: escape codes in data reach the terminal through every Textual widget. One filter over every line of every
widget, toast and dialog stops them all.
"""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from warroom.domain.text import PICTURES

_SYMBOLS = "─│╭╮╰╯┌┐└┘├┤━┃▁▔▏▕█▊▎·•—–−…“”‘’›▸▶◀←→↑↓●○✓✗☐✎≤≥×"
_PLAIN = "-|++++++++++-|_-||###.*---~\"\"''>>><<>^v*o+X.n<>x"
_ASCII: dict[int, str] = {ord(symbol): plain for symbol, plain in zip(_SYMBOLS, _PLAIN, strict=True)}
_ASCII |= dict.fromkeys((code for picture in PICTURES.values() for code in map(ord, picture)), "?")


class Visible(LineFilter):
    """Shows control characters and bidi overrides as pictures, and with `ascii` draws lines and symbols in ASCII."""

    def __init__(self, ascii: bool) -> None:
        super().__init__()
        self._table = dict.fromkeys(PICTURES, "?") | _ASCII if ascii else PICTURES

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with their text made safe. Textual's own control segments carry no data."""
        table = self._table
        return [
            each if each.control or (each.text.isascii() and each.text.isprintable()) else _safe(each, table)
            for each in segments
        ]


def _safe(each: Segment, table: dict[int, str]) -> Segment:
    text, style, control = each
    safe = text.translate(table)
    return each if safe == text else Segment(safe, style, control)


def filters(ascii: bool) -> list[LineFilter]:
    """The filters that the console adds to Textual's own."""
    return [Visible(ascii)]
