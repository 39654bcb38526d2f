"""The last gate before the terminal: whatever is drawn has its control characters made visible.

Measured: escape codes in data reach the terminal through every Textual widget. One filter over every line of every
widget, toast and dialog stops them all.
"""

from collections.abc import Iterable

from rich.segment import Segment
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.drivers import linux_driver
from textual.filter import LineFilter
from textual.message import Message

from warroom.domain.text import PICTURES

_SYMBOLS = "─│╭╮╰╯┌┐└┘├┤═║╔╗╚╝━┃▁▂▃▄▅▆▇▔▏▕█▊▎·•—–−…“”‘’›»▸▶◀←→↑↓●○◆✓✗☐✎≤≥×"
_PLAIN = "-|++++++++++=#####-|_.:-=+*-||###.*---~\"\"''>>>><<>^v*o*+X.n<>x"
_ASCII: dict[int, str] = {ord(symbol): plain for symbol, plain in zip(_SYMBOLS, _PLAIN, strict=True)}
_ASCII |= dict.fromkeys((code for picture in PICTURES.values() for code in map(ord, picture)), "?")
_PASTE_BEGINS, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"


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


class Pastes(XTermParser):
    """Reads the keyboard; an escape character inside a paste is text, never the beginning of a key."""

    _pasting = False
    _rest = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Everything that the terminal sent."""
        text = self._pictured(data)
        # Nothing means the end of the keyboard to the framework; here it can also mean: wait for the rest of a mark.
        return super().feed(text) if text or not data else ()

    def _pictured(self, data: str) -> str:
        text, self._rest = self._rest + data, ""
        done: list[str] = []
        while text:
            mark = _PASTE_ENDS if self._pasting else _PASTE_BEGINS
            before, found, text = text.partition(mark)
            if not found and self._pasting:
                # The end mark may be torn in two by the size of a read.
                keep = next((n for n in range(len(mark) - 1, 0, -1) if before.endswith(mark[:n])), 0)
                self._rest = before[len(before) - keep :] if data else ""
                before = before[: len(before) - keep] if data else before
            done.append(before.replace("\x1b", PICTURES[0x1B]) if self._pasting else before)
            if found:
                done.append(mark)
                self._pasting = not self._pasting
        return "".join(done)


def guard_pastes() -> None:
    """Let the framework read the keyboard through `Pastes`. Measured: otherwise a pasted escape acts as a key."""
    linux_driver.XTermParser = Pastes  # type: ignore[attr-defined]


def filters(ascii: bool) -> list[LineFilter]:
    """The filters that the console adds to Textual's own."""
    return [Visible(ascii)]
