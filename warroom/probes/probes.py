"""The built-in diagnostics, behind one door. Each is a file of its own, loaded when it is asked for.

A diagnostic may hang where nothing can interrupt it: in the system's resolver, on a network file system. So each runs
on a thread of its own, which is left alone when the time is over; what it was about to say is then no longer heard.
Those that start a program (`journal`, `deploys`) need no such thread: their program is ended with all that it started.
"""

import threading
import time
from collections.abc import Callable
from hashlib import sha256
from queue import Empty, SimpleQueue
from typing import NamedTuple

from warroom.domain.errors import Invalid, Refused
from warroom.domain.ran import Outcome, Ran
from warroom.domain.runbook import Automation
from warroom.domain.text import one_line
from warroom.probes.session import CarryOut, Session, Sink, Trouble, Verdict

_LOOK = 0.05
_LONGEST = 300


class _Diagnostic(NamedTuple):
    """`read` raises Invalid where target or expectation make no sense; `probe` finds out, or raises Trouble."""

    read: Callable[[str, str], object]
    probe: Callable[[str, str, Session], Verdict]


class _End(NamedTuple):
    """What a diagnostic came to: a verdict, or the fault that it died of."""

    verdict: Verdict | None
    fault: Exception | None = None


class Probes:
    """A `Runner` (`runner.contract`) for every tool but `command`. `carry_out`: how a program is run."""

    def __init__(self, carry_out: CarryOut) -> None:
        self._carry_out = carry_out

    def check(self, automation: Automation) -> None:
        """Refused where the target, or what is expected, makes no sense. Asks nobody, neither network nor disk."""
        _diagnostic(automation.tool).read(_target(automation), automation.expect)

    def fingerprint(self, automation: Automation) -> str:
        """The same for every use of a diagnostic: it is part of warroom, and nothing of this host takes its place."""
        self.check(automation)
        return sha256(f"built-in diagnostic: {automation.tool}".encode()).hexdigest()

    def run(self, automation: Automation, heard: Sink, stop: threading.Event) -> Ran:
        """Run one diagnostic to its end, its time-out, or `stop`. `heard` is called on the thread that called this."""
        self.check(automation)
        output = bytearray()

        def keep(piece: bytes) -> None:
            output.extend(piece)
            heard(piece)

        begun = time.monotonic()
        outcome, says = self._run(automation, keep, begun, stop)
        return Ran(outcome, one_line(says, _LONGEST), bytes(output), seconds=round(time.monotonic() - begun, 3))

    def _run(self, automation: Automation, keep: Sink, begun: float, stop: threading.Event) -> tuple[Outcome, str]:
        probe = _diagnostic(automation.tool).probe
        deadline = begun + automation.timeout.total_seconds()

        def work(sink: Sink) -> Verdict:
            session = Session(sink, deadline, stop, self._carry_out)
            try:
                return probe(_target(automation), automation.expect, session)
            except Trouble as trouble:
                return Verdict(False, str(trouble))
            except TimeoutError:
                return Verdict(False, f"{automation.shown} took too long.")

        ours = automation.tool in ("journal", "deploys")
        verdict = work(keep) if ours else _abandonable(work, keep, deadline, stop)
        if stop.is_set() and not (verdict and verdict.passed):
            return "stopped", f"{automation.shown} was stopped."
        if verdict is None:
            return "timed-out", f"{automation.shown} did not end within {automation.timeout.total_seconds():g} s."
        if not verdict.passed and time.monotonic() >= deadline:
            return "timed-out", verdict.says
        return ("passed" if verdict.passed else "failed"), verdict.says


def _abandonable(
    work: Callable[[Sink], Verdict], heard: Sink, deadline: float, stop: threading.Event
) -> Verdict | None:
    """Do the work on a thread of its own, and hand on what it says. None where it had to be left alone."""
    said: SimpleQueue[bytes | _End] = SimpleQueue()

    def thread() -> None:
        try:
            said.put(_End(work(said.put)))
        except Exception as fault:  # noqa: BLE001 - raised again where somebody can hear it
            said.put(_End(None, fault))

    threading.Thread(target=thread, daemon=True, name="probe").start()
    while not stop.is_set() and time.monotonic() < deadline:
        try:
            piece = said.get(timeout=_LOOK)
        except Empty:
            continue
        if isinstance(piece, bytes):
            heard(piece)
            continue
        if piece.fault is not None:
            raise piece.fault
        return piece.verdict
    return None


def _target(automation: Automation) -> str:
    if len(automation.args) > 1:
        raise Invalid(f"“{automation.tool}” has one target, not {len(automation.args)}.", hint="Give only the target.")
    return automation.args[0] if automation.args else ""


def _diagnostic(tool: str) -> _Diagnostic:
    """The diagnostic of this name, loaded now."""
    match tool:
        case "http":
            from warroom.probes import http

            return _Diagnostic(http.read, http.probe)
        case "dns":
            from warroom.probes import dns

            return _Diagnostic(dns.read, dns.probe)
        case "tls":
            from warroom.probes import tls

            return _Diagnostic(tls.read, tls.probe)
        case "tcp":
            from warroom.probes import tcp

            return _Diagnostic(tcp.read, tcp.probe)
        case "disk":
            from warroom.probes import disk

            return _Diagnostic(disk.read, disk.probe)
        case "load":
            from warroom.probes import load

            return _Diagnostic(load.read, load.probe)
        case "journal":
            from warroom.probes import journal

            return _Diagnostic(journal.read, journal.probe)
        case "deploys":
            from warroom.probes import deploys

            return _Diagnostic(deploys.read, deploys.probe)
        case "postgres":
            from warroom.probes import postgres

            return _Diagnostic(postgres.read, postgres.probe)
        case _:
            raise Refused(f"“{one_line(tool, 60)}” is no built-in diagnostic.")
