"""Replay: at every position exactly what a console showed then, whoever wrote what."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, attempt, courses, rehearsed
from tests.room.house import House
from tests.support.builders import PLAYBOOK, UUID, Tale, at
from warroom.domain import clock, record
from warroom.domain import fold as folding
from warroom.domain.errors import Unknown
from warroom.domain.event import ORG, Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.org import PlaybookPublished
from warroom.playbook import samples
from warroom.playbook.incident import read_incident
from warroom.room import feed as feeds
from warroom.room import replay as replays
from warroom.room import views
from warroom.room.feed import Feed, State
from warroom.room.imports import bring
from warroom.room.replay import Replay
from warroom.room.room import Actor, Room
from warroom.room.writing import draft
from warroom.store import codec
from warroom.store.contract import Append, Store
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore

STREAM = incident_stream(UUID)


def write(store: Store, fact: Fact) -> None:
    """One fact into the log, at its own times."""
    drafts = (draft(fact.event, fact.happened, fact.recorded),)
    store.append(Append(f"c{fact.seq}", STREAM, fact.seq - 1, fact.actor, fact.via, drafts))


def publish(store: Store, seq: int) -> None:
    """A playbook comes into force, in the organisation's own stream."""
    drafts = (draft(PlaybookPublished(replace(PLAYBOOK, name=f"shop {seq}"))),)
    store.append(Append(f"p{seq}", ORG, seq, "ana", "login", drafts))


def lived(store: Store, tale: Tale, playbooks: frozenset[int] = frozenset()) -> list[State]:
    """The log of a tale, with playbooks published in between, and what a console showed after each of its facts."""
    first, *rest = tale.facts
    write(store, first)
    feed = Feed(store, UUID)
    seen = [feed.state]
    for fact in rest:
        if fact.seq in playbooks:
            publish(store, feed.refresh().org.seq)
        write(store, fact)
        seen.append(feed.refresh())
    return seen


@settings(max_examples=200, deadline=None)
@given(courses(), st.frozensets(st.integers(2, 12), max_size=3))
def test_every_position_of_any_log_is_what_a_console_showed_then(course: list[Act], playbooks: frozenset[int]) -> None:
    tale, store = rehearsed(), MemoryStore()
    for act in course:
        attempt(tale, act)
    seen = lived(store, tale, playbooks)
    replay = Replay(store, UUID)
    for position in range(1, replay.course.length + 1):
        assert replay.at(position) == seen[position - 1]


