"""One engine on a database at a time that the test sets, and channels that answer as the test wants."""

from collections.abc import Mapping
from threading import Event
from typing import Any, cast

from tests.room.house import House, declare
from tests.support.builders import ORG, reachable
from warroom.domain.event import incident_of
from warroom.domain.org import Org, Playbook
from warroom.engine.loop import Engine
from warroom.engine.outbox import Outbox
from warroom.outreach.contract import Adapter, Message, Receipt
from warroom.room.room import Actor, Room
from warroom.store.contract import Claimed

CHANNELS = ("push", "phone", "chat")


class Door:
    """A channel that keeps what it gets. `receipt`: what it answers, or raises."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.receipt: Receipt | Exception = Receipt("sent")
        self.missing = ""

    def check(self) -> str:
        return self.missing

    def send(self, message: Message, timeout: float) -> Receipt:
        self.messages.append(message)
        if isinstance(self.receipt, Exception):
            raise self.receipt
        return self.receipt


class Office:
    """An engine and what it works with. It does one thing at a time, when the test says so."""

    def __init__(self, house: House, playbook: Playbook | None = None) -> None:
        self.house = house
        self.doors = {name: Door() for name in CHANNELS}
        self.sandbox = Door()
        self.said: list[str] = []
        self.beaten = Event()
        self.faults: list[Exception] = []
        self.person = house.room("ana")
        self.person.publish(playbook or reachable(ORG).playbook)
        self.room = Room(house.open(), Actor("engine", "engine"))
        self.engine = self.another("engine-1", self.room)
        self.outbox = Outbox(self.room)

    def another(self, name: str, room: Room | None = None) -> Engine:
        """One more engine on the same database."""
        return Engine(
            room or Room(self.house.open(), Actor("engine", "engine")), name, self._adapters, self.sandbox,
            report=self.said.append, beat=self.beaten.set, clock=lambda: self.house.wall.time / 1e6,
        )  # fmt: skip

    def _adapters(self, org: Org) -> Mapping[str, Adapter]:
        """The channels of this host; one of `faults` first, if there is one."""
        if self.faults:
            raise self.faults.pop()
        return cast(Mapping[str, Adapter], {each.name: self.doors[each.name] for each in org.playbook.channels})

    def at(self, clock: str, day: int = 0) -> "Office":
        """Time passes, until then."""
        self.house.at(clock, day)
        return self

    def declare(self, **given: Any) -> str:
        """A new incident of ana's."""
        return declare(self.person, **given)

    def do(self, name: str, incident: str, person: str = "ana", **given: Any) -> None:
        """Somebody does something."""
        self.house.room(person).do(name, incident, **given)

    def turn(self, engine: Engine | None = None) -> list[Claimed]:
        """What is due is fired, and what may go out is sent. What was claimed."""
        claimed: list[Claimed] = []
        which = engine or self.engine

        def hand(parcel: Claimed, adapter: Adapter) -> None:
            claimed.append(parcel)
            which.carry(parcel, adapter)

        which.turn(hand)
        return claimed

    def pages(self, channel: str = "push") -> list[Message]:
        """What was handed to a channel on account of an incident."""
        return [message for message in self.doors[channel].messages if message.incident]

    def settle_down(self) -> None:
        """Turn after turn, until there is nothing more to do at this moment."""
        while self.turn():
            pass

    def states(self, channel: str = "push") -> list[tuple[str, int]]:
        """(state, attempts) of everything on a channel, the longest due first."""
        found = self.house.store.outbox()
        return [
            (state, attempt)
            for parcel, state, attempt in found
            if parcel.channel == channel and incident_of(parcel.stream)
        ]

    def lines(self, incident: str) -> list[str]:
        """The timeline's sentences."""
        found = self.person.feed(incident).refresh().incident
        assert found is not None
        return [line.text for line in found.timeline]
