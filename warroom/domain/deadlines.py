"""Everything that falls due: state -> [(key, due at)]. The engine looks only at incidents whose timer is due."""

from datetime import datetime

from warroom.domain.clock import targets
from warroom.domain.exercise import due
from warroom.domain.incident import Incident


def deadlines(incident: Incident) -> list[tuple[str, datetime]]:
    """What falls due in an incident, in incident time, soonest first.

    Open targets as `milestone:containment`, time-boxes of steps as `step:2.1`, the next rung as `rung:RUN`, the end of
    patience with a silent incident as `silent:RUN`. Of a drill also `inject:ID` and `drill:end`, until it is over.
    """
    played = [] if incident.clock.closed else due(incident.drill)
    if incident.clock.status in ("resolved", "closed"):
        return sorted(played, key=lambda pair: pair[1])
    open_targets = (each for each in targets(incident.clock, incident.severity.now) if each.met is None)
    found = [(f"milestone:{each.milestone}", each.due) for each in open_targets]
    boxed = (each for run in incident.checklist.runs for each in run.steps if each.outcome == "todo")
    found += [(f"step:{each.id}", each.box.due) for each in boxed if each.box]
    ladder = incident.escalation
    if ladder.due and ladder.going == "climbing":
        found.append((f"rung:{ladder.run}", ladder.due))
    if silent := ladder.silent:
        found.append((f"silent:{ladder.run}", silent))
    return sorted(found + played, key=lambda pair: pair[1])
