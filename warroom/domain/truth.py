"""What was true in an incident, against what was known: its facts by when they happened, whenever they were recorded.

Each of them counts from the moment at which it happened, even where it was written down later.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

import msgspec

from warroom.domain.bookmarks import BookmarkEvent
from warroom.domain.clock import MilestoneCleared, MilestoneSet, Reopened
from warroom.domain.event import Event, Fact
from warroom.domain.incident import Declared, Undone
from warroom.domain.record import EntryCorrected, EntryRedacted, EntryRetracted
from warroom.domain.replay import Course


class Truth(msgspec.Struct, frozen=True):
    """All that is known in the end, in the order in which it happened, numbered anew from 1 so that it can be folded.

    A time of a milestone that was put right later is left out: it was never true. `moments`: when each fact happened;
    `known`: the position of the course from which on it was known.
    """

    facts: tuple[Fact, ...] = ()
    moments: tuple[datetime, ...] = ()
    known: tuple[int, ...] = ()

    def at(self, moment: datetime | None) -> int:
        """How many of these facts had happened at a moment; None: none of them."""
        return 0 if moment is None else bisect_right(self.moments, moment)

    def later(self, count: int, position: int) -> frozenset[int]:
        """The numbers of those of the first `count` facts that nobody knew at a position of the course."""
        return frozenset(number for number, known in enumerate(self.known[:count], 1) if known > position)


def truth(course: Course) -> Truth:
    """The facts of a course as they happened. The declaration stays first: without it there is no incident."""
    untrue = _superseded(course.facts)
    kept = [
        (known, fact)
        for known, fact in enumerate(course.facts, 1)
        if fact.seq not in untrue and not isinstance(fact.event, BookmarkEvent)
    ]
    kept.sort(key=lambda pair: (not isinstance(pair[1].event, Declared), pair[1].happened, pair[0]))
    numbers = {fact.seq: number for number, (_, fact) in enumerate(kept, 1)}
    facts = tuple(
        msgspec.structs.replace(fact, seq=number, event=_renumbered(fact.event, numbers))
        for number, (_, fact) in enumerate(kept, 1)
    )
    moments: list[datetime] = []
    for fact in facts:
        moments.append(max(fact.happened, moments[-1]) if moments else fact.happened)
    return Truth(facts, tuple(moments), tuple(known for known, _ in kept))


def _superseded(facts: Iterable[Fact]) -> frozenset[int]:
    """The numbers of settings of milestones that a later one put right. A reopening ends what was set before it."""
    standing: dict[str, int] = {}
    found: list[int] = []
    for fact in facts:
        event = fact.event
        if isinstance(event, Reopened):
            standing.pop("containment", None)
            standing.pop("resolution", None)
        elif isinstance(event, MilestoneSet | MilestoneCleared):
            if (earlier := standing.pop(event.milestone, None)) is not None:
                found.append(earlier)
            if isinstance(event, MilestoneSet):
                standing[event.milestone] = fact.seq
    return frozenset(found)


def _renumbered(event: Event, numbers: dict[int, int]) -> Event:
    """An event that names another by its number, with the new number; 0 = one that is not among them."""
    if isinstance(event, EntryCorrected | EntryRetracted | EntryRedacted):
        return msgspec.structs.replace(event, entry=numbers.get(event.entry, 0))
    if isinstance(event, Undone):
        return msgspec.structs.replace(event, act=numbers.get(event.act, 0))
    return event
