"""`warroom runbook feedback`: the table, the diff that applies, and that no runbook is ever written."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, Done, Shell
from warroom.playbook.runbook import read_runbook

BOOK = """\
runbook: mend
title: Mend it
phases:
  - name: Look
    steps:
      - do: Look at <host>   # everything
      - do: Check
        expected: 5m
parameters:
  - name: host
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in a folder with a runbook, which an incident has skipped a part of, failed in, and added to."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "mend.yaml").write_text(BOOK)
    monkeypatch.chdir(tmp_path)
    shell = Shell(str(tmp_path / "warroom.db"))
    for words in (
        ("declare", "one"),
        ("runbook", "1", "attach", "runbooks/mend.yaml"),
        ("runbook", "1", "fill", "host", "web-1"),
        ("step", "1", "skip", "1.1", "--because", "no access"),
        ("step", "1", "add", "Call the bank", "--after", "1.2"),
        ("step", "1", "fail", "1.2", "--because", "it hung"),
        ("step", "1", "done", "1.3"),
    ):
        assert shell.run(*words).code == 0
    return shell


def feedback(shell: Shell, *words: str) -> Done:
    done = shell.run("runbook", "1", "feedback", *words)
    assert Path("runbooks/mend.yaml").read_text() == BOOK
    return done


def test_the_table_and_the_diff(shell: Shell) -> None:
    done = feedback(shell)
    assert done.code == 0
    head, titles, first, second, third, empty, *rest = done.out.splitlines()
    assert head.startswith("INC-1, mend, attached ")
    assert titles.split() == ["step", "title", "outcome", "expected", "took", "counted", "from", "who", "notes", "why"]
    assert first.startswith("1.1   Look at web-1")
    assert "skipped" in first
    assert "no access" in first
    assert "5:00" in second
    assert "Call the bank (added after 1.2)" in third
    assert first.index("skipped") == second.index("failed") == third.index("done") == titles.index("outcome")
    assert empty == ""
    assert [line.partition(":")[0] for line in rest[:3]] == ["1.1 Look at <host>", "1.2 Check", "1.2 Check"]
    assert "Nothing was written." in done.err


@pytest.mark.parametrize("argv", [["git", "apply", "-"], ["patch", "-p1", "--fuzz=0"]])
def test_the_output_can_be_applied_as_it_is(shell: Shell, argv: list[str]) -> None:
    text = feedback(shell).out
    done = subprocess.run(argv, input=text, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done
    after = Path("runbooks/mend.yaml")
    assert [step.title for step in read_runbook(after).phases[0].steps] == ["Look at <host>", "Check", "Call the bank"]
    assert "skipped by" in after.read_text()
    assert "# everything" in after.read_text()


def test_the_diff_goes_where_it_is_told_but_never_into_the_runbook(shell: Shell) -> None:
    done = feedback(shell, "--to", "change.diff")
    assert "+++" not in done.out
    assert Path("change.diff").read_text().startswith("--- a/runbooks/mend.yaml\n+++ b/runbooks/mend.yaml\n@@ ")
    refused = feedback(shell, "--to", "./runbooks/../runbooks/mend.yaml")
    assert refused.code == 1
    assert "is the runbook itself" in refused.err
    assert "cannot be written" in feedback(shell, "--to", "nowhere/change.diff").err


def test_no_file_is_overwritten_by_a_diff(shell: Shell) -> None:
    Path("mine.txt").write_text("mine")
    done = feedback(shell, "--to", "mine.txt")
    assert done.code == 1
    assert "mine.txt is there already, and was left alone." in done.err
    assert Path("mine.txt").read_text() == "mine"


def test_a_pipe_is_no_runbooks_file(shell: Shell) -> None:
    os.mkfifo("pipe.md")
    done = feedback(shell, "--file", "pipe.md")
    assert done.code == 1
    assert "pipe.md:1: this is not a file" in done.err


def test_as_data(shell: Shell) -> None:
    view = shell.ask("runbook", "feedback", "INC-1")
    assert view["incident"] == "INC-1"
    (book,) = view["runbooks"]
    assert (book["runbook"], book["file"]) == ("mend", "runbooks/mend.yaml")
    assert [(row["id"], row["status"], row["added"]) for row in book["steps"]] == [
        ("1.1", "skipped", False), ("1.2", "failed", False), ("1.3", "done", True),
    ]  # fmt: skip
    assert book["steps"][1] | {"by": "", "at": "", "took": 0} == {
        "id": "1.2", "title": "Check", "kind": "do", "status": "failed", "expected": 300, "took": 0,
        "counted_from": "step before", "by": "", "at": "", "because": "it hung", "notes": 0, "added": False,
        "after": None,
    }  # fmt: skip
    assert [each["added"] for each in book["suggestions"]] == [None, None, "Call the bank"]
    assert book["diff"].startswith("--- a/runbooks/mend.yaml\n")


def test_another_file_and_one_that_has_changed(shell: Shell) -> None:
    Path("other.yaml").write_text(BOOK.replace("do: Check", "do: Look around").replace("mend", "other"))
    done = feedback(shell, "--file", "other.yaml")
    assert "1.2 Check: failed by" in done.out
    assert "(not in the diff: the file has no such step any more)" in done.out
    assert "--- a/other.yaml" in done.out


def test_where_the_file_is_not_here_that_is_said(shell: Shell) -> None:
    Path("runbooks/mend.yaml").rename("away.yaml")
    done = shell.run("runbook", "feedback", "1")
    assert done.code == 0
    assert "The file of mend is not here." in done.err
    assert "+++" not in done.out


def test_a_starter_runbook_is_found_by_its_name(shell: Shell) -> None:
    shell.run("runbook", "1", "attach", "latency")
    assert "several runbooks: mend, latency" in feedback(shell, "--file", "x.yaml").err
    shell.run("step", "1", "skip", "2/1.1", "--because", "known")
    (book,) = shell.ask("runbook", "feedback", "1", "--runbook", "latency")["runbooks"]
    assert book["file"] == str(ROOT / "runbooks" / "latency.yaml")
    assert book["diff"].startswith(f"--- a{ROOT}/runbooks/latency.yaml\n")
    assert feedback(shell, "--runbook", "latenc").code == 1


def test_without_a_runbook_it_is_refused(tmp_path: Path) -> None:
    shell = Shell(str(tmp_path / "other.db"))
    shell.run("declare", "one")
    done = shell.run("runbook", "feedback", "1")
    assert (done.code, done.out) == (1, "")
    assert "No runbook was attached to INC-1" in done.err
