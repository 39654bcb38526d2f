"""Running steps from the command line: output as it comes, exit codes, approval, interrupts, many shells at once."""

import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.cli.shell import Shell
from tests.runner.programs import write_program
from warroom.store.files import login

BOOK = """\
runbook: site
title: Look after a site
parameters:
  - {name: site, help: where it runs}
phases:
  - name: Do
    steps:
      - {do: say where, run: {command: [say, <site>]}}
      - {do: break it, run: {command: [fail]}}
      - {do: wait, run: {command: [wait]}}
      - {do: look at the disk, kind: check, run: {disk: /, expect: "100"}}
      - {do: shout, run: {command: [say, <site>], dangerous: true}}
"""


@pytest.fixture
def here(anywhere: Shell, tmp_path: Path) -> Shell:
    """A shell with an incident that has the runbook, on a host that allows three commands."""
    say = write_program(tmp_path / "say", f'echo "at $1"; echo x >> {tmp_path}/times')
    fail = write_program(tmp_path / "fail", "echo no such thing; exit 3")
    wait = write_program(tmp_path / "wait", "echo waiting; while :; do sleep 1; done")
    (tmp_path / "times").write_text("")
    (tmp_path / "book.yaml").write_text(BOOK)
    lines = [f'{name} = "{path}"' for name, path in (("say", say), ("fail", fail), ("wait", wait))]
    (tmp_path / "commands.toml").write_text("\n".join(["[commands]", *lines, ""]))
    shell = msgspec.structs.replace(anywhere, env={"WARROOM_COMMANDS": str(tmp_path / "commands.toml")})
    shell.ask("declare", "one")
    shell.ask("runbook", "1", "attach", str(tmp_path / "book.yaml"))
    shell.ask("runbook", "1", "fill", "site", "eu-1")
    return shell


def step(shell: Shell, name: str) -> dict[str, object]:
    """A step as `show` has it."""
    (found,) = (each for each in shell.ask("show", "1")["steps"] if each["id"] == name)
    return dict(found)


def test_a_step_runs_prints_its_output_and_is_done(here: Shell) -> None:
    done = here.run("step", "1", "run", "1.1")
    assert (done.code, done.out) == (0, "at eu-1\n")
    assert "1.1 passed: " in done.err
    assert step(here, "1.1")["status"] == "done"
    (kept,) = here.ask("show", "1")["evidence"]
    assert (kept["name"], kept["step"], kept["size"]) == ("output of 1.1", "1.1", len("at eu-1\n"))


def test_as_data_all_of_it_is_one_value(here: Shell) -> None:
    found = here.ask("step", "1", "run", "1.1")
    assert (found["ending"], found["output"]) == ("passed", "at eu-1\n")
    assert [entry["kind"] for entry in found["entries"]] == ["evidence", "step", "step"]


def test_a_command_that_fails_is_an_exit_code_and_a_failed_step(here: Shell) -> None:
    done = here.run("step", "1", "run", "1.2")
    assert (done.code, done.out) == (1, "no such thing\n")
    found = step(here, "1.2")
    assert (found["status"], found["run"]["last"]["code"]) == ("failed", 3)  # type: ignore[index]


def test_an_interrupt_stops_it_and_that_is_written_down(here: Shell) -> None:
    with here.start("step", "1", "run", "1.3") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1
    found = step(here, "1.3")
    assert (found["status"], found["run"]["last"]["ending"]) == ("failed", "stopped")  # type: ignore[index]


def test_a_diagnostic_needs_no_allow_list(here: Shell) -> None:
    bare = msgspec.structs.replace(here, env={"WARROOM_COMMANDS": "/nowhere/commands.toml"})
    assert bare.run("step", "1", "run", "1.4").code == 0
    refused = bare.run("step", "1", "run", "1.1", "--json")
    assert refused.code == 1
    assert "off on this host" in refused.error["message"] + refused.error["hint"]
    assert step(here, "1.1")["status"] == "todo"


def test_what_is_dangerous_waits_and_says_how_to_approve(here: Shell) -> None:
    done = here.run("step", "1", "run", "1.5")
    assert (done.code, "asks to run 1.5" in done.out) == (0, True)
    assert "warroom step INC-1 approve 1.5" in done.err
    own = here.run("step", "1", "approve", "1.5", "--json")
    assert own.error["message"] == "You asked to run 1.5 yourself."
    assert step(here, "1.5")["run"]["asked"]["by"] == login()  # type: ignore[index]
    assert step(here, "1.5")["status"] == "todo"


def test_many_shells_on_one_step_run_it_once(here: Shell, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(here.command("step", "1", "run", "1.1"), env=here.environ(), stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 1, 1, 1], said
    assert (tmp_path / "times").read_text().split() == ["x"]


def test_a_host_tells_what_may_run_on_it(here: Shell, tmp_path: Path) -> None:
    assert [line["name"] for line in here.ask("config", "commands")["commands"]] == ["fail", "say", "wait"]
    (tmp_path / "commands.toml").write_text('[commands]\nsh = "/bin/sh"\n')
    done = here.run("config", "commands")
    assert done.code == 1
    assert "is a shell" in done.out
