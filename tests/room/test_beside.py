"""What is written beside the log, for lists and the engine, says the same as the log."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, courses
from tests.room.house import House, MemoryAt, SqliteAt, declare
from tests.support.builders import PLAYBOOK, at
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Refused
from warroom.domain.event import incident_stream
from warroom.domain.moments import micros, moment
from warroom.room import commands
from warroom.room.feed import Feed
from warroom.room.room import Room
from warroom.room.writing import summarise, timers
from warroom.store.contract import Store

Houses = Callable[[], Any]
EVER = 1 << 62


@contextmanager
def in_memory() -> Iterator[House]:
    """A house that is gone when the process is; all its terminals share one store."""
    yield House(cache(MemoryAt))


@contextmanager
def in_a_file() -> Iterator[House]:
    """A house with one terminal."""
    with TemporaryDirectory() as folder:
        house = House(lambda wall: SqliteAt(str(Path(folder) / "warroom.db"), wall))
        with closing(house.store):
            yield house


def perform(house: House, room: Room, incident: str, act: Act) -> None:
    """Carry an act out, or nothing where it is refused."""
    house.wall.time += act.wait * 1_000_000
    now = moment(house.wall.time)
    known = room.feed(incident).state.incident
    assert known is not None
    base = now if act.name == "clock.pace" else known.clock.time(now)
    room.do(act.name, incident, **act.at(base))


@pytest.mark.parametrize(("houses", "examples"), [(in_memory, 60), (in_a_file, 8)])
@pytest.mark.parametrize("mapped", [False, True])
def test_the_summary_and_the_timers_agree_with_the_fold(houses: Houses, examples: int, mapped: bool) -> None:
    @settings(max_examples=examples, database=None)
    @given(courses(), st.integers(0, 999_999))
    def agree(course: list[Act], fraction: int) -> None:
        with houses() as house:
            house.wall.time += fraction
            rooms = {person: house.room(person, house.store) for person in ("ana", "bo", "cy")}
            rooms["ana"].publish(PLAYBOOK)
            clock = ClockMapped(moment(house.wall.time), at("03:00"), 10.0) if mapped else None
            incident = declare(rooms["ana"], **({"clock": clock} if clock else {}))
            check(house.store, incident)
            for act in course:
                try:
                    perform(house, rooms[act.by], incident, act)
                except Refused:
                    continue
                check(house.store, incident)

    agree()


def check(store: Store, incident: str) -> None:
    """Compare what is beside the log with a fold from scratch. A note moves nothing in a list, so it writes nothing."""
    known = Feed(store, incident).state.incident
    assert known is not None
    (summary,) = store.summaries()
    assert replace(summary, seq=known.seq) == summarise(known)
    since = store.stream(incident_stream(incident), summary.seq).rows
    notes = {"note-added.v1", "step-noted.v1", "evaluator-noted.v1"}
    assert {row.name for row in since} <= {*notes, "bookmark-added.v1", "attempt-refused.v1"}
    stream = incident_stream(incident)
    assert sorted(store.timers(EVER)) == sorted((stream, key, due) for key, due in timers(known))


def test_only_notes_and_bookmarks_write_no_summary() -> None:
    commuting = [command.name for command in commands.ALL if command.commuting]
    assert commuting == ["drill.note", "step.note", "note", "bookmark"]


def test_a_declaration_says_the_same_moment_in_the_log_and_in_the_list(house: House) -> None:
    _, incident = house.incident()
    (summary,) = house.store.summaries()
    (row,) = house.store.stream(incident_stream(incident)).rows
    assert summary.declared == summary.origin == row.happened == micros(at("14:00"))


def test_the_list_shows_the_newest_first(house: House) -> None:
    room = house.room()
    for title in ("card payments fail", "logins fail"):
        declare(room, title=title)
    assert [(each.number, each.title, each.status) for each in house.store.summaries()] == [
        (2, "logins fail", "active"),
        (1, "card payments fail", "active"),
    ]


def test_timers_are_due_when_their_time_has_come_and_gone_when_they_are_met(house: House) -> None:
    room, incident = house.incident()
    stream = incident_stream(incident)
    assert house.store.timers(micros(at("14:05")) - 1) == []
    assert house.store.timers(micros(at("14:05"))) == [(stream, "milestone:acknowledgment", micros(at("14:05")))]
    room.do("ack", incident)
    assert house.store.timers(micros(at("14:05"))) == []
    house.at("14:30")
    room.do("resolve", incident)
    assert house.store.timers(EVER) == []


def test_a_clock_that_moves_on_between_deciding_and_writing_changes_nothing() -> None:
    class Moving(MemoryAt):
        """A store whose every look at the clock finds it a little later."""

        def now(self) -> int:
            self._wall.time += 7
            return self._wall.time

    house = House(Moving)
    room = house.room("ana", house.store)
    incident = declare(room)
    check(house.store, incident)
    room.do("ack", incident)
    check(house.store, incident)
