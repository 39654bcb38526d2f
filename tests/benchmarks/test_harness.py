"""The benchmarks' own arithmetic: statistics, turns, verdicts, the table."""

import subprocess
import sys

import msgspec
import pytest

from benchmarks import writers
from benchmarks.harness import Bar, Sample, ratio, report, table, take_turns

_SLOW = Sample("slow", tuple(float(second) for second in range(1, 201)))
_FAST = Sample("fast", (2.0, 1.0, 3.0))


def test_median_and_p99_of_a_sample() -> None:
    assert _FAST.median == 2.0
    assert _FAST.p99 == 3.0
    assert _SLOW.median == 100.5
    assert _SLOW.p99 == 198.0


@pytest.mark.parametrize(("figure", "verdict"), [(2.0, "met"), (2.01, "not met"), (None, "not measured")])
def test_a_bar_is_met_up_to_and_including_its_limit(figure: float | None, verdict: str) -> None:
    assert Bar(name="start", limit=2.0, figure=figure, detail="").verdict == verdict


def test_a_ratio_compares_the_same_statistic_and_names_the_reference() -> None:
    bar = ratio("start", 50.0, _SLOW, _FAST, at="p99")
    assert bar.figure == 66.0
    assert bar.verdict == "not met"
    assert bar.detail == "p99 198000 ms against 3000 ms (fast)"


def test_contenders_take_turns_and_the_first_round_is_not_counted() -> None:
    order = []

    def contender(name: str) -> float:
        order.append(name)
        return float(len(order))

    took = take_turns({"a": lambda: contender("a"), "b": lambda: contender("b")}, runs=2)
    assert "".join(order) == "ba" + "ab" + "ba"
    assert took["a"].seconds == (3.0, 6.0)
    assert took["b"].seconds == (4.0, 5.0)


def test_the_table_aligns_its_columns_and_says_what_could_not_be_measured() -> None:
    bars = [
        Bar(name="start / minimal", limit=2.0, figure=1.25, detail="250 ms against 200 ms"),
        Bar(name="bytes", limit=500, figure=1234.0, detail="", unit="B/s"),
        Bar(name="start / other", limit=0.6, figure=None, detail="It is not installed."),
    ]
    assert table(bars).splitlines() == [
        "bar                 figure       limit  verdict       measured",
        "start / minimal     1.25 x   <= 2.00 x  met           250 ms against 200 ms",
        "bytes            1,234 B/s  <= 500 B/s  not met",
        "start / other            -   <= 0.60 x  not measured  It is not installed.",
    ]


def test_the_report_holds_every_bar_with_its_verdict() -> None:
    written = report([Bar(name="start", limit=2.0, figure=1.0, detail="why")], quick=True)
    read = msgspec.json.decode(written)
    assert read["quick"] is True
    assert read["bars"] == [
        {"name": "start", "limit": 2.0, "figure": 1.0, "detail": "why", "unit": "x", "verdict": "met"}
    ]


def test_a_race_collects_the_appends_of_every_writer() -> None:
    child = "from benchmarks import writers; writers.run(lambda number: None, 3)"
    assert len(writers.race([sys.executable, "-c", child], processes=2)) == 6


def test_a_race_fails_with_a_writer_that_fails() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        writers.race([sys.executable, "-c", "raise SystemExit(3)"], processes=2)
