"""What can be measured of any terminal program, ours or a reference."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import msgspec

from tests.support.terminal import Terminal, listen_for


class Program(msgspec.Struct, frozen=True):
    """How to start a program, and how to know that its first frame is there."""

    argv: tuple[str, ...]
    ready: str
    """A regular expression that the screen matches once live data is on it."""

    env: Mapping[str, str] = {}
    rows: int = 36
    moves_on: bool = False
    """Whether the cursor goes on to the next step by itself once one is ticked."""

    def start(self) -> Terminal:
        """Start it on a terminal of its own; the caller closes it."""
        return Terminal(self.argv, env=self.env, rows=self.rows)


class Idle(msgspec.Struct, frozen=True):
    """What a program costs while nobody types."""

    cpu: float
    """Processor seconds per second."""

    bytes_per_second: float
    pss_bytes: int


def first_frame(program: Program) -> float:
    """Seconds from the command line to the first frame with data."""
    with program.start() as terminal:
        return terminal.wait_for(program.ready, timeout=60) - terminal.started


def answer(argv: Sequence[str], env: Mapping[str, str]) -> float:
    """Seconds until a command has printed its answer and ended. Raises CalledProcessError if it failed."""
    started = time.perf_counter()
    subprocess.run(argv, env={**os.environ, **env}, check=True, capture_output=True)
    return time.perf_counter() - started


class Ticked(msgspec.Struct, frozen=True):
    """Seconds from the key that ticks a step to the frames that show it, step after step."""

    own: list[float]
    """On the terminal where the key was pressed."""

    others: list[float]
    """On all the others."""


def tick_off(program: Program, terminals: int, steps: int) -> Ticked:
    """Open a console so often, side by side, and tick the steps 1.1, 1.2, … of its checklist in one."""
    ticked = Ticked([], [])
    with ExitStack() as stack:
        crew = [stack.enter_context(program.start()) for _ in range(terminals)]
        for terminal in crew:
            terminal.wait_for(program.ready, timeout=180)
        for step in range(1, steps + 1):
            listen_for(0.2)
            pressed_at = crew[0].press("space")
            if terminals > 2:
                listen_for(1.5)  # drawing many screens takes us long; it must not delay what is read meanwhile
            own, *others = (terminal.wait_for(rf"✓ +1\.{step} ") - pressed_at for terminal in crew)
            ticked.own.append(own)
            ticked.others.extend(others)
            if not program.moves_on:
                crew[0].press("down")
    return ticked


def idle(terminals: Sequence[Terminal], seconds: float) -> list[Idle]:
    """Let all of them sit side by side for so long; what each cost."""
    for terminal in terminals:
        terminal.settle(quiet=0.5)
    before = [(terminal.cpu_seconds(), len(terminal.raw)) for terminal in terminals]
    began = time.perf_counter()
    terminals[0].watch(seconds)
    took = time.perf_counter() - began
    return [
        Idle(
            cpu=(terminal.cpu_seconds() - cpu) / took,
            bytes_per_second=(len(terminal.raw) - written) / took,
            pss_bytes=terminal.pss_bytes(),
        )
        for terminal, (cpu, written) in zip(terminals, before, strict=True)
    ]
