"""A first draft of what to tell people: what is known now, as a CAN report (conditions, actions, needs)."""

from collections.abc import Mapping
from datetime import datetime

from warroom.domain import services
from warroom.domain.checklist import StepState
from warroom.domain.incident import Incident
from warroom.domain.runbook import fill


def draft(incident: Incident, state: StepState, values: Mapping[str, str], now: datetime) -> str:
    """The text that an inform step opens with. What nobody recorded is left open with “…”, never invented."""
    row, clock = incident.severity.now, incident.clock
    since, origin = clock.origin
    when = f"since {since:%H:%M} UTC ({origin})" if since else "since …"
    ill = dict.fromkeys([*incident.services.affected, *(name for name, _ in incident.services.conditions)])
    known = [f"{name}: {services.words(incident.services.health(name))}" for name in ill]
    every = row.update_every
    after = f"Next update: {now + every:%H:%M} UTC." if every else "Next update: …"
    doing = next((each.text for each in reversed(list(incident.timeline)) if each.kind == "decision"), "")
    lines = [
        f"{incident.title} ({row.name}, {clock.status}), {when}.",
        f"Services: {'; '.join(known) or '…'}.",
        f"Doing: {doing or '…'}",
        "Needs: …",
        after,
    ]
    detail = fill(state.step.detail, values)
    return "\n".join(lines + ([f"({' '.join(detail.split())})"] if detail else []))
