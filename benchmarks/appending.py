"""Thirty writers on one incident: nothing goes amiss, and nobody waits much longer than for a bare append."""

import sys
from pathlib import Path

from benchmarks import bare_append, store_append, writers
from benchmarks.harness import Bar, Bench, Sample, ratio
from warroom.store.sqlite import SqliteStore

_WRITERS = 30
_RACES = 3  # in turns with the reference


def bars(bench: Bench) -> list[Bar]:
    """Run the races and look at what is in the log afterwards."""
    each = bench.runs(40)
    ours: list[float] = []
    bare: list[float] = []
    amiss = 0
    for number in range(_RACES):
        ours += _race("benchmarks.store_append", bench.folder / f"ours-{number}.db", each)
        amiss += _amiss(bench.folder / f"ours-{number}.db", _WRITERS * each)
        reference = bench.folder / f"bare-{number}.db"
        bare_append.open_database(reference).close()
        bare += _race("benchmarks.bare_append", reference, each)
    return [
        Bar(
            name="append, 30 writers: lost, doubled or refused",
            limit=0,
            figure=amiss,
            detail=f"of {len(ours):,} appends",
            unit="events",
        ),
        ratio(
            "append, 30 writers / bare sqlite3",
            3.0,
            Sample("ours", tuple(ours)),
            Sample("bare sqlite3 under the same lock", tuple(bare)),
            at="p99",
        ),
    ]


def _race(module: str, database: Path, each: int) -> list[float]:
    return writers.race([sys.executable, "-m", module, str(database), str(each)], _WRITERS)


def _amiss(database: Path, expected: int) -> int:
    """How many commands are not in the log, and how many sequence numbers are not where they belong."""
    store = SqliteStore(database)
    rows = store.stream(store_append.STREAM).rows
    store.close()
    missing = expected - len({row.command_id for row in rows})
    out_of_place = sum(row.seq != place for place, row in enumerate(rows, 1))
    return missing + out_of_place
