"""Replay: the course of an incident as positions that can be played, searched and jumped to.

A position counts the facts that are known: 0 = none, n = all. What was known at a position are the first facts
in the order of the log, exactly what a console showed then; `truth` tells what had happened.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise

import msgspec

from warroom.domain.bookmarks import BookmarkEvent
from warroom.domain.clock import NAMES, MilestoneSet
from warroom.domain.errors import Invalid, Unknown
from warroom.domain.event import Fact
from warroom.domain.incident import Declared
from warroom.domain.moments import ACCEPTED, at_wall, read_moment
from warroom.domain.timeline import Entry

CAP = timedelta(minutes=2)
"What a gap in which nothing happened takes at most, in incident time."

DECLARATION = "declaration"
_TIME = re.compile(r"\d{1,2}:\d|\d{4}-\d|[-−]\d", re.ASCII)
_WALL = re.compile(r"\d{1,2}:\d\d(:\d\d)?$", re.ASCII)
_STAMP = "%Y-%m-%d %H:%M:%S"


class Gap(msgspec.Struct, frozen=True):
    """A compressed gap: nothing became known between `start` and `end`. `position`: how many facts lie before it."""

    position: int
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it really was."""
        return self.end - self.start


class Mark(msgspec.Struct, frozen=True):
    """A milestone, or the declaration, at the position from which on it was known. `happened`: when it was so."""

    name: str
    position: int
    happened: datetime
    approximate: bool = False


class Course(msgspec.Struct, frozen=True):
    """The facts of one incident in the order of its log, and when each stands on the screen.

    `moments`: when each fact was known; never before the facts that stand before it. `seconds`: the same as seconds
    from the first fact at rate 1, with the gaps compressed.
    """

    facts: tuple[Fact, ...] = ()
    moments: tuple[datetime, ...] = ()
    seconds: tuple[float, ...] = ()
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def length(self) -> int:
        """The last position."""
        return len(self.facts)

    @property
    def duration(self) -> float:
        """How many seconds the whole takes at rate 1."""
        return self.seconds[-1] if self.seconds else 0.0

    def clamp(self, position: int) -> int:
        """The nearest position that there is."""
        return min(max(position, 0), self.length)

    def moment(self, position: int) -> datetime | None:
        """When the last of these facts was known; at position 0, when the first was. None without facts."""
        return self.moments[max(self.clamp(position), 1) - 1] if self.moments else None

    def at(self, moment: datetime) -> int:
        """How many facts were known at a moment."""
        return bisect_right(self.moments, moment)

    def screen_time(self, position: int) -> float:
        """The second at which a position begins; position 0 begins with the first fact."""
        return self.seconds[max(self.clamp(position), 1) - 1] if self.seconds else 0.0

    def at_screen(self, seconds: float) -> int:
        """The position that stands on the screen so many seconds after the beginning."""
        return bisect_right(self.seconds, seconds)

    def moment_at_screen(self, seconds: float) -> datetime | None:
        """The incident's time at a second; it runs faster through a compressed gap. None without facts."""
        position = self.at_screen(seconds)
        if position == 0 or position == self.length:
            return self.moment(position)
        start, end = self.seconds[position - 1], self.seconds[position]
        earlier, later = self.moments[position - 1], self.moments[position]
        return earlier + (later - earlier) * ((seconds - start) / (end - start))

    def gap(self, position: int) -> Gap | None:
        """The compressed gap that follows a position, or None."""
        return next((each for each in self.gaps if each.position == position), None)

    def find(self, name: str) -> Mark | None:
        """Where a milestone first became known, or None."""
        return next((each for each in self.marks if each.name == name), None)

    def density(self, buckets: int) -> tuple[int, ...]:
        """How many facts fall into each of so many equal parts of the screen's time."""
        counts = [0] * max(buckets, 1)
        for second in self.seconds:
            share = second / self.duration if self.duration else 0.0
            counts[min(int(share * len(counts)), len(counts) - 1)] += 1
        return tuple(counts)


def course(facts: Iterable[Fact], cap: timedelta = CAP) -> Course:
    """The course of an incident's facts, in log order. Bookmarks after its end are left out: it ended before them."""
    told = _told(facts)
    moments: list[datetime] = []
    for fact in told:
        moments.append(max(fact.recorded, moments[-1]) if moments else fact.recorded)
    seconds = [0.0] if moments else []
    for earlier, later in pairwise(moments):
        seconds.append(seconds[-1] + min(later - earlier, cap).total_seconds())
    gaps = (Gap(position, *pair) for position, pair in enumerate(pairwise(moments), 1) if pair[1] - pair[0] > cap)
    marks = (mark for position, fact in enumerate(told, 1) for mark in _marks(position, fact))
    return Course(told, tuple(moments), tuple(seconds), tuple(gaps), tuple(marks))


