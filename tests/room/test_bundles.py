"""Out of one log and into another: the same incident, told by the same people at the same times."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tests.domain.acts import Act, courses
from tests.room.house import House, MemoryAt, SqliteAt
from tests.support.builders import at
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Invalid, Refused
from warroom.domain.event import Fact, incident_stream
from warroom.domain.fold import fold
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.room import imports
from warroom.room.bundle import Bundle, gather, read, write
from warroom.room.feed import Feed
from warroom.room.room import Room
from warroom.room.verify import verify
from warroom.store import codec
from warroom.store.contract import Store

Houses = Callable[[], Any]


@contextmanager
def in_memory() -> Iterator[House]:
    """A house that is gone when the process is."""
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
    try:
        room.do(act.name, incident, **act.at(base))
    except Refused:
        return


def facts(store: Store, incident: str) -> list[Fact]:
    """What an incident's stream says, without what belongs to its log: places, how actors were known, when written."""
    rows = store.stream(incident_stream(incident)).rows
    return [replace(fact, pos=0, via="", appended=at("00:00")) for fact in codec.facts(rows)]


def told(store: Store, incident: str, until: int) -> Incident:
    """The fold of the first `until` events, without what belongs to the log."""
    return fold(Incident(incident), facts(store, incident)[:until])


def carried(house: House, bundle: Bundle, person: str = "zoe") -> imports.Imported:
    """A bundle, through its file, into another house."""
    return imports.bring(house.room(person, store=house.store), [read(write(bundle))])


def a_tale(house: House) -> tuple[Room, str]:
    """An incident with evidence, a step, a role and an end."""
    room, incident = house.incident()
    room.do("evidence", incident, content=b"dump", name="dump")
    room.do("runbook.attach", incident, runbook="payment-errors")
    room.do("step.done", incident, step="1.1", note="31 %")
    room.do("role.take", incident, role="commander")
    room.do("resolve", incident)
    return room, incident


@pytest.mark.parametrize("houses", [in_memory, in_a_file])
def test_an_incident_is_the_same_in_another_log_and_verifies_there(houses: Houses) -> None:
    with houses() as old, houses() as new:
        room, incident = a_tale(old)
        bundle = gather(room.store, incident)
        found = carried(new, bundle)
        assert (found.incidents, found.warnings) == (("INC-1",), ())
        many = len(bundle.rows)
        assert facts(new.store, incident)[:many] == facts(room.store, incident)
        assert told(new.store, incident, many) == told(room.store, incident, many)
        assert {fact.via for fact in codec.facts(new.store.stream(incident_stream(incident)).rows)} == {"import"}
        assert verify(new.store).bad is None
        assert new.store.blob(bundle.blobs[0][0]) == b"dump"


@pytest.mark.parametrize(("houses", "examples"), [(in_memory, 60), (in_a_file, 8)])
@pytest.mark.parametrize("mapped", [False, True])
def test_export_and_import_are_the_identity_for_every_course(houses: Houses, examples: int, mapped: bool) -> None:
    @settings(max_examples=examples, database=None, deadline=None)
    @given(course=courses())
    def hold(course: list[Act]) -> None:
        with houses() as old, houses() as new:
            clock = {"clock": ClockMapped(at("14:00"), at("09:00"), 60.0)} if mapped else {}
            room, incident = old.incident(**clock)
            for act in course:
                perform(old, room, incident, act)
            bundle = gather(room.store, incident)
            carried(new, bundle)
            many = len(bundle.rows)
            assert told(new.store, incident, many) == told(room.store, incident, many)
            assert verify(new.store).bad is None
            again = gather(new.store, incident)
            assert [row.body for row in again.rows[:many]] == [row.body for row in bundle.rows]
            assert read(write(again)) == again

    hold()


def test_the_same_bundle_again_changes_nothing() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = a_tale(old)
        bundle = gather(room.store, incident)
        carried(new, bundle)
        head = new.store.head()
        found = carried(new, bundle, "yan")
        assert (found.incidents, new.store.head()) == (("INC-1",), head)
        assert "already here as INC-1; nothing was changed" in found.warnings[0]
        back = carried(old, bundle)
        assert "already here" in back.warnings[0]


