"""What must hold without the two calls that only Linux has: a supervisor that believes it runs on macOS."""

import threading

import pytest

from tests.runner.programs import eventually, shell
from tests.support.processes import bearing
from warroom.runner import supervised


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"import sys; sys.platform = 'darwin'; {supervised._SCRIPT}"
    monkeypatch.setattr(supervised, "_SCRIPT", script)


def test_a_command_runs_to_its_end() -> None:
    result = shell("echo done; exit 3")
    assert (result.outcome, result.code, result.output) == ("failed", 3, b"done\n")


def test_its_group_is_ended_with_it(mark: str) -> None:
    result = shell("trap '' TERM; sleep 1000 & echo done", grace=0.2, environment={"MARK": mark})
    assert (result.outcome, result.output) == ("passed", b"done\n")
    assert bearing(f"MARK={mark}") == []


def test_its_group_is_ended_when_it_is_stopped(mark: str) -> None:
    stop = threading.Event()
    line = "trap '' TERM; sleep 1000 & echo ready; while :; do wait; done"
    marked = {"MARK": mark}
    result = shell(line, heard=lambda piece: stop.set(), stop=stop, grace=0.2, environment=marked)
    assert result.outcome == "stopped"
    assert bearing(f"MARK={mark}") == []


def test_one_that_left_the_group_escapes_but_holds_nobody_up(mark: str) -> None:
    result = shell("(setsid sleep 2 &); echo done", grace=0.2, environment={"MARK": mark})
    assert (result.outcome, result.output) == ("passed", b"done\n")
    eventually(lambda: bearing(f"MARK={mark}") == [])
