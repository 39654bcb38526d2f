"""Escalation policies (ladders) as a playbook has them: whom an incident pages, in which order, how fast."""

from datetime import timedelta
from typing import Literal

import msgspec

from warroom.domain.contacts import Channel, Urgency
from warroom.domain.roster import Window
from warroom.domain.severity import Severity

TargetKind = Literal["person", "schedule", "rotation", "role", "channel", "service"]
Nobody = Literal["skip", "hold"]


class Target(msgspec.Struct, frozen=True):
    """Whom a rung pages; resolved when the rung fires.

    `person`, `schedule`, `channel`, `role`: a name. `rotation`: `SCHEDULE/LAYER`, without overrides. `service`:
    `primary` or `secondary`, the first or second schedule of each service that the incident hurts; `dependencies`, the
    first schedule of each service that those need.
    """

    kind: TargetKind
    name: str


class Rung(msgspec.Struct, frozen=True):
    """One step of a ladder. `delay`: how long its people have to acknowledge before the next rung fires."""

    targets: tuple[Target, ...]
    delay: timedelta


class Ladder(msgspec.Struct, frozen=True):
    """Rungs; after the last one the ladder begins again `repeat` times (-1 = until somebody acknowledges).

    `nobody`: what to do with a rung whose targets are nobody, `skip` it at once or `hold` until somebody is on call.
    `quiet`: windows in `time_zone` during which a rung waits for their end. `silent_after`: an incident that was
    acknowledged and in which no person has done anything for so long is paged again; None = never.
    """

    name: str
    rungs: tuple[Rung, ...]
    title: str = ""
    repeat: int = 0
    urgency: Urgency = "high"
    nobody: Nobody = "skip"
    quiet: tuple[Window, ...] = ()
    time_zone: str = "UTC"
    silent_after: timedelta | None = None


class Route(msgspec.Struct, frozen=True):
    """Which ladder an incident takes: the first route whose levels and services fit. Empty = any."""

    ladder: str
    levels: tuple[int, ...] = ()
    services: tuple[str, ...] = ()


class Checklist(msgspec.Struct, frozen=True):
    """Runbooks that are attached when an incident of one of these levels (empty = any) is declared."""

    runbooks: tuple[str, ...]
    levels: tuple[int, ...] = ()


class Module(msgspec.Struct, frozen=True):
    """What one stack does differently, as one swappable folder. Empty = as the organisation has it.

    It answers for incidents that hurt any of its `services`. Its severities bring cadence and roles along; its
    ladders, channels and routes come before the organisation's.
    """

    name: str
    services: tuple[str, ...]
    title: str = ""
    severities: tuple[Severity, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    routes: tuple[Route, ...] = ()
    channels: tuple[Channel, ...] = ()
    checklists: tuple[Checklist, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """What is pinned when an incident is declared: its module's and the organisation's ladders and routes."""

    module: str = ""
    version: int = 0
    ladders: tuple[Ladder, ...] = ()
    routes: tuple[Route, ...] = ()

    def ladder(self, level: int, services: tuple[str, ...]) -> Ladder | None:
        """The ladder of the first route that fits, or None."""
        for route in self.routes:
            if route.levels and level not in route.levels:
                continue
            if route.services and not set(route.services) & set(services):
                continue
            return next((each for each in self.ladders if each.name == route.ladder), None)
        return None
