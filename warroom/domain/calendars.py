"""Calendars of other programs: what rosters look like in them, and what their entries change about a roster.

Moments are timezone-aware UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest

import msgspec

from warroom.domain.roster import Change, Changes, Schedule, Shift, Stretch, shifts, stretches

_REACHES = (timedelta(days=32), timedelta(days=366))
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(msgspec.Struct, frozen=True):
    """What a calendar says of a person, from `start` until `end`.

    `uid`: by which the calendar knows it; `where`: how people find it there, such as file, line and UID.
    """

    uid: str
    person: str
    start: datetime
    end: datetime
    where: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """An override that an entry asks for: its person is added, or takes the place of `instead`."""

    entry: Entry
    change: Change
    start: datetime
    end: datetime
    instead: str = ""


def whole_shifts(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """The shifts that touch a span. One that runs at its start is told from when it began, not cut there."""
    touching: tuple[Shift, ...] = ()
    for first in _earlier(start):
        found = shifts(schedule, changes, first, end) if start < end else ()
        touching = tuple(each for each in found if each.end > start)
        if all(each.start > first for each in touching):
            break
    return touching


def whole_gaps(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """The gaps that touch a span, each from when it began."""
    touching: tuple[Stretch, ...] = ()
    for first in _earlier(start):
        found = stretches(schedule, changes, first, end) if start < end else ()
        touching = tuple(each for each in found if not each.people and each.end > start)
        if all(each.start > first for each in touching):
            break
    return touching


def _earlier(start: datetime) -> Iterator[datetime]:
    """Where to begin to look: most shifts are short, and years of hours take their time."""
    yield from (start - reach for reach in _REACHES)
    yield min(start, _EARLIEST)


def overrides(
    schedule: Schedule, changes: Changes, entries: Sequence[Entry], now: datetime, add: bool = False
) -> tuple[Wanted, ...]:
    """What makes a schedule as the entries have it, from `now` on: whoever has an entry is on call then.

    Whoever is on call besides is replaced, unless `add`. Where nobody has an entry, the schedule stays as it is; where
    it is as the entries have it, nothing is wanted.
    """
    runs: dict[tuple[Entry, Change, str], list[Wanted]] = {}
    for start, end, meant, standing in _pieces(schedule, changes, entries, now):
        for entry, change, instead in _acts(meant, standing, add):
            run = runs.setdefault((entry, change, instead), [])
            since = run.pop().start if run and run[-1].end == start else start
            run.append(Wanted(entry, change, since, end, instead))
    found = (each for run in runs.values() for each in run)
    return tuple(sorted(found, key=lambda each: (each.start, each.entry.person, each.instead)))


def _pieces(
    schedule: Schedule, changes: Changes, entries: Sequence[Entry], now: datetime
) -> Iterator[tuple[datetime, datetime, tuple[Entry, ...], tuple[str, ...]]]:
    """Spans in which neither the entries nor the schedule change: whose entries there are, and who is on call."""
    waiting = sorted((each for each in entries if max(each.start, now) < each.end), key=lambda each: each.start)
    if not waiting:
        return
    first, last = max(now, waiting[0].start), max(each.end for each in waiting)
    rows = stretches(schedule, changes, first, last)
    edges = {first, last, *(each.start for each in rows)}
    edges |= {edge for each in waiting for edge in (each.start, each.end) if first < edge < last}
    running: list[Entry] = []
    place = row = 0
    for start, end in pairwise(sorted(edges)):
        while place < len(waiting) and waiting[place].start <= start:
            running.append(waiting[place])
            place += 1
        running = [each for each in running if each.end > start]
        while rows[row].end <= start:
            row += 1
        if running:
            yield start, end, tuple(running), rows[row].people


def _acts(meant: Iterable[Entry], standing: Sequence[str], add: bool) -> Iterator[tuple[Entry, Change, str]]:
    """Who has to be added, or to take whose place, so that those who are meant are on call."""
    mine: dict[str, Entry] = {}
    for each in meant:
        mine.setdefault(each.person, each)
    missing = [entry for person, entry in mine.items() if person not in standing]
    besides = [] if add else [person for person in standing if person not in mine]
    anyone = missing[0] if missing else next(iter(mine.values()))
    for entry, instead in zip_longest(missing, besides):
        if instead is None:
            yield entry, "add", ""
        else:
            yield entry or anyone, "replace", instead
