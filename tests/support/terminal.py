"""A program on a real pseudo-terminal: what its user would see, and the keys its user would press.

    with Terminal([sys.executable, "-m", "warroom", "join", "INC-1"], columns=80, rows=24) as ana:
        ana.wait_for("ACTIVE")
        ana.press("space")
        ana.wait_for(r"✓ 1\\.1")

Whenever one terminal waits, the output of all open terminals is read and stamped, and only drawn later: so a
program is never held up by a full pty, and the moments returned here do not contain the time we take to draw.
A moment is a `time.perf_counter()` value. A match counts once the frame is complete, as on a real terminal.
"""

import atexit
import fcntl
import os
import re
import select
import shlex
import signal
import subprocess
import termios
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.support import keys, processes
from tests.support.screen import BRACKETED_PASTE, Screen

_MARK: Final = "TERMINAL_UNDER_TEST"
_ANOTHER_TERMINAL: Final = ("COLUMNS", "LINES", "TMUX", "STY", "NO_COLOR", "TERM_PROGRAM")
_QUESTION: Final = re.compile(rb"(?:\x1b\[|\x9b)[?0-9;]*(?:\$p|[cn])")
_LONGEST_QUESTION: Final = 16  # bytes; a question may be cut in two by a read
_PATIENCE: Final = 2.0  # seconds between hanging up and SIGKILL

_open: "set[Terminal]" = set()


class NotSeen(AssertionError):
    """The program did not do in time what was waited for. The message holds the screen."""


