"""Changing the rosters by the room's door: who wins a race, what a repeated command does, what is refused."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.room.house import House, meddled
from tests.support.builders import at
from tests.support.rosters import ROSTERS
from warroom.domain.changes import OverrideAdded, SwapTaken
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.event import ORG
from warroom.domain.moments import moment
from warroom.domain.roster import Changes, on_call
from warroom.room import arrangements
from warroom.room.room import Actor, Room
from warroom.store.contract import Store
from warroom.store.postgres import PostgresStore
from warroom.store.sqlite import SqliteStore

BERLIN = ZoneInfo("Europe/Berlin")
PAYMENTS = ROSTERS.schedules[0]


@pytest.fixture
def house(house: House) -> House:
    """A house whose people are on call: ana for payments, from 14:00 UTC on a Monday."""
    house.room().publish(ROSTERS)
    return house


def test_an_override_is_in_the_log_and_on_every_terminal(house: House) -> None:
    other = house.room("bo")
    other.feed(None).refresh()
    outcome = house.room().arrange(
        "oncall.override", zone=BERLIN, schedule="payments", change="replace", person="bo", instead="ana",
        start="tomorrow 09:00", end="+8h", because="dentist",
    )  # fmt: skip
    assert [fact.event for fact in outcome.facts] == [
        OverrideAdded("2", "payments", "replace", at("07:00", 1), at("15:00", 1), "bo", "ana", "dentist")
    ]
    assert [(fact.stream, fact.seq, fact.actor) for fact in outcome.facts] == [(ORG, 2, "ana")]
    seen = other.feed(None).refresh().org
    assert seen == outcome.state.org
    assert on_call(PAYMENTS, seen.changes, at("08:00", 1)) == ("bo",)
    assert house.store.stream(ORG).rows[-1].via == "login"


def test_a_moment_may_be_given_as_such(house: House) -> None:
    outcome = house.room().arrange("oncall.away", start=at("07:00", 1).astimezone(BERLIN), end=at("15:00", 1))
    (known,) = outcome.state.org.changes.absences
    assert (known.person, known.start, known.end) == ("ana", at("07:00", 1), at("15:00", 1))


def test_a_repeated_command_changes_nothing(house: House) -> None:
    command = str(uuid.uuid4())
    given: dict[str, Any] = {"schedule": "payments", "change": "add", "person": "bo", "end": "+2h"}
    first = house.room().arrange("oncall.override", command_id=command, **given)
    again = house.room().arrange("oncall.override", command_id=command, **given)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.facts == first.facts
    assert len(again.state.org.changes.overrides) == 1


def test_a_command_id_of_another_act_is_refused(house: House) -> None:
    command = str(uuid.uuid4())
    incident = house.room().do("declare", command_id=command, title="card payments fail", severity="1").incident
    with pytest.raises(Invalid, match="already used for something else"):
        house.room().arrange("oncall.away", command_id=command, end="+2h")
    assert incident.seq
    assert house.room().feed(None).state.org.changes.absences == ()


def test_a_lost_race_is_decided_again(house: House) -> None:
    def playbook_changes() -> None:
        house.room("cy").arrange("oncall.away", end="+1h")

    room = house.room(store=meddled(house.open(), playbook_changes))
    outcome = room.arrange("oncall.override", schedule="payments", change="add", person="bo", end="+2h")
    assert [each.id for each in outcome.state.org.changes.overrides] == ["3"], "named by its place after the race"
    assert [each.id for each in outcome.state.org.changes.absences] == ["2"]


def test_whoever_loses_a_race_for_a_swap_reads_who_won(house: House) -> None:
    house.room().arrange("oncall.swap", schedule="payments", end="+8h")
    room = house.room("bo", meddled(house.open(), lambda: house.room("cy").arrange("oncall.take", id="2")))
    with pytest.raises(Already, match="Swap 2 was already taken by cy"):
        room.arrange("oncall.take", id="2")
    assert on_call(PAYMENTS, house.room().feed(None).state.org.changes, at("15:00")) == ("cy",)


def test_what_is_refused_writes_nothing(house: House) -> None:
    room, rows = house.room(), len(house.store.stream(ORG).rows)
    with pytest.raises(Unknown, match=r"No command is called “oncall\.overide”"):
        room.arrange("oncall.overide")
    with pytest.raises(Unknown, match="No parameter is called “until”"):
        room.arrange("oncall.away", until="+2h")
    with pytest.raises(Invalid, match="end is missing"):
        room.arrange("oncall.away", end="")
    with pytest.raises(Invalid, match="“soon” is no time"):
        room.arrange("oncall.away", end="soon")
    with pytest.raises(Invalid, match="longer than 8 KiB"):
        room.arrange("oncall.away", end="+2h", because="x" * 9000)
    with pytest.raises(Refused, match="no right to respond"):
        Room(house.store, Actor("ana", "carrier pigeon")).arrange("oncall.away", end="+2h")
    assert len(house.store.stream(ORG).rows) == rows


def test_a_contact_that_answered_is_noted_once(house: House) -> None:
    first = house.room().arrange("oncall.verified", person="ana", contact="phone")
    again = house.room().arrange("oncall.verified", person="ana", contact="phone")
    assert (len(first.facts), len(again.facts)) == (1, 0)
    assert [each.contact.name for each in again.state.org.verified] == ["phone"]


def test_every_arrangement_takes_what_its_rule_takes() -> None:
    for command in arrangements.ALL:
        takes = set(command.rule.__annotations__) - {"org", "by", "now", "return"}
        given = {param.name for param in command.params} | ({"id"} if command.makes else set()) | set(command.besides)
        assert takes == given, command.name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of each kind, by its own clock."""
    if request.param == "sqlite":
        store: Store = SqliteStore(str(tmp_path / "warroom.db"))
    else:
        store = PostgresStore(request.getfixturevalue("postgres_url"))
    with closing(store):
        yield store


def test_of_many_who_take_a_swap_at_once_one_does(database: Store) -> None:
    room = Room(database, Actor("ana"))
    room.publish(ROSTERS)
    (turn,) = on_call(PAYMENTS, Changes(), moment(database.now()))
    Room(database, Actor(turn)).arrange("oncall.swap", schedule="payments", end="+8h")
    others = [name for name in ("ana", "bo", "cy", "di") if name != turn] * 3

    def take(name: str) -> str:
        try:
            outcome = Room(database, Actor(name)).arrange("oncall.take", id="2")
        except Already:
            return ""
        (event,) = (fact.event for fact in outcome.facts)
        assert isinstance(event, SwapTaken)
        return event.person

    with ThreadPoolExecutor(6) as pool:
        winners = [name for name in pool.map(take, others) if name]
    (swap,) = room.feed(None).refresh().org.changes.swaps
    assert winners == [swap.taken_by]
