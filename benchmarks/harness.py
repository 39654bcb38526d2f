"""Figures, bars and the table.

A bar is a promise about a ratio: a figure of ours against a reference measured in the same run, on the same
machine, in turns. Absolute times are shown as information only; they move from machine to machine.
"""

import math
import platform
import sqlite3
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

Verdict = Literal["met", "not met", "not measured"]


class Unavailable(Exception):
    """A reference cannot be had here. The text is a sentence for the reader of the table."""


class Sample(msgspec.Struct, frozen=True):
    """What one contender needed, run after run."""

    name: str
    seconds: tuple[float, ...]
    """One duration per run, in the order of the runs."""

    @property
    def median(self) -> float:
        """The middle duration, in seconds."""
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        """The duration that 99 % of the runs do not exceed, in seconds (nearest rank: one that occurred)."""
        return sorted(self.seconds)[math.ceil(0.99 * len(self.seconds)) - 1]


class Bar(msgspec.Struct, frozen=True):
    """One promise and what was measured."""

    name: str
    limit: float
    """The figure must not exceed this."""

    figure: float | None
    """None: it could not be measured, and `detail` says why."""

    detail: str
    """The absolute figures behind it, or the reason why there are none."""

    unit: str = "x"
    """"x" for a ratio, else the unit of figure and limit."""

    @property
    def verdict(self) -> Verdict:
        """What the table says."""
        if self.figure is None:
            return "not measured"
        return "met" if self.figure <= self.limit else "not met"


class Bench(msgspec.Struct, frozen=True):
    """What a group of bars gets: where to put files, and how thorough to be."""

    folder: Path
    """A new, empty folder on the disk of the checkout, so that a commit costs what a disk costs."""

    references: Path
    """Where reference programs are installed; kept from run to run."""

    quick: bool
    """Few runs: whether everything works, not what it costs."""

    def runs(self, full: int) -> int:
        """How often to repeat what a thorough run repeats `full` times."""
        return max(2, full // 10) if self.quick else full


def ratio(name: str, limit: float, ours: Sample, reference: Sample, *, at: Literal["median", "p99"]) -> Bar:
    """A bar on one statistic of ours divided by the same statistic of the reference."""
    mine, theirs = (ours.median, reference.median) if at == "median" else (ours.p99, reference.p99)
    detail = f"{at} {_ms(mine)} against {_ms(theirs)} ({reference.name})"
    return Bar(name=name, limit=limit, figure=mine / theirs, detail=detail)


def take_turns(contenders: Mapping[str, Callable[[], float]], runs: int) -> dict[str, Sample]:
    """Run the contenders in turns, so that a slow minute of the machine hits all of them alike.

    Each round begins with another contender; one round before the first is not counted (cold caches).
    """
    names = list(contenders)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for round_ in range(-1, runs):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            duration = contenders[name]()
            if round_ >= 0:
                seconds[name].append(duration)
    return {name: Sample(name=name, seconds=tuple(taken)) for name, taken in seconds.items()}


def table(bars: Sequence[Bar]) -> str:
    """The bars as lines of text: name, figure, limit, verdict, detail."""
    rows = [("bar", "figure", "limit", "verdict", "measured")]
    for bar in bars:
        figure = "-" if bar.figure is None else _figure(bar.figure, bar.unit)
        rows.append((bar.name, figure, f"<= {_figure(bar.limit, bar.unit)}", bar.verdict, bar.detail))
    a, b, c, d, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(f"{r[0]:<{a}}  {r[1]:>{b}}  {r[2]:>{c}}  {r[3]:<{d}}  {r[4]}".rstrip() for r in rows)


def report(bars: Sequence[Bar], *, quick: bool) -> bytes:
    """The run as a JSON document: when, where, and each bar with its verdict."""
    document = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": platform.platform(),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "textual": version("textual"),
        "bars": [{**msgspec.structs.asdict(bar), "verdict": bar.verdict} for bar in bars],
    }
    return msgspec.json.format(msgspec.json.encode(document))


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f} x" if unit == "x" else f"{value:,.0f} {unit}"


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 100 else f"{milliseconds:.2f} ms"
