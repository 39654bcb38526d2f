"""Asking a diagnostic, as a step does."""

import threading
from datetime import timedelta

import pytest

from warroom.domain.errors import Refused
from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation, Tool
from warroom.probes.probes import Probes
from warroom.probes.session import Sink
from warroom.runner.supervised import carry_out

PROBES = Probes(carry_out)


def step(tool: Tool, target: str = "", expect: str = "", seconds: float = 60) -> Automation:
    return Automation(tool, (target,) if target else (), expect, timedelta(seconds=seconds))


def unheard(piece: bytes) -> None:
    """Nobody listens."""


def ask(
    tool: Tool,
    target: str = "",
    expect: str = "",
    seconds: float = 60,
    heard: Sink = unheard,
    stop: threading.Event | None = None,
) -> Ran:
    """What a diagnostic finds. What it says it also says on one line, and it was heard while it ran."""
    pieces = bytearray()

    def listen(piece: bytes) -> None:
        pieces.extend(piece)
        heard(piece)

    ran = PROBES.run(step(tool, target, expect, seconds), listen, stop or threading.Event())
    assert ran.output == pieces
    assert ran.says.isprintable()
    return ran


def refusal(tool: Tool, target: str = "", expect: str = "") -> Refused:
    """How a step is refused; being asked to run it changes nothing."""
    with pytest.raises(Refused) as checked:
        PROBES.check(step(tool, target, expect))
    with pytest.raises(Refused) as asked:
        ask(tool, target, expect)
    assert str(asked.value) == str(checked.value)
    assert checked.value.hint
    return checked.value
