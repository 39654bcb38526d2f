"""The one-line form of an incident, for lists."""

from datetime import datetime

import msgspec

from warroom.domain.incident import Incident
from warroom.domain.roles import COMMANDER


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
