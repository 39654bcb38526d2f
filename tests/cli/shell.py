"""The command line as its users run it: a process of its own each time."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


class Done(msgspec.Struct, frozen=True):
    """How a run ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error that it printed as JSON."""
        return self.data["error"]


class Shell(msgspec.Struct, frozen=True):
    """Somebody's shell: the database that WARROOM_DB names, and whatever else is in the environment."""

    db: str
    env: Mapping[str, str] = {}

    def command(self, *words: str) -> list[str]:
        """The command line `warroom WORDS`."""
        return [sys.executable, "-m", "warroom", *words]

    def environ(self) -> dict[str, str]:
        """The environment that it runs in."""
        return {**os.environ, "PYTHONPATH": str(ROOT), "WARROOM_DB": self.db, **self.env}

    def run(self, *words: str, stdin: bytes = b"") -> Done:
        """Run it to its end."""
        done = subprocess.run(
            self.command(*words), env=self.environ(), input=stdin, capture_output=True, timeout=PATIENCE, check=False
        )
        found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Something went wrong inside warroom" not in found.err, found
        return found

    def ask(self, *words: str) -> Any:
        """What it prints as JSON; it has to succeed."""
        done = self.run(*words, "--json")
        assert done.code == 0, done
        return done.data

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start it, and read along. It hears ^C even where the tests themselves run in the background and do not."""
        return subprocess.Popen(
            self.command(*words),
            env=self.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_interrupts,
        )


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
