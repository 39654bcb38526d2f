"""Beginning a drill that was planned: as one incident, whoever is cut off or comes second."""

from datetime import timedelta

import pytest

from tests.room.house import House, meddled
from tests.support.builders import PLAYBOOK, at
from warroom.domain.errors import Already, Refused, Unavailable
from warroom.domain.scenario import End, Inject, Scenario, Start
from warroom.room.room import Actor, Outcome, Room
from warroom.room.scheduled import begin

ALARM = Inject("slow", "alert", "It is slow.", delay=timedelta(minutes=5), by="monitoring")
SCENARIO = Scenario("slow", "It is slow", 2, Start("checkout is slow", 2), End(timedelta(hours=1)), (ALARM,))


@pytest.fixture
def planned(house: House) -> House:
    """A house in which ana and cy lead a drill for bo; its id is 2."""
    house.room().publish(PLAYBOOK)
    house.room().arrange(
        "drill.schedule", start=at("15:00"), invite=("bo",), controller=("ana", "cy"), team="payments",
        scenario=SCENARIO,
    )  # fmt: skip
    return house


class CutOff(Room):
    """A terminal that loses its database between the two things that beginning a drill writes."""

    def arrange(self, name: str, /, **given: object) -> Outcome:
        raise Unavailable("The database is away.")


def test_it_is_played_as_it_was_planned_and_noted_as_held(planned: House) -> None:
    incident = begin(planned.at("15:00").room(), "2", evaluators=("di",)).incident
    drill = incident.drill
    assert (incident.exercise, incident.title, drill.scenario) == ("drill", "DRILL: checkout is slow", SCENARIO)
    assert (drill.controllers, drill.evaluators, drill.team, drill.announced) == (
        ("ana", "cy"),
        ("di",),
        "payments",
        True,
    )
    (known,) = planned.room("bo").feed(None).refresh().org.drills
    assert known.held == incident.id
    with pytest.raises(Already, match="already been held"):
        begin(planned.room("cy"), "2")


@pytest.mark.parametrize("again", ["ana", "cy"])
def test_where_somebody_was_cut_off_they_or_another_begin_the_same_drill_again(planned: House, again: str) -> None:
    with pytest.raises(Unavailable):
        begin(CutOff(planned.open(), Actor("ana")), "2")
    incident = begin(planned.room(again), "2").incident
    assert [row.number for row in planned.store.summaries()] == [1]
    assert planned.room().feed(None).refresh().org.drills[0].held == incident.id


def test_where_two_begin_it_at_once_one_of_them_does(planned: House) -> None:
    second = planned.room("cy", meddled(planned.open(), lambda: begin(planned.room(), "2")))
    with pytest.raises(Already, match="already been held"):
        begin(second, "2")
    assert [row.number for row in planned.store.summaries()] == [1]


def test_nobody_else_begins_it_nor_what_was_called_off(planned: House) -> None:
    with pytest.raises(Refused, match="led by ana and cy, not by bo"):
        begin(planned.room("bo"), "2")
    planned.room("cy").arrange("drill.cancel", id="2", because="a release")
    with pytest.raises(Already, match="called off by cy"):
        begin(planned.room(), "2")
    assert planned.store.summaries() == []
