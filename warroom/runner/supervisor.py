"""The process between the console and a command: it outlives the console just long enough to end the command.

A process of its own, started by `supervised` with `python -I -S`: it loads the standard library and this room only.
In: one line of JSON on descriptor 0, `{"path", "argv", "environment", "timeout", "grace"}` (seconds), after which the
pipe stays open. Its end means "end the command": the console wants that, or has died, however it died. Out: `frames`
on descriptor 1.

The command leads a session and a process group of its own, without a terminal. When it has ended, or has to, SIGTERM
goes to the whole group, and after the grace SIGKILL: nothing that it started outlives it. On Linux a process that left
the group is found all the same, because orphans are handed to this process; elsewhere one that called setsid escapes.
"""

import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from warroom.runner.frames import Outbox, Tape, frame
from warroom.runner.processes import CHILD_SUBREAPER, PDEATHSIG, prctl, signal_name, strays, wakeful

SAMPLE = 4096
"Bytes of one sample of the output that is not kept."

_CONTROL, _REPORT = 0, 1
_CHUNK = 65536
_SAMPLE_EVERY = 0.1
_BREATH = 0.001  # a pause after each chunk too many: a flood costs no whole core, here or there
_TICK = 0.05
_STUCK = 3.0  # after SIGKILL only a process that hangs in the kernel, or one of another user, still lives


