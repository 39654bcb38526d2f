"""The processes that a spawned program started, and what they cost. Linux: the figures come from /proc."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

_PROC = Path("/proc")


def uncovered(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment without coverage's settings: coverage loads libraries and writes files of its own in a child,
    which a test of what the child loads, or of how much it may write, would take for the program's."""
    return {name: value for name, value in environment.items() if not name.startswith("COV")}


def bearing(mark: str) -> list[int]:
    """Ids of the living processes whose environment holds `mark` ("NAME=value").

    A mark in the environment is inherited, so it also finds a child that outlived its parent or left the
    session; a tree of parents would not. Zombies are not among them.
    """
    wanted = mark.encode()
    pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in pids if wanted in _environment(pid)]


def cpu_seconds(pids: list[int]) -> float:
    """Processor time that these processes have used so far, threads that ended included."""
    return sum(map(_cpu, pids))


def pss_bytes(pids: list[int]) -> int:
    """Proportional set size of these processes: a page that n processes share counts 1/n for each."""
    return sum(map(_pss, pids))


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:  # it has just ended, or belongs to somebody else
        return []


def _cpu(pid: int) -> float:
    try:
        # The clock of another process, numbered as clock_getcpuclockid(3) does. /proc/*/stat has ticks only.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _pss(pid: int) -> int:
    try:
        rollup = (_PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
