"""What the README tells people to type works, in the order in which it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.cli.shell import ROOT

NOT_HERE = (
    *("make ", "export ", "warroom join", "warroom playbook"),
    *("warroom doctor", "warroom drill", "warroom oncall swap", "warroom backup"),
)
"""Run by other tests (make, the console, what needs an engine or a person, what writes files), or about files
that only the reader has."""


def commands() -> list[list[str]]:
    """The README's `warroom …` lines as words, without their remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.removeprefix(".venv/bin/") for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines if not line.startswith(NOT_HERE)]


def test_the_commands_of_the_readme_work_one_after_the_other(tmp_path: Path) -> None:
    env = {**os.environ, "WARROOM_DB": str(tmp_path / "w.db")}
    ran = 0
    for words in commands():
        assert words[0] == "warroom"
        spread = [name for word in words[1:] for name in (sorted(map(str, ROOT.glob(word))) if "*" in word else [word])]
        spread += ["--once"] if words[1] == "follow" else []
        # A milestone at a wall-clock time lies in the past only for part of the day: the same act, a minute ago.
        spread = ["-1m" if word == "14:31" else word for word in spread]
        argv = [sys.executable, "-m", "warroom", *spread]
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        ran += 1
    assert ran >= 10


def test_every_verb_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:\.venv/bin/)?warroom ([a-z]+)", text, re.MULTILINE))
    helped = subprocess.run(
        [sys.executable, "-m", "warroom", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert named <= set(re.findall(r"^ {2}([a-z]+) ", helped.stdout, re.MULTILINE))
