"""Nobody is left out: by a contact that comes late, by a quiet page before, or by an engine that came late."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.support.builders import LADDER, ORG, reachable
from tests.support.ladders import Climb, rung, with_ladder
from warroom.domain import clock, pages, paging, undo
from warroom.domain.contacts import Contact
from warroom.domain.ladder import Ladder, Route
from warroom.domain.org import Org


def contacts(org: Org, who: str, *ways: Contact) -> Org:
    """The organisation in which somebody is reached by these ways only."""
    people = (replace(each, contacts=ways) if each.name == who else each for each in org.playbook.people)
    return replace(org, playbook=replace(org.playbook, people=tuple(people)))


def test_a_contact_later_than_the_rungs_delay_goes_out_all_the_same() -> None:
    org = with_ladder(rung("person ana", minutes=1), rung("person ana", minutes=1), repeat=-1)
    tale = Climb(org=contacts(org, "ana", Contact("call", "phone", after=timedelta(seconds=90)))).until("14:01")
    first, second = tale.ladder.pages
    tale.now += timedelta(seconds=30)
    assert pages.objection(tale.case(), first.order.id, "call") == "", "the newer page has not called yet"
    tale.now += timedelta(seconds=60)
    assert pages.objection(tale.case(), first.order.id, "call") == "a newer page has taken its place"
    assert pages.objection(tale.case(), second.order.id, "call") == ""


def test_a_quiet_page_does_not_stand_for_a_loud_one() -> None:
    ladders = (Ladder("loud", (rung("person cy"),)), Ladder("quiet", (rung("person cy"),), urgency="low"))
    org = reachable(ORG, ladders, (Route("loud", (1,)), Route("quiet")))
    tale = Climb(org=org, severity="3").until("14:00")
    tale.report("cy", "push", "sent")
    tale.do(paging.change, "1", "it is worse")
    tale.fires()
    assert tale.pushed() == [("14:00", "cy"), ("14:00", "cy")]
    assert tale.ladder.pages[-1].order.urgency == "high"


def test_an_engine_that_comes_late_pages_the_people_of_missed_rungs_with_the_current_one() -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=1), rung("person cy", minutes=1))).at("14:02").fires()
    assert tale.fired == [(1, 2)]
    assert tale.pushed() == [("14:02", "ana"), ("14:02", "cy")]


def test_a_ladder_without_end_waits_for_somebody_in_place_of_ending() -> None:
    org = with_ladder(rung("service primary"), rung("service secondary"), repeat=-1)
    tale = Climb(org=org).until("14:10")
    assert (tale.ladder.going, tale.ladder.held) == ("climbing", "nobody can be reached")
    assert tale.fired == []


def test_a_ladder_that_reached_nobody_begins_again_when_a_service_is_found_ill() -> None:
    org = with_ladder(rung("service primary"))
    book = org.playbook
    services = tuple(
        replace(each, schedules=("nobody",)) if each.name == "payments" else each for each in book.services
    )
    tale = Climb(org=replace(org, playbook=replace(book, services=services))).until("14:01")
    assert (tale.ladder.going, tale.ladder.ended) == ("ended", "nobody can be reached")
    tale.do(paging.judge, "payments", "operational")
    assert tale.ladder.runs == 1
    tale.do(paging.judge, "payments", "major-outage")
    assert (tale.ladder.going, tale.ladder.runs) == ("climbing", 2)
    assert tale.last == "ladder it begins, 1 rung: payments is hurt, too"
    tale.fires()
    assert tale.last.startswith("rung 1 passed over, no primary is on call"), "now it is looked for"


def test_a_climbing_ladder_is_not_begun_again_by_another_ill_service() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.judge, "payments", "degraded")
    assert tale.ladder.runs == 1


def dropped(tale: Climb, who: str, contact: str) -> None:
    """The engine finds that the page need not go out."""
    assert tale.objection(who, contact)
    tale.report(who, contact, "dropped")


def test_who_was_not_called_because_of_an_acknowledgment_is_called_when_it_is_taken_back() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge, by="di")
    tale.at("14:02")
    dropped(tale, "ana", "phone")
    tale.do(undo.undo, by="di")
    assert tale.last == "paged again: those who were waited for → ana: it was taken back"
    assert tale.pages[-1] == ("14:02", "ana", "phone")
    assert tale.objection("ana", "phone") == ""
    tale.do(paging.acknowledge, by="di")
    assert tale.objection("ana", "phone") == "acknowledged by di", "it is no page by hand"


def test_who_was_not_called_because_it_was_over_is_called_when_it_is_not() -> None:
    tale = Climb().until("14:01")
    tale.do(clock.resolve, by="di")
    tale.at("14:02")
    dropped(tale, "ana", "phone")
    tale.do(undo.undo, by="di")
    assert tale.pages[-1] == ("14:02", "ana", "phone")


def test_a_rung_of_which_nothing_went_out_does_not_wait() -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=240), rung("person bo"))).until("14:00")
    tale.at("14:01").report("ana", "push", "failed")
    assert tale.ladder.due != tale.now, "the telephone is still to ring"
    tale.at("14:02").report("ana", "phone", "failed")
    assert tale.ladder.due == tale.now
    tale.fires()
    assert "rung 2 of 2 → bo: no page of the rung before went out" in [line.text for line in tale.incident.timeline]


@pytest.mark.parametrize("outcome", ["sent", "unknown", "retry"])
def test_a_rung_of_which_something_may_arrive_waits(outcome: str) -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=240), rung("person bo"))).until("14:00")
    due = tale.ladder.due
    tale.report("ana", "push", outcome)
    tale.report("ana", "phone", "failed")
    assert tale.ladder.due == due


def test_a_restored_acknowledgment_is_told_as_such() -> None:
    ladders, routes = (LADDER, Ladder("two", (rung("person di"),))), (Route("two", (2,)), Route("everybody"))
    tale = Climb(org=reachable(ORG, ladders, routes), severity="2")
    tale.until("14:00").do(paging.acknowledge, by="bo")
    tale.do(paging.change, "1", "worse", by="cy")
    assert (tale.ladder.going, tale.last) == ("climbing", "ladder everybody begins, 3 rungs: SEV1")
    tale.do(undo.undo, by="cy")
    assert (tale.ladder.going, tale.ladder.by) == ("acknowledged", "bo")
    assert tale.last == "ladder two stands again, acknowledged by bo"
