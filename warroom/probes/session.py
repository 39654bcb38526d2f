"""What a diagnostic gets to work with, and how it says what it found."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from warroom.domain.ran import Ran

Sink = Callable[[bytes], None]

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


class Verdict(NamedTuple):
    """How it is: passed or not, and one sentence for the timeline."""

    passed: bool
    says: str


class Trouble(Exception):
    """What was probed cannot be reached or read. The text is the sentence for the timeline: the diagnostic failed."""


class CarryOut(Protocol):
    """Runs a program by its absolute path, and ends it with all that it started (`runner.supervised.carry_out`)."""

    def __call__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        timeout: float,
        heard: Sink,
        stop: threading.Event,
    ) -> Ran: ...


class Session:
    """One diagnostic while it runs. `deadline`: on `time.monotonic`."""

    def __init__(self, sink: Sink, deadline: float, stop: threading.Event, carry_out: CarryOut) -> None:
        self.write = sink
        self._deadline = deadline
        self._stop = stop
        self._carry_out = carry_out

    def say(self, text: str) -> None:
        """Report a line, or several."""
        self.write(f"{text}\n".encode("utf-8", "replace"))

    def left(self) -> float:
        """How many seconds there are still. TimeoutError where there are none."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def program(self, argv: Sequence[str], environment: Mapping[str, str], heard: Sink) -> Ran:
        """Run one program in the time that is left."""
        return self._carry_out(argv, environment, self.left(), heard, self._stop)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns that stand below each other, the last one as long as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    lines = ("  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows)
    return "\n".join(lines)


def ms(seconds: float) -> str:
    """A short time in whole milliseconds, below ten with one decimal: `84 ms`, `1.7 ms`."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 9.95 else f"{value:.0f} ms"


def size(count: float) -> str:
    """A number of bytes for people: `53 bytes`, `1.5 GiB`."""
    if count < 1024:
        return f"{count:.0f} bytes"
    power = min(4, int(math.log(count, 1024)))
    return f"{count / 1024**power:.1f} {_UNITS[power]}"
