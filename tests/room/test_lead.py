"""One place for everybody: who leads a replay, where they are, and what followers learn when they are gone."""

import threading

import pytest
from msgspec.structs import replace

from tests.room.house import House
from tests.support.builders import UUID
from warroom.domain.errors import Refused
from warroom.domain.replay import Place
from warroom.room.lead import REMEMBERED, TTL, Lead, Led, following

PLACE = Place(position=7, seconds=12.5, playing=True, rate=-4.0, since=1_000_000, truth=True)


def test_followers_read_where_the_trainer_is(house: House) -> None:
    Lead(house.open(), UUID, "ana", "one").tell(PLACE)
    store = house.open()
    led = following(store, UUID, store.now())
    assert led is not None
    assert (led.person, led.place, led.gone) == ("ana", PLACE, False)
    assert following(store, "another", store.now()) is None


def test_a_second_trainer_is_refused_with_who_leads(house: House) -> None:
    Lead(house.open(), UUID, "ana", "one").tell(PLACE)
    second = Lead(house.open(), UUID, "ana", "two")
    with pytest.raises(Refused, match=r"^ana leads this replay\.$"):
        second.tell(replace(PLACE, position=1))
    led = following(house.store, UUID, house.wall.time)
    assert led is not None
    assert led.place == PLACE


def test_a_trainer_who_says_nothing_is_gone_and_another_may_lead(house: House) -> None:
    Lead(house.open(), UUID, "ana", "one").tell(PLACE)
    house.wall.time += TTL
    led = following(house.store, UUID, house.wall.time)
    assert led is not None
    assert (led.person, led.place, led.gone) == ("ana", PLACE, True)
    second = Lead(house.open(), UUID, "bo", "two")
    second.tell(PLACE)
    with pytest.raises(Refused, match=r"^bo leads this replay\.$"):
        Lead(house.open(), UUID, "ana", "one").beat(PLACE)
    house.wall.time += TTL + REMEMBERED + 1
    assert following(house.store, UUID, house.wall.time) is None


def test_whoever_leaves_is_not_gone_but_leads_no_more(house: House) -> None:
    lead = Lead(house.open(), UUID, "ana", "one")
    lead.tell(PLACE)
    lead.leave()
    assert following(house.store, UUID, house.wall.time) is None
    Lead(house.open(), UUID, "bo", "two").tell(PLACE)


def test_a_place_that_another_version_wrote_is_nobodys(house: House) -> None:
    house.store.lease(f"replay:{UUID}", "one", house.wall.time, house.wall.time + TTL, '{"where": 4}')
    assert following(house.store, UUID, house.wall.time) is None
    with pytest.raises(Refused, match=r"^Somebody else leads this replay\.$"):
        Lead(house.open(), UUID, "bo", "two").tell(PLACE)


def test_a_jump_wakes_whoever_waits(house: House) -> None:
    follower = house.open()
    woken: list[Led | None] = []
    follower.wait(0)

    def wait() -> None:
        while not woken:
            follower.wait(30)
            woken.append(following(follower, UUID, house.wall.time))

    waiting = threading.Thread(target=wait)
    lead = Lead(house.open(), UUID, "ana", "one")
    lead.beat(PLACE)
    waiting.start()
    while waiting.is_alive():
        lead.tell(replace(PLACE, position=9))
        waiting.join(0.05)
    (led,) = woken
    assert led is not None
    assert led.place.position == 9
