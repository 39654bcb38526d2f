"""What people may say about the rosters, and what is refused, in the words that they read."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest

from tests.domain.rosters import utc, weekly
from tests.support.builders import ORG, PLAYBOOK
from warroom.domain import oncall, verified
from warroom.domain import org as organisations
from warroom.domain.contacts import Contact, Verified
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.event import ORG as STREAM
from warroom.domain.event import Event, Fact
from warroom.domain.org import Org, Person
from warroom.domain.roster import Schedule, on_call

PAYMENTS = Schedule("payments", (weekly("ana", "bo", start="2026-05-04 09:00"),), "Europe/Berlin")
LEDGER = Schedule("ledger", (weekly("cy"),))
PEOPLE = (
    msgspec.structs.replace(PLAYBOOK.people[0], contacts=(Contact("phone", "sms", "+49 30 0000"),)),
    *PLAYBOOK.people[1:],
)
ROSTERS = msgspec.structs.replace(PLAYBOOK, schedules=(PAYMENTS, LEDGER), people=PEOPLE)


class House:
    """The organisation as people change it: each act is decided, then folded."""

    def __init__(self) -> None:
        self.org: Org = Org(ROSTERS, 1, "ana", ORG.published, 1)
        self.now = utc("2026-05-04 12:00")

    def at(self, text: str) -> "House":
        """Time passes, until then."""
        self.now = utc(text)
        return self

    def do(self, by: str, rule: Callable[..., list[Event]], *args: Any, **given: Any) -> str:
        """Somebody acts; the id of what they made or changed."""
        if rule in (oncall.override, oncall.offer, oncall.away):  # what is made gets its name from the caller
            args = (str(self.org.seq + 1), *args)
        events = rule(self.org, by, self.now, *args, **given)
        for event in events:
            seq = self.org.seq + 1
            fact = Fact(seq, STREAM, seq, event, by, "login", self.now, self.now, self.now)
            self.org = organisations.evolve(self.org, fact)
        return str(getattr(events[0], "id", "")) if events else ""

    def on_call(self, at: datetime | None = None) -> tuple[str, ...]:
        """Who is on call for payments."""
        return on_call(PAYMENTS, self.org.changes, at or self.now)

    def refused(self, why: str, by: str, rule: Callable[..., list[Event]], *args: Any, **given: Any) -> Refused:
        """Somebody tries in vain."""
        with pytest.raises(Refused, match=re.escape(why)) as refused:
            self.do(by, rule, *args, **given)
        return refused.value


@pytest.fixture
def house() -> House:
    """Monday noon in UTC; ana is on call for payments for a week."""
    return House()


EVENING, TUESDAY, FRIDAY = utc("2026-05-04 20:00"), utc("2026-05-05 12:00"), utc("2026-05-08 12:00")


def test_an_override_holds_until_its_end(house: House) -> None:
    name = house.do("cy", oncall.override, "PAYMENTS", "Replace", " BO ", TUESDAY, instead="ana", because=" dentist ")
    assert house.on_call() == ("bo",)
    assert house.on_call(TUESDAY) == ("ana",)
    (known,) = house.org.changes.overrides
    assert (known.id, known.schedule, known.person, known.by, known.because) == (
        name,
        "payments",
        "bo",
        "cy",
        "dentist",
    )


def test_an_override_is_refused(house: House) -> None:
    def refused(why: str, *args: Any, **given: Any) -> Refused:
        return house.refused(why, "ana", oncall.override, *args, **given)

    assert refused("No schedule is called “paymets”.", "paymets", "add", "bo", TUESDAY).hint == "Did you mean payments?"
    assert isinstance(refused("No person is called “bob”.", "payments", "add", "bob", TUESDAY), Unknown)
    refused("No person is called “eve”.", "payments", "replace", "bo", TUESDAY, instead="eve")
    assert "add, remove, replace" in refused("No kind of override", "payments", "swap", "bo", TUESDAY).hint
    assert isinstance(
        refused("bo cannot take the place of bo", "payments", "replace", "bo", TUESDAY, instead="BO"), Invalid
    )
    refused("A replacement needs somebody to be replaced.", "payments", "replace", "bo", TUESDAY)
    refused("Only a replacement is instead of somebody", "payments", "add", "bo", TUESDAY, instead="ana")
    refused("That ends before it begins.", "payments", "add", "bo", TUESDAY, start=FRIDAY)
    refused("That ends before it begins.", "payments", "add", "bo", TUESDAY, start=TUESDAY)
    refused("That is over already", "payments", "add", "bo", utc("2026-05-04 11:00"), start=utc("2026-05-04 10:00"))
    refused("That is over already", "payments", "add", "bo", house.now)
    refused("That is longer than 366 days.", "payments", "add", "bo", utc("2027-05-06 12:00"))
    house.do("ana", oncall.override, "payments", "add", "bo", FRIDAY)
    assert isinstance(refused("Override 2 of ana says so already.", "payments", "add", "bo", TUESDAY), Already)


def test_what_was_is_not_changed(house: House) -> None:
    house.do("ana", oncall.override, "payments", "add", "bo", FRIDAY, start=utc("2026-05-04 08:00"))
    assert house.on_call(utc("2026-05-04 11:59")) == ("ana",)
    house.at("2026-05-05 12:00").do("cy", oncall.drop, "2")
    assert house.on_call(utc("2026-05-05 11:59")) == ("ana", "bo")
    assert house.on_call() == ("ana",)


def test_an_override_that_has_not_begun_leaves_nothing_behind(house: House) -> None:
    name = house.do("ana", oncall.override, "payments", "add", "bo", FRIDAY, start=TUESDAY)
    house.do("ana", oncall.drop, name)
    assert house.org.changes.overrides == ()


def test_dropping_is_refused(house: House) -> None:
    first = house.do("ana", oncall.override, "payments", "add", "bo", FRIDAY)
    second = house.do("ana", oncall.override, "payments", "add", "cy", EVENING)
    assert house.refused("No override is called “9”.", "bo", oncall.drop, "9").hint == "There is: 2, 3."
    house.do("ana", oncall.drop, first)
    assert isinstance(house.refused("was already taken back by ana (0 s ago)", "bo", oncall.drop, first), Already)
    house.at("2026-05-04 20:00").refused("The override 3 is over.", "bo", oncall.drop, second)


def test_a_swap_is_offered_and_taken(house: House) -> None:
    name = house.do("ana", oncall.offer, "payments", FRIDAY, start=TUESDAY, because="a wedding")
    assert house.on_call(TUESDAY) == ("ana",)
    house.do("cy", oncall.take, name)
    assert (house.on_call(), house.on_call(TUESDAY), house.on_call(FRIDAY)) == (("ana",), ("cy",), ("ana",))


def test_a_swap_taken_late_begins_then(house: House) -> None:
    name = house.do("ana", oncall.offer, "payments", FRIDAY)
    house.at("2026-05-05 12:00").do("cy", oncall.take, name)
    assert house.on_call(utc("2026-05-05 11:59")) == ("ana",)
    assert house.on_call() == ("cy",)


def test_whoever_is_away_may_ask_for_a_swap(house: House) -> None:
    house.do("ana", oncall.away, FRIDAY)
    assert house.on_call() == ()
    house.do("bo", oncall.take, house.do("ana", oncall.offer, "payments", FRIDAY))
    assert house.on_call() == ("bo",)


def test_whoever_took_a_swap_passes_it_on_by_another(house: House) -> None:
    house.do("cy", oncall.take, house.do("ana", oncall.offer, "payments", FRIDAY))
    house.do("di", oncall.take, house.do("cy", oncall.offer, "payments", TUESDAY, to="di"))
    assert (house.on_call(), house.on_call(TUESDAY)) == (("di",), ("cy",))


def test_an_offer_is_refused(house: House) -> None:
    house.refused("You cannot swap with yourself.", "ana", oncall.offer, "payments", FRIDAY, to="aruiz")
    house.refused("bo is not on call by payments in that time.", "bo", oncall.offer, "payments", FRIDAY)
    house.refused("No person is called “root”.", "root", oncall.offer, "payments", FRIDAY)
    house.refused("No schedule is called", "ana", oncall.offer, "paid", FRIDAY)


def test_taking_is_refused(house: House) -> None:
    name = house.do("ana", oncall.offer, "payments", FRIDAY, to="bo")
    house.refused("Swap 2 is your own", "ana", oncall.take, name)
    house.refused("Swap 2 asks bo.", "cy", oncall.take, name)
    house.refused("No swap is called “7”.", "bo", oncall.take, "7")
    absence = house.do("bo", oncall.away, TUESDAY)
    away = house.refused("bo is away from 2026-05-04 12:00 until 2026-05-05 12:00 UTC.", "bo", oncall.take, name)
    assert away.hint.endswith(f"warroom oncall back {absence}")
    house.do("bo", oncall.back)
    house.do("bo", oncall.take, name)
    assert isinstance(house.refused("Swap 2 was already taken by bo.", "bo", oncall.take, name), Already)
    house.at("2026-05-08 12:00").refused("The swap 2 is over.", "bo", oncall.take, name)


def test_only_whoever_offered_a_swap_withdraws_it(house: House) -> None:
    name = house.do("ana", oncall.offer, "payments", FRIDAY)
    house.do("cy", oncall.take, name)
    assert "a swap of your own" in house.refused("Swap 2 was offered by ana", "cy", oncall.withdraw, name).hint
    assert house.refused("Swap 2 was offered by ana", "bo", oncall.withdraw, name).hint == ""
    house.at("2026-05-05 12:00").do("ana", oncall.withdraw, name)
    assert (house.on_call(utc("2026-05-05 11:59")), house.on_call()) == (("cy",), ("ana",))
    house.refused("was already taken back by ana", "bo", oncall.take, name)


def test_absences(house: House) -> None:
    name = house.do("di", oncall.away, FRIDAY, person="ana", because="ill")
    assert house.on_call() == ()
    house.refused("ana is already down as away then (absence 2).", "ana", oncall.away, TUESDAY)
    house.refused("ana is away from", "bo", oncall.override, "payments", "add", "ana", TUESDAY)
    house.do("bo", oncall.override, "payments", "remove", "ana", TUESDAY)
    house.at("2026-05-05 12:00").do("di", oncall.back, name)
    assert house.on_call() == ("ana",)
    assert house.org.changes.absences[0].end == house.now
    house.refused("was already taken back by di", "ana", oncall.back, name)
    house.refused("ana is not away.", "ana", oncall.back)


def test_a_later_absence_is_taken_back_by_its_id(house: House) -> None:
    name = house.do("ana", oncall.away, FRIDAY, start=TUESDAY)
    house.refused("ana is not away.", "ana", oncall.back)
    house.do("ana", oncall.back, name)
    assert house.org.changes.absences == ()


def test_a_contact_that_answered_is_known_as_it_stood(house: House) -> None:
    assert not house.org.verified
    house.do("ana", verified.verify, "aruiz", "Phone")
    phone = PEOPLE[0].contacts[0]
    assert [(each.person, each.contact) for each in house.org.verified] == [("ana", phone)]
    assert verified.verify(house.org, "ana", house.now, "ana", "phone") == []
    moved = msgspec.structs.replace(phone, to="+49 30 1111")
    ana = Person("ana", contacts=(moved,))
    house.org = Org(msgspec.structs.replace(ROSTERS, people=(ana,)), verified=house.org.verified)
    house.do("ana", verified.verify, "ana", "phone")
    assert house.org.verified == (Verified("ana", moved),)
    house.refused("No contact of ana is called “fax”.", "ana", verified.verify, "ana", "fax")


def test_whose_word_it_is_that_a_contact_works_is_kept_and_ones_own_counts_more(house: House) -> None:
    phone = PEOPLE[0].contacts[0]
    house.do("bo", verified.verify, "ana", "phone")
    assert house.org.verified == (Verified("ana", phone, "bo"),)
    assert verified.verify(house.org, "bo", house.now, "ana", "phone") == []
    house.do("ana", verified.verify, "ana", "phone")
    assert house.org.verified == (Verified("ana", phone),)
    assert verified.verify(house.org, "bo", house.now, "ana", "phone") == []
