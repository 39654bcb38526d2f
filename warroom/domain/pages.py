"""What becomes of pages: whether one is still to be sent, what came of it, and which go out anew."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from msgspec.structs import replace

from warroom.domain.case import Case
from warroom.domain.errors import Invalid
from warroom.domain.escalation import OUTCOMES, Order, Page, Paged, PageTried
from warroom.domain.event import Event

_SPACE = UUID("0e0e2c0c-9d1c-5a0f-8a55-3c2f6c1d7b90")
_OVER = ("resolved", "closed")


def report(
    case: Case, page: str, contact: str, outcome: str, attempt: int,
    says: str = "", again: datetime | None = None, reference: str = "",
) -> list[Event]:  # fmt: skip
    """What came of one attempt to hand over a page."""
    known = case.incident.escalation.page(page)
    if known is None or contact not in [each.name for each in known.order.contacts]:
        raise Invalid("There is no such page.")
    came = next((each for each in OUTCOMES if each == outcome), None)
    if came is None:
        raise Invalid(f"“{outcome}” is nothing that can come of a page.")
    return [PageTried(page, contact, came, attempt, says[:300], again, reference[:200])]


def objection(case: Case, page: str, contact: str) -> str:
    """Why a page must not be sent by a contact any more, judged on the state as it is now; "" = send it."""
    incident, state = case.incident, case.incident.escalation
    known = state.page(page)
    if known is None:
        return "it is not known"
    if incident.clock.status in _OVER:
        return f"the incident is {incident.clock.status}"
    if any(_replaces(newer, known, contact, case.now) for newer in state.pages):
        return "a newer page has taken its place"
    if known.answered:
        return f"{known.order.person} has answered"
    if state.walk and state.going == "ended":
        return "the test is over"
    if state.going == "acknowledged" and not known.order.forced:
        return f"acknowledged by {state.by}"
    return ""


def _replaces(newer: Page, old: Page, contact: str, now: datetime) -> bool:
    """Whether a newer page to the same person goes out by the same contact by now: then the old one need not."""
    if not old.order.person or newer.order.person != old.order.person or newer.at <= old.at:
        return False
    return any(each.name == contact and newer.at + each.after <= now for each in newer.order.contacts)


def renew(case: Case) -> list[Event]:
    """What was not sent because somebody had it in hand, or it was over, goes out once that was taken back."""
    state = case.incident.escalation
    orders = tuple(order for page in state.pages if page.run == state.run for order in _again(case, page))
    return [Paged("those who were waited for", orders, "it was taken back")] if orders else []


def _again(case: Case, page: Page) -> list[Order]:
    dropped = [each.contact for each in page.tries if each.outcome == "dropped"]
    ways = tuple(replace(each, after=timedelta(0)) for each in page.order.contacts if each.name in dropped)
    if not ways or (page.answered and page.order.person != case.by):
        return []
    name = f"{case.incident.id}/{case.incident.seq}/again/{page.order.id}"
    return [replace(page.order, id=str(uuid5(_SPACE, name)), contacts=ways)]
