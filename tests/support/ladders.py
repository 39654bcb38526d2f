"""A tale of which time is a part: the ladder fires when it is due, and what went out can be asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.support.builders import LADDER, MILD, ORG, Tale, at, reachable
from warroom.domain import pages, paging
from warroom.domain.effects import effects
from warroom.domain.escalation import Escalation, RungFired
from warroom.domain.event import Event
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Org


def rung(*targets: str, minutes: int = 5) -> Rung:
    """A rung of targets as a playbook writes them: `rung("person ana", "role commander", minutes=10)`."""
    pairs = (target.split(" ", 1) for target in targets)
    found: list[Any] = [Target(kind, name) for kind, name in pairs]  # type: ignore[arg-type]
    return Rung(tuple(found), timedelta(minutes=minutes))


def with_ladder(*rungs: Rung, org: Org = ORG, **given: Any) -> Org:
    """The organisation where every incident takes this ladder."""
    return reachable(org, (Ladder("it", rungs, **given),), (Route("it"),))


class Climb(Tale):
    """A tale with an engine in it. `pages`: (when, person or channel, contact) of everything that is to go out."""

    def __init__(self, start: str = "14:00", *, org: Org | None = None, **declaration: Any) -> None:
        super().__init__(start, org=org or reachable(ORG, (LADDER, MILD)), **declaration)
        self.pages: list[tuple[str, str, str]] = []

    @property
    def ladder(self) -> Escalation:
        """Where the ladder stands."""
        return self.incident.escalation

    def at(self, clock: str, day: int = 0) -> "Climb":
        super().at(clock, day)
        return self

    def fires(self) -> "Climb":
        """The engine does what is due now, and nothing else."""
        self.engine(paging.fire)
        return self

    def engine(self, rule: Callable[..., list[Event]]) -> list[Event]:
        """The engine carries out a rule."""
        self.via = "engine"
        try:
            return self.do(rule, by="engine")
        finally:
            self.via = "login"

    def until(self, clock: str, day: int = 0) -> "Climb":
        """Time passes until then, with an engine that does what is due the moment it is."""
        end = at(clock, day)
        while (due := self.due) and due[0] <= end:
            self.now = max(self.now, due[0])
            self.engine(due[1])
        self.now = end
        return self

    @property
    def due(self) -> tuple[datetime, Callable[..., list[Event]]] | None:
        """What falls due next, and which rule does it."""
        if self.incident.clock.status != "active":
            return None
        found: list[tuple[datetime, Callable[..., list[Event]]]] = []
        if self.ladder.going == "climbing" and self.ladder.due:
            found.append((self.ladder.due, paging.fire))
        if silent := self.ladder.silent:
            found.append((silent, paging.lapse))
        return min(found, key=lambda each: each[0], default=None)

    def write(self, *events: Event, by: str = "ana", happened: datetime | None = None) -> None:
        super().write(*events, by=by, happened=happened)
        orders = {order.id: order for event in events for order in getattr(event, "pages", ())}
        for effect in effects(events, self.now):
            who = orders[effect.page].person or effect.channel
            self.pages.append((f"{effect.due:%H:%M}", who, effect.contact))

    def pushed(self) -> list[tuple[str, str]]:
        """When whom was paged by the first of their contacts, or which channel was posted to."""
        return [(when, who) for when, who, contact in self.pages if contact != "phone"]

    @property
    def fired(self) -> list[tuple[int, int]]:
        """(round, rung) of everything that fired."""
        events = (fact.event for fact in self.facts)
        return [(event.round, event.rung) for event in events if isinstance(event, RungFired)]

    def objection(self, who: str, contact: str = "") -> str:
        """What would be said against the last page to somebody if it went out now; "" = nothing."""
        mine = [page for page in self.ladder.pages if who in (page.order.person, *_channels(page))]
        page = mine[-1]
        return pages.objection(self.case(), page.order.id, contact or page.order.contacts[0].name)

    def report(self, who: str, contact: str, outcome: str, attempt: int = 1) -> None:
        """What came of handing the last page of somebody to a channel."""
        page = [page for page in self.ladder.pages if page.order.person == who][-1]
        self.engine(lambda case: pages.report(case, page.order.id, contact, outcome, attempt))

    def publish(self, org: Org) -> "Climb":
        """Another playbook comes into force; the ladders of incidents that are declared stay."""
        self.org = replace(org, seq=self.org.seq + 1)
        return self


def _channels(page: Any) -> tuple[str, ...]:
    return () if page.order.person else tuple(contact.channel for contact in page.order.contacts)
