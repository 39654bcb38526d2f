"""warroom as its users start it: by the command line, each bench with a database and a home of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measure import Program


def command(*words: str) -> tuple[str, ...]:
    """The command line `warroom WORDS`."""
    return (sys.executable, "-m", "warroom", *words)


class House(msgspec.Struct, frozen=True):
    """One database, and a home folder, so that no settings of whoever runs the benchmarks take part."""

    url: str
    home: Path

    @property
    def env(self) -> Mapping[str, str]:
        """What to add to the environment of a command."""
        home = str(self.home)
        folders = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        return {"WARROOM_DB": self.url, **dict.fromkeys(folders, home)}

    def ask(self, *words: str) -> Any:
        """Run a command with --json; its answer. Raises CalledProcessError if it fails."""
        env = {**os.environ, **self.env}
        done = subprocess.run(command(*words, "--json"), env=env, check=True, stdout=subprocess.PIPE)
        return msgspec.json.decode(done.stdout)

    def declare(self, title: str) -> str:
        """Declare an incident; its short name."""
        answer = self.ask("declare", title, "--sev", "1")
        return str(answer["incident"])

    def console(self, incident: str, ready: str, rows: int = 36) -> Program:
        """The console of one responder; `ready`: what it shows once the incident is on the screen."""
        return Program(command("join", incident), ready, self.env, rows, moves_on=True)


def house(folder: Path) -> House:
    """A house with an SQLite database in this folder."""
    return House(url=str(folder / "warroom.db"), home=folder)
