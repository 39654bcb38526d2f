"""What `make corpus` counts of past incidents, and that it notices what is lost."""

import json
from pathlib import Path

import pytest

from tests import corpus_past
from tests.playbook.files import write

REPORT = """\
    # Mail stands still
    ## Timeline
    All times in UTC.
    | Time | Event |
    |:-----|-------|
    | 2024-06-05 10:00 | a deploy |
    | 2024-06-05 10:05 | users report errors |
    | --:-- | somebody calls |
    | 2024-06-05 11:00 | service restored |
    ## Stats
    - Time to detection: {detection}
    - Time to recovery: 60 minutes
    """


def run(folder: Path, detection: str) -> corpus_past.Told:
    write(folder, "mail.md", REPORT.format(detection=detection))
    stated = {"stated_time_to_detection": detection, "stated_time_to_recovery": "60 minutes"}
    (folder / "own_stated_metrics.json").write_text(json.dumps({"mail.md": stated}))
    return corpus_past.run(folder)


def test_rows_and_stated_times_are_counted(tmp_path: Path) -> None:
    told = run(tmp_path, "5 minutes")
    assert (told.files, told.incidents, told.rows, told.entries, told.remarks) == (1, 1, 4, 3, 1)
    assert dict(told.metrics) == {"detection: equal": 1, "recovery: equal by counting back": 1}
    assert told.good


def test_a_difference_is_told_with_the_lines_that_it_comes_from(tmp_path: Path) -> None:
    told = run(tmp_path, "7 minutes")
    assert told.metrics["detection: differs"] == 1
    assert "stated as 7 minutes, computed as 5" in told.refused[0]
    assert told.good


def test_a_row_that_is_lost_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        tmp_path, "mail.md", REPORT.format(detection="?").replace("| 2024-06-05 10:00 | a", "| 2024-06-05 10:00 | | a")
    )
    assert corpus_past.main(tmp_path) == 0
    write(tmp_path, "mail.md", REPORT.format(detection="?").replace("a deploy", ""))
    assert corpus_past.main(tmp_path) == 1
    assert "WRONG: mail.md: 4 rows, of which 3 came across" in capsys.readouterr().out


def test_reports_are_told_from_runbooks(tmp_path: Path) -> None:
    write(tmp_path, "reports/a.md", REPORT)
    write(tmp_path, "runbooks/a.md", "# Disk full\n1. Look\n")
    assert corpus_past.is_past(tmp_path / "reports")
    assert not corpus_past.is_past(tmp_path / "runbooks")
