"""Starting workers (see `worker`), and letting them go at the same moment."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def start(verb: str, *arguments: str, **how: Any) -> "subprocess.Popen[str]":
    """Start a worker. Its standard output is a pipe unless told otherwise."""
    how.setdefault("stdout", subprocess.PIPE)
    argv = [sys.executable, "-m", "tests.store.worker", verb, *arguments]
    return subprocess.Popen(argv, cwd=ROOT, text=True, **how)


def said(verb: str, *arguments: str, **how: Any) -> str:
    """What a worker says until its end. Fails where it fails."""
    with ended(start(verb, *arguments, **how)) as worker:
        words, _ = worker.communicate()
        assert worker.returncode == 0, f"the worker failed: {words}"
        return words.strip()


@contextmanager
def ended(*workers: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Workers that do not outlive the test. Gives the first of them."""
    try:
        yield workers[0]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    pipe.close()


@contextmanager
def racing(url: str, stream: str, workers: int, count: int) -> Iterator[list["subprocess.Popen[str]"]]:
    """So many workers, all open and ready, that begin to write the moment this is entered."""
    with at_once(workers, "race", url, stream, str(count)) as crew:
        yield crew


@contextmanager
def at_once(workers: int, verb: str, *arguments: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """So many workers of a verb that says `ready` and waits for the end of its input: they begin all at once."""
    crew = [start(verb, *arguments, stdin=subprocess.PIPE) for _ in range(workers)]
    with ended(*crew):
        for worker in crew:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in crew:
            assert worker.stdin is not None
            worker.stdin.close()
            worker.stdin = None  # else `communicate` would write to it
        yield crew
