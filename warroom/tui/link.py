"""The only bridge between the store and the screen.

Two threads: one follows the log and keeps this terminal's presence, one carries out commands in the order of the keys.
Neither touches a widget; both post frozen values to the screen. No database call is ever made on the event loop.
"""

import contextlib
import os
import socket
import time
import uuid
from collections.abc import Callable
from datetime import UTC, tzinfo
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from textual.message import Message

from warroom.domain.errors import Refused, Unavailable
from warroom.domain.library import LibraryEntry
from warroom.domain.moments import moment
from warroom.domain.text import visible
from warroom.room.calls import Call, calls
from warroom.room.engines import Engines, engines
from warroom.room.presence import BEAT, GONE, Seat, Someone, gather
from warroom.room.room import Room
from warroom.room.spool import Spool
from warroom.runner.contract import Runner
from warroom.store.contract import Damaged
from warroom.tui.runs import Runs, nothing_runs
from warroom.tui.scene import Freshness, Unsent, View, freshness

_POLL = 2.0
_LONGEST_PAUSE = 5.0
_PATIENCE = 0.5
_GRACE = 10.0
"Seconds without an engine before that is told: a console that has just opened is about to start one."
_SEND, _DROP = "unsent.send", "unsent.drop"


class ViewChanged(Message):
    """The log, or who is here, has changed."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def can_replace(self, message: Message) -> bool:
        """Only the newest view counts."""
        return isinstance(message, ViewChanged)


class Answered(Message):
    """A command returned. `refused` None = done. `spooled`: it is kept and will be sent later. `text`: what it said."""

    def __init__(self, name: str, row: str, refused: Refused | None, spooled: bool = False, text: str = "") -> None:
        super().__init__()
        self.name = name
        self.row = row
        self.refused = refused
        self.spooled = spooled
        self.text = text


class _Order:
    """One command on its way."""

    def __init__(self, name: str, row: str, params: dict[str, Any]) -> None:
        self.id = str(uuid.uuid4())
        self.name = name
        self.row = row
        self.params = params


class Link:
    """One terminal's connection to one incident."""

    def __init__(
        self,
        room: Room,
        incident: str,
        post: Callable[[Message], object],
        spool: Spool,
        runner: Callable[[], Runner] = nothing_runs,
        shelf: Callable[[], tuple[LibraryEntry, ...]] = tuple,
    ) -> None:
        """`runner` carries out automated steps on this machine; it is made when the first one is to run.

        `shelf` finds the runbooks outside the log; it is asked once, beside everything else.
        """
        self._room = room
        self._incident = incident
        self._post = post
        self._spool = spool
        self._feed = room.feed(incident)
        self._seat = Seat(room.store, uuid.uuid4().hex, room.actor.person, f"{socket.gethostname()}:{os.getpid()}")
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._stop = Event()
        self._lock = Lock()
        self.zone: tzinfo = UTC
        self._checked = time.monotonic()
        self._tries = 0
        self._problem = ""
        self._row = ""
        self._next_beat = 0.0
        self._people: tuple[Someone, ...] = ()
        self._engines: Engines | None = None
        self._calls: tuple[Call, ...] = ()
        self._led = time.monotonic()
        self._sent: View | None = None
        self._told: set[str] = set()
        self._audited = False
        self._find_shelf = shelf
        self._shelf: tuple[LibraryEntry, ...] = ()
        self._alarm = ""
        self.runs = Runs(room, incident, runner, post, self._news)
        self._follower = Thread(target=self._follow, daemon=True, name="feed")

    @property
    def view(self) -> View:
        """What is known now."""
        state = self._feed.state
        assert state.incident is not None
        unsent = tuple(
            Unsent(str(each.params.get("text", "")), str(each.params.get("step", "")), moment(each.written))
            for each in self._spool.pending()
            if each.incident == self._incident
        )
        around = (self._alarm, self._shelf, self._engines, self._calls)
        return View(state.incident, state.org, self._people, unsent, state.lost, *around)

    @property
    def fresh(self) -> Freshness:
        """How fresh that is."""
        return freshness(time.monotonic() - self._checked, self._tries, self._problem)

    def now(self) -> int:
        """The database's time, in microseconds; from the last measured offset, so it never blocks."""
        return self._room.store.now()

    def start(self) -> None:
        """Begin to follow and to carry out."""
        self._follower.start()
        Thread(target=self._carry_out, daemon=True, name="commands").start()
        Thread(target=self._look_around, daemon=True, name="shelf").start()

    def stop(self) -> None:
        """End both threads; the lease is given up if that is quick, and runs out by itself if not."""
        self.runs.stop_all()
        self._stop.set()
        self._orders.put(None)
        self._room.store.wake()
        self._follower.join(_PATIENCE)

    def do(self, name: str, row: str = "", /, **params: object) -> None:
        """Carry a command out, after those before it. `Answered` tells what came of it."""
        self._orders.put(_Order(name, row, params))

    def settle_unsent(self, send: bool) -> None:
        """Send the notes that are kept here, however old, or drop them."""
        self._orders.put(_Order(_SEND if send else _DROP, "", {}))

    def touch(self, row: str) -> None:
        """A key was pressed, and the cursor is on this step ("" = none)."""
        self._seat.active()
        if row != self._row:
            self._row = row
            if self._next_beat - time.monotonic() < BEAT - 1:
                self._next_beat = 0.0
                self._room.store.wake()

    # The following thread.

    def _follow(self) -> None:
        while not self._stop.is_set():
            try:
                self._feed.refresh()
                self._answered()
                self._keep_presence()
                self._send_spooled()
                self._publish()
                self._audit()
                self._room.store.wait(_POLL)
            except Exception as problem:  # noqa: BLE001 - a thread that dies leaves a screen that looks alive
                refused = _fault(problem)
                self._tries += 1
                self._problem = visible(f"{refused.message} {refused.hint}".strip())
                self._stop.wait(min(_LONGEST_PAUSE, 0.25 * 2 ** min(self._tries, 6)))
        with contextlib.suppress(Refused):
            self._seat.leave()

    def _audit(self) -> None:
        """Once, after the first frame: does what was read at the start hold together? Too slow to wait for."""
        if not self._audited:
            self._audited = True
            try:
                self._feed.audit()
            except Damaged as damage:
                self._alarm = visible(f"{damage.message} {damage.hint}")
                self._publish()

    def _look_around(self) -> None:
        """Find the runbooks outside the log. Without them the console works as well, so nothing here stops it."""
        with contextlib.suppress(Exception):
            self._shelf = self._find_shelf()
            self._publish()

    def _answered(self) -> None:
        self._checked = time.monotonic()
        self._tries = 0
        self._problem = ""

    def _keep_presence(self) -> None:
        if time.monotonic() < self._next_beat:
            return
        self._next_beat = time.monotonic() + BEAT
        self._seat.beat(self._incident, self._row)
        now = self.now()
        self._people = gather(self._room.store.present(now - GONE), self._incident, now)
        self._look_for_engines()
        self._calls = calls(self._room, self._room.actor.person, self._incident)

    def _look_for_engines(self) -> None:
        found = engines(self._room.store)
        if found.leads:
            self._led = time.monotonic()
        if found.leads or found.overdue or time.monotonic() - self._led > _GRACE:
            self._engines = found

    def _send_spooled(self) -> None:
        """Send the notes that wait. Each that cannot be sent is told of once, and stays on the timeline as pending."""
        if not self._spool.pending():
            return
        drained = self._spool.drain(self._room)
        for entry, why in drained.refused:
            self._tell(entry.command_id, f"A note could not be sent, and is kept: {why}")
        for entry in drained.old:
            self._tell(entry.command_id, "Notes of more than a day ago wait here: W sends or drops them.")

    def _tell(self, about: str, text: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._post(Answered("note", "", Refused(text)))

    def _publish(self) -> None:
        """Tell the screen, unless it knows already."""
        with self._lock:
            view = self.view
            old = self._sent
            if old is None or view.incident is not old.incident or view != old:
                self._sent = view
                self._post(ViewChanged(view))

    def _news(self) -> None:
        """Something was appended from here: our own frame first, then the others."""
        self._publish()
        self._room.store.ring()

    # The command thread.

    def _carry_out(self) -> None:
        while (order := self._orders.get()) is not None:
            refused, spooled = self._try(order)
            self._publish()
            text = str(order.params.get("text", ""))
            self._post(Answered(order.name, order.row, refused, spooled, text))
            if refused is None and not spooled:
                # Our own frame first, then the others: they compete for the same two cores on a bastion.
                self._room.store.ring()

    def _try(self, order: _Order) -> tuple[Refused | None, bool]:
        try:
            if order.name in (_SEND, _DROP):
                self._settle(send=order.name == _SEND)
                return None, False
            self._room.do(order.name, self._incident, command_id=order.id, zone=self.zone, **order.params)
        except Unavailable as unavailable:
            return self._keep(order, unavailable)
        except Exception as problem:  # noqa: BLE001 - the same
            return _fault(problem), False
        return None, False

    def _settle(self, send: bool) -> None:
        if send:
            self._spool.drain(self._room, old=True)
        else:
            self._spool.forget({each.command_id for each in self._spool.pending()})

    def _keep(self, order: _Order, unavailable: Unavailable) -> tuple[Refused | None, bool]:
        """A note is kept and sent later, under the same id; anything else must be decided on what is true, now."""
        try:
            self._spool.add(order.id, self._incident, order.name, order.params, self.now())
        except Refused:
            return unavailable, False
        return None, True


def _fault(problem: Exception) -> Refused:
    """A refusal as it stands; a fault of the program as a sentence."""
    if isinstance(problem, Refused):
        return problem
    return Refused(
        f"warroom has a fault: {type(problem).__name__}: {problem}.",
        hint="Try again; if it stays, leave and join again: what is in the log is safe.",
    )
