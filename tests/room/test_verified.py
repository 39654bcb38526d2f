"""Codes of test pages: each proves one contact, once, for an hour, and cannot be guessed or read from the file."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.builders import ORG, reachable
from warroom.domain.contacts import Contact
from warroom.domain.errors import Refused, Unavailable, Unknown
from warroom.outreach.contract import Message, Receipt
from warroom.room import verified
from warroom.room.verified import LIFE, MOST_WRONG, CodeFile

PUSH, PHONE = Contact("push", "push", "push-ana"), Contact("phone", "phone", "phone-ana")
LOG = "log-1"
SHOP = reachable(ORG)


@pytest.fixture
def codes(tmp_path: Path) -> CodeFile:
    return CodeFile(tmp_path / "state" / "test-pages.json")


class Taker:
    """A channel that takes everything, or says why it cannot."""

    def __init__(self, lacks: str = "") -> None:
        self.lacks = lacks
        self.taken: list[Message] = []

    def check(self) -> str:
        return self.lacks

    def send(self, message: Message, timeout: float) -> Receipt:
        self.taken.append(message)
        return Receipt("sent", "Taken.")


def test_a_code_says_which_contact_it_went_to_once(codes: CodeFile) -> None:
    codes.add(LOG, "ana", PUSH, "123456", 0)
    codes.add(LOG, "ana", PHONE, "654321", 0)
    found = codes.take(LOG, " 654 321\n", 1)
    assert (found.person, found.contact) == ("ana", PHONE)
    with pytest.raises(Refused, match="No test page bore that code"):
        codes.take(LOG, "654321", 2)
    assert codes.take(LOG, "123456", 3).contact == PUSH


def test_a_code_is_worth_something_for_an_hour_and_in_its_own_log(codes: CodeFile) -> None:
    codes.add(LOG, "ana", PUSH, "123456", 0)
    for log, now in ((LOG, LIFE), ("log-2", 1)):
        with pytest.raises(Refused, match="No test page waits for a code here"):
            codes.take(log, "123456", now)
    assert codes.take(LOG, "123456", LIFE - 1).person == "ana"


def test_a_newer_test_page_takes_the_place_of_the_older_one(codes: CodeFile) -> None:
    codes.add(LOG, "ana", PUSH, "111111", 0)
    codes.add(LOG, "ana", PUSH, "222222", 1)
    with pytest.raises(Refused):
        codes.take(LOG, "111111", 2)
    assert codes.take(LOG, "222222", 3).contact == PUSH


def test_whoever_guesses_soon_has_nothing_left_to_guess(codes: CodeFile) -> None:
    codes.add(LOG, "ana", PUSH, "123456", 0)
    for tries in range(1, MOST_WRONG):
        with pytest.raises(Refused) as wrong:
            codes.take(LOG, f"{tries:06}", 1)
        assert wrong.value.hint == f"Look again; {MOST_WRONG - tries} more tries."
    with pytest.raises(Refused, match="none is valid any more"):
        codes.take(LOG, "000000", 1)
    with pytest.raises(Refused, match="No test page waits"):
        codes.take(LOG, "123456", 1)


def test_the_file_is_the_users_own_and_holds_no_code(codes: CodeFile, tmp_path: Path) -> None:
    codes.add(LOG, "ana", PUSH, "123456", 0)
    folder = tmp_path / "state"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert "123456" not in (folder / "test-pages.json").read_text()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"waiting": 1}', b"\xff"])
def test_a_broken_file_is_replaced(codes: CodeFile, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "test-pages.json").write_bytes(content)
    with pytest.raises(Refused, match="No test page waits"):
        codes.take(LOG, "123456", 0)
    codes.add(LOG, "ana", PUSH, "123456", 0)
    assert codes.take(LOG, "123456", 1).contact == PUSH


def test_a_file_that_cannot_be_used_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(Unavailable, match="cannot be used"):
        CodeFile(tmp_path / "state" / "test-pages.json").add(LOG, "ana", PUSH, "123456", 0)


def test_codes_that_go_out_at_once_are_all_kept(codes: CodeFile) -> None:
    people = [f"p{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda who: codes.add(LOG, who, PUSH, f"{people.index(who):06}", 0), people))
        found = list(pool.map(lambda who: codes.take(LOG, f"{people.index(who):06}", 1).person, people))
    assert found == people


def test_new_codes_are_six_digits_and_differ() -> None:
    made = {verified.new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdecimal() for code in made)
    assert len(made) > 150


def test_a_test_page_is_marked_and_bears_its_code() -> None:
    taker = Taker()
    receipt = verified.send({"push": taker}, "ana", PUSH, "123456")
    (message,) = taker.taken
    assert receipt.outcome == "sent"
    assert (message.marks, message.to, message.subject) == ("TEST", "push-ana", "TEST of push for ana")
    assert "Nothing is wrong. Read this code back: 123456" in message.text


def test_a_contact_without_an_address_is_the_person() -> None:
    taker = Taker()
    verified.send({"console": taker}, "ana", Contact("terminal", "console"), "123456")
    assert taker.taken[0].to == "ana"


def test_a_channel_that_cannot_send_says_why() -> None:
    taker = Taker("This host keeps no secret “push”.")
    assert verified.send({"push": taker}, "ana", PUSH, "1") == Receipt("failed", "This host keeps no secret “push”.")
    assert verified.send({}, "ana", PUSH, "1") == Receipt("failed", "There is no channel “push”.")
    assert taker.taken == []


def test_all_contacts_are_tested_or_the_one_that_is_named() -> None:
    who, mine = verified.contacts(SHOP, "aruiz")
    assert (who, [each.name for each in mine]) == ("ana", ["push", "phone"])
    assert [each.name for each in verified.contacts(SHOP, "ana", " Phone ")[1]] == ["phone"]


def test_who_or_what_is_not_there_is_said() -> None:
    with pytest.raises(Unknown, match="No person is called “zoe”"):
        verified.contacts(SHOP, "zoe")
    with pytest.raises(Unknown, match="No contact of ana is called “fax”"):
        verified.contacts(SHOP, "ana", "fax")
    with pytest.raises(Refused, match="ana has no contact"):
        verified.contacts(ORG, "ana")
