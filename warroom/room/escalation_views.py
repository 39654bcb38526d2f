"""The ladder of an incident as data, in the manner of `views`."""

from warroom.domain.case import Case
from warroom.domain.escalation import Page
from warroom.domain.ladder import Ladder
from warroom.domain.pages import objection
from warroom.room.engines import Engines
from warroom.room.plain import View, maybe, seconds, stamp


def escalation(case: Case, engines: Engines) -> View | None:
    """Where the ladder stands at the case's time; null where the incident has none and nobody was paged."""
    state, now = case.incident.escalation, case.now
    if state.ladder is None and not state.pages:
        return None
    return {
        "ladder": ladder(state.ladder) if state.ladder else None,
        "run": state.runs,
        "state": state.going,
        "test": state.walk,
        "engine": engines.leads,
        "round": state.place.round,
        "rung": state.place.rung or None,
        "next": maybe(state.due) if state.going == "climbing" else None,
        "next_in": int((state.due - now).total_seconds()) if state.due and state.going == "climbing" else None,
        "held": state.held or None,
        "ended": state.ended or None,
        "acknowledged": {"by": state.by, "at": maybe(state.since)} if state.going == "acknowledged" else None,
        "pages_again": maybe(state.silent),
        "pages": [page(each, _waits(case, each, engines)) for each in state.pages],
    }


def ladder(known: Ladder) -> View:
    """A ladder by its rungs; delays in seconds, `repeat` -1 = until somebody acknowledges."""
    return {
        "name": known.name,
        "title": known.title or None,
        "repeat": known.repeat,
        "urgency": known.urgency,
        "nobody": known.nobody,
        "silent_after": seconds(known.silent_after),
        "rungs": [
            {
                "delay": seconds(rung.delay),
                "targets": [{"kind": target.kind, "name": target.name} for target in rung.targets],
            }
            for rung in known.rungs
        ],
    }


def _waits(case: Case, page: Page, engines: Engines) -> dict[str, str]:
    """Why contacts wait although they are due, by the contact's name: no engine that runs could send to them."""
    if case.incident.exercise == "drill" or page.retold:
        return {}
    return {
        contact.name: f"no engine serves {contact.channel}" if engines.leads else "no engine runs"
        for contact in page.order.contacts
        if page.at + contact.after <= case.now
        and page.tried(contact.name) is None
        and not (engines.leads and contact.channel in engines.served)
        and not objection(case, page.order.id, contact.name)
    }


def page(known: Page, waits: dict[str, str]) -> View:
    """One page: whom, by which rung (null = by hand), and what came of each contact or why it `waits`.

    `retold`: it was ordered elsewhere; a contact without an outcome is not sent from here.
    """
    order = known.order
    return {
        "id": order.id,
        "person": order.person or None,
        "channel": None if order.person else order.contacts[0].channel,
        "round": known.round or None,
        "rung": known.rung or None,
        "at": stamp(known.at),
        "answered": maybe(known.answered),
        "retold": known.retold,
        "contacts": [
            {
                "name": contact.name,
                "channel": contact.channel,
                "after": seconds(contact.after),
                "outcome": tried.outcome if (tried := known.tried(contact.name)) else None,
                "attempts": tried.attempt if tried else 0,
                "at": stamp(tried.at) if tried else None,
                "says": (tried.says or None) if tried else None,
                "waits": waits.get(contact.name),
            }
            for contact in order.contacts
        ],
    }
