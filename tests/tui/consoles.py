"""Consoles in real terminals: processes of their own, over one database."""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.support.terminal import Terminal, listen
from tests.tui.stories import RUNBOOK, Team
from warroom.bootstrap import open_store

ROOT = Path(__file__).resolve().parents[2]
LOGGED_IN = """
import sys
from warroom import __main__, bootstrap
person = sys.argv.pop(1)
bootstrap.login = lambda: person
sys.exit(__main__.main())
"""
"""On Postgres everybody is whom they are logged in as, and a test has only one login."""

PATIENCE = 30.0
"""Seconds after which a test gives up waiting. Nothing here is a promise about speed."""


def set_up(url: str, *notes: str) -> None:
    """A database with a playbook, and an incident that has a runbook and these notes."""
    with closing(open_store(url)) as store:
        team = Team(store)
        team.declare(services=("checkout",))
        team.do("ana", "runbook.attach", runbook=RUNBOOK.name)
        for note in notes:
            team.do("bo", "note", text=note)


def join(url: str, person: str, columns: int = 120, rows: int = 36, *, wrapper: str = "") -> Terminal:
    """Somebody's console on INC-1. `wrapper`: a shell script that starts it, as `$@`."""
    words = [sys.executable, "-m", "warroom", "join", "INC-1", "--db", url, "--as", person]
    if url.startswith("postgresql:"):
        words = [sys.executable, "-c", LOGGED_IN, person, "join", "INC-1", "--db", url]
    if wrapper:
        words = ["sh", "-c", wrapper, "sh", *words]
    return Terminal(words, columns=columns, rows=rows, cwd=ROOT)


def agree(*terminals: Terminal) -> str:
    """Wait until all terminals show the same, character for character; what they show."""
    eventually(lambda: len({terminal.text for terminal in terminals}) == 1, *terminals)
    return terminals[0].text


def eventually(holds: Callable[[], bool], *terminals: Terminal) -> None:
    """Wait until something holds, while the terminals are read."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("\n".join(["It did not come about.", *(each.picture() for each in terminals)]))
        listen(0.05)
