"""From a key to the frame that shows what it did: on the own terminal, on another one, on thirty."""

import uuid
from collections.abc import Callable, Mapping

from benchmarks import ours, references, scenario
from benchmarks.harness import Bar, Bench, Sample, ratio
from benchmarks.measure import Program, Ticked, tick_off
from tests.support import postgres

_ROWS = 60  # high enough for thirty steps, so that none has to be scrolled to
_READY = r"1\.1 "
_ROUNDS = 5
_CROWD = 30
_OURS, _POSTGRES, _STOCK, _LONG = "ours", "ours on Postgres", "stock app", "ours, 500 steps"

_Contender = Callable[[], Program]
"""Makes a new incident and says how to open it."""


def bars(bench: Bench) -> list[Bar]:
    """Tick off a checklist of thirty steps, with ours and with the stock app in turns."""
    on_sqlite: dict[str, _Contender] = {
        _OURS: lambda: _ours(bench, _new_file(bench)),
        _STOCK: lambda: _stock(_new_file(bench)),
    }
    long: _Contender = lambda: _ours(bench, _new_file(bench), scenario.MANY)  # noqa: E731 - one of several alike
    alone = _own(_turns(bench, 1, {**on_sqlite, _LONG: long}))
    pair, missing = _pair(bench, on_sqlite)
    crowd = _others(_turns(bench, _CROWD, on_sqlite))
    others = f"key on A to frame on {_CROWD - 1} others / stock app"
    return [
        ratio("key to own frame / stock app", 0.5, alone[_OURS], alone[_STOCK], at="p99"),
        ratio(
            f"key to own frame, {scenario.MANY} steps / stock app, {scenario.STEPS} steps",
            0.5,
            alone[_LONG],
            alone[_STOCK],
            at="p99",
        ),
        ratio("key on A to frame on B / stock app", 1.0, pair[_OURS], pair[_STOCK], at="p99"),
        _postgres_bar(pair, missing),
        ratio(others, 0.6, crowd[_OURS], crowd[_STOCK], at="median"),
    ]


def _pair(bench: Bench, on_sqlite: Mapping[str, _Contender]) -> tuple[dict[str, Sample], str]:
    """Two terminals, on both databases in the same turns; a sentence where no Postgres can be started."""
    run = postgres.Run.begin()
    try:
        databases = postgres.shared(run.home)
        on_postgres = {_POSTGRES: lambda: _ours(bench, databases.create())}
        return _others(_turns(bench, 2, {**on_sqlite, **on_postgres})), ""
    except postgres.NoPostgres as reason:
        return _others(_turns(bench, 2, on_sqlite)), str(reason)
    finally:
        run.end()


def _postgres_bar(pair: Mapping[str, Sample], missing: str) -> Bar:
    name, limit = "key on A to frame on B, Postgres / stock app on SQLite", 1.0
    if missing:
        return Bar(name=name, limit=limit, figure=None, detail=missing)
    return ratio(name, limit, pair[_POSTGRES], pair[_STOCK], at="p99")


def _turns(bench: Bench, terminals: int, contenders: Mapping[str, _Contender]) -> dict[str, Ticked]:
    """Let each contender tick off its checklist, a new one in each round."""
    ticked = {name: Ticked([], []) for name in contenders}
    for _ in range(1 if bench.quick else _ROUNDS):
        for name, contender in contenders.items():
            took = tick_off(contender(), terminals, bench.runs(scenario.STEPS))
            ticked[name].own.extend(took.own)
            ticked[name].others.extend(took.others)
    return ticked


def _own(ticked: Mapping[str, Ticked]) -> dict[str, Sample]:
    return {name: Sample(name, tuple(took.own)) for name, took in ticked.items()}


def _others(ticked: Mapping[str, Ticked]) -> dict[str, Sample]:
    return {name: Sample(name, tuple(took.others)) for name, took in ticked.items()}


def _new_file(bench: Bench) -> str:
    return str(bench.folder / f"{uuid.uuid4().hex}.db")


def _ours(bench: Bench, url: str, steps: int = scenario.STEPS) -> Program:
    house = ours.House(url=url, home=bench.folder)
    return house.console(scenario.with_checklist(url, steps), _READY, _ROWS)


def _stock(url: str) -> Program:
    return references.stock(url, scenario.with_checklist(url), _ROWS)
