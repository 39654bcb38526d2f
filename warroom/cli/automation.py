"""Running an automated step from the command line, with its output as it comes."""

import codecs
import contextlib
import signal
import threading
from collections.abc import Iterator

from warroom.cli.acts import acts, answer, command_id
from warroom.cli.options import Action, Values
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain.text import visible_lines
from warroom.room import commands, views


class Printer:
    """Output of a command, line by line, as it arrives; what is no UTF-8 becomes �."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def heard(self, piece: bytes) -> None:
        """A piece of output."""
        *lines, self._rest = visible_lines(self._rest + self._decoder.decode(piece)).split("\n")
        for line in lines:
            self._out.line(line)
        self._out.flush()

    def close(self) -> None:
        """The last line, where it does not end."""
        if self._rest:
            self._out.line(self._rest)


def run(session: Session, values: Values) -> int:
    """Run a step here, or ask a second person first. Exit 0: it passed, or it waits for approval; 1: it did not."""
    from warroom.bootstrap import open_runner
    from warroom.room import automation

    room, out = session.room(), session.out
    incident = session.incident(values.get("incident"))
    runner = open_runner(session.settings)
    outcome, started = automation.begin(
        room, runner, incident, values["step"], bool(values.get("again")), command_id(values)
    )
    room.store.ring()
    if started is None:
        answer(session, commands.find("step.run"), outcome, [])
        if not outcome.repeated:
            out.say("A second person has to approve it; then say this once more.")
            out.say(f"To approve: warroom step {outcome.incident.name} approve {values['step']}")
        return 0
    out.say(f"{started.step} runs: {started.what.shown}")
    printer = Printer(out)
    with _interrupts() as stop:
        ran, reported = automation.carry_out(
            room, runner, incident, started, (lambda piece: None) if out.json else printer.heard, stop
        )
    room.store.ring()
    if out.json:
        entries = [reported.incident.timeline[fact.seq - 1] for fact in reported.facts]
        acted = views.acted(reported.state, entries, reported.repeated)
        out.data(acted | {"ending": ran.outcome, "says": ran.says, "output": ran.output.decode(errors="replace")})
    else:
        printer.close()
        out.say(f"{started.step} {ran.outcome}: {ran.says}")
    return 0 if ran.outcome == "passed" else 1


@contextlib.contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """While something runs, an interrupt stops that, and what came of it is still written down."""
    stop = threading.Event()
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


_DERIVED = acts("step")["step run"]

ACTIONS = {"step run": Action(_DERIVED.help, run, _DERIVED.args, incident=True)}
