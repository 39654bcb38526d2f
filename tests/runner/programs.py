"""Programs to run, and what can be seen of the processes they are."""

import json
import shlex
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warroom.domain.ran import Ran
from warroom.runner.contract import Heard
from warroom.runner.supervised import carry_out

SHELL = "/bin/sh"
LONG = 60.0
"Seconds that no test waits for: only a hang gets there."


def unheard(piece: bytes) -> None:
    """Nobody listens."""


def ran(
    *argv: str,
    timeout: float = LONG,
    grace: float = LONG,
    heard: Heard = unheard,
    stop: threading.Event | None = None,
    environment: dict[str, str] | None = None,
) -> Ran:
    """What comes of a program. Its grace is as long as can be: a test that needs SIGKILL says so."""
    return carry_out(argv, environment or {}, timeout, heard, stop or threading.Event(), grace=grace)


def shell(line: str, **how: Any) -> Ran:
    """What comes of a line of shell: the quickest way to a program that misbehaves."""
    return ran(SHELL, "-c", line, **how)


def python(code: str, **how: Any) -> Ran:
    """What comes of some Python."""
    return ran(sys.executable, "-I", "-c", code, **how)


def said(result: Ran) -> Any:
    """What a program printed as JSON. Fails where it failed."""
    assert result.outcome == "passed", (result.says, result.output)
    return json.loads(result.output)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds. Fails where it never does."""
    deadline = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.01)


def write_program(place: Path, body: str, shebang: str = SHELL) -> Path:
    """An executable script."""
    place.write_text(f"#!{shebang}\n{body}\n")
    place.chmod(0o755)
    return place


def write_echo(place: Path) -> Path:
    """A program that prints its arguments as JSON, whatever they hold."""
    return write_program(place, "import json, sys\nprint(json.dumps(sys.argv[1:]))", f"{sys.executable} -I")


def quoted(place: Path) -> str:
    """A path as a word of a shell's line."""
    return shlex.quote(str(place))
