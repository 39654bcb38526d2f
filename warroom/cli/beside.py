"""Simulated people in a process beside the console, which ends with it."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from threading import Thread

from warroom.cli.out import Out

_GRACE = 5.0


@contextlib.contextmanager
def playing(out: Out, module: str, *words: str) -> Iterator[None]:
    """They play meanwhile, in a child that runs a module. It hangs on a pipe that closes with this process."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # with -P: the same modules as here, no others
    with tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *words],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            start_new_session=True,
        )
        try:
            yield
        finally:
            try:
                child.communicate(timeout=2 * _GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
            if child.wait():
                complaint.seek(0)
                why = complaint.read().decode(errors="replace").strip().rpartition("\n")[2]
                out.say(f"The simulated people left early: {why or 'their process was ended'}")


def end_with_parent(stop: Callable[[], None]) -> None:
    """In the child: call `stop` once the parent has gone, and end the process if that is not enough."""
    Thread(target=_wait, args=(stop,), daemon=True).start()


def _wait(stop: Callable[[], None]) -> None:
    """Nothing is ever written to the pipe: reading from it ends when nobody holds its other end any more."""
    os.read(sys.stdin.fileno(), 1)
    stop()
    time.sleep(_GRACE)
    os._exit(1)
