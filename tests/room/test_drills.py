"""A scenario begins to be played: what is declared, who leads it, what is refused before anything is written."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.room.house import House
from tests.support.builders import ORG, SCENARIO, SHOP, at, reachable
from warroom.domain.errors import Invalid, Refused, Unknown
from warroom.domain.exercise import Drill
from warroom.domain.scenario import Inject, InjectMade
from warroom.room import drill_views
from warroom.room.drills import drills, start
from warroom.room.room import Room


@pytest.fixture
def ana(house: House) -> Room:
    """A terminal in the shop."""
    room = house.room("ana")
    room.publish(reachable(ORG).playbook)
    return room


def test_the_incident_is_declared_as_the_scenario_has_it(ana: Room) -> None:
    hurting = replace(SCENARIO, start=replace(SCENARIO.start, impact=timedelta(minutes=4)))
    incident = start(ana, hurting, team="payments", announced=False).incident
    assert (incident.title, incident.exercise, incident.severity.level) == ("DRILL: Payments take a minute", "drill", 1)
    assert incident.services.affected == ("payments",)
    impact = incident.clock.get("impact")
    assert impact is not None
    assert impact.happened == at("13:56")
    drill = incident.drill
    assert (drill.started, drill.scenario, drill.team, drill.announced) == (at("14:00"), hurting, "payments", False)


def test_an_impact_that_nobody_knows_stays_unknown(ana: Room) -> None:
    assert start(ana, SCENARIO).incident.clock.get("impact") is None


def test_whoever_starts_it_leads_it_where_nobody_is_named(ana: Room, house: House) -> None:
    assert start(ana, SCENARIO).incident.drill.controllers == ("ana",)
    named = start(ana, SCENARIO, controllers=("BO", "bo"), evaluators=("aruiz",)).incident.drill
    assert (named.controllers, named.evaluators) == (("bo",), ("ana",))
    assert start(house.room("a trainer from outside"), SCENARIO).incident.drill.leads("a trainer from outside")


def test_a_drill_with_services_of_its_own_brings_them(ana: Room) -> None:
    own = replace(SCENARIO, catalogue=SHOP)
    assert start(ana, own).incident.services.catalogue == SHOP


def test_what_cannot_be_played_is_not_begun(ana: Room) -> None:
    never = replace(SCENARIO, injects=(Inject("a", "note", "x", InjectMade("a")),))
    with pytest.raises(Invalid, match=r"^“slow-payments” cannot be played:\ninjects"):
        start(ana, never)
    with pytest.raises(Unknown):
        start(ana, SCENARIO, controllers=("eve",))
    with pytest.raises(Refused, match=r"^Drills may not page on push\.$"):
        start(ana, SCENARIO, live=("push",))
    assert ana.store.summaries() == []


def test_the_same_order_begins_one_drill(ana: Room) -> None:
    id = "6f1d9a52-0c1e-4f5e-9d35-3c4b8a7f0e12"
    first, again = start(ana, SCENARIO, command_id=id), start(ana, SCENARIO, command_id=id)
    assert (first.incident.id, again.repeated) == (again.incident.id, True)


def test_drills_are_found_whatever_became_of_them(ana: Room) -> None:
    running, ended, aborted, closed = (start(ana, SCENARIO).incident.id for _ in range(4))
    ana.do("declare", title="it is real")
    ana.do("drill.end", ended)
    ana.do("drill.abort", aborted, because="the shop burns")
    ana.do("resolve", closed)
    ana.do("close", closed)
    found = {each.id: drill_views.listed(each, "ana") for each in drills(ana)}
    assert {id: view["outcome"] for id, view in found.items()} == {
        running: "running", ended: "ended", aborted: "aborted", closed: "ended",
    }  # fmt: skip
    assert (found[aborted]["because"], found[closed]["because"]) == ("the shop burns", "closed by ana")


def test_only_those_who_lead_or_watch_see_what_is_to_come(ana: Room) -> None:
    incident = start(ana, SCENARIO, evaluators=("cy",)).incident.id
    ana.do("drill.inject", incident, inject="page")
    ana.do("drill.skip", incident, inject="down", because="too much for today")
    ana.do("drill.delay", incident, inject="nobody", span="5m")
    ana.do("drill.note", incident, text="calm so far")
    ana.do("ack", incident)
    state = ana.feed(incident).refresh().incident
    assert state is not None
    for insider in ("ana", "cy"):
        view = drill_views.drill(state, at("14:01"), insider)
        assert view is not None
        led = view["led"]
        rows = {each["id"]: each for each in led["injects"]}
        assert list(rows) == [each.id for each in SCENARIO.injects]
        assert (rows["page"]["made"], rows["page"]["made_by"]) == ("2026-05-04T14:00:00Z", "ana")
        assert (rows["down"]["skipped"], rows["down"]["because"]) == (True, "too much for today")
        assert rows["well"]["when"] == "when 2.1 of payment-errors is done"
        assert [(each["by"], each["text"]) for each in led["notes"]] == [("ana", "calm so far")]
        expected = {each["command"]: each for each in led["expected"]}
        assert (expected["ack"]["due_in"], expected["ack"]["done_by"]) == (240, "ana")
        assert (expected["note"]["due"], expected["note"]["after"]) == (None, "asks")
    for outsider in ("bo", None):
        view = drill_views.drill(state, at("14:01"), outsider)
        assert view is not None
        assert (view["led"], [each["id"] for each in view["injects"]]) == (None, ["page"])


def test_what_is_no_drill_has_none(ana: Room) -> None:
    real = ana.do("declare", title="it is real").incident
    assert (real.drill, drill_views.drill(real, at("14:00"), "ana")) == (Drill(), None)
