"""What the timeline says about a ladder: its rungs, its pages, and who answered."""

from typing import assert_never

from warroom.domain.climb import Passed
from warroom.domain.escalation import (
    Acknowledged,
    AcknowledgmentLapsed,
    AcknowledgmentWithdrawn,
    Escalation,
    EscalationEvent,
    LadderEnded,
    LadderHeld,
    LadderStarted,
    Order,
    Paged,
    PageTried,
    RungFired,
)


def describe(event: EscalationEvent, state: Escalation) -> str:
    """The timeline's sentence. `state`: before the event."""
    match event:
        case LadderStarted(ladder=ladder, by=by) if by:
            return f"ladder {ladder.name} stands again, acknowledged by {by}"
        case LadderStarted(ladder=ladder, because=because, place=place) if place.rung:
            return f"ladder {ladder.name} goes on after rung {place.rung} of {len(ladder.rungs)}: {because}"
        case LadderStarted(ladder=ladder, because=because, walk=walk):
            what = "test of the ladder" if walk else "ladder"
            text = f"{what} {ladder.name} begins, {_count(len(ladder.rungs), 'rung')}"
            return f"{text}: {because}" if because else text
        case RungFired():
            return _fired(event, state)
        case LadderHeld(until=until, because=because, passed=passed):
            return f"{_over(passed)}next rung waits until {until:%a %H:%M} UTC: {because}"
        case LadderEnded(because=because, passed=passed):
            return f"{_over(passed)}ladder has ended: {because}"
        case Paged(to=to, pages=pages, because=because):
            people = ", ".join(_who(order) for order in pages)
            how = "paged by hand" if any(order.forced for order in pages) else "paged again"
            text = f"{how}: {people}" if people == to else f"{how}: {to} → {people}"
            return f"{text}: {because}" if because else text
        case Acknowledged():
            return "answered the test page" if state.walk else "acknowledged; the ladder stops"
        case AcknowledgmentWithdrawn(by=by):
            return f"acknowledgment withdrawn; {by}'s stands" if by else f"acknowledgment withdrawn{_on(state)}"
        case AcknowledgmentLapsed(since=since):
            return f"no word since {since:%H:%M} UTC: the acknowledgment has lapsed"
        case PageTried():
            return _attempt(event, state)
        case _:
            assert_never(event)


def _fired(event: RungFired, state: Escalation) -> str:
    total = len(state.ladder.rungs) if state.ladder else event.rung
    turn = f", round {event.round}" if event.round > 1 else ""
    missed = f"{_count(event.missed, 'rung')} missed; " if event.missed else ""
    people = ", ".join(_who(order) for order in event.pages) or "nobody new"
    text = f"{missed}{_over(event.passed)}rung {event.rung} of {total}{turn} → {people}"
    text += f" ({', '.join(event.already)} paged already)" if event.already else ""
    return f"{text}: {event.because}" if event.because else text


def _on(state: Escalation) -> str:
    return "; the ladder goes on" if state.ladder and not state.ended else ""


def _over(passed: tuple[Passed, ...]) -> str:
    return "".join(f"rung {each.rung} passed over, {each.because}; " for each in passed)


def _who(order: Order) -> str:
    return order.person or (order.contacts[0].channel if order.contacts else "nobody")


def _attempt(event: PageTried, state: Escalation) -> str:
    page = state.page(event.page)
    who = _who(page.order) if page else "somebody"
    way = "" if page and not page.order.person else f" by {event.contact}"
    says = f": {event.says}" if event.says else ""
    match event.outcome:
        case "sent":
            return f"page to {who}{way} sent{says}"
        case "retry":
            again = f"; again at {event.again:%H:%M:%S} UTC" if event.again else ""
            return f"page to {who}{way} failed{says}{again}"
        case "failed":
            return f"page to {who}{way} failed for good{says}"
        case "unknown":
            return f"page to {who}{way}: nobody knows whether it arrived{says}"
        case "dropped":
            return f"page to {who}{way} not sent{says}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