class Terminal:
    """One program, one pty, one screen. Leaving the context ends the program and every process it started."""

    screen: Screen
    """The picture, for its cells, title and modes. `text` first draws what has arrived meanwhile."""

    started: float
    """The moment just before the program was spawned."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        columns: int = 120,
        rows: int = 36,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.screen = Screen(columns, rows)
        self._command = shlex.join(map(str, argv))
        self._mark = uuid.uuid4().hex
        self._raw = bytearray()
        self._arrived: deque[tuple[float, bytes]] = deque()  # read and stamped, not drawn yet
        self._drawn_at = self._heard_at = self.started = time.perf_counter()
        self._connected = True
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        termios.tcsetwinsize(slave, (rows, columns))
        here = {name: value for name, value in os.environ.items() if name not in _ANOTHER_TERMINAL}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        try:
            self._process = subprocess.Popen(
                argv,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=cwd,
                env={**here, **terminal, **(env or {}), _MARK: self._mark},
                start_new_session=True,
                preexec_fn=_log_in,
            )
        except (OSError, subprocess.SubprocessError):
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        _open.add(self)

    # What is seen

    @property
    def text(self) -> str:
        """The screen as it is now, rows without the blanks at their ends."""
        listen(0)
        self._draw_all()
        return self._text()

    def line(self, row: int) -> str:
        """One row of the screen as it is now, counted from 0, without the blanks at its end."""
        return self.text.split("\n")[row]

    @property
    def raw(self) -> bytes:
        """Every byte that the program has written."""
        listen(0)
        return bytes(self._raw)

    def wait_for(self, pattern: str, timeout: float = 10.0) -> float:
        """Wait until the screen matches (`^` and `$` are the ends of a row); the moment at which it did."""
        seek = re.compile(pattern, re.MULTILINE).search
        return self._wait(lambda text: seek(text) is not None, f"no match for {pattern!r}", timeout)

    def wait_until_gone(self, pattern: str, timeout: float = 10.0) -> float:
        """Wait until the screen no longer matches; the moment from which on it did not."""
        seek = re.compile(pattern, re.MULTILINE).search
        return self._wait(lambda text: seek(text) is None, f"still a match for {pattern!r}", timeout)

    def settle(self, quiet: float = 0.2, timeout: float = 10.0) -> None:
        """Wait until the program has written nothing for `quiet` seconds from now on."""
        asked_at = time.perf_counter()
        while self._connected and (left := max(asked_at, self._heard_at) + quiet - time.perf_counter()) > 0:
            if time.perf_counter() > asked_at + timeout:
                raise self._not_seen("the program does not stop writing", timeout)
            listen(left)
        self._draw_all()

    def watch(self, seconds: float) -> None:
        """Let time pass while everything that arrives is read and drawn."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            listen(left)
            self._draw_all()

    # What is typed: each returns the moment just before it was sent

    def press(self, *names: str) -> float:
        """Press keys by name, for example "space", "ctrl+p", "D"; see `tests.support.keys`."""
        return self.send(b"".join(map(keys.encode, names)))

    def type_text(self, text: str) -> float:
        """Type characters as they are; a line break is Enter."""
        return self.send(text.replace("\n", "\r").encode())

    def paste(self, text: str) -> float:
        """Paste: between the two marks if the program asked for them. Nothing is filtered out."""
        pasted = text.replace("\n", "\r").encode()
        if BRACKETED_PASTE in self.screen.modes:
            pasted = b"\x1b[200~" + pasted + b"\x1b[201~"
        return self.send(pasted)

    def send(self, data: bytes) -> float:
        """Send bytes as they are."""
        sent_at = time.perf_counter()
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:  # the program is not reading; it may be waiting for us to read
                if time.perf_counter() - sent_at > 10:
                    raise self._not_seen("the program does not read what is typed", 10) from None
                listen(0.01)
            except OSError:
                raise self._not_seen("nobody is left to type to", 0) from None
        return sent_at

    # What happens to the terminal and to the program

    def resize(self, columns: int, rows: int) -> float:
        """Change the size of the window; the program gets SIGWINCH."""
        self._draw_all()
        self.screen.resize(columns, rows)
        resized_at = time.perf_counter()
        termios.tcsetwinsize(self._master, (rows, columns))
        return resized_at

    def hangup(self) -> None:
        """The window is closed, or the line is cut: SIGHUP, and no more reads or writes."""
        if self in _open:
            _open.remove(self)
            os.close(self._master)
            self._connected = False

    def kill(self, signum: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the program itself."""
        self._process.send_signal(signum)

    @property
    def is_running(self) -> bool:
        """Whether the program itself has not ended yet."""
        return self._process.poll() is None

    def wait_exit(self, timeout: float = 10.0) -> int:
        """Wait until the program itself has ended; its exit code, or minus the signal that killed it."""
        deadline = time.perf_counter() + timeout
        while (code := self._process.poll()) is None:
            if time.perf_counter() > deadline:
                raise self._not_seen("the program has not ended", timeout)
            listen(0.01)
        listen(0)
        self._draw_all()
        return code

    @property
    def pid(self) -> int:
        """Process id of the program itself."""
        return self._process.pid

    def processes(self) -> list[int]:
        """Ids of the program and of every process that it started, directly or not, and that still lives."""
        return processes.bearing(f"{_MARK}={self._mark}")

    def cpu_seconds(self) -> float:
        """Processor time that these processes have used."""
        return processes.cpu_seconds(self.processes())

    def pss_bytes(self) -> int:
        """Memory of these processes, shared pages in proportion."""
        return processes.pss_bytes(self.processes())

    def close(self) -> None:
        """Hang up, and kill what has not ended soon after."""
        self.hangup()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        while left := self.processes():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, NotSeen):
            error.add_note(self.picture())
        self.close()

    def picture(self) -> str:
        """The screen and the state of the program, to be read in a failure."""
        code = self._process.poll()
        state = "running" if code is None else f"ended with {code}"
        self._draw_all()
        return "\n".join([f"{self._command} ({state})", *(f"│ {line}" for line in self._text().split("\n"))])

    # Within

    def _text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.lines)

    def _wait(self, holds: Callable[[str], bool], what: str, timeout: float) -> float:
        deadline = time.perf_counter() + timeout
        while self.screen.in_frame or not holds(self._text()):
            left = deadline - time.perf_counter()
            if self._arrived:
                self._draw()
                listen(0)
            elif self._connected and left > 0:
                listen(left)
            else:
                raise self._not_seen(what, timeout)
        return self._drawn_at

    def _receive(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65_536)
            except BlockingIOError:
                return
            except OSError:  # the last process has closed the terminal
                data = b""
            if not data:
                self._connected = False
                return
            self._heard_at = time.perf_counter()
            self._arrived.append((self._heard_at, data))
            self._raw += data
            if _QUESTION.search(self._raw, max(0, len(self._raw) - len(data) - _LONGEST_QUESTION)):
                self._draw_all()  # the answer may be the place of the cursor

    def _draw(self) -> None:
        self._drawn_at, data = self._arrived.popleft()
        if answer := self.screen.feed(data):
            with suppress(OSError):
                os.write(self._master, answer)

    def _draw_all(self) -> None:
        while self._arrived:
            self._draw()

    def _not_seen(self, what: str, timeout: float) -> NotSeen:
        return NotSeen(f"After {timeout:g} s: {what}.\n{self.picture()}")


def listen(seconds: float) -> None:
    """Read what all open terminals have written; wait for it at most so long."""
    poller = select.poll()
    connected = {terminal._master: terminal for terminal in _open if terminal._connected}
    for descriptor in connected:
        poller.register(descriptor, select.POLLIN)
    for descriptor, _ in poller.poll(seconds * 1000):
        connected[descriptor]._receive()


def listen_for(seconds: float) -> None:
    """Read for so long, and draw nothing: the way to time many terminals at once."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        listen(left)


def _log_in() -> None:
    """Runs in the child: the pty becomes its controlling terminal, signals are as after a login."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for signum in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(signum, signal.SIG_DFL)


@atexit.register
def _close_all() -> None:
    for terminal in list(_open):
        terminal.close()
