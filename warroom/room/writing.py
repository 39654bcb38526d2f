"""What a command writes beside its events: the summary row, timers, and parcels for the outbox."""

import os
import uuid
from collections.abc import Iterable
from datetime import datetime

import msgspec

from warroom.domain import reach
from warroom.domain.deadlines import deadlines
from warroom.domain.effects import effects, realm_on
from warroom.domain.event import ORG, Event, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.moments import micros
from warroom.domain.org import Org, Playbook
from warroom.domain.playbook_diff import concerns
from warroom.domain.summary import overview
from warroom.room.roster_words import Word
from warroom.store import codec
from warroom.store.contract import Draft, Parcel, Summary

_DAY = 86_400_000_000


class PageContent(msgspec.Struct, frozen=True, tag="page"):
    """A parcel's page, by which contact. Its words are made of the state when it is sent."""

    page: str
    contact: str


class WordContent(msgspec.Struct, frozen=True, tag="word"):
    """A parcel that is no page: what it says is settled when it is written."""

    subject: str
    text: str


class ReminderContent(msgspec.Struct, frozen=True, tag="reminder"):
    """A parcel that tells a person of a planned drill. Its words are made when it is sent, if it is still to come."""

    drill: str
    person: str


Content = PageContent | WordContent | ReminderContent


def draft(event: Event, happened: datetime | None = None, recorded: datetime | None = None) -> Draft:
    """An event ready to be appended, with an id and a salt of its own."""
    return Draft(
        str(uuid.uuid4()),
        event.tag(),
        os.urandom(16),
        codec.encode(event),
        None if happened is None else micros(happened),
        None if recorded is None else micros(recorded),
    )


def summarise(incident: Incident) -> Summary:
    """The summary row of an incident."""
    seen = overview(incident)
    return Summary(
        incident_stream(incident.id),
        seen.title,
        seen.status,
        seen.level,
        seen.severity,
        seen.commander,
        micros(seen.declared),
        micros(seen.origin),
        seen.origin_name,
        None if seen.ended is None else micros(seen.ended),
        incident.seq,
        incident.number,
        "" if incident.clock.map is None else codec.encode(incident.clock.map).decode(),
    )


def timers(incident: Incident) -> tuple[tuple[str, int], ...]:
    """The timer rows of an incident: what falls due, in database time; nothing while its clock stands still."""
    found = ((key, incident.clock.database(due)) for key, due in deadlines(incident))
    late = 0 if incident.clock.map is None else 1  # a mapped moment is rounded, and must not come before its time
    return tuple((key, micros(due) + late) for key, due in found if due is not None)


def parcels(incident: Incident, events: Iterable[Event], now: datetime) -> tuple[Parcel, ...]:
    """What these events, which happen at the incident's time `now`, put into the outbox."""
    found = []
    for effect in effects(events, now):
        due, expires = incident.clock.database(effect.due), incident.clock.database(effect.expires)
        if due is not None and expires is not None:
            content = msgspec.json.encode(PageContent(effect.page, effect.contact))
            found.append(
                Parcel(
                    effect.id,
                    incident_stream(incident.id),
                    realm_on(incident, effect.channel),
                    effect.channel,
                    effect.to,
                    incident.seq,
                    content,
                    micros(due),
                    micros(expires),
                )
            )
    return tuple(found)


def notices(command: str, org: Org, playbook: Playbook, by: str, now: int) -> tuple[Parcel, ...]:
    """What a new playbook changes, to each person whom it concerns but whoever publishes it, by their contact for that.

    `command`: the id of the command that publishes it; `now`: the database's time.
    """
    if not org.version:
        return ()
    new = msgspec.structs.replace(org, playbook=playbook)
    subject = f"{playbook.name}, version {org.version + 1}: what changes for you"
    told = concerns(org.playbook, playbook)
    found = (
        word(command, new, person, WordContent(subject, "\n".join((subject, *lines))), now, now + _DAY)
        for person, lines in told.items()
        if person != by
    )
    return tuple(each for each in found if each)


def roster_parcels(key: str, org: Org, told: Iterable[Word], now: int) -> tuple[Parcel, ...]:
    """What people are told of a change of the rosters, for a day, or until it is over.

    `key`: the id of the command, or of all the commands of which each person is told once; `now`: the database's time.
    """
    found = (
        word(key, org, each.person, WordContent(each.subject, each.text), now, min(now + _DAY, micros(each.until)))
        for each in told
    )
    return tuple(each for each in found if each)


def word(key: str, org: Org, person: str, content: Content, now: int, until: int) -> Parcel | None:
    """A word to a person by their contact for what is not urgent, from `now` on; None where they have none."""
    way = reach.word_contact(org, person)
    if way is None:
        return None
    payload = msgspec.json.encode(content)
    return Parcel(f"{key}/{person}", ORG, "real", way.channel, way.to or person, org.seq, payload, now, until)
