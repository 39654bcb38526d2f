"""Mapped time: in the demo and in drills the record speaks the incident's time, and the log still the database's."""

from datetime import timedelta

import pytest

from tests.room.house import House, declare
from tests.support.builders import at
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Refused
from warroom.domain.moments import micros, moment
from warroom.room.room import Room

#: At 14:00 by the database it is 22:52 two days earlier, and time flies: ten times as fast.
MAP = ClockMapped(at("14:00"), at("22:52", day=-2), 10.0)


@pytest.fixture
def drill(house: House) -> tuple[Room, str]:
    """A terminal, and an incident in mapped time."""
    room = house.room()
    return room, declare(room, clock=MAP, at=at("22:50", day=-2))


def test_happened_and_recorded_are_the_incidents_time_and_appended_the_databases(
    house: House, drill: tuple[Room, str]
) -> None:
    room, incident = drill
    house.at("14:06")
    (note,) = room.do("note", incident, text="seen", at="-5m").facts
    assert (note.happened, note.recorded, note.appended) == (
        at("23:47", day=-2),
        at("23:52", day=-2),
        at("14:06"),
    )
    (ack,) = room.do("ack", incident).facts
    assert (ack.happened, ack.recorded, ack.appended) == (at("23:52", day=-2), at("23:52", day=-2), at("14:06"))
    acknowledged = room.feed(incident).state.incident
    assert acknowledged is not None
    known = acknowledged.clock.get("acknowledgment")
    assert known is not None
    assert (known.happened, known.recorded) == (at("23:52", day=-2), at("23:52", day=-2))


def test_the_declaration_itself_is_in_mapped_time(house: House, drill: tuple[Room, str]) -> None:
    room, incident = drill
    state = room.feed(incident).state.incident
    assert state is not None
    assert (state.clock.declared, state.clock.origin) == (at("22:52", day=-2), (at("22:50", day=-2), "impact"))
    assert house.store.summaries()[0].clock != ""
    due = {key: moment for _, key, moment in house.store.timers(1 << 62)}
    assert state.clock.declared is not None
    later = state.clock.database(state.clock.declared + timedelta(minutes=5))
    assert later is not None
    assert due["milestone:acknowledgment"] == micros(later) + 1, "what falls due in mapped time wakes at its own pace"


def test_the_future_is_the_incidents_future(house: House, drill: tuple[Room, str]) -> None:
    room, incident = drill
    house.at("14:06")
    room.do("milestone", incident, milestone="detection", at=at("23:51", day=-2))
    for late in (at("23:53", day=-2), at("14:00")):
        with pytest.raises(Refused, match="future"):
            room.do("milestone", incident, milestone="containment", at=late)
        with pytest.raises(Refused, match="future"):
            room.do("note", incident, text="x", at=late)


def test_a_change_of_pace_makes_no_jump(house: House, drill: tuple[Room, str]) -> None:
    room, incident = drill
    before = at("22:52", day=-2)
    for minute, rate, passed in (("14:06", 0.0, 60), ("14:10", 1.0, 0), ("14:20", 600.0, 10), ("14:21", 10.0, 600)):
        house.at(minute)
        (paced,) = room.do("clock.pace", incident, since=moment(house.wall.time), rate=rate).facts
        before += timedelta(minutes=passed)
        assert paced.happened == before, f"at {minute}"
        (note,) = room.do("note", incident, text="the same moment").facts
        assert note.happened == before


def test_a_real_incident_cannot_be_paced(house: House) -> None:
    room = house.room()
    with pytest.raises(Refused, match="real incident"):
        room.do("clock.pace", declare(room), since=at("14:00"), rate=2.0)


def test_in_a_real_incident_only_what_is_said_differs_from_the_databases_time(house: House) -> None:
    room = house.room()
    incident = declare(room)
    house.at("14:10")
    (plain,) = room.do("note", incident, text="seen").facts
    (dated,) = room.do("note", incident, text="seen", at="-5m").facts
    assert (plain.happened, plain.recorded, plain.appended) == (at("14:10"),) * 3
    assert (dated.happened, dated.recorded, dated.appended) == (at("14:05"), at("14:10"), at("14:10"))
