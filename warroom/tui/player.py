"""What a replay needs beside the screen: seeking, searching, bookmarks, and the place that is shared with others.

Nothing here touches a widget; frozen values are posted to the screen. Of all the positions that were wanted while one
was being worked out only the newest is worked out next, so scrubbing never waits.
"""

import contextlib
import os
import socket
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event, Thread

from textual.message import Message

from warroom.domain.bookmarks import Bookmark
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.replay import Course, Place
from warroom.domain.text import visible
from warroom.room.calls import Call, calls
from warroom.room.feed import State
from warroom.room.lead import BEAT, Lead, Led, following
from warroom.room.replay import Replay
from warroom.room.room import Room
from warroom.room.takeover import take_over

_PATIENCE = 0.5


class Sought(Message):
    """What stood on the screen at a position. `later`: the numbers of entries that nobody knew of by then."""

    def __init__(self, position: int, state: State, later: frozenset[int]) -> None:
        super().__init__()
        self.position = position
        self.state = state
        self.later = later

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Sought)


class Around(Message):
    """Who leads, which bookmarks there are, and which live incidents page the viewer.

    `problem`: why that could not be read; then it is as it was.
    """

    def __init__(
        self, led: Led | None, bookmarks: tuple[Bookmark, ...], problem: str = "", calls: tuple[Call, ...] = ()
    ) -> None:
        super().__init__()
        self.led = led
        self.bookmarks = bookmarks
        self.problem = problem
        self.calls = calls

    @property
    def known(self) -> tuple[object, ...]:
        """All that it says, to be compared."""
        return self.led, self.bookmarks, self.problem, self.calls

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Around)


