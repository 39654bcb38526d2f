"""The whole incident: the states of its capabilities, and everything that can happen to it."""

from datetime import datetime
from typing import Literal

import msgspec

from warroom.domain import (
    automation,
    bookmarks,
    checklist,
    clock,
    escalation,
    gates,
    parameters,
    record,
    roles,
    services,
    severity,
)
from warroom.domain.automation import Automations
from warroom.domain.bookmarks import Bookmark
from warroom.domain.checklist import Checklist
from warroom.domain.clock import Clock, ClockMapped
from warroom.domain.escalation import Escalation
from warroom.domain.event import Event
from warroom.domain.exercise import Drill, DrillEvent
from warroom.domain.gates import Gates
from warroom.domain.glass import Glass, GlassEvent
from warroom.domain.ladder import Policy
from warroom.domain.parameters import Values
from warroom.domain.record import Evidence
from warroom.domain.roles import Roles
from warroom.domain.services import Board, Service
from warroom.domain.severity import Severity, SeverityState
from warroom.domain.timeline import Entry
from warroom.domain.trail import Trail

Exercise = Literal["", "drill", "ladder-test"]


class Declared(Event, frozen=True, tag="incident-declared.v1"):
    """An incident begins. The severity table in force is pinned; `impact` is None = unknown.

    `catalogue` is set where the incident brings its own services (imports, the demo); `clock` where its time is not
    the database's (drills, the demo).
    """

    title: str
    level: int
    severities: tuple[Severity, ...]
    services: tuple[str, ...] = ()
    impact: datetime | None = None
    approximate: bool = False
    catalogue: tuple[Service, ...] = ()
    source: str = ""
    clock: ClockMapped | None = None
    policy: Policy = Policy()
    exercise: Exercise = ""


class Undone(Event, frozen=True, tag="act-undone.v1"):
    """The act with sequence number `act` was taken back by the events that follow."""

    act: int
    text: str


class Act(msgspec.Struct, frozen=True):
    """An event somebody made, and the state of its capability before it (None where that tells nothing).

    `command`: the id of the command that it came of; what came of one command is taken back together.
    """

    seq: int
    actor: str
    event: Event
    before: object
    text: str
    command: str = ""


class Incident(msgspec.Struct, frozen=True):
    """One incident as of a position in the log.

    `number` gives its short name; `seq` is its last event's. `acts`: what can be taken back, oldest first; `undoing`:
    the id of the command that last took something back.
    """

    id: str
    number: int = 0
    title: str = ""
    declared_by: str = ""
    source: str = ""
    exercise: Exercise = ""
    clock: Clock = Clock()
    severity: SeverityState = SeverityState()
    roles: Roles = Roles()
    checklist: Checklist = Checklist()
    parameters: Values = Values()
    gates: Gates = Gates()
    automation: Automations = Automations()
    services: Board = Board()
    escalation: Escalation = Escalation()
    evidence: tuple[Evidence, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    drill: Drill = Drill()
    glass: Glass = Glass()
    timeline: Trail[Entry] = Trail()
    acts: tuple[Act, ...] = ()
    undoing: str = ""
    seq: int = 0
    pos: int = 0

    @property
    def name(self) -> str:
        """The short name: `INC-42`."""
        return f"INC-{self.number}"


IncidentEvent = (
    Declared
    | Undone
    | clock.ClockEvent
    | severity.SeverityEvent
    | roles.RoleEvent
    | checklist.ChecklistEvent
    | parameters.ParameterEvent
    | gates.GateEvent
    | automation.AutomationEvent
    | services.ServiceEvent
    | escalation.EscalationEvent
    | record.RecordEvent
    | bookmarks.BookmarkEvent
    | DrillEvent
    | GlassEvent
)
