"""The only bridge between the store and the screen.

Two threads: one follows the log and keeps this terminal's presence, one carries out commands in the order of the keys.
Neither touches a widget; both post frozen values to the screen. No database call is ever made on the event loop.
"""

import os
import socket
import time
import uuid
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread

from textual.message import Message

from warroom.domain.errors import Refused, Unavailable
from warroom.domain.moments import moment
from warroom.domain.text import visible
from warroom.room.presence import BEAT, GONE, Seat, Someone, gather
from warroom.room.room import Room
from warroom.room.spool import Spool
from warroom.tui.scene import Freshness, Unsent, View, freshness

_POLL = 2.0
_LONGEST_PAUSE = 5.0


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

    def __init__(self, name: str, row: str, params: dict[str, object]) -> None:
        self.id = str(uuid.uuid4())
        self.name = name
        self.row = row
        self.params = params


class Link:
    """One terminal's connection to one incident."""

    def __init__(self, room: Room, incident: str, post: Callable[[Message], object], spool: Spool) -> None:
        self._room = room
        self._incident = incident
        self._post = post
        self._spool = spool
        self._feed = room.feed(incident)
        self._seat = Seat(room.store, uuid.uuid4().hex, room.actor.person, f"{socket.gethostname()}:{os.getpid()}")
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._stop = Event()
        self._lock = Lock()
        self._checked = time.monotonic()
        self._tries = 0
        self._problem = ""
        self._row = ""
        self._next_beat = 0.0
        self._people: tuple[Someone, ...] = ()
        self._sent: View | None = None

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
        return View(state.incident, state.org, self._people, unsent, state.lost)

    @property
    def fresh(self) -> Freshness:
        """How fresh that is."""
        return freshness(time.monotonic() - self._checked, self._tries, self._problem)

    def now(self) -> int:
        """The database's time, in microseconds; from the last measured offset, so it never blocks."""
        return self._room.store.now()

    def start(self) -> None:
        """Begin to follow and to carry out."""
        Thread(target=self._follow, daemon=True, name="feed").start()
        Thread(target=self._carry_out, daemon=True, name="commands").start()

    def stop(self) -> None:
        """End both threads; gives the lease up if that is quick."""
        self._stop.set()
        self._orders.put(None)
        self._room.store.wake()
        self._seat.leave()

    def do(self, name: str, row: str = "", /, **params: object) -> None:
        """Carry a command out, after those before it. `Answered` tells what came of it."""
        self._orders.put(_Order(name, row, params))

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
                self._room.store.wait(_POLL)
            except Refused as problem:
                self._tries += 1
                self._problem = visible(f"{problem.message} {problem.hint}".strip())
                self._stop.wait(min(_LONGEST_PAUSE, 0.25 * 2 ** min(self._tries, 6)))

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

    def _send_spooled(self) -> None:
        if self._spool.pending():
            self._spool.drain(self._room)

    def _publish(self) -> None:
        """Tell the screen, unless it knows already."""
        with self._lock:
            view = self.view
            old = self._sent
            if old is None or view.incident is not old.incident or view != old:
                self._sent = view
                self._post(ViewChanged(view))

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
            self._room.do(order.name, self._incident, command_id=order.id, **order.params)
        except Unavailable as unavailable:
            return self._keep(order, unavailable)
        except Refused as refused:
            return refused, False
        return None, False

    def _keep(self, order: _Order, unavailable: Unavailable) -> tuple[Refused | None, bool]:
        """A note is kept and sent later, under the same id; anything else must be decided on what is true, now."""
        try:
            self._spool.add(order.id, self._incident, order.name, order.params, self.now())
        except Refused:
            return unavailable, False
        return None, True
