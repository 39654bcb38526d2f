"""From the key with which a trainer moves a replay to the frames of all who follow, against a tick in the stock app."""

import uuid
from contextlib import ExitStack

from benchmarks import ours, references, scenario
from benchmarks.harness import Bar, Bench, Sample, ratio
from benchmarks.measure import Program, tick_off
from tests.support.terminal import listen_for

_CONSOLES = 8
_FIRST = 10
_ROUNDS = 5
_JUMPS = 30


def bars(bench: Bench) -> list[Bar]:
    """Let one console lead the others, in turns with as many terminals that tick off a checklist."""
    trainees: list[float] = []
    trainer: list[float] = []
    stock: list[float] = []
    for _ in range(1 if bench.quick else _ROUNDS):
        own, others = _jump(_ours(bench), bench.runs(_JUMPS))
        trainer += own
        trainees += others
        stock += tick_off(_stock(bench), _CONSOLES, bench.runs(scenario.STEPS)).others
    followed = Sample("trainees", tuple(trainees))
    name = f"trainer's jump to frame on {_CONSOLES - 1} trainees"
    return [
        ratio(f"{name} / stock app", 1.0, followed, Sample("stock app", tuple(stock)), at="median"),
        ratio(f"{name} / trainer's own frame", 4.0, followed, Sample("trainer's own", tuple(trainer)), at="median"),
    ]


def _jump(program: Program, jumps: int) -> tuple[list[float], list[float]]:
    """Seconds from the trainer's key to the frame that shows the place: on the trainer's console, on all others."""
    own, others = [], []
    with ExitStack() as stack:
        crew = [stack.enter_context(program.start()) for _ in range(_CONSOLES)]
        for terminal in crew:
            terminal.wait_for(program.ready, timeout=180)
        crew[0].press("L")
        crew[0].wait_for("you lead", timeout=60)
        for terminal in crew[1:]:
            terminal.wait_for("following", timeout=60)
        for number in range(_FIRST, _FIRST + jumps):
            listen_for(0.2)
            pressed_at = crew[0].press(".")
            listen_for(1.5)  # drawing many screens takes us long; it must not delay what is read meanwhile
            mine, *theirs = (each.wait_for(f"note number {number} of many") - pressed_at for each in crew)
            own.append(mine)
            others.extend(theirs)
    return own, others


def _ours(bench: Bench) -> Program:
    house = ours.House(url=_new_file(bench), home=bench.folder)
    incident = scenario.with_events(house.url, 2 * (_FIRST + _JUMPS))
    return Program(ours.command("replay", incident, "--from", str(_FIRST)), "REPLAY", house.env)


def _stock(bench: Bench) -> Program:
    url = _new_file(bench)
    return references.stock(url, scenario.with_checklist(url), rows=60)


def _new_file(bench: Bench) -> str:
    return str(bench.folder / f"{uuid.uuid4().hex}.db")
