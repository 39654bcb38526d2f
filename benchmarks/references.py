"""The programs that ours is compared with.

posting is an HTTP client for the terminal, also written with Textual: a program of a size that people accept.
It is installed into an environment of its own, so that it brings its own versions of everything.
"""

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks import scenario
from benchmarks.harness import Unavailable
from benchmarks.measure import Program

_POSTING = ("posting==2.11.1", "tree-sitter==0.25.2")  # with a newer tree-sitter, this posting crashes

MINIMAL = Program(argv=(sys.executable, str(Path(__file__).with_name("minimal_app.py"))), ready="READY")
"""A Textual program with one Static: the floor under everything made with Textual."""


def stock(url: str, incident: str, rows: int = 36) -> Program:
    """The same incident in a console that is made of Textual's own widgets."""
    argv = (sys.executable, "-m", "benchmarks.stock_app", url, incident)
    return Program(argv, ready=scenario.TITLE, rows=rows)


def posting(folder: Path) -> Program:
    """posting, installed into `folder` if it is not there yet. Raises Unavailable."""
    place = folder / "-".join(_POSTING).replace("==", "-")
    program = place / "bin" / "posting"
    complete = place / "complete"
    if not complete.exists():
        venv.create(place, clear=True, with_pip=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        done = subprocess.run([*pip, "install", *_POSTING], capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise Unavailable(f"posting could not be installed: {reason}")
        complete.touch()
    home = place / "home"
    collection = home / "collection"
    collection.mkdir(parents=True, exist_ok=True)
    return Program(
        argv=(str(program), "--collection", str(collection)),
        ready="Send",
        env={"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")},
    )