@pytest.mark.parametrize("houses", [in_memory, in_a_file])
def test_an_incident_that_went_elsewhere_and_came_back_is_the_same_one(houses: Houses) -> None:
    with houses() as first, houses() as second, houses() as third:
        room, incident = a_tale(first)
        carried(second, gather(room.store, incident))
        carried(third, gather(second.store, incident), "yan")
        heads = [house.store.head() for house in (first, second, third)]
        for source in (second, third):
            back = carried(first, gather(source.store, incident))
            assert back.incidents == ("INC-1",)
            assert "already here as INC-1; nothing was changed" in back.warnings[0]
        assert "already here" in carried(second, gather(third.store, incident)).warnings[0]
        assert "already here" in carried(third, gather(room.store, incident)).warnings[0]
        assert [house.store.head() for house in (first, second, third)] == heads


def test_what_people_added_elsewhere_is_still_a_difference() -> None:
    with in_memory() as first, in_memory() as second:
        room, incident = a_tale(first)
        carried(second, gather(room.store, incident))
        second.room("zoe", store=second.store).do("evidence", incident, content=b"more", name="more")
        with pytest.raises(Refused, match="the two have gone on differently"):
            carried(first, gather(second.store, incident))


def test_who_imported_it_and_the_bundle_itself_are_on_record() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = a_tale(old)
        bundle = gather(room.store, incident)
        carried(new, bundle)
        state = Feed(new.store, incident).state.incident
        assert state is not None
        kept = state.evidence[-1]
        assert (kept.by, kept.name) == ("zoe", "INC-1.bundle.jsonl")
        data = new.store.blob(kept.digest)
        assert data is not None
        assert read(data) == bundle
        assert bundle.rows[-1].hash.hex() in state.timeline[len(state.timeline) - 1].text


def test_an_incident_that_went_on_differently_is_refused_and_nothing_is_changed() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = a_tale(old)
        carried(new, gather(room.store, incident))
        room.do("note", incident, text="one more")
        head = new.store.head()
        with pytest.raises(Refused, match="the two have gone on differently"):
            carried(new, gather(room.store, incident))
        assert new.store.head() == head


def test_all_or_none() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = a_tale(old)
        good = gather(room.store, incident)
        bad = replace(good, stream="incident:no-uuid")
        with pytest.raises(Invalid, match="has no UUID"):
            imports.bring(new.room(store=new.store), [good, bad])
        assert new.store.head().pos == 0


def test_an_open_incident_pages_nobody_here_and_is_said_to_be_open() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = old.incident()
        assert room.store.timers(1 << 62)
        found = carried(new, gather(room.store, incident))
        assert (new.store.timers(1 << 62), new.store.outbox()) == ([], [])
        assert "INC-1 is listed as open until it is closed here" in found.warnings[0]


def test_a_redacted_entry_comes_as_a_note_that_says_so() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = old.incident()
        room.do("note", incident, text="a password")
        bundle = gather(room.store, incident)
        rows = (*bundle.rows[:-1], replace(bundle.rows[-1], salt=None, body=None))
        found = carried(new, replace(bundle, rows=rows))
        state = Feed(new.store, incident).state.incident
        assert state is not None
        assert state.timeline[len(rows) - 1].text == "note-added.v1: redacted in the log that this was exported from"
        assert "1 redacted entries came as notes" in found.warnings[0]
        assert "already here" in carried(new, replace(bundle, rows=rows)).warnings[0]


def test_a_bundle_that_repeats_a_command_of_another_incident_is_refused() -> None:
    with in_memory() as old, in_memory() as new:
        room, incident = a_tale(old)
        bundle = gather(room.store, incident)
        carried(new, bundle)
        other = incident[:-1] + ("0" if incident[-1] != "0" else "1")
        stolen = replace(bundle, stream=incident_stream(other), rows=tuple(
            replace(row, stream=incident_stream(other)) for row in bundle.rows
        ))  # fmt: skip
        head = new.store.head()
        with pytest.raises(Refused):
            imports.bring(new.room(store=new.store), [stolen])
        assert new.store.head() == head
