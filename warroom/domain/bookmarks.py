"""Bookmarks: places in the course of an incident that a trainer wants to come back to, each with a remark.

They lie in the incident's own stream, so that everybody finds them; they tell about the incident and are no part of it.
"""

from datetime import datetime
from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.record import check


class BookmarkAdded(Event, frozen=True, tag="bookmark-added.v1"):
    """A place was marked: the incident as it stood once its fact with sequence number `at` was known."""

    at: int
    remark: str = ""


class BookmarkRemoved(Event, frozen=True, tag="bookmark-removed.v1"):
    """The bookmark that the event with sequence number `bookmark` set is gone."""

    bookmark: int


BookmarkEvent = BookmarkAdded | BookmarkRemoved


class Bookmark(msgspec.Struct, frozen=True):
    """`seq`: its own number; `at`: the number of the fact that it marks; who set it, and when."""

    seq: int
    at: int
    remark: str
    by: str
    added: datetime


def bookmark(case: Case, remark: str = "", at: int | None = None) -> list[Event]:
    """Mark a place, by the number of an entry on the timeline; without one, the last. Refused where there is none."""
    place = case.incident.seq if at is None else at
    if not 0 < place <= case.incident.seq:
        raise Refused(
            f"There is no entry {place} to mark.", hint=f"Entries are numbered from 1 to {case.incident.seq}."
        )
    check(remark)
    return [BookmarkAdded(place, remark.strip())]


def remove(case: Case, bookmark: int) -> list[Event]:
    """Take a bookmark away, by its own number. Refused where none has it."""
    if any(each.seq == bookmark for each in case.incident.bookmarks):
        return [BookmarkRemoved(bookmark)]
    if 0 < bookmark <= case.incident.seq and case.incident.timeline[bookmark - 1].kind == "bookmark":
        raise Already(f"Bookmark {bookmark} is already gone.")
    raise Refused(f"There is no bookmark {bookmark}.")


def evolve(known: tuple[Bookmark, ...], fact: Fact, event: BookmarkEvent) -> tuple[Bookmark, ...]:
    """The bookmarks after one event, in the order of the places that they mark."""
    match event:
        case BookmarkAdded(at=at, remark=remark):
            new = Bookmark(fact.seq, at, remark, fact.actor, fact.recorded)
            return tuple(sorted((*known, new), key=lambda each: (each.at, each.seq)))
        case BookmarkRemoved(bookmark=gone):
            return tuple(each for each in known if each.seq != gone)
        case _:
            assert_never(event)


def describe(event: BookmarkEvent) -> str:
    """The timeline's sentence."""
    match event:
        case BookmarkAdded(at=at, remark=remark):
            return f"bookmark at entry {at}" + (f": {remark}" if remark else "")
        case BookmarkRemoved(bookmark=gone):
            return f"removed bookmark {gone}"
        case _:
            assert_never(event)
