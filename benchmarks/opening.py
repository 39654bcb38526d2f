"""How much longer it takes to open a long incident than a short one."""

from functools import partial

from benchmarks import ours, scenario
from benchmarks.harness import Bar, Bench, ratio, take_turns
from benchmarks.measure import first_frame

_SHORT, _LONG = 100, 10_000


def bars(bench: Bench) -> list[Bar]:
    """Open both in turns; each is alone in its database."""
    contenders = {}
    for events in (_SHORT, _LONG):
        folder = bench.folder / str(events)
        folder.mkdir()
        house = ours.house(folder)
        console = house.console(scenario.with_events(house.url, events), f"note number {events - 1} ")
        contenders[f"{events:,} events"] = partial(first_frame, console)
    short, long = take_turns(contenders, bench.runs(20)).values()
    return [ratio("open 10,000 events / 100 events", 1.5, long, short, at="median")]
