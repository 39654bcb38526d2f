"""What a page says: short enough for a telephone, whole enough to act on."""

from datetime import datetime

import msgspec

from warroom.domain.effects import realm
from warroom.domain.escalation import Page
from warroom.domain.exercise import MARK
from warroom.domain.incident import Incident
from warroom.domain.moments import brief

_LONGEST = 80


class Words(msgspec.Struct, frozen=True):
    """A subject and a text. `marks`: `DRILL` or `TEST`, which the subject begins with; "" = real."""

    subject: str
    text: str
    marks: str = ""


def page_words(incident: Incident, page: Page, now: datetime, link: str = "", repeat: bool = False) -> Words:
    """The words of a page at the incident's time `now`. `link`: where it can be acknowledged.

    `repeat`: it may have been sent before.
    """
    marks = _marks(incident)
    state = incident.escalation
    rungs = len(state.ladder.rungs) if state.ladder else 0
    place = f"rung {page.rung} of {rungs}" if page.rung else "paged by hand"
    title = incident.title.removeprefix(MARK)  # `marks` says the word already
    title = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    subject = f"{marks + ' ' if marks else ''}{incident.severity.now.name} {incident.name} {title}"
    lines = [
        _what(marks),
        f"Hurt: {', '.join(incident.services.affected)}." if incident.services.affected else "",
        _since(incident, now),
        f"{place[0].upper()}{place[1:]}; whoever acknowledges stops the ladder." if page.order.person else "",
        f"Acknowledge: {link}" if link else f"Acknowledge: warroom ack {incident.name}",
        f"Join: warroom join {incident.name}",
        "(May be a repeat: an earlier attempt may have arrived.)" if repeat else "",
    ]
    return Words(subject, "\n".join(line for line in lines if line), marks)


def _marks(incident: Incident) -> str:
    if incident.exercise == "ladder-test":
        return "TEST"
    return "DRILL" if realm(incident) == "drill" else ""


def _what(marks: str) -> str:
    match marks:
        case "TEST":
            return "This is a test of the ladder. Nothing is wrong: acknowledge it, and you are done."
        case "DRILL":
            return "This is a drill. Nothing is wrong."
        case _:
            return ""


def _since(incident: Incident, now: datetime) -> str:
    since, what = incident.clock.origin
    return f"{what.capitalize()} {since:%H:%M} UTC, {brief(now - since)} ago." if since else ""
