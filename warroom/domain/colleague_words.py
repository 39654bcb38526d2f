"""What simulated colleagues write: about what comes in, each from their own seat."""

from collections.abc import Iterator

from warroom.domain.incident import Incident
from warroom.domain.scenario import Inject
from warroom.domain.services import words
from warroom.domain.turn import Cast, Turn

_WRITES = (20, 60)
# Who speaks up about an inject of a kind, the first of these seats that a colleague holds.
_SEATS = {
    "alert": ("scribe",),
    "service": ("scribe",),
    "evidence": ("expert", "scribe"),
    "customer": ("communications-lead",),
    "executive": ("communications-lead", "deputy"),
}


def remarks(incident: Incident, cast: Cast) -> Iterator[Turn]:
    """A note on each inject that has come and is somebody's business, soon after it, or after they sat down."""
    for progress in incident.drill.injects:
        inject = progress.inject
        seats = (cast.holding(incident, role) for role in _SEATS.get(inject.kind, ()))
        seat = next((each for each in seats if each), None)
        if seat is None or progress.made is None or progress.made < seat.since:
            continue
        key = f"remark/{inject.id}"
        text = _text(inject, cast.pick(key, _PHRASES[inject.kind]))
        yield Turn(key, seat.person, progress.made + cast.pause(key, *_WRITES), "note", (("text", text),))


_PHRASES = {
    "alert": ("For the record: an alert about {service}.", "An alert about {service}; I wrote down when it came."),
    "service": ("For the record, {service}: {health}.", "Everybody please take note of {service}: {health}."),
    "evidence": ("I looked at what {by} sent, and I see the same here.", "What {by} sent fits what I see."),
    "customer": ("I answered {by}: we know, we are on it, and we will write again.", "{by} has an answer from us."),
    "executive": (
        "I told {by} who commands, and when they hear more.",
        "{by} knows, and waits for our update.",
    ),
}


def _text(inject: Inject, phrase: str) -> str:
    service = inject.service or "something"
    text = phrase.format(service=service, health=words(inject.health or "unknown"), by=inject.by or "somebody")
    return text[0].upper() + text[1:]


def told(incident: Incident) -> str:
    """What people outside are told: what hurts, and that somebody is on it."""
    scenario = incident.drill.scenario
    what = scenario.start.title if scenario else incident.title
    return f"{what}. We are working on it, and will tell more within half an hour."
