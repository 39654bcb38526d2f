"""Automated steps that this console runs: each on a thread of its own, with its output kept to be watched."""

import codecs
from collections.abc import Callable
from threading import Event, Lock, Thread

from textual.message import Message

from warroom.domain.errors import Refused
from warroom.domain.text import visible, visible_lines
from warroom.room.room import Room
from warroom.runner.contract import Runner

_KEPT = 2000
"Lines of output that can be scrolled back to; all of it is in the evidence."
_PATIENCE = 3.0


def nothing_runs() -> Runner:
    """For a console that was given no runner."""
    raise Refused("Nothing can be run from here.", hint="Copy the command with y.")


class RunAnswered(Message):
    """A step began to run here, could not, waits for a second person, or ended. `text`: what to say, "" = nothing."""

    def __init__(self, step: str, refused: Refused | None = None, began: bool = False, text: str = "") -> None:
        super().__init__()
        self.step = step
        self.refused = refused
        self.began = began
        self.text = text


class Output:
    """What a run has written so far. `ended`: what came of it, "" = it still runs. Safe to use from two threads."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.ended = ""
        self.passed = False
        self.stop = Event()
        self._lock = Lock()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._lines: list[str] = [""]
        self.version = 0

    def heard(self, piece: bytes) -> None:
        """A piece of output."""
        text = visible_lines(self._decoder.decode(piece).replace("\t", "    "))
        with self._lock:
            first, *more = text.split("\n")
            self._lines[-1] += first[: 10_000 - len(self._lines[-1])]
            self._lines += (each[:10_000] for each in more)
            del self._lines[:-_KEPT]
            self.version += 1

    def end(self, passed: bool, text: str) -> None:
        """It ended."""
        with self._lock:
            self.passed, self.ended = passed, visible(text)
            self.version += 1

    @property
    def lines(self) -> list[str]:
        """The lines so far."""
        with self._lock:
            return [*self._lines] if self._lines[-1] else self._lines[:-1]


class Runs:
    """The runs of one console on one incident. `changed` is called after each of their facts is in the log."""

    def __init__(
        self,
        room: Room,
        incident: str,
        runner: Callable[[], Runner],
        post: Callable[[Message], object],
        changed: Callable[[], None],
    ) -> None:
        self._room = room
        self._incident = incident
        self._runner = runner
        self._post = post
        self._changed = changed
        self._outputs: dict[str, Output] = {}
        self._threads: list[Thread] = []

    def output(self, step: str) -> Output | None:
        """The output of the last run of a step here."""
        return self._outputs.get(step)

    @property
    def active(self) -> list[str]:
        """The steps that run here now."""
        return [step for step, output in self._outputs.items() if not output.ended]

    def start(self, step: str, again: bool) -> None:
        """Run a step here; `RunAnswered` tells what comes of it."""
        thread = Thread(target=self._carry_out, args=(step, again), daemon=True, name=f"run {step}")
        self._threads.append(thread)
        thread.start()

    def stop_all(self) -> None:
        """End what runs. What came of it is written down if that is quick; else it is unknown."""
        for output in self._outputs.values():
            output.stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _carry_out(self, step: str, again: bool) -> None:
        from warroom.room import automation

        output: Output | None = None
        try:
            runner = self._runner()
            _, started = automation.begin(self._room, runner, self._incident, step, again)
            self._changed()
            if started is None:
                self._post(RunAnswered(step, text="A second person has to approve it with a; then r runs it."))
                return
            output = self._outputs[step] = Output(started.what.shown)
            self._post(RunAnswered(step, began=True))
            ran, _ = automation.carry_out(self._room, runner, self._incident, started, output.heard, output.stop)
            output.end(ran.outcome == "passed", f"{ran.outcome.replace('-', ' ')}: {ran.says}")
            self._changed()
            self._post(RunAnswered(step, text=f"{step} {output.ended}"))
        except Exception as problem:  # noqa: BLE001 - a thread that dies leaves a screen that waits for ever
            refused = problem if isinstance(problem, Refused) else Refused(f"warroom has a fault: {problem}.")
            if output is not None:
                output.end(False, f"{refused.message} What came of it is not written down.")
            self._post(RunAnswered(step, refused))
