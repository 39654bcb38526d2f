"""An engine plays a scenario: what comes, once and in time, whom it reaches, and what stops it."""

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.engine.office import CHANNELS, Office
from tests.engine.test_drills import outside
from tests.room.house import House
from tests.support.builders import ORG, SCENARIO, reachable
from warroom.domain.effects import realm_on
from warroom.domain.event import incident_stream
from warroom.domain.exercise import DrillStarted, Injected
from warroom.domain.incident import Incident
from warroom.domain.org import Playbook
from warroom.domain.scenario import End, Inject, InjectMade, Scenario
from warroom.room.drills import start
from warroom.store import codec

MANY = tuple(Inject(f"n{number}", "note", f"word {number}", delay=timedelta(seconds=number)) for number in range(40))


def scenario(*injects: Inject) -> Scenario:
    """The shop's scenario with other injects, and nothing expected, for two hours."""
    return replace(SCENARIO, injects=injects, expected=(), end=End(timedelta(hours=2)))


def open_to_drills(*names: str) -> Playbook:
    """The shop's playbook, which lets drills page for real on these channels."""
    book = reachable(ORG).playbook
    return replace(book, channels=tuple(replace(each, drill=each.name in names) for each in book.channels))


def begin(office: Office, played: Scenario, *live: str) -> str:
    """The UUID of a drill of ana's."""
    return start(office.person, played, live=live).incident.id


def state(office: Office, incident: str) -> Incident:
    """The incident as it stands."""
    found = office.person.feed(incident).refresh().incident
    assert found is not None
    return found


def came(office: Office, incident: str) -> Counter[str]:
    """How often each inject came, by the log itself."""
    facts = codec.facts(office.house.store.stream(incident_stream(incident)).rows)
    return Counter(fact.event.inject for fact in facts if isinstance(fact.event, Injected))


def test_injects_come_in_time_and_the_drill_ends_by_itself(house: House) -> None:
    office = Office(house)
    incident = begin(office, SCENARIO)
    office.settle_down()
    assert came(office, incident) == {"page": 1}
    office.at("14:04:59").settle_down()
    assert came(office, incident) == {"page": 1}
    office.at("14:05").settle_down()
    assert state(office, incident).services.health("payments") == "major-outage"
    office.at("14:07").settle_down()
    assert came(office, incident) == {"page": 1, "down": 1, "asks": 1}
    office.do("resolve", incident)
    office.settle_down()
    assert (state(office, incident).clock.closed, state(office, incident).drill.ending) == (True, "its end is reached")
    office.at("16:00").settle_down()
    assert came(office, incident) == {"page": 1, "down": 1, "asks": 1}


def test_whoever_is_unreachable_by_the_scenario_gets_no_page_and_the_next_rung_fires(house: House) -> None:
    office = Office(house)
    incident = begin(office, scenario(Inject("gone", "unreachable", "Ana is on a train.", person="ana")))
    office.settle_down()
    assert [message.to for message in office.sandbox.messages] == []
    office.at("14:02").settle_down()
    pages = state(office, incident).escalation.pages
    assert [(each.contact, each.outcome, each.says) for each in pages[0].tries] == [
        (name, "failed", "unreachable, says the scenario") for name in ("push", "phone")
    ]
    assert [(each.rung, each.order.person) for each in pages] == [(1, "ana"), (2, "bo")]
    assert [message.to for message in office.sandbox.messages] == ["push-bo"]


def test_who_is_unreachable_in_a_drill_is_paged_for_what_is_real(house: House) -> None:
    office = Office(house)
    begin(office, scenario(Inject("gone", "unreachable", "Ana is on a train.", person="ana")))
    office.settle_down()
    office.declare()
    office.settle_down()
    assert [(message.to, message.incident) for message in outside(office)] == [("push-ana", "INC-2")]