@settings(max_examples=100, deadline=None)
@given(courses(), st.data())
def test_what_was_true_at_any_moment_is_what_had_happened_by_then(course: list[Act], data: st.DataObject) -> None:
    tale, store = rehearsed(), MemoryStore()
    for act in course:
        attempt(tale, act)
    lived(store, tale)
    replay = Replay(store, UUID)
    position = data.draw(st.integers(0, replay.course.length))
    state, later = replay.true_at(position)
    assert state.incident is not None
    moment = replay.course.moment(position)
    assert moment is not None
    # The declaration stands first, whenever it happened.
    assert all(entry.happened <= moment for entry in list(state.incident.timeline)[1:])
    known = {entry.pos for entry in replay.at(position).incident.timeline}  # type: ignore[union-attr]
    assert later == {entry.seq for entry in state.incident.timeline if entry.pos not in known}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with every real past incident."""
    path: Path = tmp_path_factory.mktemp("past") / "warroom.db"
    with closing(SqliteStore(str(path))) as store:
        found = [read_incident(each) for each in samples.incidents().values()]
        bring(Room(store, Actor("ana")), found)
        yield store


@pytest.mark.parametrize("number", range(1, len(samples.incidents()) + 1))
def test_every_position_of_every_past_incident(past: Store, number: int) -> None:
    stream = past.find(number)
    assert stream is not None
    uuid = stream.removeprefix("incident:")
    replay = Replay(past, uuid)
    rows = past.stream(stream).rows
    assert replay.course.length == len(rows)
    for position in range(len(rows) + 1):
        folded = folding.fold(Incident(uuid, number), codec.facts(rows[:position]))
        state = replay.at(position)
        assert (state.incident, state.cursor.pos) == (folded, rows[position - 1].pos if position else 0)
        if position:
            assert views.show(state, replay.time(position))["clock"]["now"]


def test_a_seek_folds_a_bounded_number_of_facts_however_long_the_log_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tale, store = Tale(), MemoryStore()
    for number in range(1, 3 * replays.EVERY + 40):
        tale.now += timedelta(seconds=10)
        tale.do(record.note, f"note {number}")
    lived(store, tale)
    replay = Replay(store, UUID)
    steps = 0
    evolve = feeds.evolve

    def counted(incident: Incident, fact: Fact) -> Incident:
        nonlocal steps
        steps += 1
        return evolve(incident, fact)

    monkeypatch.setattr(feeds, "evolve", counted)
    for position in range(replay.course.length + 1):
        steps = 0
        known = replay.at(position).incident
        assert known is not None
        assert known.seq == position
        assert steps < replays.EVERY
    steps = 0
    replay.true_at(replay.course.length - 1)
    assert steps < replays.EVERY


def test_what_was_written_down_late_is_true_before_it_is_known(house: House) -> None:
    room, incident = house.incident()
    house.at("14:10")
    room.do("note", incident, text="errors are gone")
    house.at("14:20")
    room.do("note", incident, text="the deploy began", at="14:05")
    replay = Replay(house.open(), incident)
    known = replay.at(2).incident
    state, later = replay.true_at(2)
    assert known is not None
    assert state.incident is not None
    assert [entry.text for entry in known.timeline][1:] == ["errors are gone"]
    assert [entry.text for entry in state.incident.timeline][1:] == ["the deploy began", "errors are gone"]
    assert later == {2}
    assert replay.true_at(3)[1] == frozenset()


def test_a_milestone_that_was_put_right_was_never_true() -> None:
    tale, store = Tale(), MemoryStore()
    tale.at("14:05").do(clock.mark, "detection")
    tale.at("14:30").do(clock.mark, "detection", at("14:02"), happened=at("14:02"))
    tale.at("14:40").do(record.note, "seen")
    lived(store, tale)
    replay = Replay(store, UUID)
    known, (true, later) = replay.at(2).incident, replay.true_at(2)
    assert known is not None
    assert true.incident is not None
    assert known.clock.get("detection").happened == at("14:05")  # type: ignore[union-attr]
    assert true.incident.clock.get("detection").happened == at("14:02")  # type: ignore[union-attr]
    assert later == {2}


def test_a_correction_reaches_its_entry_though_the_order_is_another() -> None:
    tale, store = Tale(), MemoryStore()
    tale.at("14:10").do(record.note, "at 14:10")
    tale.at("14:20").do(record.note, "at 14:05", happened=at("14:05"))
    tale.at("14:21").do(record.correct, 2, "at 14:10, corrected")
    lived(store, tale)
    state, _ = Replay(store, UUID).true_at(4)
    assert state.incident is not None
    lines = [(entry.text, entry.corrected) for entry in state.incident.timeline][1:3]
    assert lines == [("at 14:05", ""), ("at 14:10", "at 14:10, corrected")]


def test_bookmarks_are_there_wherever_the_replay_stands_and_lengthen_nothing(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="seen")
    room.do("bookmark", incident, remark="look here", at=1)
    room.do("bookmark", incident)
    replay = Replay(house.open(), incident)
    assert replay.course.length == 2
    assert [(each.at, each.remark) for each in replay.bookmarks] == [(1, "look here"), (3, "")]
    room.do("bookmark.remove", incident, bookmark=3)
    assert [each.at for each in Replay(house.open(), incident).bookmarks] == [3]


def test_a_replay_writes_nothing(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="seen")
    before = house.store.head(), house.store.outbox(), house.store.leases()
    replay = Replay(house.open(), incident)
    for position in range(replay.course.length + 1):
        replay.at(position)
        replay.true_at(position)
    assert (house.store.head(), house.store.outbox(), house.store.leases()) == before


def test_an_incident_that_is_not_there_is_a_sentence(house: House) -> None:
    with pytest.raises(Unknown, match="no such incident"):
        Replay(house.store, UUID)
