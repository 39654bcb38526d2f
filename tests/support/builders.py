"""Small builders that let a test tell an incident in the domain's own words."""

from collections.abc import Callable, Collection
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from warroom.domain import fold as folding
from warroom.domain.case import Case
from warroom.domain.clock import Milestone
from warroom.domain.contacts import Channel, Contact
from warroom.domain.declaration import declare
from warroom.domain.event import Event, Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import BUILT_IN, Org, Person, Playbook
from warroom.domain.runbook import Automation, Gate, Parameter, Phase, Runbook, Step
from warroom.domain.scenario import (
    End,
    Expected,
    Inject,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    Scenario,
    Start,
    StepFinished,
    Unacknowledged,
)
from warroom.domain.services import Service

DAY = datetime(2026, 5, 4, tzinfo=UTC)
UUID = "6f1d9a52-0c1e-4f5e-9d35-3c4b8a7f0e11"


def at(clock: str, day: int = 0) -> datetime:
    """`14:05` or `14:05:30` UTC on the day of every tale, 4 May 2026, or `day` days after it."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return DAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=sum(seconds))


def runbook(name: str = "payment-errors", **phases: str) -> Runbook:
    """A runbook from its phases, each with the titles of its steps: `triage="confirm the impact, freeze deploys"`."""
    written = phases or {"triage": "confirm the impact, freeze deploys, check payments", "contain": "roll back"}
    return Runbook(
        name,
        f"What to do about {name}",
        phases=tuple(
            Phase(phase, tuple(Step(title.strip()) for title in steps.split(","))) for phase, steps in written.items()
        ),
    )


#: A runbook with a step of every kind: 1.1 checks, 1.2 is dangerous, 1.3 decides, 2.1 is a gate, 2.2 has a checklist.
GUARDED = Runbook(
    "failover",
    "Move the primary",
    phases=(
        Phase(
            "prepare",
            (
                Step("reach <cluster>", "check", run=Automation("tcp", ("<cluster>:5432",)), name="reach"),
                Step("drain <cluster>", run=Automation("command", ("drain", "--site", "<cluster>"), dangerous=True)),
                Step("decide where to go", "decide"),
            ),
        ),
        Phase(
            "move",
            (
                Step("all clear", "gate", gate=Gate(("1.1",), ("payments",), approvals=1, roles=("commander",))),
                Step("go back", "rollback", steps=(Step("stop writes"), Step("move back"))),
                Step("call the experts", "escalate", to="rung 2"),
                Step("tell support", "inform", inform=("support",)),
            ),
        ),
    ),
    parameters=(Parameter("cluster", "which one"),),
)


def service(name: str, *needs: str) -> Service:
    """A service and what it depends on."""
    return Service(name, depends_on=needs)


SHOP = (
    service("web", "checkout"),
    service("mobile", "checkout"),
    service("checkout", "payments", "ledger"),
    service("payments"),
    service("ledger"),
)
PLAYBOOK = Playbook(
    "shop",
    severities=BUILT_IN.severities,
    services=SHOP,
    people=(
        Person("ana", "Ana Ruiz", "Europe/Berlin", "payments", ("aruiz",)),
        Person("bo", "Bo Lind", "America/New_York"),
        Person("cy"),
        Person("di"),
    ),
    runbooks=(runbook(), runbook("disk-full", triage="find what grows", contain="free some space")),
)
ORG = Org(PLAYBOOK, 1, "ana", at("09:00"), 1)

LADDER = Ladder(
    "everybody",
    (
        Rung((Target("person", "ana"),), timedelta(minutes=5)),
        Rung((Target("person", "bo"), Target("role", "commander")), timedelta(minutes=10)),
        Rung((Target("person", "cy"), Target("channel", "chat")), timedelta(minutes=10)),
    ),
    repeat=1,
    silent_after=timedelta(minutes=30),
)
MILD = Ladder("mild", (Rung((Target("person", "cy"),), timedelta(minutes=30)),))


#: A drill of every kind of condition that matters: at a time, after another, on what people do or leave undone.
SCENARIO = Scenario(
    "slow-payments",
    "Payments are slow",
    2,
    Start("Payments take a minute", 1, ("payments",)),
    End(timedelta(hours=1), MilestoneReached("resolution")),
    (
        Inject("page", "alert", "The queue grows.", by="monitoring", service="payments"),
        Inject(
            "down", "service", "Nobody can pay.", delay=timedelta(minutes=5), service="payments", health="major-outage"
        ),
        Inject("asks", "customer", "Is it us?", InjectMade("down"), timedelta(minutes=2), by="a shop"),
        Inject("nobody", "executive", "Who has this?", Unacknowledged(timedelta(minutes=8)), by="the boss"),
        Inject("gone", "unreachable", "Bo is on a train.", RoleHeld("commander"), person="bo"),
        Inject(
            "well",
            "service",
            "It pays.",
            StepFinished("payment-errors", "2.1"),
            service="payments",
            health="operational",
        ),
    ),
    (
        Expected("Acknowledge", "ack", timedelta(minutes=5)),
        Expected("Take command", "role.take", timedelta(minutes=6), match=(("role", "commander"),)),
        Expected("Answer the shop", "note", timedelta(minutes=5), "asks", "scribe"),
        Expected("Contain", "milestone", timedelta(minutes=20), "down", "commander", (("milestone", "containment"),)),
    ),
    roles=("commander", "scribe"),
)


def reachable(org: Org, ladders: tuple[Ladder, ...] = (LADDER, MILD), routes: tuple[Route, ...] = ()) -> Org:
    """The organisation with ladders, and with a push and a phone number, two minutes later, for everybody."""
    ways = (Contact("push", "push", "{}"), Contact("phone", "phone", "{}", ("high",), timedelta(minutes=2)))
    people = tuple(
        replace(who, contacts=tuple(replace(way, to=f"{way.name}-{who.name}") for way in ways))
        for who in org.playbook.people
    )
    channels = (Channel("push", "webhook"), Channel("phone", "apprise"), Channel("chat", "apprise"))
    taken = routes or (Route("everybody", (1, 2)), Route("mild"))
    book = replace(org.playbook, people=people, channels=channels, ladders=ladders, routes=taken)
    return replace(org, playbook=book)


class Tale:
    """An incident as people live it: who does what, and when. Each act is decided, then folded, as terminals do."""

    def __init__(self, start: str = "14:00", *, org: Org = ORG, **declaration: Any) -> None:
        """Ana declares it at `start`; `declaration` holds what `declare` takes."""
        self.org = org
        self.via = "login"
        self.now = at(start)
        self.facts: list[Fact] = []
        self.incident = Incident(UUID, 1)
        self.do(declare, **{"title": "card payments fail", "severity": "1", **declaration})

    def at(self, clock: str, day: int = 0) -> "Tale":
        """Time passes, until then."""
        self.now = at(clock, day)
        return self

    def case(self, by: str = "ana", present: Collection[str] | None = None) -> Case:
        """What a rule sees now. `present`: who has a terminal open; None: nobody knows."""
        here = None if present is None else frozenset(present)
        return Case(self.incident, self.org, by, self.now, here, self.via, self.now)

    def do(
        self,
        rule: Callable[..., list[Event]],
        /,
        *args: Any,
        by: str = "ana",
        present: Collection[str] | None = None,
        happened: datetime | None = None,
        **given: Any,
    ) -> list[Event]:
        """Somebody acts. The events that come of it are in the log; raises what the rule raises."""
        events = rule(self.case(by, present), *args, **given)
        self.write(*events, by=by, happened=happened)
        return events

    def write(self, *events: Event, by: str = "ana", happened: datetime | None = None) -> None:
        """What one command wrote is read from the log, as it stands there."""
        command = f"command {len(self.facts) + 1}"
        for event in events:
            place = len(self.facts) + 1
            times = (happened or self.now, self.now, self.now)
            fact = Fact(place, incident_stream(UUID), place, event, by, self.via, *times, f"event {place}", command)
            self.facts.append(fact)
            self.incident = folding.evolve(self.incident, fact)

    def branch(self) -> "Tale":
        """The same tale so far, to go on differently."""
        other = copy(self)
        other.facts = list(self.facts)
        return other

    def milestone(self, name: str) -> Milestone:
        """A milestone that is known."""
        found = self.incident.clock.get(name)
        assert found is not None, f"the {name} is unknown"
        return found

    @property
    def last(self) -> str:
        """The timeline's last sentence."""
        return self.incident.timeline[-1].text
