"""What two open consoles cost while the clock ticks and nobody types."""

from benchmarks import ours, references
from benchmarks.harness import Bar, Bench, Unavailable
from benchmarks.measure import Idle, Program, idle

_TITLE = "Card payments fail"


def bars(bench: Bench) -> list[Bar]:
    """Let two consoles idle, then each reference alone."""
    seconds = 3.0 if bench.quick else 30.0
    house = ours.house(bench.folder)
    console = house.console(house.declare(_TITLE), _TITLE)
    first, second = _idle([console, console], seconds)
    mine = Idle(  # one of them may also do the engine's work: the bar is for the heavier
        cpu=max(first.cpu, second.cpu),
        bytes_per_second=max(first.bytes_per_second, second.bytes_per_second),
        pss_bytes=max(first.pss_bytes, second.pss_bytes),
    )
    [minimal] = _idle([references.MINIMAL], seconds)
    return [
        Bar(
            name="idle, processor / minimal",
            limit=4.0,
            figure=mine.cpu / minimal.cpu,
            detail=f"{mine.cpu:.2%} against {minimal.cpu:.2%} (minimal Textual app)",
        ),
        Bar(
            name="idle, bytes to the terminal",
            limit=500,
            figure=mine.bytes_per_second,
            detail="the heavier of two consoles, the clock ticking",
            unit="B/s",
        ),
        _memory(bench, mine, seconds),
    ]


def _memory(bench: Bench, mine: Idle, seconds: float) -> Bar:
    name, limit = "memory (PSS) / posting", 0.95
    try:
        [posting] = _idle([references.posting(bench.references)], seconds)
    except Unavailable as reason:
        return Bar(name=name, limit=limit, figure=None, detail=str(reason))
    detail = f"{mine.pss_bytes / 1e6:.1f} MB against {posting.pss_bytes / 1e6:.1f} MB"
    return Bar(name=name, limit=limit, figure=mine.pss_bytes / posting.pss_bytes, detail=detail)


def _idle(programs: list[Program], seconds: float) -> list[Idle]:
    terminals = [program.start() for program in programs]
    try:
        for terminal, program in zip(terminals, programs, strict=True):
            terminal.wait_for(program.ready, timeout=60)
        return idle(terminals, seconds)
    finally:
        for terminal in terminals:
            terminal.close()