class Watch:
    """One command, from its start to the end of all that it started."""

    def __init__(self, order: dict[str, Any], prctl: Callable[[int, int], bool]) -> None:
        self.order = order
        self.prctl = prctl
        self.adopts = prctl(CHILD_SUBREAPER, 1)
        self.tape, self.outbox = Tape(), Outbox(_REPORT)
        self.deadline = time.monotonic() + order["timeout"]
        self.how = ""
        self.status: int | None = None
        self.alone = False
        self.kill_at = 0.0  # 0 = nothing has to end yet
        self.told: set[int] = set()
        self.shown = 0.0
        self.poll = select.poll()
        self.wake = wakeful(self.stop)

    def run(self) -> None:
        """Start, watch, clear away, report."""
        try:
            self.leader, self.output = self.start()
        except (OSError, subprocess.SubprocessError) as error:
            self.report(how="unstartable", error=getattr(error, "strerror", None) or str(error))
            return
        try:
            for fd in (self.output, _CONTROL, self.wake):
                self.poll.register(fd, select.POLLIN)
            while not self.over():
                self.turn()
        finally:
            self.strike(signal.SIGKILL)
        self.drain()
        code = None if self.status is None else os.waitstatus_to_exitcode(self.status)
        killed = code is not None and code < 0
        self.report(
            how=self.how or "ended",
            code=None if killed else code,
            signal=signal_name(-code) if killed and code is not None else None,
            stuck=not self.alone,
        )

    def start(self) -> tuple[int, int]:
        """The command's process id, and the descriptor that its output is read from."""
        output, into = os.pipe()
        os.set_blocking(output, False)
        me, report = os.getpid(), os.dup(_REPORT)

        def prepare() -> None:
            # Before it can do anything: a console that loses this process must know whom to end.
            os.write(report, frame(b"p", str(os.getpid()).encode()))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            self.prctl(PDEATHSIG, signal.SIGKILL)
            if os.getppid() != me:
                os._exit(1)

        order = self.order
        process = subprocess.Popen(
            order["argv"],
            executable=order["path"],
            env=order["environment"],
            stdin=subprocess.DEVNULL,
            stdout=into,
            stderr=into,
            cwd="/",
            umask=0o077,
            start_new_session=True,
            preexec_fn=prepare,
        )
        os.close(into)
        os.close(report)
        process.returncode = 0  # `reap` waits for it, not the object
        return process.pid, output

    def turn(self) -> None:
        """Wait for something to happen, and deal with it."""
        if self.outbox.pending:
            self.poll.register(_REPORT, select.POLLOUT)
        else:
            with suppress(KeyError):
                self.poll.unregister(_REPORT)
        wait = _TICK if self.kill_at else min(1.0, max(0.0, self.deadline - time.monotonic()))
        for fd, _ in self.poll.poll(wait * 1000):
            if fd == self.output:
                self.hear()
            elif fd == _CONTROL:
                self.obey()
            elif fd == self.wake:
                os.read(fd, _CHUNK)
            else:
                self.outbox.flush()
        self.reap()
        if not self.kill_at and time.monotonic() >= self.deadline:
            self.end("timed-out")
        if self.kill_at:
            self.strike(signal.SIGTERM if time.monotonic() < self.kill_at else signal.SIGKILL)

    def hear(self) -> bool:
        """Read a piece of the output. False where there is none right now, or none any more."""
        try:
            data = os.read(self.output, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            with suppress(KeyError):
                self.poll.unregister(self.output)
            return False
        head = self.tape.feed(data)
        if head:
            self.outbox.add(b"o", head)
        if len(head) < len(data):
            if time.monotonic() - self.shown >= _SAMPLE_EVERY and not self.outbox.pending:
                self.shown = time.monotonic()
                self.outbox.add(b"l", data[len(head) :][-SAMPLE:])
            time.sleep(_BREATH)
        return True

    def drain(self) -> None:
        """Read what is still in the pipe; bounded, for where somebody who escaped goes on writing."""
        for _ in range(64):
            if not self.hear():
                return

    def obey(self) -> None:
        """The console's end of the pipe was closed."""
        if not os.read(_CONTROL, _CHUNK):
            self.poll.unregister(_CONTROL)
            self.end("stopped")

    def stop(self, *_: object) -> None:
        """A signal told this process to end: the command ends with it."""
        self.end("stopped")

    def end(self, how: str) -> None:
        """Begin to end everything. The first reason is the one that is reported."""
        if not self.kill_at:
            self.how = how
            self.kill_at = time.monotonic() + self.order["grace"]

    def reap(self) -> None:
        """Take in who has ended. Whatever the command leaves behind is ended as well."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.alone = self.adopts or not self.group_lives()
                return
            if not pid:
                return
            self.told.discard(pid)
            if pid == self.leader:
                self.status = status
                self.end("")

    def over(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.alone or bool(self.kill_at and time.monotonic() > self.kill_at + _STUCK)

    def group_lives(self) -> bool:
        """Whether anybody is left in the command's process group. Where only dead ones are, macOS says EPERM."""
        try:
            os.killpg(self.leader, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def strike(self, sign: int) -> None:
        """Send a signal to everything that is left: SIGTERM once to each, SIGKILL until it is gone."""
        if self.alone:
            return
        for pid in [-self.leader, *(strays(self.leader) if self.adopts else ())]:
            if sign == signal.SIGKILL or pid not in self.told:
                self.told.add(pid)
                with suppress(OSError):
                    os.kill(pid, sign)
                    os.kill(pid, signal.SIGCONT)  # who is stopped hears nothing

    def report(self, **result: Any) -> None:
        """Tell the console how it ended."""
        tail, cut = self.tape.end()
        if tail:
            self.outbox.add(b"t", tail)
        self.outbox.add(b"r", json.dumps({"cut": cut, **result}).encode())
        self.outbox.finish()


def _order() -> dict[str, Any]:
    line = bytearray()
    while not line.endswith(b"\n"):
        data = os.read(_CONTROL, 1)
        if not data:
            sys.exit(1)
        line += data
    found: dict[str, Any] = json.loads(line)
    return found


def main() -> None:
    """Carry out the order that comes in."""
    # What the console ignores or blocks, the command must not inherit.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for sign in signal.valid_signals() - {signal.SIGPIPE, signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(sign) is signal.SIG_IGN:
            signal.signal(sign, signal.SIG_DFL)
    control = prctl()
    control(PDEATHSIG, signal.SIGTERM)
    Watch(_order(), control).run()
