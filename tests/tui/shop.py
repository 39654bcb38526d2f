"""The shop with a ladder: bo is paged first, then cy and a channel; a test turns the engine by hand."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.support.builders import at
from tests.tui.stories import PLAYBOOK, Clockwork, Team
from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Playbook
from warroom.domain.roster import Layer, Schedule
from warroom.room.engines import CHANNEL, LEAD, TTL
from warroom.room.room import Actor, Room


def paging(delay: timedelta = timedelta(minutes=5), silent: timedelta | None = None) -> Playbook:
    """The shop, where everybody is paged on their console: bo first, then cy and a channel."""
    people = tuple(replace(each, contacts=(Contact("console", "console", each.name),)) for each in PLAYBOOK.people)
    rungs = (
        Rung((Target("person", "bo"),), delay),
        Rung((Target("person", "cy"), Target("channel", "chat")), timedelta(minutes=10)),
    )
    week = Schedule("payments", (Layer("week", ("cy", "di"), datetime(2026, 1, 5, 9)),))  # noqa: DTZ001 - wall-clock
    return replace(
        PLAYBOOK,
        people=people,
        channels=(Channel("console", "console"), Channel("chat", "apprise", "chat")),
        schedules=(week,),
        ladders=(Ladder("shop", rungs, silent_after=silent),),
        routes=(Route("shop"),),
    )


class Shop(Team):
    """The team at 14:00, an incident, and an engine that a test turns by hand."""

    def __init__(self) -> None:
        self.clockwork = Clockwork(at("14:00"))
        super().__init__(self.clockwork, paging())
        self.declare(services=("checkout",))

    def engine(self, name: str, **given: Any) -> None:
        """The engine does something."""
        Room(self.store, Actor("engine", "engine")).do(name, self.incident, **given)
        self.store.ring()

    def lead(self, *channels: str) -> None:
        """Some engine leads, and serves these channels."""
        now = self.store.now()
        for name in (LEAD, *(f"{CHANNEL}{each}" for each in channels)):
            self.store.lease(name, "an engine", now, now + TTL)
