"""Incidents for the console to show: a store whose clock a test moves, and a story told through the room."""

from datetime import datetime, timedelta
from typing import Any

from tests.support.builders import SHOP, at
from warroom.domain.incident import Incident
from warroom.domain.moments import micros
from warroom.domain.org import BUILT_IN, Person, Playbook
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.room.room import Actor, Outcome, Room
from warroom.store.contract import Presence, Store
from warroom.store.memory import MemoryStore

RUNBOOK = Runbook(
    "payment-errors",
    "Card payments fail",
    symptom="Customers cannot pay",
    phases=(
        Phase(
            "Triage",
            (
                Step("confirm the impact on the payments dashboard", kind="check"),
                Step("freeze deploys", detail="Tell the release channel.\nNobody merges until it is over."),
                Step("check the health of the bank's gateway", kind="check", expected=timedelta(minutes=5)),
            ),
        ),
        Phase(
            "Contain",
            (
                Step("switch to the second bank", command="payctl route --to second"),
                Step("roll back the last release", kind="rollback"),
            ),
        ),
        Phase("Recover", (Step("retry what failed meanwhile"), Step("tell support", kind="inform"))),
    ),
)
PLAYBOOK = Playbook(
    "shop",
    severities=BUILT_IN.severities,
    services=SHOP,
    people=(Person("ana", time_zone="Europe/Berlin"), Person("bo"), Person("cy"), Person("di")),
    runbooks=(RUNBOOK,),
)


class Clockwork(MemoryStore):
    """A log in memory whose clock stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.moment = start

    def now(self) -> int:
        return micros(self.moment)


class Team:
    """Several people over one store: `team.do("bo", "note", text="…")`. They share one incident."""

    def __init__(self, store: Store, playbook: Playbook = PLAYBOOK) -> None:
        self.store = store
        self._rooms: dict[str, Room] = {}
        self.room("ana").publish(playbook)
        self.incident = ""

    def room(self, person: str) -> Room:
        """Somebody's room."""
        return self._rooms.setdefault(person, Room(self.store, Actor(person)))

    def use(self, person: str, room: Room) -> None:
        """Give somebody a room of their own kind."""
        self._rooms[person] = room

    @property
    def known(self) -> Incident:
        """The incident, as the log has it now."""
        incident = self.room("bo").feed(self.incident).refresh().incident
        assert incident is not None
        return incident

    def declare(self, title: str = "card payments fail", **given: Any) -> Outcome:
        """Ana declares it."""
        outcome = self.room("ana").do("declare", title=title, **{"severity": "1", **given})
        self.incident = outcome.incident.id
        return outcome

    def do(self, person: str, name: str, /, **given: Any) -> Outcome:
        """Somebody acts, elsewhere: every terminal hears the bell."""
        outcome = self.room(person).do(name, self.incident, **given)
        self.store.ring()
        return outcome


def outage() -> Team:
    """The first half hour of an outage, at 14:31 on the day of every tale."""
    store = Clockwork(at("14:02"))
    team = Team(store)
    for clock, person, name, given in _OUTAGE:
        store.moment = at(clock)
        if name == "declare":
            team.declare(**given)
        else:
            team.do(person, name, **given)
    store.moment = at("14:31:10")
    for person, row, quiet in (("bo", "1.3", 0), ("cy", "2.1", 0), ("di", "", 4)):
        active = store.now() - quiet * 60_000_000
        store.beat(Presence(f"{person}'s", person, team.incident, row, store.now(), active))
    return team


_OUTAGE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("14:02", "ana", "declare", {"services": ("checkout", "payments"), "at": "-4m", "approximate": True}),
    ("14:03", "ana", "milestone", {"milestone": "detection", "at": "-2m"}),
    ("14:04", "ana", "ack", {}),
    ("14:04:20", "ana", "role.take", {"role": "commander"}),
    ("14:05", "bo", "role.take", {"role": "scribe"}),
    ("14:05:30", "ana", "runbook.attach", {"runbook": "payment-errors"}),
    ("14:07", "bo", "step.done", {"step": "1.1"}),
    ("14:08", "ana", "service.health", {"service": "checkout", "health": "major-outage"}),
    ("14:08:30", "ana", "service.health", {"service": "payments", "health": "degraded"}),
    ("14:09", "cy", "note", {"text": "error rate 4 % → 31 % since 13:58"}),
    ("14:10", "cy", "role.take", {"role": "expert", "subject": "payments"}),
    ("14:12", "ana", "milestone", {"milestone": "escalation"}),
    ("14:13", "bo", "step.done", {"step": "1.2", "note": "release channel told"}),
    ("14:15", "ana", "service.health", {"service": "ledger", "health": "operational"}),
    ("14:18", "cy", "step.note", {"step": "1.3", "text": "the gateway answers, but slowly\np99 is 14 s"}),
    ("14:20", "cy", "step.fail", {"step": "1.3", "because": "the bank's status page says all is well"}),
    ("14:21", "ana", "decide", {"text": "switch to the second bank", "because": "it takes 3 minutes"}),
    ("14:22", "cy", "step.claim", {"step": "2.1"}),
    ("14:26", "bo", "note", {"text": "support has 41 open tickets", "at": "-5m"}),
    ("14:29", "ana", "role.offer", {"role": "deputy", "to": "di"}),
    ("14:30", "ana", "note", {"text": "second bank takes traffic; errors fall"}),
)
