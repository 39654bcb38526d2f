"""`warroom serve` as its administrator runs it: a process of its own."""

import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

import httpx

from tests.cli.shell import Shell

PATIENCE = 60
"Seconds, which only ever end a hang."


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that takes its time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"it never came that {what}"
        time.sleep(0.02)


class Service:
    """One that runs. `said`: what it has said so far, line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip("\n"))

    def wait_for(self, pattern: str) -> "re.Match[str]":
        """The next line in which it says that."""
        while True:
            line = self._lines.get(timeout=PATIENCE)
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    def rest(self) -> list[str]:
        """Everything that it has said, once it has ended."""
        self._reader.join(PATIENCE)
        while not self._lines.empty():
            self.said.append(self._lines.get())
        return self.said

    def base(self) -> str:
        """Where it serves, once it does."""
        return f"http://{self.wait_for(r'Serving on ([^;]+);')[1]}"

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def served(shell: Shell, *words: str) -> Iterator[Service]:
    """`warroom serve` on a port that is free."""
    process = shell.start("serve", "--bind", "127.0.0.1:0", *words)
    try:
        yield Service(process)
    finally:
        process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def health(base: str) -> int:
    """What /health answers, 0 = nothing."""
    try:
        return httpx.get(f"{base}/health", trust_env=False, timeout=PATIENCE).status_code
    except httpx.TransportError:
        return 0
