"""A whole practice: one person commands by the room's commands, an engine brings in injects, colleagues play along."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.room.house import House
from warroom.domain.incident import Incident
from warroom.domain.org import Person
from warroom.domain.scenario import Scenario
from warroom.engine.colleagues import DIRECTOR, Colleagues
from warroom.engine.escalation import Ladders
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation
from warroom.playbook.scenario import read_scenario
from warroom.room.presence import GONE, people
from warroom.room.room import Actor, Room

ME = "newbie"
SAMPLE = read_organisation(samples.organisation(), samples.runbooks())
TICK = timedelta(seconds=5)


class Practice:
    """A practice on one database, in which time passes only when the test lets it."""

    def __init__(self, house: House, scenario: Scenario, seed: int = 1, speed: float = 1.0) -> None:
        self.house = house
        self.me = house.room(ME)
        everybody = (Person(ME), Person(DIRECTOR), *SAMPLE.people)
        self.me.publish(replace(SAMPLE, people=everybody))
        self.colleagues = Colleagues(self.open, ME, seed)
        self.ladders = Ladders(Room(house.open(), Actor("engine", "engine")), lambda sentence: None)
        self.id = self.colleagues.begin(scenario, speed).incident.id

    def open(self, person: str) -> Room:
        return Room(self.house.open(), Actor(person, "asserted"))

    def do(self, command: str, **given: object) -> None:
        self.me.do(command, self.id, **given)  # type: ignore[arg-type]

    def pass_time(self, minutes: float) -> None:
        """So long passes on the wall, in small steps, and everybody but the human does what is due."""
        end = self.house.wall.time + round(minutes * 60_000_000)
        while self.house.wall.time < end and self.incident.drill.going:
            self.ladders.turn(True)
            list(self.colleagues.turn(self.id))
            self.house.wall.time += TICK // timedelta(microseconds=1)

    @property
    def incident(self) -> Incident:
        found = self.me.feed(self.id).refresh().incident
        assert found is not None
        return found

    def wait_for(self, prompt: str) -> None:
        """Time passes until that inject is the last one, two minutes at most."""
        for _ in range(24):
            self.pass_time(TICK / timedelta(minutes=1))
            if self.prompt() == prompt:
                return
        raise AssertionError(f"{prompt} does not come after {self.prompt()}")

    def prompt(self) -> str:
        """The id of the inject that came last."""
        made = [(each.made, number, each.inject.id) for number, each in enumerate(self.incident.drill.injects)]
        return max(((at, number, name) for at, number, name in made if at), default=(None, 0, ""))[2]

    def course(self) -> list[tuple[str, str, str]]:
        """Everything on the timeline, with its time."""
        return [(f"{entry.happened:%H:%M:%S}", entry.actor, entry.text) for entry in self.incident.timeline]


def tutored(practice: Practice) -> None:
    """The tutorial, as somebody plays it who does what the tutor says."""
    said: Iterator[tuple[str, str, dict[str, object]]] = iter(
        [
            ("page", "ack", {}),
            ("command", "role.take", {"role": "commander"}),
            ("runbook", "step.done", {"step": "1.1"}),
            ("reading", "step.done", {"step": "1.2"}),
            ("writing", "note", {"text": "The search finds nothing."}),
            ("health", "service.health", {"service": "search", "health": "major-outage"}),
            ("severity", "sev", {"level": "1", "because": "nobody finds anything"}),
            ("again", "ack", {}),
            ("deciding", "step.done", {"step": "1.3"}),
            ("deciding", "step.done", {"step": "1.4", "note": "SEV1 it is"}),
            ("decided", "decide", {"text": "We turn the new index off."}),
            ("contain", "milestone", {"milestone": "containment"}),
            ("resolve", "resolve", {}),
        ]
    )
    for prompt, command, given in said:
        practice.wait_for(prompt)
        practice.do(command, **given)
    practice.pass_time(1)


def test_the_tutorial_is_played_to_its_end(house: House) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()["tutorial"]))
    tutored(practice)
    drill = practice.incident.drill
    assert practice.prompt() == "goodbye"
    assert (drill.going, drill.aborted, drill.ending) == (False, False, "its end is reached")
    assert all(each.made for each in drill.injects)
    assert practice.incident.roles.holder("commander") == ME
    assert practice.incident.roles.holder("scribe") in {each.name for each in SAMPLE.people}
    assert not drill.leads(ME)


def test_the_same_seed_and_acts_give_the_same_course_and_another_seed_another(house: House) -> None:
    courses = []
    for seed in (7, 7, 8):
        practice = Practice(house.at("14:00"), read_scenario(samples.scenarios()["tutorial"]), seed)
        tutored(practice)
        courses.append(practice.course())
    assert courses[0] == courses[1]
    assert courses[0] != courses[2]


def test_colleagues_sit_down_work_and_are_here(house: House) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()["expired-certificate"]))
    practice.pass_time(1)
    practice.do("ack")
    practice.do("role.take", role="commander")
    practice.pass_time(4)
    incident = practice.incident
    lead = incident.roles.holder("communications-lead")
    assert lead is not None
    practice.do("page", to="nia", because="certificates")
    practice.do("role.offer", role="expert", to="nia")
    practice.do("runbook.attach", runbook="certificate-expired")
    practice.do("step.done", step="1.2")
    practice.do("step.done", step="1.4", note="it stays as it is")
    practice.pass_time(25)
    incident = practice.incident
    assert "nia" in [each.person for each in incident.roles.held]
    ticked = {step.by for run in incident.checklist.runs for step in run.steps if step.outcome == "done"}
    assert {lead, "nia"} <= ticked
    said = [entry.text for entry in incident.timeline if entry.actor == "nia"]
    assert "I was paged and am here. What do you need?" in said
    here = people(house.store.present(house.wall.time - GONE), practice.id)
    assert {lead, "nia"} <= here
    decision = incident.checklist.find("2/2.1")
    assert decision
    assert decision.outcome == "todo"
    assert incident.clock.get("containment") is None


@pytest.mark.parametrize("name", sorted(samples.scenarios()))
def test_every_scenario_can_be_practised_until_its_time_is_up(house: House, name: str) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()[name]), speed=20.0)
    practice.pass_time(0.2)
    practice.do("ack")
    practice.do("role.take", role="commander")
    scenario = practice.incident.drill.scenario
    assert scenario is not None
    practice.pass_time(scenario.end.limit / timedelta(minutes=20) + 1)
    drill = practice.incident.drill
    assert drill.ending.endswith("is up")
    held = {each.role for each in (*practice.incident.roles.held, *practice.incident.roles.past)}
    assert set(scenario.roles) <= held


def test_a_practice_that_is_played_by_two_processes_happens_once(house: House) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()["tutorial"]))
    again = Colleagues(practice.open, ME, 1)
    practice.do("ack")
    practice.do("role.take", role="commander")
    practice.pass_time(5)
    before = len(practice.incident.timeline)
    assert list(again.turn(practice.id)) == []
    assert len(practice.incident.timeline) == before


def test_colleagues_leave_when_they_are_stopped(house: House) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()["tutorial"]))
    practice.do("role.take", role="commander")
    practice.pass_time(5)
    assert house.store.present(0)
    practice.colleagues.stop()
    assert list(practice.colleagues.play(practice.id)) == []
    assert house.store.present(0) == []


def test_a_practice_that_is_left_is_over_and_one_that_is_over_stays_as_it_ended(house: House) -> None:
    practice = Practice(house, read_scenario(samples.scenarios()["tutorial"]))
    practice.colleagues.end(practice.id)
    assert practice.incident.drill.ending == f"{ME} has left"
    before = len(practice.incident.timeline)
    practice.colleagues.end(practice.id)
    assert len(practice.incident.timeline) == before
    assert practice.incident.clock.closed
