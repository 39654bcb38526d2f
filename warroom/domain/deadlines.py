"""Everything that falls due: state -> [(key, due at)]. The engine looks only at incidents whose timer is due."""

from datetime import datetime

from warroom.domain.clock import targets
from warroom.domain.incident import Incident


def deadlines(incident: Incident) -> list[tuple[str, datetime]]:
    """The open targets of an incident, as (`milestone:containment`, due), in incident time, soonest first."""
    if incident.clock.status in ("resolved", "closed"):
        return []
    open_targets = (each for each in targets(incident.clock, incident.severity.now) if each.met is None)
    return sorted(((f"milestone:{each.milestone}", each.due) for each in open_targets), key=lambda pair: pair[1])
