"""From the command line to the first frame with live data, and to the answer of a command."""

from collections.abc import Callable

from benchmarks import ours, references
from benchmarks.harness import Bar, Bench, Unavailable, ratio, take_turns
from benchmarks.measure import Program, answer, first_frame

_TITLE = "Card payments fail"


def bars(bench: Bench) -> list[Bar]:
    """Start ours, a minimal Textual program and posting in turns."""
    house = ours.house(bench.folder)
    incident = house.declare(_TITLE)
    contenders: dict[str, Callable[[], float]] = {
        "console": _starts(house.console(incident, _TITLE)),
        "show": lambda: answer(ours.command("show", incident, "--json"), house.env),
        "help": lambda: answer(ours.command("--help"), house.env),
        "minimal Textual app": _starts(references.MINIMAL),
    }
    try:
        contenders["posting"] = _starts(references.posting(bench.references))
        missing = ""
    except Unavailable as reason:
        missing = str(reason)
    took = take_turns(contenders, bench.runs(20))
    result = [ratio("first frame / minimal", 2.0, took["console"], took["minimal Textual app"], at="median")]
    for name, limit, contender in (
        ("first frame / posting", 0.6, "console"),
        ("show --json / posting", 0.35, "show"),
        ("--help / posting", 0.25, "help"),
    ):
        if missing:
            result.append(Bar(name=name, limit=limit, figure=None, detail=missing))
        else:
            result.append(ratio(name, limit, took[contender], took["posting"], at="median"))
    return result


def _starts(program: Program) -> Callable[[], float]:
    return lambda: first_frame(program)
