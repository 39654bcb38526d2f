"""Following an incident: its timeline on stdout, one line for each entry, as it grows. Also for screen readers."""

import gc
import time

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Unavailable
from warroom.domain.timeline import Entry
from warroom.room import plain, views
from warroom.room.feed import Feed, State
from warroom.store.contract import Damaged, Store

POLL = 2.0
_WORDS = str.maketrans({"✓": "done", "→": "to", "…": "..."})


def follow(session: Session, values: Values) -> int:
    """Print the timeline from an entry on, and what comes after it, until stopped. Goes on after outages."""
    first = values.get("from", "1")
    if not (first.isascii() and first.isdecimal() and len(first) < 10):
        raise Usage(f"--from: “{first}” is no number of an entry.", hint="Entries are numbered from 1.")
    room = session.room()
    incident = session.incident(values.get("incident"))
    printer = _Printer(session, int(first) - 1, "plain" in values)
    feed = room.feed(incident)
    # This process may run for days.
    gc.enable()
    state: State | None = feed.state
    while True:
        if state is not None and printer.show(state) and "until_closed" in values:
            return 0
        if "once" in values or session.out.unread():
            return 0
        state = _next(session, feed, room.store, printer)


def _next(session: Session, feed: Feed, store: Store, printer: "_Printer") -> State | None:
    """Wait for news and read on; None while the database cannot be reached. Damaged where the log is."""
    try:
        store.wait(POLL)
        state = feed.refresh()
    except Damaged:
        raise
    except Unavailable as reason:
        printer.cut(reason.message)
        time.sleep(POLL)
        return None
    printer.back()
    return state


class _Printer:
    """What was printed so far, and whether the reader knows of an outage."""

    def __init__(self, session: Session, printed: int, plain: bool) -> None:
        self._out = session.out
        self._printed = printed
        self._plain = plain
        self._cut = False
        self._lost = 0

    def show(self, state: State) -> bool:
        """Print what is new; whether the incident is closed."""
        incident = state.incident
        assert incident is not None  # it was found before
        if state.lost != self._lost:
            self._lost = state.lost
            self._printed = min(self._printed, len(incident.timeline))
            self._out.say(f"After position {state.lost} the log is another one: a failover or a restore.")
        for number in range(self._printed, len(incident.timeline)):
            self._print(incident.timeline[number])
        self._printed = max(self._printed, len(incident.timeline))
        self._out.flush()
        return incident.clock.closed

    def _print(self, entry: Entry) -> None:
        if self._out.json:
            self._out.record(views.entry(entry))
        elif self._plain:
            self._out.line(f"{plain.stamp(entry.happened)} {entry.actor} {entry.kind} {entry.text.translate(_WORDS)}")
        else:
            self._out.line(f"{entry.happened:%Y-%m-%d %H:%M:%S} {entry.actor:<10} {entry.kind:<11} {entry.text}")

    def cut(self, why: str) -> None:
        """Say once that the database is out of reach."""
        if not self._cut:
            self._out.say(f"Cut off: {why} Trying again.")
        self._cut = True

    def back(self) -> None:
        """Say once that it is there again."""
        if self._cut:
            self._out.say("Back: the database answers again.")
        self._cut = False


ACTIONS = {
    "follow": Action(
        "print the timeline as it grows",
        follow,
        (
            Arg("--from", "the number of the entry to begin with", required=False),
            Arg(
                "--plain",
                "for scripts and screen readers: words instead of signs",
                kind="flag",
                required=False,
            ),
            Arg("--once", "end with what there is now", kind="flag", required=False),
            Arg("--until-closed", "end when the incident is closed", kind="flag", required=False),
        ),
        incident=True,
    )
}