def _told(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    told = list(facts)
    while told and isinstance(told[-1].event, BookmarkEvent):
        told.pop()
    return tuple(told)


def _marks(position: int, fact: Fact) -> list[Mark]:
    event = fact.event
    if isinstance(event, MilestoneSet):
        return [Mark(event.milestone, position, event.at, event.approximate)]
    if isinstance(event, Declared):
        impact = [Mark("impact", position, event.impact, event.approximate)] if event.impact else []
        return [Mark(DECLARATION, position, fact.happened), *impact]
    return []


def search(entries: Iterable[Entry], words: str) -> tuple[int, ...]:
    """The positions at which entries appear that hold these words, whatever their case, in order; none for no words."""
    wanted = words.strip().casefold()
    if not wanted:
        return ()
    return tuple(
        position
        for position, entry in enumerate(entries, 1)
        if wanted in f"{entry.text}\n{entry.corrected}\n{entry.actor}".casefold()
    )


def find(course: Course, entries: Iterable[Entry], text: str, zone: tzinfo) -> int:
    """The position that somebody typed: an entry's number, a milestone, a time, `end` or `now`, or words.

    Words are looked for on the timeline. A time of day (in `zone`) is the first one in the course. Invalid or Unknown
    with a sentence where there is none.
    """
    wanted = text.strip()
    if wanted.isascii() and wanted.isdecimal():
        return _numbered(course, wanted)
    name = wanted.lower()
    if name in ("end", "now"):
        return course.length
    if mark := course.find(name):
        return mark.position
    if name in NAMES:
        raise Unknown(f"The {name} was not known in this incident.", hint="Name another milestone, or a time.")
    if _TIME.match(wanted):
        return course.at(_moment(course, wanted, zone))
    if found := search(entries, wanted):
        return found[0]
    raise Unknown(f"Nothing on the timeline says “{wanted}”.", hint="Name an entry's number, a milestone, or a time.")


def _numbered(course: Course, digits: str) -> int:
    if len(digits) < 10 and 0 < int(digits) <= course.length:
        return int(digits)
    raise Invalid(f"There is no entry {digits[:12]}.", hint=f"Entries are numbered from 1 to {course.length}.")


def _moment(course: Course, text: str, zone: tzinfo) -> datetime:
    """The moment of a time; Invalid where the incident had not begun or was over."""
    start, end = course.moment(0), course.moment(course.length)
    if start is None or end is None:
        raise Invalid("Nothing is known of this incident yet.")
    found = _first(text, start, zone) if _WALL.match(text) else read_moment(text, end, zone)
    if start <= found <= end:
        return found
    raise Invalid(f"“{text}” is not in this incident.", hint=f"It runs from {start:{_STAMP}} to {end:{_STAMP}} UTC.")


def _first(text: str, start: datetime, zone: tzinfo) -> datetime:
    """The first time from `start` on at which clocks in `zone` show a time of day."""
    try:
        wall = time.fromisoformat(text.rjust(5, "0") if len(text) < 6 else text.rjust(8, "0"))
    except ValueError:
        raise Invalid(f"“{text}” is no time.", hint=ACCEPTED) from None
    day = start.astimezone(zone).date()
    shown = (at_wall(datetime.combine(day + timedelta(days), wall), zone) for days in range(3))
    return next(each for each in shown if each >= start)


class Place(msgspec.Struct, frozen=True):
    """Where whoever leads a replay is: at `position` and `seconds` of the screen at the database's time `since`.

    `since` in microseconds since 1970. `rate`: how many times as fast, negative = backwards. `hidden`: the future is
    not shown; `truth`: what was true is shown in place of what was known.
    """

    position: int = 0
    seconds: float = 0.0
    playing: bool = False
    rate: float = 1.0
    since: int = 0
    hidden: bool = True
    truth: bool = False

    def now(self, course: Course, time: int) -> "Place":
        """The same place at a later time of the database: played on, and standing still at either end."""
        if not self.playing:
            return msgspec.structs.replace(self, position=course.clamp(self.position), since=time)
        reached = self.seconds + self.rate * max(time - self.since, 0) / 1_000_000
        seconds = min(max(reached, 0.0), course.duration)
        playing = seconds == reached
        return msgspec.structs.replace(
            self, position=course.at_screen(seconds), seconds=seconds, playing=playing, since=time
        )

    def jump(self, course: Course, position: int, time: int) -> "Place":
        """At another position, playing or not as before."""
        place = course.clamp(position)
        return msgspec.structs.replace(self, position=place, seconds=course.screen_time(place), since=time)
