"""What a terminal shows: bytes of a program in, text and answers out.

`pyte.Screen` is the canvas (cells, cursor, margins). Its own parser is not used: it stops at sequences it
does not know and raises at some that are malformed, while a real terminal swallows both. `Screen.feed` reads
the grammar of ECMA-48 and hands over what the canvas can draw, so hostile bytes spoil the picture at worst.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from typing import Final

import pyte
from wcwidth import wcwidth

SYNCHRONIZED: Final = 2026
"""The private mode inside which a frame is being drawn: a real terminal shows it only when the mode ends."""

BRACKETED_PASTE: Final = 2004
"""The private mode in which pasted text arrives between two marks."""

_ALTERNATE: Final = frozenset({47, 1047, 1049})
_DRAWN: Final = frozenset({6, 7, 25})  # origin, wrap, cursor: the private modes the canvas itself knows
_LONGEST_STRING: Final = 65_536  # characters after which a command string that never ends is given up

_TOKEN: Final = re.compile(
    r"""
      (?:\x1b\[|\x9b) (?P<prefix>[<-?]?) (?P<numbers>[0-9:;]*) (?P<between>[ -/]*) (?P<final>[@-~])
    | (?:\x1b(?P<kind>[\]PX^_]) | (?P<kind8>[\x90\x98\x9d-\x9f]))
      (?P<string>[^\x07\x18\x1a\x1b\x9c]*) (?:[\x07\x18\x1a\x9c]|\x1b\\)?
    | \x1b (?P<escape>[ -/]*[0-~])
    | (?P<control>[\x00-\x1f\x7f-\x9f])
    | (?P<text>[^\x00-\x1f\x7f-\x9f]+)
    """,
    re.VERBOSE,
)
_UNFINISHED: Final = re.compile(
    r"""
    (?: (?:\x1b\[|\x9b) [0-?]* [ -/]*
      | (?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]) [^\x07\x18\x1a\x1b\x9c]* \x1b?
      | \x1b [ -/]*
    ) \Z
    """,
    re.VERBOSE,
)

_Draw = Callable[..., None]


def _next_line(canvas: pyte.Screen) -> None:
    canvas.carriage_return()
    canvas.index()


_CONTROLS: Final[dict[str, _Draw]] = {
    "\b": pyte.Screen.backspace,
    "\t": pyte.Screen.tab,
    "\n": pyte.Screen.linefeed,
    "\v": pyte.Screen.linefeed,
    "\f": pyte.Screen.linefeed,
    "\r": pyte.Screen.carriage_return,
}
_ESCAPES: Final[dict[str, _Draw]] = {
    "7": pyte.Screen.save_cursor,
    "8": pyte.Screen.restore_cursor,
    "D": pyte.Screen.index,
    "E": _next_line,
    "H": pyte.Screen.set_tab_stop,
    "M": pyte.Screen.reverse_index,
}
_SEQUENCES: Final[dict[str, tuple[_Draw, int]]] = {
    "@": (pyte.Screen.insert_characters, 1),
    "A": (pyte.Screen.cursor_up, 1),
    "B": (pyte.Screen.cursor_down, 1),
    "C": (pyte.Screen.cursor_forward, 1),
    "D": (pyte.Screen.cursor_back, 1),
    "E": (pyte.Screen.cursor_down1, 1),
    "F": (pyte.Screen.cursor_up1, 1),
    "G": (pyte.Screen.cursor_to_column, 1),
    "H": (pyte.Screen.cursor_position, 2),
    "L": (pyte.Screen.insert_lines, 1),
    "M": (pyte.Screen.delete_lines, 1),
    "P": (pyte.Screen.delete_characters, 1),
    "X": (pyte.Screen.erase_characters, 1),
    "`": (pyte.Screen.cursor_to_column, 1),
    "a": (pyte.Screen.cursor_forward, 1),
    "d": (pyte.Screen.cursor_to_line, 1),
    "e": (pyte.Screen.cursor_down, 1),
    "f": (pyte.Screen.cursor_position, 2),
    "g": (pyte.Screen.clear_tab_stop, 1),
    "m": (pyte.Screen.select_graphic_rendition, 32),
    "r": (pyte.Screen.set_margins, 2),
    "s": (pyte.Screen.save_cursor, 0),
    "u": (pyte.Screen.restore_cursor, 0),
}
"""Final character -> what the canvas does, and how many numbers it takes; further numbers are ignored."""


class Screen:
    """The picture that a program has drawn so far."""

    title: str
    """The window title, as the program wrote it."""

    modes: set[int]
    """The private modes that are on, for example 1049 (alternate screen) or 1000 (mouse). A program that
    ended well leaves behind what it found."""

    def __init__(self, columns: int, rows: int) -> None:
        self.title = ""
        self.modes = set()
        self._normal = pyte.Screen(columns, rows)
        self._alternate = pyte.Screen(columns, rows)
        self._canvas = self._normal
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._unfinished = ""
        self._answers = ""
        self._lines: dict[int, str] = {}

    @property
    def lines(self) -> list[str]:
        """The rows from top to bottom, each as wide as the screen (a wide character counts as two)."""
        for row in self._canvas.dirty:
            self._lines.pop(row, None)
        self._canvas.dirty.clear()
        return [self._lines.get(row) or self._read(row) for row in range(self._canvas.lines)]

    @property
    def in_frame(self) -> bool:
        """Whether the program is in the middle of drawing, so that a user still sees the picture before."""
        return SYNCHRONIZED in self.modes

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, both from 0."""
        return self._canvas.cursor.y, min(self._canvas.cursor.x, self._canvas.columns - 1)

    def cell(self, row: int, column: int) -> pyte.screens.Char:
        """One cell: its character (`data`) and how it is drawn (`fg`, `bg`, `bold`, `reverse`, …)."""
        return self._canvas.buffer[row][column]

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; what lies outside is gone."""
        for canvas in (self._normal, self._alternate):
            canvas.resize(rows, columns)
            canvas.ensure_hbounds()
            canvas.ensure_vbounds()

    def feed(self, data: bytes) -> bytes:
        """Draw what a program wrote; return what a real terminal would answer to the questions in it."""
        text = self._unfinished + self._decoder.decode(data)
        rest = _UNFINISHED.search(text)
        self._unfinished = rest[0] if rest and len(rest[0]) < _LONGEST_STRING else ""
        for token in _TOKEN.finditer(text, 0, rest.start() if rest else len(text)):
            self._take(token)
        answers, self._answers = self._answers, ""
        return answers.encode()

    def _take(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "text":
                self._canvas.draw(_drawable(token["text"]))
            case "final":
                self._sequence(token)
            case "control":
                self._control(token["control"])
            case "escape":
                self._escape(token["escape"])
            case _:
                self._string(token["kind"] or token["kind8"], token["string"])

    def _control(self, control: str) -> None:
        if control in _CONTROLS:
            _CONTROLS[control](self._canvas)
        elif control >= "\x80":  # an eight-bit control is an escape sequence of one character
            self._escape(chr(ord(control) - 0x40))

    def _escape(self, escape: str) -> None:
        if escape == "c":
            self.modes.clear()
            self._show(self._normal)
            self._canvas.reset()
        elif escape in _ESCAPES:
            _ESCAPES[escape](self._canvas)

    def _string(self, kind: str, string: str) -> None:
        command, _, value = string.partition(";")
        if kind in ("]", "\x9d") and command in ("0", "2"):
            self.title = value

    def _sequence(self, token: re.Match[str]) -> None:
        if ":" in token["numbers"]:  # sub-parameters, as of a curly underline, which the canvas cannot draw
            return
        numbers = [min(int(number[:5] or 0), 9999) for number in token["numbers"].split(";")]
        first = numbers[0]
        match token["prefix"] + token["between"] + token["final"]:
            case "?h" | "?l" as switch:
                for mode in numbers:
                    self._switch(mode, on=switch == "?h")
            case "?$p":
                state = (1 if first in self.modes else 2) if first == SYNCHRONIZED else 0
                self._answers += f"\x1b[?{first};{state}$y"
            case "c":
                self._answers += "\x1b[?62;22c"
            case "n" if first == 5:
                self._answers += "\x1b[0n"
            case "n" if first == 6:
                row, column = self.cursor
                self._answers += f"\x1b[{row + 1};{column + 1}R"
            case "J" if first <= 3:
                self._canvas.erase_in_display(first)
            case "K" if first <= 2:
                self._canvas.erase_in_line(first)
            case final if final in _SEQUENCES:
                draw, count = _SEQUENCES[final]
                draw(self._canvas, *numbers[:count])

    def _switch(self, mode: int, *, on: bool) -> None:
        (self.modes.add if on else self.modes.discard)(mode)
        if mode in _DRAWN:
            (self._canvas.set_mode if on else self._canvas.reset_mode)(mode, private=True)
        elif mode in _ALTERNATE:
            if on:
                self._alternate.reset()
            self._show(self._alternate if on else self._normal)

    def _show(self, canvas: pyte.Screen) -> None:
        self._canvas = canvas
        self._lines.clear()

    def _read(self, row: int) -> str:
        cells = self._canvas.buffer[row]
        self._lines[row] = "".join(cells[column].data for column in range(self._canvas.columns))
        return self._lines[row]


def _drawable(text: str) -> str:
    """The text without characters that have no width and do not combine: they stop the canvas."""
    if text.isascii():
        return text
    return "".join(char for char in text if wcwidth(char) > 0 or unicodedata.combining(char))
