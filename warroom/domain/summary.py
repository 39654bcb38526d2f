"""The one-line form of an incident, for lists."""

from datetime import datetime

import msgspec

from warroom.domain.exercise import MARK
from warroom.domain.incident import Exercise, Incident
from warroom.domain.roles import COMMANDER

TEST = "TEST of the ladder"
"What the title of a ladder's test begins with."


class Overview(msgspec.Struct, frozen=True):
    """What a list shows. `origin`: what T+ counts from, and its name; `ended`: the resolution, None while it lasts."""

    title: str
    status: str
    level: int
    severity: str
    commander: str
    declared: datetime
    origin: datetime
    origin_name: str
    ended: datetime | None


def overview(incident: Incident) -> Overview:
    """The overview of a declared incident."""
    clock = incident.clock
    origin, origin_name = clock.origin
    if clock.declared is None or origin is None:
        raise ValueError("the incident is not declared")
    ended = clock.get("resolution")
    return Overview(
        incident.title,
        clock.status,
        incident.severity.level,
        incident.severity.now.name,
        incident.roles.holder(COMMANDER) or "",
        clock.declared,
        origin,
        origin_name,
        ended.happened if ended else None,
    )


def marked(title: str) -> Exercise:
    """What an incident is by its title alone, "" = real: a declaration lets nothing real bear a mark."""
    if title.startswith(MARK):
        return "drill"
    return "ladder-test" if title.startswith(TEST) else ""
