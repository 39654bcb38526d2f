"""The page about the command line says what the command line does."""

import subprocess
import sys

from tests.cli.shell import ROOT
from warroom.cli import main
from warroom.cli.verbs import VERBS

PAGE = ROOT / "docs" / "cli.md"


def test_the_page_is_up_to_date() -> None:
    argv = [sys.executable, "-m", "docs.generate_cli", "--check"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_has_every_exit_code() -> None:
    text = PAGE.read_text()
    codes = (main.REFUSED, main.USAGE, main.UNAVAILABLE, main.INTERNAL, main.INTERRUPTED, main.UNREAD)
    assert all(f"| {code} |" in text for code in (0, *codes))


def test_the_page_has_every_verb() -> None:
    text = PAGE.read_text()
    assert all(f"#### `warroom {verb}`" in text for verb in VERBS)
