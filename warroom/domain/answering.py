"""An answer to one page, given from outside the house: it acknowledges as whoever was paged, and does nothing else."""

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event
from warroom.domain.paging import acknowledge

_OVER = ("resolved", "closed")


def answer(case: Case, page: str) -> list[Event]:
    """Acknowledge because of a page (its id), as `paging.acknowledge`.

    Refused (`forbidden`) where that page is not to whoever acts or where they have left the playbook; Refused where
    the incident is over; Already where they have answered it.
    """
    incident = case.incident
    known = incident.escalation.page(page)
    if known is None or known.order.person != case.by:
        raise Refused("This link belongs to no page.", hint="Open it as it was sent.", code="forbidden")
    if case.by not in [each.name for each in case.org.playbook.people]:
        raise Refused(f"{case.by} is not in the playbook any more.", hint="Somebody else answers.", code="forbidden")
    if incident.clock.status in _OVER:
        raise Refused(f"{incident.name} is {incident.clock.status}: nobody need acknowledge it any more.")
    if known.answered:
        raise Already(f"Already acknowledged by {case.by} at {known.answered:%H:%M} UTC.")
    return acknowledge(case)
