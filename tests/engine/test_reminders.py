"""Drills that are to come: who is told, when and in which words, and nobody once they are called off or begun."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.office import Office
from tests.room.house import House, MemoryAt, SqliteAt, Wall
from tests.support.builders import ORG, UUID, at, reachable
from warroom.domain.org import Playbook
from warroom.domain.scenario import End, Scenario, Start
from warroom.outreach.contract import Message, Receipt
from warroom.store.contract import Store
from warroom.store.postgres import PostgresStore

SCENARIO = Scenario("slow", "Payments are slow", 2, Start("It is slow", 2), End(timedelta(hours=1)))
START = at("14:00", 7)


class PostgresAt(PostgresStore):
    """The log in a Postgres database, at the wall's time."""

    def __init__(self, url: str, wall: Wall) -> None:
        self._wall = wall
        super().__init__(url)

    def now(self) -> int:
        return self._wall.time


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An engine on a database of each kind; ana lives in Berlin, bo in New York. It is Monday, 14:00 UTC."""
    with ExitStack() as stack:

        def on_disk(wall: Wall) -> Store:
            if request.param == "sqlite":
                return stack.enter_context(closing(SqliteAt(str(tmp_path / "warroom.db"), wall)))
            return stack.enter_context(closing(PostgresAt(request.getfixturevalue("postgres_url"), wall)))

        yield Office(House(cache(MemoryAt) if request.param == "memory" else on_disk))


def plan(office: Office, by: str = "cy", **given: Any) -> str:
    """A drill is planned for next Monday; its id."""
    given = {"start": START, "invite": ("ana", "bo"), "scenario": SCENARIO, **given}
    return office.house.room(by).arrange("drill.schedule", **given).state.org.drills[-1].id


def heard(office: Office) -> list[str]:
    """Who is told something at this moment; it is not told again."""
    return [each.to.removeprefix("push-") for each in messages(office)]


def messages(office: Office) -> list[Message]:
    """What goes out at this moment, by real channels and in the sandbox."""
    office.settle_down()
    doors = (*office.doors.values(), office.sandbox)
    found = [message for door in doors for message in door.messages]
    for door in doors:
        door.messages.clear()
    return sorted(found, key=lambda each: each.to)


def test_everybody_is_told_at_once_a_day_before_and_a_quarter_of_an_hour_before(office: Office) -> None:
    plan(office)
    told = {}
    moments = [("14:00", 0), ("14:01", 0), ("13:59", 6), ("14:00", 6), ("13:44", 7), ("13:45", 7), ("14:00", 7)]
    for clock, day in moments:
        told[clock, day] = heard(office.at(clock, day))
    everybody = ["ana", "bo", "cy"]
    assert told == {
        ("14:00", 0): ["ana", "bo"], ("14:01", 0): [], ("13:59", 6): [], ("14:00", 6): everybody,
        ("13:44", 7): [], ("13:45", 7): everybody, ("14:00", 7): [],
    }  # fmt: skip


def test_a_console_that_nobody_has_open_swallows_no_reminder(office: Office) -> None:
    office.person.publish(screened())
    messages(office)
    office.doors["push"].receipt = Receipt("failed", "no console is open")
    plan(office, invite=("ana", "bo"))
    assert [each.to for each in messages(office)] == ["phone-ana", "push-bo"], "bo has nothing but a screen"
    assert [each.to for each in messages(office.at("14:00", 6))] == ["phone-ana", "phone-cy", "push-bo"]


def screened() -> Playbook:
    """What each person is told first is a console; a phone comes second, for everybody but bo."""
    book = reachable(ORG).playbook
    channels = tuple(replace(each, kind="console") if each.name == "push" else each for each in book.channels)
    people = tuple(
        replace(who, contacts=tuple(replace(way, urgencies=("high", "low")) for way in who.contacts))
        for who in book.people
        if who.name != "bo"
    )
    bo = tuple(replace(who, contacts=who.contacts[:1]) for who in book.people if who.name == "bo")
    return replace(book, channels=channels, people=(*people, *bo))


def test_the_words_say_that_it_is_a_drill_and_when_where_each_person_lives(office: Office) -> None:
    drill = plan(office, team="payments")
    ana, bo, cy = messages(office.at("14:00", 6))
    assert ana.subject == "DRILL on Mon 2026-05-11 16:00 CEST (14:00 UTC)"
    assert bo.subject == "DRILL on Mon 2026-05-11 10:00 EDT (14:00 UTC)"
    assert bo.text == (
        "DRILL: you take part in a drill of the team payments, led by cy. It begins on Mon 2026-05-11 10:00 EDT (14:00 "
        "UTC), in 1 d, and lasts 1:00:00 at most. Nothing real has happened."
    )
    assert cy.text == (
        "DRILL: you lead “Payments are slow”. It begins on Mon 2026-05-11 14:00 UTC, in 1 d, and lasts 1:00:00 at "
        f"most. It is for ana, bo. To begin it: warroom drill start --scheduled {drill}"
    )
    assert {each.marks for each in (ana, bo, cy)} == {"DRILL"}
    assert {each.urgency for each in (ana, bo, cy)} == {"low"}
    (later, *_) = messages(office.at("13:45", 7))
    assert "in 15 min, " in later.text


def test_of_an_unannounced_drill_those_alone_are_told_who_lead_it(office: Office) -> None:
    plan(office, by="di", controller=("cy",), unannounced=True)
    (message,) = messages(office)
    assert message.to == "push-cy"
    assert "ana, bo, who are not told of it" in message.text
    assert [heard(office.at(clock, day)) for clock, day in (("14:00", 6), ("13:45", 7), ("14:10", 7))] == [
        ["cy"], ["cy"], [],
    ]  # fmt: skip


def test_of_a_drill_that_was_called_off_nobody_is_reminded_and_who_was_told_hears_of_it(office: Office) -> None:
    drill = plan(office)
    messages(office)
    office.at("10:00", 3).house.room("cy").arrange("drill.cancel", id=drill, because="a release")
    ana, bo = messages(office)
    assert (ana.to, bo.to) == ("push-ana", "push-bo")
    assert bo.subject == "DRILL called off: Mon 2026-05-11 10:00 EDT (14:00 UTC)"
    assert bo.text.endswith("does not take place. cy called it off: a release")
    assert [heard(office.at(clock, day)) for clock, day in (("14:00", 6), ("13:45", 7), ("14:10", 7))] == [[], [], []]
    states = [state for _, state, _ in office.house.store.outbox("org")]
    assert sorted(states) == ["dropped"] * 6 + ["sent"] * 4


def test_an_unannounced_drill_that_is_called_off_stays_unknown_to_those_it_was_for(office: Office) -> None:
    drill = plan(office, by="di", controller=("cy", "di"), unannounced=True)
    messages(office)
    office.house.room("di").arrange("drill.cancel", id=drill, because="a release")
    assert heard(office) == ["cy"]


def test_a_drill_that_is_called_off_between_two_attempts_is_not_told_of_again(office: Office) -> None:
    drill = plan(office, invite=("bo",))
    office.doors["push"].receipt = Receipt("retry", "Answered 503.")
    assert heard(office) == ["bo"]
    office.house.room("cy").arrange("drill.cancel", id=drill, because="a release")
    office.doors["push"].receipt = Receipt("sent")
    (message,) = messages(office.at("14:01"))
    assert message.subject.startswith("DRILL called off")


def test_once_it_has_begun_nobody_is_reminded(office: Office) -> None:
    drill = plan(office)
    messages(office)
    office.at("13:40", 7).house.room("cy").arrange("drill.held", id=drill, incident=UUID)
    assert heard(office.at("13:45", 7)) == []


def test_a_drill_that_is_soon_is_told_of_once(office: Office) -> None:
    plan(office, start=at("14:10"))
    assert [heard(office.at(clock)) for clock in ("14:00", "14:05", "14:10")] == [["ana", "bo"], [], []]


def test_what_no_engine_could_tell_in_time_is_not_told_late(office: Office) -> None:
    plan(office)
    assert heard(office.at("13:50", 7)) == ["ana", "bo", "cy"], "the last word, and not the two before it as well"


def test_whoever_has_no_contact_keeps_nobody_else_from_being_told(office: Office) -> None:
    book = reachable(ORG).playbook
    silent = tuple(replace(each, contacts=()) if each.name == "ana" else each for each in book.people)
    office.person.publish(replace(book, people=silent))
    messages(office)
    plan(office)
    assert heard(office) == ["bo"]


def test_a_repeated_command_tells_nobody_again(office: Office) -> None:
    command = "5f3c0a42-0000-4000-8000-000000000001"
    plan(office, command_id=command)
    assert heard(office) == ["ana", "bo"]
    plan(office, command_id=command)
    assert heard(office) == []
    assert len(office.person.feed(None).refresh().org.drills) == 1
