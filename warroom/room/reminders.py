"""What people are told of drills that are to come: at once, a day and 15 minutes before, and when one is called off.

It goes out by real channels, as words about rosters do, for a drill that is announced is an appointment like any other.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from warroom.domain.event import Event
from warroom.domain.moments import brief, micros, span
from warroom.domain.org import Org
from warroom.domain.scheduled import DrillCancelled, DrillScheduled, Scheduled, audience
from warroom.room.roster_views import clock
from warroom.room.roster_words import Word
from warroom.room.writing import ReminderContent, WordContent, word
from warroom.store.contract import Parcel

AHEAD = (timedelta(days=1), timedelta(minutes=15))
_HALF_A_MINUTE = timedelta(seconds=30)


def drill_parcels(key: str, org: Org, by: str, events: Iterable[Event], now: datetime) -> tuple[Parcel, ...]:
    """What these events, decided on `org` by `by`, put into the outbox. `key`: the id of their command.

    Whoever does it is not told of it, but is reminded like everybody else.
    """
    return tuple(parcel for event in events for parcel in _parcels(key, org, by, event, now))


def told_at_once(org: Org, by: str, drill: DrillScheduled | Scheduled) -> tuple[str, ...]:
    """Who is told as soon as `by` plans a drill or calls it off: its audience but `by`, who knows."""
    return tuple(person for person in audience(drill) if person not in (by, org.known_as(by)))


def reminder(org: Org, id: str, person: str, now: datetime) -> Word | None:
    """What `person` is told of a drill that is to come; None where it was called off, or has begun."""
    drill = next((each for each in org.drills if each.id == id), None)
    if drill is None or not drill.open or now >= drill.start:
        return None
    when = clock(drill.start, ZoneInfo(org.zone(person)))
    soon = brief(drill.start - now + _HALF_A_MINUTE)
    lasts = f"It begins on {when}, in {soon}, and lasts {span(drill.scenario.end.limit)} at most."
    tell = _leading if person in drill.controllers else _invited
    return Word(person, f"DRILL on {when}", f"DRILL: {tell(drill, lasts)}", drill.start)


def _leading(drill: Scheduled, lasts: str) -> str:
    people = ", ".join(drill.invited) or drill.team or "whoever is on call"
    unaware = "" if drill.announced else ", who are not told of it"
    begin = f"To begin it: warroom drill start --scheduled {drill.id}"
    return f"you lead “{drill.scenario.title}”. {lasts} It is for {people}{unaware}. {begin}"


def _invited(drill: Scheduled, lasts: str) -> str:
    team = f" of the team {drill.team}" if drill.team else ""
    return f"you take part in a drill{team}, led by {', '.join(drill.controllers)}. {lasts} Nothing real has happened."


def _parcels(key: str, org: Org, by: str, event: Event, now: datetime) -> Iterator[Parcel]:
    match event:
        case DrillScheduled():
            others = told_at_once(org, by, event)
            for person in audience(event):
                yield from _reminders(key, org, person, event, now, told=person not in others)
        case DrillCancelled(id=name, because=because):
            drill = next(each for each in org.drills if each.id == name)
            until = max(now + AHEAD[0], drill.end)
            for person in told_at_once(org, by, drill):
                content = _called_off(org, drill, person, by, because)
                yield from _given(word(key, org, person, content, micros(now), micros(until)))


def _reminders(key: str, org: Org, person: str, drill: DrillScheduled, now: datetime, told: bool) -> Iterator[Parcel]:
    """A word at once, unless one is `told`, and one each time it comes nearer; each is of use until the next is due."""
    later = [drill.start - ahead for ahead in AHEAD if drill.start - ahead > now]
    content = ReminderContent(drill.id, person)
    for number, (due, until) in enumerate(pairwise((now, *later, drill.start))):
        if number or not told:
            yield from _given(word(f"{key}/{number}", org, person, content, micros(due), micros(until)))


def _called_off(org: Org, drill: Scheduled, person: str, by: str, because: str) -> WordContent:
    when = clock(drill.start, ZoneInfo(org.zone(person)))
    return WordContent(
        f"DRILL called off: {when}", f"DRILL: the drill on {when} does not take place. {by} called it off: {because}"
    )


def _given(parcel: Parcel | None) -> tuple[Parcel, ...]:
    """Nothing for whoever has no contact."""
    return (parcel,) if parcel else ()
