"""Nothing that a step started outlives it, nor the console, however that dies."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.runner.programs import eventually, quoted, shell
from tests.support.processes import bearing, uncovered

ROOT = Path(__file__).parents[2]
CONSOLE = """
import sys, threading
from warroom.runner.supervised import carry_out
argv = ["/bin/sh", "-c", sys.argv[2]]
heard = lambda piece: (sys.stdout.buffer.write(piece), sys.stdout.flush())
carry_out(argv, {"MARK": sys.argv[1]}, 600, heard, threading.Event(), grace=float(sys.argv[3]))
"""
FAMILY = {
    "a child": "sleep 1000 & echo ready; wait",
    "one that ignores SIGTERM": "trap '' TERM; sleep 1000 & echo ready; while :; do wait; done",
    "one that left the group": "setsid sleep 1000 & echo ready; wait",
    "one whose parent is gone": "(setsid sh -c 'sleep 1000 & sleep 1000' &); echo ready; sleep 1000",
    "one that was suspended": "sleep 1000 & kill -STOP $!; echo ready; wait",
    "one that says nothing any more": "echo ready; exec >/dev/null 2>&1; sleep 1000",
}


def console(mark: str, line: str, grace: float) -> "subprocess.Popen[bytes]":
    """A process that runs a command, as the console would, and has heard its first word."""
    argv = [sys.executable, "-c", CONSOLE, mark, line, str(grace)]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, env=uncovered())
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.fault
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("family", FAMILY)
def test_when_the_console_dies_the_command_and_its_family_die(family: str, sign: int, mark: str) -> None:
    with console(mark, FAMILY[family], grace=0.2) as process:
        assert bearing(f"MARK={mark}")
        process.send_signal(sign)
    eventually(lambda: bearing(f"MARK={mark}") == [])


@pytest.mark.fault
def test_a_frozen_console_does_not_make_a_command_immortal(mark: str) -> None:
    with console(mark, "echo ready; yes", grace=0.2) as process:
        process.send_signal(signal.SIGSTOP)
        try:
            assert bearing(f"MARK={mark}")
        finally:
            process.kill()
    eventually(lambda: bearing(f"MARK={mark}") == [])


@pytest.mark.fault
def test_the_command_dies_even_where_console_and_supervisor_are_both_killed(mark: str) -> None:
    with console(mark, "echo ready; echo $PPID; exec sleep 1000", grace=0.2) as process:
        assert process.stdout is not None
        supervisor = int(process.stdout.readline())
        process.send_signal(signal.SIGSTOP)
        os.kill(supervisor, signal.SIGKILL)
        process.kill()
    eventually(lambda: bearing(f"MARK={mark}") == [])


@pytest.mark.fault
def test_a_timeout_holds_while_the_console_is_frozen(mark: str) -> None:
    code = CONSOLE.replace("600", "0.5")
    argv = [sys.executable, "-c", code, mark, "echo ready; yes", "0.2"]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, env=uncovered()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGSTOP)
        try:
            eventually(lambda: bearing(f"MARK={mark}") == [])
        finally:
            process.kill()


@pytest.mark.parametrize("family", FAMILY)
def test_when_a_step_is_stopped_its_family_is_gone(family: str, mark: str) -> None:
    stop = threading.Event()
    how = {"heard": lambda piece: stop.set(), "stop": stop, "grace": 0.2, "environment": {"MARK": mark}}
    result = shell(FAMILY[family], **how)
    assert result.outcome == "stopped"
    assert bearing(f"MARK={mark}") == []


def test_what_a_command_leaves_in_the_background_ends_with_it(tmp_path: Path, mark: str) -> None:
    line = f"(trap '' TERM HUP; setsid sleep 1000) >/dev/null 2>&1 & echo $! > {quoted(tmp_path / 'pid')}"
    result = shell(line, grace=0.2, environment={"MARK": mark})
    assert (result.outcome, result.code) == ("passed", 0)
    assert (tmp_path / "pid").read_text().strip().isdigit()
    assert bearing(f"MARK={mark}") == []