class Grown(Message):
    """The incident goes on, and its course is longer than it was."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Grown)


class Branched(Message):
    """A drill began where somebody took over. `incident`: its UUID, `name`: its short name."""

    def __init__(self, incident: str, name: str) -> None:
        super().__init__()
        self.incident = incident
        self.name = name


class Found(Message):
    """The positions at which a text appears, in order."""

    def __init__(self, words: str, positions: tuple[int, ...]) -> None:
        super().__init__()
        self.words = words
        self.positions = positions


class Told(Message):
    """A sentence about what was asked for. `leads`: whether this console leads now."""

    def __init__(self, text: str, leads: bool) -> None:
        super().__init__()
        self.text = text
        self.leads = leads


class Player:
    """One console's replay of one incident."""

    def __init__(self, room: Room, incident: str, replay: Replay, post: Callable[[Message], object]) -> None:
        self._room = room
        self._incident = incident
        self._replay = replay
        self._post = post
        self._wanted: tuple[int, bool] | None = None
        self._turn = Condition()
        self._stop = Event()
        self._lead = Lead(room.store, incident, room.actor.person, _session())
        self._leads: Place | None = None
        self._bookmarks = replay.bookmarks
        self._led: Led | None = None
        self._calls: tuple[Call, ...] = ()
        self._told: Around | None = None
        self._orders = ThreadPoolExecutor(1, "orders")
        self._follower = Thread(target=self._follow, daemon=True, name="following")

    @property
    def course(self) -> Course:
        """The course of the incident, as far as it has been read."""
        return self._replay.course

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The bookmarks that were known when it was opened."""
        return self._replay.bookmarks

    def first(self, place: Place) -> Sought:
        """What stands at a place, worked out at once: for the first frame."""
        return self._seen(place.position, place.truth)

    def now(self) -> int:
        """The database's time, in microseconds; never blocks."""
        return self._room.store.now()

    def start(self) -> None:
        """Begin to seek, and to follow."""
        Thread(target=self._seek, daemon=True, name="seek").start()
        self._follower.start()

    def stop(self) -> None:
        """End the threads; whoever leads says so if that is quick, else their lease runs out."""
        self._stop.set()
        with self._turn:
            self._turn.notify()
        self._room.store.wake()
        if self._leads:
            self._order(self._lead.leave)
        self._orders.shutdown(wait=False)
        self._follower.join(_PATIENCE)

    def want(self, place: Place) -> None:
        """Work out what stands at a place, unless a newer one is wanted before its turn comes; `Sought` tells it."""
        with self._turn:
            self._wanted = (place.position, place.truth)
            self._turn.notify()

    def find(self, words: str) -> None:
        """Look where a text appears; `Found` tells it."""
        self._order(lambda: self._post(Found(words, self._replay.search(words))))

    def bookmark(self, position: int, remark: str) -> None:
        """Mark a place, for everybody."""
        self._order(lambda: self._mark(position, remark))

    def branch(self, position: int) -> None:
        """Begin a drill as the incident was known at a position; `Branched` tells it, `Told` why there is none."""
        self._order(lambda: self._take_over(position))

    def lead(self, place: Place) -> None:
        """Take the others to a place, and keep the lead until `resign`; `Told` says whether that is so."""
        self._order(lambda: self._take(place))

    def resign(self) -> None:
        """Lead no longer."""
        self._order(self._give_back)

    # The seeking thread.

    def _seek(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._wanted is not None or self._stop.is_set())
                if self._stop.is_set():
                    return
                wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self._post(self._seen(*wanted))

    def _seen(self, position: int, truth: bool) -> Sought:
        state, later = self._replay.true_at(position) if truth else (self._replay.at(position), frozenset[int]())
        return Sought(position, state, later)

    # The thread of orders.

    def _order(self, work: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # it has been stopped
            self._orders.submit(self._guarded, work)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Refused as refused:
            self._tell(f"{refused.message} {refused.hint}".strip())
        except Exception as fault:  # noqa: BLE001 - what nobody hears of looks as if it had been done
            self._tell(f"warroom has a fault: {type(fault).__name__}: {fault}.")

    def _tell(self, text: str) -> None:
        self._post(Told(visible(text), self._leads is not None))

    def _mark(self, position: int, remark: str) -> None:
        outcome = self._room.do("bookmark", self._incident, remark=remark, at=position)
        self._bookmarks = outcome.incident.bookmarks
        self._room.store.ring()
        self._tell("The bookmark is set.")
        self._publish()

    def _take_over(self, position: int) -> None:
        drill = take_over(self._room, self._incident, position).incident
        self._post(Branched(drill.id, drill.name))

    def _take(self, place: Place) -> None:
        new, self._leads = self._leads is None, None
        self._lead.tell(place)
        self._leads, self._led = place, None
        if new:
            self._tell("You lead this replay: who follows goes where you go. L ends it.")

    def _give_back(self) -> None:
        self._leads, self._led = None, None
        self._lead.leave()
        self._tell("You lead no longer.")
        self._publish()

    def _look(self) -> None:
        """Keep the lead; else see who leads. In the thread of orders: nobody takes their own lead for another's.

        Where the database is away the lead may run out; where somebody else took it, that is said.
        """
        try:
            self._calls = calls(self._room, self._room.actor.person)
            if self._leads is None:
                self._led = following(self._room.store, self._incident, self.now())
            else:
                self._lead.beat(self._leads)
        except Unavailable:
            return
        except Refused:
            self._leads = None
            raise
        self._publish()

    # The following thread.

    def _follow(self) -> None:
        feed = None
        while not self._stop.is_set():
            try:
                feed = feed or self._room.feed(self._incident)
                known = feed.refresh().incident
                self._bookmarks = known.bookmarks if known else ()
                self._read_on(known.seq if known else 0)
                self._order(self._look)
                self._room.store.wait(BEAT)
            except Exception as problem:  # noqa: BLE001 - a thread that dies leaves a screen that looks alive
                self._publish(visible(str(problem)))
                self._stop.wait(BEAT)

    def _read_on(self, seq: int) -> None:
        """Take what became known since the replay was opened into its course."""
        if seq > self._replay.seq:
            self._replay = Replay(self._room.store, self._incident)
            self._post(Grown())

    def _publish(self, problem: str = "") -> None:
        """Tell the screen, unless it knows already."""
        around = Around(self._led, self._bookmarks, problem, self._calls)
        if self._told is None or around.known != self._told.known:
            self._told = around
            self._post(around)


def _session() -> str:
    """A name for this console that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
