"""What a verb does not need, it does not load: answers come fast, and the screen's libraries never."""

import json
import subprocess
import sys

import pytest

from tests.cli.shell import Shell
from tests.support.processes import uncovered

SCREEN = {"textual", "rich"}
HEAVY = SCREEN | {"sqlmodel", "sqlalchemy", "pydantic", "psycopg", "yaml"}
PROBE = """
import json, sys
from warroom.__main__ import main
code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def loaded(shell: Shell, *words: str) -> set[str]:
    """The top names of all that a successful run has loaded."""
    argv = [sys.executable, "-c", PROBE, json.dumps(words)]
    done = subprocess.run(argv, env=uncovered(shell.environ()), capture_output=True, text=True, check=True)
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done
    return set(names)


def test_help_loads_next_to_nothing(shell: Shell) -> None:
    assert loaded(shell, "--help") & (HEAVY | {"msgspec", "argparse", "sqlite3", "zoneinfo"}) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("step", "--help"), ("step", "done", "--help"), ("declare", "one"), ("list", "--json"), ("status",),
        ("show", "1", "--json"), ("show",), ("note", "x"), ("follow", "--once"), ("verify",), ("severities",),
        ("service", "list"), ("config", "show"), ("oncall", "now"), ("oncall", "calendar"), ("oncall", "list"),
    ],
)  # fmt: skip
def test_everyday_verbs_load_nothing_heavy(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run("declare", "one")
    assert loaded(shell, *words) & HEAVY == set()


@pytest.mark.parametrize("words", [("init",), ("runbook", "list"), ("runbook", "1", "attach", "latency")])
def test_files_are_read_without_the_screen(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run("declare", "one")
    assert loaded(shell, *words) & (HEAVY - {"yaml"}) == set()


def test_without_a_verb_and_a_terminal_there_is_help(shell: Shell) -> None:
    done = shell.run()
    assert (done.code, done.out) == (0, shell.run("--help").out)
    assert "usage: warroom" in done.out
