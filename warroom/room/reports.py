"""Reports over the log: an incident with its facts, the one that a drill began as, and every drill there is."""

import re
from collections.abc import Iterator

from warroom.domain.comparison import Story
from warroom.domain.errors import Refused, Unknown
from warroom.domain.event import incident_stream
from warroom.domain.incident import Incident
from warroom.domain.summary import marked
from warroom.room import feed
from warroom.room.room import Room
from warroom.store import codec
from warroom.store.contract import Store

_SOURCE = re.compile(r"(INC-\d{1,17}) at entry \d+")


def story(store: Store, incident: str) -> Story:
    """An incident (a UUID) with every fact of its stream. Unknown where there is none."""
    stream = store.stream(incident_stream(incident))
    if not stream.rows:
        raise Unknown("There is no such incident in this log.", hint="Run: warroom list")
    facts = tuple(codec.facts(stream.rows))
    state = Incident(incident, stream.number)
    for fact in facts:
        state = feed.evolve(state, fact)
    return Story(state, facts)


def exercises(store: Store) -> Iterator[Story]:
    """Every drill and test of a ladder, one at a time. Their titles tell them, so nothing real is read for it."""
    for row in store.summaries():
        if marked(row.title):
            yield story(store, feed.uuid_of(row.stream))


def original(room: Room, drill: Incident) -> Story | None:
    """The incident that a drill began as; None where it is none of this log, or the drill took none over."""
    found = _SOURCE.fullmatch(drill.source)
    if found is None or drill.exercise != "drill":
        return None
    try:
        return story(room.store, room.find(found.group(1)))
    except Unknown:
        return None


def check_leaving(room: Room, incident: str) -> None:
    """Refuse to hand a drill (a UUID) that still runs, with all that is to come in it, to those who take part."""
    drill = room.feed(incident).refresh().incident
    if drill and drill.drill.going and not drill.drill.watches(room.actor.person):
        raise Refused(
            f"{drill.name} is a drill that still runs, and its bundle gives away what is to come.",
            hint="Once the drill is over, everybody may export it.",
        )


def check_readable(person: str, drill: Incident) -> None:
    """Refuse the report on a drill that still runs to those who take part: it gives away what is to come."""
    if drill.drill.going and not drill.drill.leads(person):
        raise Refused(
            f"{drill.name} still runs, and its report gives away what is to come.",
            hint="It is for everybody once the drill is over; until then for its controllers.",
        )
