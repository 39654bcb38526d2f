"""Pages on their way out: judged anew, tried again, put off, given up, and always told."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.engine.office import Office
from tests.room.house import House
from tests.support.builders import ORG, at, reachable
from tests.support.ladders import rung, with_ladder
from warroom.domain.moments import micros
from warroom.domain.org import Playbook
from warroom.engine.outbox import ATTEMPTS, LEASE
from warroom.outreach.contract import Receipt
from warroom.store.contract import Claimed


@pytest.fixture
def office(house: House) -> Office:
    """An engine, everybody with a push and, two minutes later, a telephone."""
    return Office(house)


def throttled(at_most: int, minutes: int) -> Playbook:
    """Rungs that page ana every minute, by a push that takes so many messages in so many minutes."""
    book = with_ladder(rung("person ana", minutes=1), repeat=-1).playbook
    channels = tuple(
        replace(each, at_most=at_most, per=timedelta(minutes=minutes)) if each.name == "push" else each
        for each in book.channels
    )
    return replace(book, channels=channels)


def test_a_page_that_is_due_goes_out_once_and_the_log_says_so(office: Office) -> None:
    incident = office.declare()
    office.turn()
    office.turn()
    (message,) = office.pages()
    assert (message.to, message.repeat, message.marks) == ("push-ana", False, "")
    assert "rung 1 of 3" in message.text.lower()
    assert office.lines(incident)[-2:] == ["rung 1 of 3 → ana", "page to ana by push sent"]
    assert office.states() == [("sent", 1)]


def test_a_later_contact_goes_out_in_its_time_unless_somebody_has_answered(office: Office) -> None:
    office.declare()
    answered = office.declare()
    office.turn()
    office.do("ack", answered)
    office.at("14:01:59").turn()
    assert office.pages("phone") == []
    office.at("14:02").turn()
    assert [message.to for message in office.pages("phone")] == ["phone-ana"]
    assert "page to ana by phone not sent: ana has answered" in office.lines(answered)


def test_a_failed_attempt_is_made_again_later_and_later_and_then_given_up(office: Office) -> None:
    office.doors["push"].receipt = Receipt("retry", "Answered 503.")
    incident = office.declare(severity="3")
    moments = []
    for second in range(0, 900, 5):
        office.house.wall.time = micros(at("14:00")) + second * 1_000_000
        if any(each.parcel.channel == "push" for each in office.turn()):
            moments.append(second)
    assert moments == [0, 5, 20, 65, 185, 485]
    assert len(office.pages()) == ATTEMPTS
    assert office.lines(incident)[-1] == "page to cy by push failed for good: Answered 503."
    assert "page to cy by push failed: Answered 503.; again at 14:00:05 UTC" in office.lines(incident)


def test_a_receiver_that_says_when_is_listened_to(office: Office) -> None:
    office.doors["push"].receipt = Receipt("retry", "Answered 429.", timedelta(seconds=90))
    office.declare()
    office.turn()
    office.at("14:01:29").turn()
    assert len(office.pages()) == 1
    office.at("14:01:30").turn()
    assert len(office.pages()) == 2


def test_what_may_have_arrived_says_so_from_then_on(office: Office) -> None:
    office.doors["push"].receipt = Receipt("unknown", "No answer came in time.")
    incident = office.declare()
    office.turn()
    office.doors["push"].receipt = Receipt("retry")
    office.at("14:00:05").turn()
    office.at("14:00:20").turn()
    messages = office.pages()
    assert [message.repeat for message in messages] == [False, True, True]
    assert len({message.key for message in messages}) == 1
    assert "page to ana by push: nobody knows whether it arrived: No answer came in time." in office.lines(incident)


def test_an_attempt_that_breaks_off_counts_and_ends_no_engine(office: Office) -> None:
    office.doors["push"].receipt = ZeroDivisionError()
    incident = office.declare()
    office.turn()
    assert office.states() == [("pending", 1)]
    assert "the attempt broke off: ZeroDivisionError" in office.lines(incident)[-1]
    assert office.said[-1].endswith("ZeroDivisionError")


def test_what_will_never_go_is_not_tried_again(office: Office) -> None:
    office.doors["push"].receipt = Receipt("failed", "Answered 404.")
    office.declare()
    office.turn()
    office.at("14:04").turn()
    assert len(office.pages()) == 1
    assert office.states() == [("failed", 1)]


def test_whoever_was_frozen_hands_nothing_over_that_could_outlast_its_claim(office: Office) -> None:
    office.declare()
    (mine,) = _claimed(office)
    message = office.outbox.prepare(mine)
    assert message is not None
    office.house.wall.time += LEASE - 1_000_000
    assert office.outbox.hand_over(mine, message, office.doors["push"]) is None
    assert office.pages() == []


def test_the_late_report_of_a_frozen_engine_changes_nothing(office: Office) -> None:
    incident = office.declare()
    (mine,) = _claimed(office)
    office.house.wall.time += LEASE + 1_000_000
    office.turn()
    before = office.lines(incident)
    office.outbox.settle(mine, Receipt("failed", "too late"))
    assert office.lines(incident) == before
    assert office.states() == [("sent", 2)]
    assert [message.repeat for message in office.pages()] == [True]


def _claimed(office: Office) -> list[Claimed]:
    """What an engine has claimed that then stands still."""
    claimed: list[Claimed] = []
    office.engine.turn(lambda parcel, _: claimed.append(parcel))
    return claimed


def test_no_more_goes_to_an_address_than_its_channel_takes_but_nothing_is_lost(house: House) -> None:
    office = Office(house, throttled(2, 10))
    office.declare()
    for minute in range(12):
        office.house.wall.time = micros(at("14:00")) + minute * 60_000_000
        office.settle_down()
    assert len(office.pages()) == 4, "two in each ten minutes"
    assert {state for state, _ in office.states()} <= {"sent", "pending", "dropped"}


def test_the_first_page_of_an_incident_is_never_put_off(house: House) -> None:
    office = Office(house, throttled(1, 60))
    for _ in range(3):
        office.declare()
    office.turn()
    assert len(office.pages()) == 3


def test_being_put_off_is_no_attempt(house: House) -> None:
    office = Office(house, throttled(1, 2))
    office.declare()
    office.turn()
    office.doors["push"].receipt = Receipt("retry")
    for second in range(60, 3_000, 10):
        office.house.wall.time = micros(at("14:00")) + second * 1_000_000
        office.turn()
    assert "failed" not in {state for state, _ in office.states()}


def test_a_drill_is_throttled_for_itself_and_stays_in_the_sandbox(house: House) -> None:
    office = Office(house, throttled(1, 60))
    office.declare()
    office.declare(exercise="drill")
    office.turn()
    office.at("14:01").turn()
    assert len(office.pages()) == 1
    assert [message.marks for message in office.sandbox.messages] == ["DRILL"]


def test_what_nobody_could_send_in_time_is_told(office: Office) -> None:
    for door in office.doors.values():
        door.missing = "This host keeps no such secret."
    incident = office.declare(severity="3")
    office.turn()
    assert office.states() == [("pending", 0)]
    office.at("14:03", day=1).turn()
    assert "page to cy by push not sent: no engine could send it in time" in office.lines(incident)
    assert {state for state, _ in office.states()} == {"dropped"}


def test_after_two_hours_without_an_engine_nobody_is_paged_more_than_once_for_an_incident(office: Office) -> None:
    incidents = [office.declare() for _ in range(40)]
    office.at("16:00")
    office.settle_down()
    pages = [(message.incident, message.to) for channel in office.doors for message in office.pages(channel)]
    assert len(pages) == len(set(pages))
    assert {incident for incident, _ in pages} == {f"INC-{number}" for number in range(1, len(incidents) + 1)}
    people = [(incident, to.partition("-")[2]) for incident, to in pages if to.startswith(("push-", "phone-"))]
    assert len(people) == len(set(people))


def test_a_page_to_a_channel_is_put_off_by_what_went_to_that_channel_alone(house: House) -> None:
    book = reachable(ORG, (with_ladder(rung("channel chat", "channel push")).playbook.ladders[0],)).playbook
    route = replace(book.routes[0], ladder="it", levels=())
    channels = tuple(replace(each, at_most=1, per=timedelta(hours=1)) for each in book.channels)
    office = Office(house, replace(book, routes=(route,), channels=channels))
    office.declare()
    office.declare()
    office.turn()
    assert len(office.pages("chat")) == len(office.pages()) == 2
