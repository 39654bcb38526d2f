"""The one way out: stdout carries data, stderr what is said about it. Nothing else here prints.

What people and machines wrote is data: control characters, escape codes and text direction overrides are made visible
before they reach a terminal. The command line draws no colours of its own, so there are none to switch off.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from warroom.domain.text import visible, visible_lines, width

_SIGNS = str.maketrans(
    dict(zip("–—·“”‘’✓✗☐\ufffd", "---\"\"''xX.?", strict=True))
    | {"…": "...", "→": "->", "\u2421": "^?"}
    | {chr(0x2400 + code): f"^{chr(code ^ 0x40)}" for code in range(0x20)}
)
_GAP = "  "
_NARROWEST = 8
_PROGRESS = 60


class Out:
    """Where a verb prints. `json`: data goes out as JSON; `ascii`: nothing beyond ASCII does."""

    def __init__(
        self, json: bool = False, ascii: bool = False, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.json = json
        self.ascii = ascii
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr
        for stream in (self._stdout, self._stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")

    def line(self, text: str = "") -> None:
        """One line of data."""
        self._write(self._shown(text))

    def text(self, text: str) -> None:
        """Data of several lines."""
        for line in visible_lines(text).split("\n"):
            self.line(line)

    def exact(self, text: str) -> None:
        """A text as it is, in UTF-8, for another program to read; on a terminal it is made visible."""
        if self._stdout.isatty() or not hasattr(self._stdout, "buffer"):
            for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
                self.line(line.expandtabs(4))
            return
        with self._writing():
            self._stdout.flush()
            self._stdout.buffer.write(text.encode())

    def data(self, value: Any) -> None:
        """A value as JSON: one line, or indented where a person looks on. All of it is ASCII."""
        import json

        self._write(json.dumps(value, indent=2 if self._stdout.isatty() else None))

    def record(self, value: Any) -> None:
        """One of many values as JSON, on a line of its own."""
        import json

        self._write(json.dumps(value))

    def say(self, text: str) -> None:
        """What is said about the data, for people."""
        for line in visible_lines(text).split("\n"):
            self._stderr.write(self._shown(line) + "\n")
        self._stderr.flush()

    def progress(self, text: str) -> None:
        """How far something has come, on one line of a terminal, in the place of the last such line; "" clears it."""
        if self._stderr.isatty():
            self._stderr.write(f"\r{self._shown(text):<{_PROGRESS}}" if text else f"\r{'':<{_PROGRESS}}\r")
            self._stderr.flush()

    def ask(self, question: str) -> bool:
        """A question on the terminal; anything but a yes is a no."""
        return self.read(f"{question} [y/N] ").lower() in ("y", "yes")

    def read(self, question: str) -> str:
        """What somebody answers on the terminal, without the space around it; "" at the end of the input."""
        self._stderr.write(self._shown(question))
        self._stderr.flush()
        return sys.stdin.readline().strip()

    def table(self, rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> None:
        """Columns, aligned by the cells that characters take; cut to the width of a terminal, never of a pipe."""
        shown = [[self._shown(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
        widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
        limit = self._columns()
        while limit and sum(widths) + len(_GAP) * (len(widths) - 1) > limit and max(widths) > _NARROWEST:
            widths[widths.index(max(widths))] -= 1
        for row in shown:
            cells = (_fit(cell, size, self.ascii) for cell, size in zip(row, widths, strict=True))
            self._write(_GAP.join(cells).rstrip())

    def flush(self) -> None:
        """Hand everything on. BrokenPipeError where nobody reads any more, Unavailable where the disk is full."""
        with self._writing():
            self._stdout.flush()

    def discard(self) -> None:
        """Drop what stdout still holds: Python's own last flush must find somewhere to write to."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stdout.fileno())

    def unread(self) -> bool:
        """Whether whoever read stdout has gone."""
        import select

        poll = select.poll()
        try:
            poll.register(self._stdout.fileno(), 0)
        except (OSError, ValueError):
            return False
        return any(event & (select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))

    def _write(self, line: str) -> None:
        with self._writing():
            self._stdout.write(line + "\n")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            from warroom.domain.errors import Unavailable

            self.discard()
            raise Unavailable(f"The output cannot be written: {error.strerror}.") from None

    def _shown(self, text: str) -> str:
        shown = visible(text)
        return to_ascii(shown) if self.ascii and not shown.isascii() else shown

    def _columns(self) -> int:
        """The width of the terminal, 0 where stdout is none."""
        try:
            return os.get_terminal_size(self._stdout.fileno()).columns if self._stdout.isatty() else 0
        except (OSError, ValueError):
            return 0


def to_ascii(text: str) -> str:
    """A text in ASCII: signs as their likes, letters without their marks, anything else as `?`."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.translate(_SIGNS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).encode("ascii", "replace").decode()


def _fit(text: str, size: int, ascii: bool) -> str:
    """A text in exactly so many cells: padded, or cut with a sign that it was."""
    taken = width(text)
    if taken <= size:
        return text + " " * (size - taken)
    sign = "..." if ascii else "…"
    kept = ""
    for letter in text:
        if width(kept + letter) > size - len(sign):
            break
        kept += letter
    return kept + sign + " " * (size - width(kept) - len(sign))
