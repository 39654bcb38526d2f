"""Drills that are to come: who may plan, call off and begin them, and who may know of them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.builders import ORG, UUID, at
from warroom.domain import org as organisations
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.event import ORG as STREAM
from warroom.domain.event import Fact
from warroom.domain.org import Org, Person
from warroom.domain.scenario import End, Scenario, Start
from warroom.domain.scheduled import (
    Appointment,
    DrillScheduled,
    appointment,
    audience,
    cancel,
    concerning,
    find,
    hold,
    schedule,
    visible,
)

SCENARIO = Scenario("slow", "Payments are slow", 2, Start("It is slow", 2), End(timedelta(hours=1)))
NOW, LATER = at("14:00"), at("15:00", 7)
TEAM = replace(
    ORG,
    playbook=replace(
        ORG.playbook, people=(*ORG.playbook.people, Person("eve", team="payments"), Person("flo", team="search"))
    ),
)


def planned(org: Org = TEAM, by: str = "ana", **given: Any) -> DrillScheduled:
    """What planning a drill says."""
    (event,) = schedule(org, by, NOW, "2", SCENARIO, **{"start": LATER, **given})
    assert isinstance(event, DrillScheduled)
    return event


def after(org: Org, event: Any, by: str = "ana", clock: str = "14:00") -> Org:
    """The organisation once somebody has said so."""
    fact = Fact(2, STREAM, org.seq + 1, event, by, "login", at(clock), at(clock), at(clock), f"event {org.seq + 1}")
    return organisations.evolve(org, fact)


def test_whoever_plans_a_drill_leads_it_unless_somebody_is_named() -> None:
    assert planned(invite=("BO", "cy", "bo")) == DrillScheduled("2", SCENARIO, LATER, ("ana",), ("bo", "cy"))
    assert planned(invite=("bo",), controller=("cy", "di")).controllers == ("cy", "di")


def test_of_a_team_its_people_take_part_but_those_who_lead_it() -> None:
    event = planned(team="Payments")
    assert (event.team, event.invited) == ("payments", ("eve",))
    event = planned(team="payments", controller=("cy",))
    assert (event.invited, audience(event)) == (("ana", "eve"), ("cy", "ana", "eve"))
    assert planned(team="payments", invite=("di",)).invited == ("di",)
    with pytest.raises(Unknown, match="No team is called “ops”"):
        planned(team="ops")
    nobody = replace(ORG, playbook=replace(ORG.playbook, people=()))
    assert planned(nobody, team="ops", invite=("bo",)).team == "ops"


def test_where_there_is_no_such_drill_those_to_come_are_named_in_the_order_of_their_numbers() -> None:
    org = TEAM
    for number, day in (("10", 7), ("2", 9), ("9", 8)):
        org = after(org, replace(planned(start=at("15:00", day), unannounced=True), id=number))
    with pytest.raises(Unknown) as refused:
        find(org, "ana", "x")
    assert refused.value.hint == "There is: 2, 9, 10."


def test_nobody_is_told_of_an_unannounced_drill_but_those_who_lead_it() -> None:
    event = planned(invite=("bo",), unannounced=True)
    assert (event.announced, event.invited, audience(event)) == (False, ("bo",), ("ana",))
    assert planned(unannounced=True).invited == ()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"start": NOW}, Invalid, "still to come"),
        ({"start": NOW + timedelta(days=367)}, Invalid, "366 days"),
        ({}, Invalid, "Nobody would be told"),
        ({"invite": ("ana",)}, Invalid, "Nobody would be told"),
        ({"invite": ("zoe",)}, Unknown, "zoe"),
        ({"invite": ("bo",), "controller": ("zoe",)}, Unknown, "zoe"),
    ],
)
def test_what_cannot_be_planned(given: dict[str, Any], error: type[Refused], words: str) -> None:
    with pytest.raises(error, match=words):
        planned(**given)


def test_only_those_who_lead_a_drill_call_it_off_or_begin_it_and_only_once() -> None:
    org = after(TEAM, planned(invite=("bo",), controller=("ana", "cy")))
    with pytest.raises(Refused, match="Drill 2 is led by ana and cy, not by bo"):
        cancel(org, "bo", NOW, "2", "no")
    with pytest.raises(Refused, match="not by bo"):
        hold(org, "bo", NOW, "2", UUID)
    (off,) = cancel(org, "aruiz", NOW, "2", " a real incident ")
    called = after(org, off, "ana", "14:02")
    assert (called.drills[0].open, called.drills[0].because) == (False, "a real incident")
    with pytest.raises(Already, match="already called off by ana"):
        cancel(called, "cy", at("14:04"), "2", "no")
    with pytest.raises(Already, match="already called off by ana"):
        hold(called, "cy", NOW, "2", UUID)
    (begun,) = hold(org, "cy", NOW, "2", UUID)
    held = after(org, begun, "cy")
    assert (held.drills[0].open, held.drills[0].held) == (False, UUID)
    with pytest.raises(Already, match="already been held"):
        cancel(held, "cy", NOW, "2", "too late")


def test_whoever_planned_a_drill_that_others_lead_knows_of_it_and_can_call_it_off() -> None:
    org = after(TEAM, planned(invite=("bo",), controller=("cy",), unannounced=True))
    (drill,) = org.drills
    assert (audience(drill), find(org, "ana", "2"), visible(org, "bo")) == (("cy",), drill, ())
    assert cancel(org, "ana", NOW, "2", "no")


def test_an_unannounced_drill_is_unknown_to_those_who_do_not_lead_it() -> None:
    org = after(TEAM, planned(invite=("bo",), unannounced=True))
    org = after(org, replace(planned(invite=("bo",)), id="3", start=at("09:00", 1)))
    assert [each.id for each in visible(org, "ana")] == ["3", "2"]
    assert [each.id for each in visible(org, "bo")] == ["3"]
    assert [each.id for each in concerning(org, "ana", "ana")] == ["3", "2"]
    assert [each.id for each in concerning(org, "ana", "bo")] == ["3"]
    assert [each.id for each in concerning(org, "bo", "ana")] == ["3"]
    assert concerning(org, "cy", "ana") == ()
    with pytest.raises(Unknown) as refusal:
        cancel(org, "bo", NOW, "2", "no")
    assert "It has" not in str(refusal.value)
    assert "2" not in refusal.value.hint
    assert find(org, "ana", " 2 ").id == "2"


def test_an_entry_of_a_calendar_keeps_its_id_and_gives_the_cause_away_to_nobody() -> None:
    org = after(TEAM, planned(team="payments", controller=("cy",)))
    (drill,) = org.drills
    until = LATER + timedelta(hours=1)
    assert appointment(drill, "cy") == Appointment("event 2", LATER, until, "DRILL: Payments are slow")
    assert appointment(drill, "eve") == Appointment("event 2", LATER, until, "DRILL: payments")
    (off,) = cancel(org, "cy", NOW, "2", "no")
    (drill,) = after(org, off, "cy").drills
    assert appointment(drill, "eve") == Appointment("event 2", LATER, until, "DRILL: payments", 1, True)


def test_a_new_playbook_leaves_planned_drills_as_they_are() -> None:
    org = after(TEAM, planned(invite=("bo",)))
    (event,) = organisations.publish(org, ORG.playbook)
    assert after(org, event).drills == org.drills
