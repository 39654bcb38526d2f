"""Run the benchmarks: python -m benchmarks [GROUP ...] [--quick]

Prints a table per group and writes everything to .bench/results.json. The exit code says whether the
benchmarks ran, not whether the bars were met: a shared machine is no judge.
"""

import argparse
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Bar, Bench, report, table

_GROUPS = {
    "start": "benchmarks.starting",
    "idle": "benchmarks.idling",
    "keys": "benchmarks.ticking",
    "open": "benchmarks.opening",
    "append": "benchmarks.appending",
    "ladder": "benchmarks.climbing",
    "coverage": "benchmarks.covering",
    "seek": "benchmarks.seeking",
    "jump": "benchmarks.jumping",
}
_PLACE = Path(__file__).resolve().parent.parent / ".bench"


def main() -> None:
    """Run the chosen groups, all of them without a choice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios against references.")
    parser.add_argument("group", nargs="*", help=f"of {', '.join(_GROUPS)}; all of them if left out")
    parser.add_argument("--quick", action="store_true", help="few runs: whether it works, not what it costs")
    asked = parser.parse_args()
    if strangers := set(asked.group) - _GROUPS.keys():
        parser.error(f"there is no group {min(strangers)}; there is: {', '.join(_GROUPS)}")
    # Everybody's Python keeps its bytecode. Where it must not, ours alone would be compiled anew at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / ".gitignore").write_text("*\n")
    measured: list[Bar] = []
    for group in asked.group or _GROUPS:
        folder = Path(tempfile.mkdtemp(prefix=f"{group}-", dir=_PLACE))
        try:
            bench = Bench(folder=folder, references=_PLACE / "references", quick=asked.quick)
            bars: list[Bar] = import_module(_GROUPS[group]).bars(bench)
        finally:
            shutil.rmtree(folder)
        print(f"\n{group}\n{table(bars)}", flush=True)
        measured += bars
        (_PLACE / "results.json").write_bytes(report(measured, quick=asked.quick))


if __name__ == "__main__":
    main()
