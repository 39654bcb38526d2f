"""Whom a change of the rosters concerns, and what that person is told, in their own time zone."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from warroom.domain.changes import OverrideAdded, SwapOffered, SwapTaken
from warroom.domain.event import Event
from warroom.domain.org import Org
from warroom.room.roster_views import clock


class Word(msgspec.Struct, frozen=True):
    """What one person is told. `until`: the moment after which it is of no use."""

    person: str
    subject: str
    text: str
    until: datetime


def words(org: Org, by: str, events: Iterable[Event], several: bool = False) -> tuple[Word, ...]:
    """What these events, decided on `org` by `by`, say to people; nothing to whoever did it themselves.

    `several`: the events are some of many alike, and each person is told once for all of them.
    """
    found = (_word(org, by, event, several) for event in events)
    return tuple(each for each in found if each and each.person not in (by, org.known_as(by)))


def _word(org: Org, by: str, event: Event, several: bool) -> Word | None:
    match event:
        case SwapOffered(to=to) if to:
            times = _times(org, to, event.start, event.end)
            return Word(
                to,
                f"{event.person} asks you to stand in: {event.schedule}",
                f"{event.person} asks you to be on call by {event.schedule} {times}."
                f"{_why(event.because)} To take it: warroom oncall take {event.id}",
                event.end,
            )
        case SwapTaken(id=name, person=taker):
            swap = next(each for each in org.changes.swaps if each.id == name)
            times = _times(org, swap.person, swap.start, swap.end)
            return Word(
                swap.person,
                f"{taker} stands in for you: {swap.schedule}",
                f"{taker} is on call by {swap.schedule} in your place {times}.",
                swap.end,
            )
        case OverrideAdded(change="add" | "replace", person=person):
            times = _times(org, person, event.start, event.end)
            whose = f" instead of {event.instead}" if event.instead else ""
            more = " There may be more such times: warroom oncall list" if several else ""
            return Word(
                person,
                f"You are on call: {event.schedule}",
                f"{by} put you on call by {event.schedule}{whose} {times}.{_why(event.because)}{more}",
                event.end,
            )
    return None


def _times(org: Org, person: str, start: datetime, end: datetime) -> str:
    zone = ZoneInfo(org.zone(person))
    return f"from {clock(start, zone)} until {clock(end, zone)}"


def _why(because: str) -> str:
    return f" Because: {because}." if because else ""
