"""Carrying out one program under a supervisor process, so that nothing outlives this one, however it dies.

Which program that is, others decide: `commands` by the host's allow-list, a diagnostic by a path of its own. What
every program gets is decided here: no shell, no terminal, an empty standard input, `/` as its folder, umask 077, no
core dump, and nothing of our environment, which may hold the password of the database.
"""

import json
import os
import pwd
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from warroom.domain.ran import Outcome, Ran
from warroom.domain.text import one_line
from warroom.runner.contract import Heard
from warroom.runner.frames import frames

GRACE = 2.0
"Seconds between SIGTERM and SIGKILL."
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_HOUSE = str(Path(__file__).parents[2])
# Appended, so that what lies beside the package never stands in for the standard library.
_SCRIPT = "import sys; sys.path.append(sys.argv[1]); from warroom.runner.supervisor import main; main()"
_PATIENCE = 10.0  # a supervisor that is so much later than it should be hangs itself
_LOOK = 0.1
_CHUNK = 65536
_OUTCOMES: dict[str, Outcome] = {"timed-out": "timed-out", "stopped": "stopped"}


def carry_out(
    argv: Sequence[str],
    environment: Mapping[str, str],
    timeout: float,
    heard: Heard,
    stop: threading.Event,
    *,
    known_as: str = "",
    passes: Collection[int] = (0,),
    grace: float = GRACE,
) -> Ran:
    """Run a program to its end, its timeout (seconds) or `stop`, and end everything that it started.

    `argv[0]` is an absolute path; `known_as` is what the program itself sees in its place. `environment` is added to
    the fixed minimum. `passes`: the exit codes that pass. Standard output and standard error are one stream.
    """
    order = {
        "path": argv[0],
        "argv": [known_as or argv[0], *argv[1:]],
        "environment": {**environment, **minimum()},
        "timeout": timeout,
        "grace": grace,
    }
    name = Path(known_as or argv[0]).name
    if stop.is_set():
        return Ran("stopped", one_line(f"{name} was stopped before it began."))
    run = _Run(heard)
    started = time.monotonic()
    supervisor = _Supervisor()
    try:
        supervisor.start(order)
    except OSError as error:
        return Ran("failed", one_line(f"{name} could not be started: {error.strerror}: {error.filename}."))
    with supervisor:
        end = run.follow(supervisor, stop, timeout + grace + _PATIENCE)
    return run.ran(name, end, time.monotonic() - started, passes)


def minimum() -> dict[str, str]:
    """The environment that every program gets. Home and login come from the user database, never from ours."""
    uid = os.getuid()
    try:
        me = pwd.getpwuid(uid)
        home, login = me.pw_dir, me.pw_name
    except KeyError:
        home, login = "/", str(uid)
    return {"PATH": PATH, "LANG": "C.UTF-8", "TERM": "dumb", "HOME": home, "USER": login, "LOGNAME": login}


class _Supervisor:
    """The supervisor process. Leaving the context ends it, and with it whatever still runs."""

    def __init__(self) -> None:
        self.leader = 0

    def start(self, order: dict[str, Any]) -> None:
        """Start it, and give the order. OSError where this host has nothing left to start a process with."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _SCRIPT, _HOUSE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={"LANG": "C.UTF-8"},
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._control, self.output = self._process.stdin, self._process.stdout
        left = memoryview(json.dumps(order).encode() + b"\n")
        with suppress(BrokenPipeError):
            while left:
                left = left[self._control.write(left) or 0 :]

    def __enter__(self) -> "_Supervisor":
        return self

    def stop(self) -> None:
        """Ask it to end the program."""
        self._control.close()

    def __exit__(self, *_: object) -> None:
        self.stop()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            self.output.close()

    def abandon(self) -> None:
        """It hangs or has died without a word: end the program's group from here."""
        self._process.kill()
        if self.leader:
            with suppress(OSError):
                os.killpg(self.leader, signal.SIGKILL)


class _Run:
    """What was heard of one program."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._head = bytearray()
        self._tail = b""
        self._buffer = bytearray()

    def follow(self, supervisor: _Supervisor, stop: threading.Event, patience: float) -> dict[str, Any]:
        """Hear everything up to the end, and give it. `{}` where the supervisor was lost."""
        limit = time.monotonic() + patience
        asked = False
        with selectors.DefaultSelector() as selector:
            selector.register(supervisor.output, selectors.EVENT_READ)
            while time.monotonic() < limit:
                if stop.is_set() and not asked:
                    asked, limit = True, min(limit, time.monotonic() + _PATIENCE)
                    supervisor.stop()
                if not selector.select(_LOOK):
                    continue
                data = os.read(supervisor.output.fileno(), _CHUNK)
                if not data:
                    break
                self._buffer += data
                end = self._frames(supervisor)
                if end is not None:
                    return end
        supervisor.abandon()
        return {}

    def ran(self, name: str, end: dict[str, Any], seconds: float, passes: Collection[int]) -> Ran:
        """The result, in words."""
        code: int | None = end.get("code")
        outcome = _OUTCOMES.get(end.get("how", ""), "passed" if code in passes else "failed")
        cut = end.get("cut", 0)
        gap = f"\n[… {cut} bytes left out …]\n".encode() if cut else b""
        says = _sentence(name, outcome, end, seconds)
        if outcome == "failed" and (last := _last_line(bytes(self._head) + self._tail)):
            says = f"{says.rstrip('.')}: {last}"
        if end.get("stuck"):
            says = f"{says.rstrip('.')}; something that it started cannot be ended."
        output = bytes(self._head) + gap + self._tail
        return Ran(outcome, one_line(says, 300), output, code, round(seconds, 3), cut)

    def _frames(self, supervisor: _Supervisor) -> dict[str, Any] | None:
        for kind, payload in frames(self._buffer):
            match kind:
                case b"o":
                    self._head += payload
                    self._heard(payload)
                case b"l":
                    self._heard(payload)
                case b"p":
                    supervisor.leader = int(payload)
                case b"t":
                    self._tail = payload
                case _:
                    end: dict[str, Any] = json.loads(payload)
                    return end
        return None


def _sentence(name: str, outcome: Outcome, end: dict[str, Any], seconds: float) -> str:
    took = f"{seconds:.1f} s"
    if not end:
        return f"{name} was lost after {took}: the process that watches over it ended. How far it came is unknown."
    if end["how"] == "unstartable":
        return f"{name} could not be started: {end['error']}."
    if outcome == "timed-out":
        return f"{name} took too long and was ended after {took}."
    if outcome == "stopped":
        return f"{name} was stopped after {took}."
    if end["signal"]:
        return f"{name} was ended by {end['signal']} after {took}."
    return f"{name} ended with {end['code']} after {took}."


def _last_line(output: bytes) -> str:
    """The last line that says something: where programs write why they failed."""
    lines = output[-4096:].decode("utf-8", "replace").split("\n")
    return next((one_line(line, 120) for line in reversed(lines) if line.strip()), "")
