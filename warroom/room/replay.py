"""Replay: an incident as it stood at any position of its log. Nothing is written, and no effect is computed.

Values are immutable, so every hundredth state of a fold can be kept for the price of what differs; a seek folds on from
the nearest one, at most a hundred facts, however long the log is.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from warroom.domain import org as organisations
from warroom.domain import replay as courses
from warroom.domain import truth as truths
from warroom.domain.bookmarks import Bookmark
from warroom.domain.errors import Unknown
from warroom.domain.event import ORG, Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.room import feed
from warroom.room.feed import State
from warroom.store import codec
from warroom.store.contract import Cursor, Store

EVERY = 100
"Facts between two states that are kept: the most that a seek folds."


class Replay:
    """One incident (a UUID) as it stands in the log now, to be seen at any position. Unknown where there is none.

    `course`: its positions, milestones and gaps; `truth`: its facts as they happened; `bookmarks`: all that are set by
    now, wherever the replay stands.
    """

    def __init__(self, store: Store, incident: str) -> None:
        stream = store.stream(incident_stream(incident))
        if not stream.rows:
            raise Unknown("There is no such incident in this log.", hint="Run: warroom list")
        self.log_id = stream.head.log_id
        self.course = courses.course(codec.facts(stream.rows))
        self.truth = truths.truth(self.course)
        self._cursors = (Cursor(), *(row.cursor for row in stream.rows))
        self._orgs = _Orgs(codec.facts(store.stream(ORG).rows))
        nothing = Incident(incident, stream.number)
        self._known = _Reel(nothing, self.course.facts)
        self._true = _Reel(nothing, self.truth.facts)
        self._whole = _whole(self._known.at(self.course.length), codec.facts(stream.rows[self.course.length :]))

    @property
    def seq(self) -> int:
        """The number of the last fact that was read; what comes later is in another `Replay`."""
        return self._whole.seq

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Every bookmark of the incident, in the order of the places that they mark."""
        return self._whole.bookmarks

    def at(self, position: int) -> State:
        """What a console showed when the first `position` facts were known, the organisation as of then included."""
        place = self.course.clamp(position)
        return self._state(self._known.at(place), place)

    def true_at(self, position: int) -> tuple[State, frozenset[int]]:
        """What was true at the moment of a position, and the numbers of the entries that nobody knew of by then."""
        place = self.course.clamp(position)
        count = self.truth.at(self.course.moment(place)) if place else 0
        return self._state(self._true.at(count), place), self.truth.later(count, place)

    def time(self, position: int) -> datetime:
        """The database's time at a position, which the views want: there the incident's clock shows its moment."""
        moment = self.course.moment(position)
        assert moment is not None  # an incident begins with its declaration
        incident = self._known.at(self.course.clamp(position))
        return incident.clock.database(moment) or moment

    def search(self, words: str) -> tuple[int, ...]:
        """The positions at which entries with these words appear, in order."""
        return courses.search(self._known.at(self.course.length).timeline, words)

    def find(self, text: str, zone: tzinfo = UTC) -> int:
        """The position that somebody typed (`domain.replay.find`). Invalid or Unknown with a sentence."""
        return courses.find(self.course, self._known.at(self.course.length).timeline, text, zone)

    def _state(self, incident: Incident, place: int) -> State:
        cursor = self._cursors[place]
        return State(incident, self._orgs.at(cursor.pos), self.log_id, cursor)


class _Reel:
    """The states of a fold over some facts, every hundredth of them kept."""

    def __init__(self, nothing: Incident, facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._kept = [nothing]
        for start in range(0, len(facts) - EVERY + 1, EVERY):
            self._kept.append(_whole(self._kept[-1], facts[start : start + EVERY]))

    def at(self, count: int) -> Incident:
        """The incident after the first `count` facts."""
        near = count // EVERY
        return _whole(self._kept[near], self._facts[near * EVERY : count])


def _whole(incident: Incident, facts: Sequence[Fact]) -> Incident:
    for fact in facts:
        incident = feed.evolve(incident, fact)
    return incident


class _Orgs:
    """The organisation after each of its own events; they are few."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._places = [fact.pos for fact in facts]
        self._states = [Org()]
        for fact in facts:
            self._states.append(organisations.evolve(self._states[-1], fact))

    def at(self, pos: int) -> Org:
        """The organisation as it was at a position of the whole log."""
        return self._states[bisect_right(self._places, pos)]
