"""Channels that nobody serves: the engine says why, `show` says what waits, and what can never go is given up."""

from msgspec.structs import replace

from tests.engine.office import Office
from tests.room.house import House
from tests.support.builders import ORG, reachable
from warroom.domain.event import incident_stream
from warroom.domain.moments import moment
from warroom.engine.loop import RECHECK
from warroom.room import views
from warroom.room.engines import engines, waiting

NO_KEY = "There is no secret “push”."


def office_without_push(house: House) -> Office:
    """An engine whose host lacks the secret of a channel."""
    office = Office(house)
    office.doors["push"].missing = NO_KEY
    return office


def waits(office: Office, incident: str) -> list[tuple[str, str | None]]:
    """(contact, why it waits) of every page, as `show` has it."""
    store = office.house.store
    view = views.show(office.person.feed(incident).refresh(), moment(store.now()), engines(store))
    return [(each["name"], each["waits"]) for page in view["escalation"]["pages"] for each in page["contacts"]]


def without_push(office: Office) -> None:
    """The playbook loses the channel."""
    book = reachable(ORG).playbook
    office.person.publish(replace(book, channels=tuple(each for each in book.channels if each.name != "push")))


def test_why_a_channel_is_not_served_is_said_once_for_each_reason(house: House) -> None:
    office = office_without_push(house)
    for _ in range(3):
        office.turn()
        house.wall.time += int(RECHECK * 1e6)
    assert office.said == [f"push is not served here: {NO_KEY}"]
    office.doors["push"].missing = "It is empty."
    office.turn()
    assert office.said[1:] == ["push is not served here: It is empty."]


def test_a_page_that_nobody_can_send_says_so_once_it_is_due(house: House) -> None:
    office = office_without_push(house)
    incident = office.declare()
    office.turn()
    assert waits(office, incident) == [("push", "no engine serves push"), ("phone", None)]
    office.engine.release()
    assert waits(office, incident) == [("push", "no engine runs"), ("phone", None)]
    office.do("ack", incident)
    assert waits(office, incident) == [("push", None), ("phone", None)]


def test_what_waits_on_a_channel_that_the_playbook_has_lost_is_given_up_and_told(house: House) -> None:
    office = office_without_push(house)
    incident = office.declare()
    office.turn()
    assert office.states() == [("pending", 0)]
    without_push(office)
    office.turn()
    assert [state for state, _ in office.states()] == ["failed"]
    assert any("the playbook has no channel push any more" in line for line in office.lines(incident))
    before = house.store.head()
    office.turn()
    assert house.store.head() == before


def test_what_nobody_need_answer_any_more_is_dropped_from_a_lost_channel(house: House) -> None:
    office = office_without_push(house)
    incident = office.declare()
    office.turn()
    office.do("ack", incident)
    without_push(office)
    office.turn()
    assert [state for state, _ in office.states()] == ["dropped"]


def test_an_incident_waits_for_an_engine_while_it_climbs_or_has_something_to_send(house: House) -> None:
    office = office_without_push(house)
    incident = office.declare()
    assert waiting(house.store) == {incident_stream(incident)}
    office.turn()
    office.do("ack", incident)
    assert house.store.timers(2**62, ("rung",)) == []
    assert waiting(house.store) == {incident_stream(incident)}
    office.doors["push"].missing = ""
    house.wall.time += int(RECHECK * 1e6)
    office.settle_down()
    house.wall.time += 600_000_000
    office.settle_down()
    assert waiting(house.store) == frozenset()
