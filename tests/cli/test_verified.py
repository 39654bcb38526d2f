"""`warroom oncall test-page` and `confirm`: a contact is known to work when what arrived there is read back."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec.structs import replace

from tests.cli.shell import ROOT, Shell
from tests.outreach.receivers import Receiver, receiver, status
from tests.support.builders import ORG, reachable
from tests.support.terminal import Terminal
from warroom.bootstrap import open_store
from warroom.domain.contacts import Channel
from warroom.domain.org import Org, Playbook
from warroom.room.feed import Feed
from warroom.room.room import Actor, Room

CHANNELS = (Channel("push", "webhook", "push"), Channel("phone", "webhook", "phone"))
SHOP: Playbook = replace(reachable(ORG, (), ()).playbook, channels=CHANNELS)


@pytest.fixture
def taker() -> Iterator[Receiver]:
    with receiver(status(200)) as found:
        yield found


@pytest.fixture
def shop(anywhere: Shell, taker: Receiver) -> Shell:
    """A shell whose host can send on the channel `push`, and not on `phone`."""
    publish(anywhere, SHOP)
    secret = json.dumps({"url": taker.url, "key": "a key of the receiver, long enough"})
    return Shell(anywhere.db, {"WARROOM_SECRET_PUSH": secret})


def publish(shell: Shell, playbook: Playbook) -> None:
    with closing(open_store(shell.db)) as store:
        Room(store, Actor("ana")).publish(playbook)


def org(shell: Shell) -> Org:
    with closing(open_store(shell.db)) as store:
        return Feed(store, None).state.org


def code(taker: Receiver) -> str:
    """The code in the last message that arrived."""
    found = re.search(r"Read this code back: (\d{6})$", json.loads(taker.asked[-1].body)["text"], re.MULTILINE)
    assert found
    return found[1]


def test_what_arrived_and_is_read_back_is_verified(shop: Shell, taker: Receiver) -> None:
    sent = shop.run("oncall", "test-page", "ana", "--contact", "push")
    assert sent.code == 0
    message = json.loads(taker.asked[-1].body)
    assert (message["marks"], message["to"], message["subject"]) == ("TEST", "push-ana", "TEST of push for ana")
    assert org(shop).verified == ()
    done = shop.run("oncall", "confirm", code(taker))
    assert (done.code, done.out) == (0, "ana can be reached by push.\n")
    (known,) = org(shop).verified
    assert (known.person, known.contact.name) == ("ana", "push")
    assert f"push of ana works, says {known.by}\n" in shop.run("doctor", "--days", "1").out, (
        "it was not ana who said so"
    )
    again = shop.run("oncall", "confirm", code(taker))
    assert (again.code, "No test page waits for a code here." in again.err) == (1, True)


def test_what_came_of_each_contact_is_said(shop: Shell, taker: Receiver) -> None:
    done = shop.run("oncall", "test-page", "ana")
    lines = done.out.splitlines()
    assert done.code == 1
    assert re.match(r"push +push +sent ", lines[0])
    assert re.match(r"phone +phone +not sent +This host keeps no secret “phone”\.", lines[1])
    assert len(taker.asked) == 1


def test_as_data(shop: Shell, taker: Receiver) -> None:
    found = json.loads(shop.run("oncall", "test-page", "aruiz", "--json").out)
    assert found["person"] == "ana"
    assert [(each["contact"], each["outcome"]) for each in found["contacts"]] == [("push", "sent"), ("phone", "failed")]
    assert code(taker) not in json.dumps(found)
    confirmed = shop.ask("oncall", "confirm", code(taker))
    assert confirmed == {"did": "oncall.verified", "person": "ana", "contact": "push"}


def test_whoever_sent_it_does_not_read_the_code(shop: Shell, taker: Receiver) -> None:
    done = shop.run("oncall", "test-page", "ana")
    assert code(taker) not in done.out + done.err


def test_a_wrong_code_proves_nothing(shop: Shell, taker: Receiver) -> None:
    shop.run("oncall", "test-page", "ana", "--contact", "push")
    wrong = f"{(int(code(taker)) + 1) % 10**6:06}"
    done = shop.run("oncall", "confirm", wrong)
    assert (done.code, "No test page bore that code." in done.err) == (1, True)
    assert org(shop).verified == ()
    assert shop.run("oncall", "confirm", code(taker)).code == 0


def test_an_address_that_has_changed_since_is_not_verified(shop: Shell, taker: Receiver) -> None:
    shop.run("oncall", "test-page", "ana", "--contact", "push")
    moved = tuple(
        replace(who, contacts=tuple(replace(each, to=f"new-{each.to}") for each in who.contacts)) for who in SHOP.people
    )
    publish(shop, replace(SHOP, people=moved))
    done = shop.run("oncall", "confirm", code(taker))
    assert (done.code, "push of ana has changed since that test page." in done.err) == (1, True)
    assert org(shop).verified == ()


@pytest.mark.pty
def test_on_a_terminal_the_code_is_asked_for(shop: Shell, taker: Receiver) -> None:
    words = shop.command("oncall", "test-page", "ana", "--contact", "push")
    assert words[0] == sys.executable
    with Terminal(words, cwd=ROOT, env=shop.environ()) as terminal:
        terminal.wait_for(r"Code \(Enter: later\)")
        terminal.press(*"000000" if code(taker) != "000000" else "000001", "enter")
        terminal.wait_for("No test page bore that code")
        terminal.press(*code(taker), "enter")
        terminal.wait_for("ana can be reached by push")
        assert terminal.wait_exit(30) == 0
