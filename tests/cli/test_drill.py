"""A test of the ladder from the command line: it is asked for, walked by an engine, and reported."""

from contextlib import closing

import pytest

from tests.cli.shell import Shell
from tests.support.builders import ORG, reachable
from warroom.bootstrap import open_store
from warroom.engine.loop import Engine
from warroom.outreach.sandbox import Sandbox
from warroom.room.room import Actor, Room


@pytest.fixture
def shop(anywhere: Shell) -> Shell:
    """A shell whose database has a ladder and people who can be paged."""
    with closing(open_store(anywhere.db, create=True)) as store:
        Room(store, Actor("ana")).publish(reachable(ORG).playbook)
    return anywhere


def turns(shell: Shell, channels: dict[str, Sandbox], count: int) -> None:
    """An engine looks so many times what is due."""
    with closing(open_store(shell.db)) as store:
        engine = Engine(Room(store, Actor("engine", "engine")), "here", lambda org: channels, Sandbox())
        for _ in range(count):
            engine.turn(engine.carry)


def test_it_pages_nobody_before_it_was_asked_for(shop: Shell) -> None:
    refused = shop.run("drill", "ladder")
    assert (refused.code, refused.err) == (
        2,
        "This pages people, and nobody is here to ask.\nSay --yes to do it all the same.\n",
    )
    assert shop.ask("list") == []


def test_a_service_that_nobody_knows_has_no_ladder_to_test(shop: Shell) -> None:
    refused = shop.run("drill", "ladder", "--service", "nope", "--yes", "--json")
    assert (refused.code, "nope" in refused.error["message"]) == (1, True)
    assert shop.ask("list") == []


def test_every_rung_is_paged_with_marked_pages_and_reported(shop: Shell) -> None:
    begun = shop.run("drill", "ladder", "--wait", "1s", "--detach", "--yes")
    assert (begun.code, begun.out) == (0, "INC-1\n"), begun
    assert "No engine runs" in begun.err
    channels = {name: Sandbox() for name in ("push", "phone", "chat")}
    turns(shop, channels, 1)
    first = shop.run("drill", "report", "INC-1", "--json")
    assert first.code == 1
    assert [(each["rung"], each["person"], each["contacts"][0]["outcome"]) for each in first.data["answers"]] == [
        (1, "ana", "sent")
    ]
    assert [message.marks for message in channels["push"].messages] == ["TEST"]
    assert first.data["finished"] is False
    strange = shop.run("drill", "report", "INC-1", "--format", "md")
    assert (strange.code, strange.err.partition("\n")[0]) == (2, "--format is for reports on drills.")


def test_a_rung_of_a_test_waits_a_day_at_most(shop: Shell) -> None:
    refused = shop.run("drill", "ladder", "--wait", "9999d", "--yes", "--json")
    assert (refused.code, refused.error["message"]) == (1, "A rung of a test waits a day at most.")
    assert shop.ask("list") == []


def test_a_rung_that_fires_on_another_day_is_shown_with_its_day(shop: Shell) -> None:
    assert shop.run("drill", "ladder", "--wait", "1d", "--detach", "--yes").code == 0
    turns(shop, {name: Sandbox() for name in ("push", "phone", "chat")}, 1)
    due = shop.ask("show", "INC-1")["escalation"]["next"]
    assert f"next at {due[:10]} {due[11:19]} UTC" in shop.run("show", "INC-1").out


def test_without_a_playbook_it_says_what_is_missing(anywhere: Shell) -> None:
    anywhere.ask("declare", "checkout is down")
    refused = anywhere.run("drill", "ladder", "--yes", "--json")
    assert refused.error["message"] == "No playbook is in force, so there is no ladder to test."
    assert "warroom init" in refused.error["hint"]


def test_another_incident_is_neither_a_test_nor_a_drill(shop: Shell) -> None:
    shop.ask("declare", "checkout is down")
    refused = shop.run("drill", "report", "INC-1", "--json")
    assert (refused.code, refused.error["message"]) == (1, "INC-1 is no drill.")