def test_on_explicit_demand_a_drill_pages_for_real_and_says_that_it_is_one(house: House) -> None:
    office = Office(house, open_to_drills("push"))
    begin(office, SCENARIO, "push")
    office.settle_down()
    office.at("14:02").settle_down()
    (page,) = office.pages("push")
    assert (page.marks, page.to) == ("DRILL", "push-ana")
    assert page.subject == "DRILL SEV1 INC-1 Payments take a minute"
    assert page.text.splitlines()[0] == "This is a drill. Nothing is wrong."
    assert page.subject not in page.text
    assert [message.to for message in office.sandbox.messages] == ["phone-ana"]
    assert (office.pages("phone"), office.pages("chat")) == ([], [])


def untouched(office: Office) -> None:
    """Nothing is wrong."""


def closed_again(office: Office) -> None:
    """The playbook no longer lets drills page on any channel."""
    office.person.publish(open_to_drills())


def gone(office: Office) -> None:
    """The channel is there no more."""
    book = open_to_drills("push")
    office.person.publish(replace(book, channels=tuple(each for each in book.channels if each.name != "push")))


@pytest.mark.parametrize(
    ("title", "named", "happens"),
    [
        ("DRILL: all channels are open to drills, and none is named", (), untouched),
        ("the mark was taken off the title", (), untouched),
        ("DRILL: one is named, and closed to drills since", ("push",), closed_again),
        ("DRILL: one is named, and taken away since", ("push",), gone),
    ],
)
def test_channels_and_drills_that_are_set_up_wrongly_reach_nobody(
    house: House, title: str, named: tuple[str, ...], happens: object
) -> None:
    office = Office(house, open_to_drills(*CHANNELS))
    incident = office.declare(title=title, exercise="drill", drill=DrillStarted(scenario(*MANY), live=named))
    assert callable(happens)
    happens(office)
    office.settle_down()
    for door in office.doors.values():
        door.messages.clear()  # what the playbook's change meant for people is no word of the drill's
    office.do("page", incident, to="bo")
    for minute in range(0, 60, 2):
        office.at(f"14:{minute:02d}").settle_down()
    assert outside(office) == []
    assert {message.marks for message in office.sandbox.messages} == {"DRILL"}
    assert [realm_on(state(office, incident), name) == "real" for name in CHANNELS] == [
        name in named for name in CHANNELS
    ]


def test_two_engines_bring_each_inject_once(house: House) -> None:
    office = Office(house)
    engines = (office.engine, office.another("engine-2"))
    incident = begin(office, scenario(*MANY))
    for second in range(0, 60, 3):
        office.at(f"14:00:{second:02d}")
        for engine in engines if second % 2 else reversed(engines):
            office.turn(engine)
    assert came(office, incident) == {each.id: 1 for each in MANY}


def test_an_engine_that_takes_a_dead_ones_place_brings_what_became_due_once(house: House) -> None:
    office = Office(house)
    after = Inject("after", "note", "and then", InjectMade("n39"), timedelta(seconds=5))
    incident = begin(office, scenario(*MANY, after))
    office.at("14:00:10").turn()
    before = came(office, incident)
    assert 0 < len(before) < 12
    office.at("14:30")
    second = office.another("engine-2")
    for _ in range(8):
        office.turn(second)
    assert came(office, incident) == {each.id: 1 for each in MANY}, "what waits for another waits from when that came"
    office.at("14:30:05").turn(second)
    assert came(office, incident)["after"] == 1


@pytest.mark.parametrize("order", ["drill.abort", "drill.end"])
def test_what_is_over_brings_nothing_and_pages_nobody_from_then_on(house: House, order: str) -> None:
    office = Office(house)
    incident = begin(office, scenario(*MANY, replace(SCENARIO.by_id["down"], delay=timedelta(seconds=50))))
    office.do("page", incident, to="bo")
    office.at("14:00:05").turn()
    seen, handed = came(office, incident), len(office.sandbox.messages)
    office.do(order, incident, because="the shop burns")
    assert house.store.timers(2**62, ("inject", "drill", "rung", "silent")) == []
    for minute in range(1, 60, 2):
        office.at(f"14:{minute:02d}").settle_down()
    assert (came(office, incident), len(office.sandbox.messages)) == (seen, handed)
    assert {each for _, each, _ in house.store.outbox(incident_stream(incident))} <= {"sent", "dropped"}
    assert outside(office) == []
