"""Whose answer is waited for, over all incidents that climb."""

from msgspec.structs import replace

from tests.room.house import House
from tests.support.builders import LADDER, ORG, reachable
from warroom.domain.ladder import Route
from warroom.room.calls import calls
from warroom.room.room import Actor, Room

PLAYBOOK = replace(reachable(ORG).playbook, ladders=(LADDER,), routes=(Route("everybody"),))


def test_open_pages_are_found_in_every_climbing_incident_but_the_one_looked_at(house: House) -> None:
    room = house.room("ana")
    room.publish(PLAYBOOK)
    engine = Room(room.store, Actor("engine", "engine"))
    first, second, third = (room.do("declare", title=title, severity="1").incident for title in ("a", "b", "c"))
    assert calls(room, "ana") == ()
    for each in (first, second):
        engine.do("ladder.fire", each.id)
    assert {each.name for each in calls(room, "ana")} == {first.name, second.name}
    (found,) = calls(room, "ana", besides=first.id)
    assert (found.incident, found.name, found.title) == (second.id, second.name, "b")
    assert calls(room, "bo") == ()
    room.do("ack", second.id)
    assert calls(room, "ana", besides=first.id) == ()
    room.do("resolve", first.id)
    assert calls(room, "ana") == ()
    assert third.escalation.pages == ()
