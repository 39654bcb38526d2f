"""Swaps and overrides tell whom they concern: the word is in the outbox with the event, and an engine sends it."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.builders import reachable
from tests.support.rosters import ROSTERS
from warroom.domain.calendars import Entry
from warroom.domain.errors import Refused
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.roster import Changes, on_call
from warroom.engine.loop import Engine
from warroom.outreach.contract import Message
from warroom.outreach.sandbox import Sandbox
from warroom.room.calendars import bring_overrides
from warroom.room.room import Actor, Room
from warroom.store.contract import Store
from warroom.store.memory import MemoryStore
from warroom.store.postgres import PostgresStore
from warroom.store.sqlite import SqliteStore

PAYMENTS = ROSTERS.schedules[0]


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of each kind, in which everybody can be reached."""
    with ExitStack() as stack:
        if request.param == "memory":
            found: Store = MemoryStore()
        elif request.param == "sqlite":
            found = stack.enter_context(closing(SqliteStore(str(tmp_path / "warroom.db"))))
        else:
            found = stack.enter_context(closing(PostgresStore(request.getfixturevalue("postgres_url"))))
        Room(found, Actor("ana")).publish(reachable(Org(ROSTERS)).playbook)
        yield found


def room(store: Store, person: str) -> Room:
    return Room(store, Actor(person))


def sent(store: Store) -> list[Message]:
    """What an engine sends, after a few looks at what is due."""
    push = Sandbox()
    channels = {"push": push, "phone": Sandbox(), "chat": Sandbox()}
    engine = Engine(Room(store, Actor("engine", "engine")), "here", lambda org: channels, Sandbox())
    for _ in range(3):
        engine.turn(engine.carry)
    engine.release()
    return push.messages


def turn(store: Store) -> str:
    """Whose turn it is now."""
    (person,) = on_call(PAYMENTS, Changes(), moment(store.now()))
    return person


def test_whoever_is_asked_to_stand_in_hears_of_it_and_then_whoever_asked(store: Store) -> None:
    asks = turn(store)
    asked = next(name for name in ("ana", "bo", "cy") if name != asks)
    room(store, asks).arrange("oncall.swap", schedule="payments", end="+8h", to=asked, because="dentist")
    (message,) = sent(store)
    assert message.to == f"push-{asked}"
    assert message.subject == f"{asks} asks you to stand in: payments"
    assert message.text.startswith(f"{asks} asks you to be on call by payments from ")
    assert message.text.endswith("Because: dentist. To take it: warroom oncall take 2")
    room(store, asked).arrange("oncall.take", id="2")
    (message,) = sent(store)
    assert (message.to, message.subject) == (f"push-{asks}", f"{asked} stands in for you: payments")


def test_a_swap_offered_to_anybody_tells_nobody(store: Store) -> None:
    room(store, turn(store)).arrange("oncall.swap", schedule="payments", end="+8h")
    assert sent(store) == []


def test_whoever_is_put_on_call_hears_of_it(store: Store) -> None:
    room(store, "ana").arrange("oncall.override", schedule="ledger", change="add", person="bo", end="+8h")
    (message,) = sent(store)
    assert (message.to, message.subject) == ("push-bo", "You are on call: ledger")
    assert message.text.startswith("ana put you on call by ledger from ")


@pytest.mark.parametrize(("by", "person", "change"), [("bo", "bo", "add"), ("ana", "di", "remove")])
def test_nobody_is_told_of_what_they_did_or_of_being_taken_off(store: Store, by: str, person: str, change: str) -> None:
    room(store, by).arrange("oncall.override", schedule="ledger", change=change, person=person, end="+8h")
    assert sent(store) == []


def test_what_is_refused_or_repeated_tells_nobody_again(store: Store) -> None:
    command = str(uuid.uuid4())
    for _ in range(2):
        room(store, "ana").arrange(
            "oncall.override", command_id=command, schedule="ledger", change="add", person="bo", end="+8h"
        )
    with pytest.raises(Refused):
        room(store, "ana").arrange("oncall.override", schedule="ledger", change="add", person="bo", end="+1h")
    assert len(sent(store)) == 1
    assert sent(store) == []


def test_of_many_at_once_each_person_is_told_once(store: Store) -> None:
    now, batch = moment(store.now()), str(uuid.uuid4())
    for day in range(1, 6):
        start = now + timedelta(days=day)
        room(store, "ana").arrange(
            "oncall.override", batch=batch, schedule="ledger", change="add",
            person="bo" if day % 2 else "cy", start=start, end=start + timedelta(hours=1),
        )  # fmt: skip
    messages = sent(store)
    assert sorted(each.to for each in messages) == ["push-bo", "push-cy"]
    assert all(each.text.endswith("There may be more such times: warroom oncall list") for each in messages)


def test_a_calendar_that_is_imported_tells_each_person_once_and_the_same_one_again_nobody(store: Store) -> None:
    now = moment(store.now())
    days = [now + timedelta(days=day) for day in range(1, 5)]
    entries = [Entry(f"uid {day}", "ana", day, day + timedelta(hours=1)) for day in days]
    entries.append(Entry("uid bo", "bo", days[0], days[0] + timedelta(hours=1)))
    first = bring_overrides(room(store, "di"), "ledger", entries, "a digest")
    assert all(each.made for each in first), first
    assert sorted(each.to for each in sent(store)) == ["push-ana", "push-bo"]
    assert bring_overrides(room(store, "di"), "ledger", entries, "a digest") == ()
    assert sent(store) == []


def test_an_override_that_was_dropped_does_not_come_back_with_the_same_calendar(store: Store) -> None:
    start = moment(store.now()) + timedelta(days=1)
    entries = [Entry("uid", "ana", start, start + timedelta(hours=1))]
    (made,) = bring_overrides(room(store, "di"), "ledger", entries, "a digest", add=True)
    room(store, "di").arrange("oncall.drop", id=made.made)
    (again,) = bring_overrides(room(store, "di"), "ledger", entries, "a digest", add=True)
    assert (again.made, again.why) == ("", "")
    assert room(store, "di").feed(None).state.org.changes.overrides == ()


def test_a_word_is_dropped_once_what_it_tells_of_is_over(store: Store) -> None:
    room(store, "ana").arrange("oncall.override", schedule="ledger", change="add", person="bo", end="+8h")
    far = store.now() + 9 * 3_600_000_000
    assert [parcel.to for parcel in store.overdue(far)] == ["push-bo"]
    assert store.claim(("push",), "real", far, far + 1) == []
