"""A new playbook tells those whom it changes something for: through the outbox, in the transaction that publishes."""

import msgspec
import pytest

from tests.room.house import House
from tests.support.builders import ORG, reachable
from warroom.domain.org import Playbook
from warroom.engine.loop import Engine
from warroom.outreach.sandbox import Sandbox
from warroom.room.room import Actor, Room

BOOK = reachable(ORG).playbook


def without_bo() -> Playbook:
    """Bo's phone is gone: that concerns bo, and nobody else."""
    people = (
        msgspec.structs.replace(each, contacts=each.contacts[:1]) if each.name == "bo" else each for each in BOOK.people
    )
    return msgspec.structs.replace(BOOK, people=tuple(people))


@pytest.fixture
def channels(house: House) -> dict[str, Sandbox]:
    """What an engine sends on."""
    return {name: Sandbox() for name in ("push", "phone", "chat")}


def turn(house: House, channels: dict[str, Sandbox]) -> None:
    engine = Engine(Room(house.open(), Actor("engine", "engine")), "here", lambda org: channels, Sandbox())
    engine.turn(engine.carry)


def test_whom_it_concerns_is_told_once(house: House, channels: dict[str, Sandbox]) -> None:
    room = Room(house.open(), Actor("ana"))
    room.publish(BOOK)
    turn(house, channels)
    assert all(not each.messages for each in channels.values()), "the first playbook changes nothing for anybody"
    assert room.publish(without_bo())
    assert not room.publish(without_bo())
    for _ in range(3):
        turn(house, channels)
    (message,) = channels["push"].messages
    assert (message.to, message.urgency) == ("push-bo", "low")
    assert message.subject == "shop, version 2: what changes for you"
    assert "phone" in message.text
    assert channels["phone"].messages == channels["chat"].messages == []


def test_whoever_publishes_is_not_told(house: House, channels: dict[str, Sandbox]) -> None:
    room = Room(house.open(), Actor("bo"))
    room.publish(BOOK)
    room.publish(without_bo())
    turn(house, channels)
    assert channels["push"].messages == []
