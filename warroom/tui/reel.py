"""Where a replay stands, and where its keys lead, as pure values: the place, the bar and the company it is in."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from math import copysign
from typing import Literal

import msgspec
from msgspec.structs import replace

from warroom.domain.bookmarks import Bookmark
from warroom.domain.moments import read_duration
from warroom.domain.replay import Course, Mark, Place, find

With = Literal["alone", "leading", "following", "roaming", "lost"]
FASTEST = 64
_JUMP = 5.0
"Seconds on the screen, however fast it plays."


class Reel(msgspec.Struct, frozen=True):
    """Where a replay stands. `leader`: who leads it, "" = nobody; `company`: how this console stands to that.

    `unknown`: how many of the entries that are shown nobody knew of at the time. `problem`: why nobody can be followed.
    """

    course: Course
    place: Place
    bookmarks: tuple[Bookmark, ...] = ()
    leader: str = ""
    company: With = "alone"
    unknown: int = 0
    problem: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The milestones that may be shown."""
        return tuple(each for each in self.course.marks if self.shows(each.position))

    def shows(self, position: int) -> bool:
        """Whether a position may be shown: where the future is hidden, only what has been."""
        return not self.place.hidden or position <= self.place.position


def start(course: Course, time: int, position: int = 1) -> Place:
    """Standing still at a position, at the database's time; nothing is seen before the declaration."""
    return Place().jump(course, max(position, 1), time)


def turned(place: Place, course: Course, where: str) -> Place | None:
    """The place with another pace or view; None for anything else.

    `play` and `play-back` play either way, or pause; `faster` and `slower` keep the way; `future`, `truth`.
    """
    match where:
        case "play":
            again = not place.playing and place.seconds >= course.duration
            from_start = replace(place, position=1, seconds=0.0) if again else place
            return replace(from_start, playing=not place.playing, rate=abs(place.rate))
        case "play-back":
            backwards = place.playing and place.rate < 0
            return replace(place, playing=not backwards, rate=-abs(place.rate))
        case "faster" | "slower":
            return replace(place, rate=_paced(place.rate, 2 if where == "faster" else 0.5))
        case "future":
            return replace(place, hidden=not place.hidden)
        case "truth":
            return replace(place, truth=not place.truth)
        case _:
            return None


def _paced(rate: float, by: float) -> float:
    """So many times the rate, the same way, from x1 to x64."""
    return copysign(min(max(abs(rate) * by, 1), FASTEST), rate)


def moved(reel: Reel, where: str) -> Place | None:
    """The place that a key leads to; the same one where there is nothing that way; None where it is no such key."""
    course, place = reel.course, reel.place
    match where:
        case "step" | "step-back":
            there = place.position + (1 if where == "step" else -1)
            return replace(at_position(place, course, there), playing=False)
        case "forward" | "back":
            by = _JUMP * abs(place.rate)
            return at_second(place, course, place.seconds + (by if where == "forward" else -by))
        case "far-forward" | "far-back":
            tenth = course.duration / 10
            return at_second(place, course, place.seconds + (tenth if where == "far-forward" else -tenth))
        case "milestone" | "milestone-back":
            return _to(place, course, (each.position for each in course.marks), where == "milestone")
        case "bookmark-next" | "bookmark-back":
            return _to(place, course, (each.at for each in reel.bookmarks), where == "bookmark-next")
        case _ if where.startswith("share-"):
            return at_second(place, course, course.duration * int(where.removeprefix("share-")) / 10)
        case _:
            return None


def at_position(place: Place, course: Course, position: int) -> Place:
    """At a position, never before the declaration; playing or not as before."""
    return place.jump(course, max(position, 1), place.since)


def at_second(place: Place, course: Course, seconds: float) -> Place:
    """At a second of the screen, within the course."""
    within = min(max(seconds, 0.0), course.duration)
    return replace(place, seconds=within, position=max(course.at_screen(within), 1))


def _to(place: Place, course: Course, stops: Iterable[int], onward: bool) -> Place:
    there = [stop for stop in stops if (stop > place.position if onward else stop < place.position)]
    return at_position(place, course, min(there) if onward else max(there)) if there else place


def typed(reel: Reel, text: str, now: datetime, zone: tzinfo) -> Place:
    """The place that somebody typed: `T+1h30m` from the beginning, `+10m` or `-10m` from `now`, the moment shown.

    Else a time of day in `zone`, a moment, a milestone, an entry's number, or `end`. Refused with what there is.
    """
    course, wanted = reel.course, text.strip()
    first = course.moment(0) or now
    if wanted[:2].upper() == "T+":
        return at_position(reel.place, course, course.at(first + read_duration(wanted[2:])))
    if wanted[:1] in ("+", "-"):
        span = read_duration(wanted[1:])
        return at_position(reel.place, course, course.at(now + (span if wanted[0] == "+" else -span)))
    return at_position(reel.place, course, find(course, (), wanted, zone))
