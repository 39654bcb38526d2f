"""What stops a ladder, what resumes it, and what begins it anew: answers, silence, severities, the end."""

import pytest

from tests.support.builders import LADDER, ORG, at, reachable
from tests.support.ladders import Climb
from warroom.domain import clock, paging, record, roles, undo
from warroom.domain.errors import Already
from warroom.domain.ladder import Route


def test_an_acknowledgment_stops_the_ladder() -> None:
    tale = Climb().until("14:03")
    tale.do(paging.acknowledge)
    assert tale.milestone("acknowledgment").happened == at("14:03")
    assert tale.last == "acknowledged; the ladder stops"
    assert tale.objection("ana") == "ana has answered"
    tale.until("14:30")
    assert tale.pushed() == [("14:00", "ana")]


def test_the_acknowledgment_of_another_stops_what_is_still_to_go_out() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge, by="di")
    assert tale.objection("ana") == "acknowledged by di"


def test_the_milestone_is_an_acknowledgment() -> None:
    tale = Climb().until("14:06")
    tale.do(paging.mark, "acknowledgment", at("14:02"), happened=at("14:02"), by="bo")
    assert (tale.ladder.going, tale.ladder.by) == ("acknowledged", "bo")
    assert tale.until("14:31").fired == [(1, 1), (1, 2)]


def test_taking_back_an_acknowledgment_resumes_the_ladder_where_it_stood() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge)
    tale.at("14:03").do(undo.undo)
    assert (tale.ladder.going, tale.ladder.by) == ("climbing", "")
    assert tale.incident.clock.get("acknowledgment") is None
    assert tale.objection("ana") == ""
    assert tale.until("14:05").pushed() == [("14:00", "ana"), ("14:05", "bo")]


def test_taking_back_an_acknowledgment_of_a_ladder_that_had_ended_does_not_begin_it_anew() -> None:
    tale = Climb().until("15:00")
    tale.do(paging.acknowledge)
    tale.do(undo.undo)
    assert (tale.ladder.going, tale.ladder.ended, tale.due) == ("ended", "nobody acknowledged", None)


def test_handing_over_the_command_is_no_acknowledgment_and_begins_nothing_anew() -> None:
    tale = Climb().until("14:02")
    tale.do(roles.take, "commander")
    tale.do(roles.offer, "commander", "di")
    tale.do(roles.accept, "commander", by="di")
    assert tale.ladder.going == "climbing"
    tale.until("14:05")
    assert tale.pushed() == [("14:00", "ana"), ("14:05", "bo"), ("14:05", "di")]


def test_an_acknowledged_incident_in_which_nobody_does_anything_pages_again() -> None:
    tale = Climb().until("14:03")
    tale.do(paging.acknowledge, by="bo")
    tale.until("14:33")
    assert tale.pushed() == [("14:00", "ana"), ("14:33", "ana")]
    assert (tale.ladder.runs, tale.ladder.going) == (2, "climbing")
    texts = [line.text for line in tale.incident.timeline]
    assert "no word since 14:03 UTC: the acknowledgment has lapsed" in texts
    assert "ladder everybody begins, 3 rungs: no word since 14:03 UTC" in texts


def test_a_note_puts_the_end_of_patience_off_however_long_ago_it_tells_of() -> None:
    tale = Climb().until("14:03")
    tale.do(paging.acknowledge)
    tale.until("14:32")
    tale.do(record.note, "they called back", happened=at("13:00"))
    assert tale.until("15:01").ladder.going == "acknowledged"
    assert tale.until("15:02").ladder.going == "climbing"


def test_what_the_engine_does_is_no_sign_of_life() -> None:
    tale = Climb().until("14:03")
    tale.do(paging.acknowledge)
    tale.at("14:20").report("ana", "push", "sent")
    assert tale.ladder.silent == at("14:33")


def test_a_silence_under_a_severity_without_a_ladder_begins_the_old_one_anew() -> None:
    tale = Climb(org=reachable(ORG, (LADDER,), (Route("everybody", (1,)),))).until("14:01")
    tale.do(paging.change, "5", "harmless")
    tale.do(paging.acknowledge)
    tale.until("14:31")
    assert tale.pushed() == [("14:00", "ana"), ("14:31", "ana")]
    assert tale.due == (at("14:36"), paging.fire)


def test_another_severity_takes_another_ladder_and_pages_nobody_twice() -> None:
    tale = Climb(severity="3").until("14:00")
    assert tale.pushed() == [("14:00", "cy")]
    tale.at("14:01").do(paging.change, "1", "it spreads")
    tale.until("14:16")
    assert tale.pushed() == [("14:00", "cy"), ("14:01", "ana"), ("14:06", "bo"), ("14:16", "chat")]
    assert tale.last == "rung 3 of 3 → chat (cy paged already)"
    assert tale.until("14:26").pushed()[-1] == ("14:26", "ana"), "the second round spares nobody"


def test_whom_no_page_ever_reached_has_not_been_paged() -> None:
    tale = Climb(severity="3").until("14:00")
    tale.do(paging.acknowledge, by="di")
    for contact in ("push", "phone"):
        tale.report("cy", contact, "dropped")
    tale.at("14:01").do(paging.change, "1", "it spreads")
    tale.until("14:16")
    assert ("14:16", "cy") in tale.pushed()


def test_a_worse_severity_pages_the_new_people_though_somebody_has_acknowledged() -> None:
    tale = Climb(severity="3").until("14:00")
    tale.do(paging.acknowledge, by="cy")
    tale.at("14:05").do(paging.change, "1", "it spreads", by="cy")
    assert tale.ladder.going == "climbing"
    assert tale.until("14:05").pushed() == [("14:00", "cy"), ("14:05", "ana")]


def test_a_milder_severity_leaves_the_acknowledgment_standing() -> None:
    tale = Climb().until("14:00")
    tale.do(paging.acknowledge)
    tale.at("14:05").do(paging.change, "3", "less bad")
    assert (tale.ladder.going, tale.ladder.by) == ("acknowledged", "ana")


def test_taking_back_a_worse_severity_restores_ladder_and_acknowledgment() -> None:
    tale = Climb(severity="3").until("14:00")
    tale.do(paging.acknowledge, by="cy")
    tale.at("14:05").do(paging.change, "1", "it spreads", by="cy")
    tale.at("14:06").do(undo.undo, by="cy")
    ladder = tale.ladder
    assert (ladder.going, ladder.by, ladder.since) == ("acknowledged", "cy", at("14:00"))
    assert ladder.ladder is not None
    assert ladder.ladder.name == "mild"
    assert tale.until("15:00").pushed() == [("14:00", "cy")]


def test_a_resolution_stops_the_ladder_and_taking_it_back_lets_it_go_on() -> None:
    tale = Climb().until("14:03")
    tale.do(clock.resolve)
    assert tale.objection("ana") == "the incident is resolved"
    assert tale.until("14:16").fired == [(1, 1)]
    with pytest.raises(Already, match="The incident is over"):
        tale.fires()
    tale.do(undo.undo)
    tale.until("14:16")
    assert tale.fired == [(1, 1), (1, 3)], "of the two rungs that were due the last one fires"


def test_a_reopened_incident_begins_a_new_run() -> None:
    tale = Climb().until("14:03")
    tale.do(paging.acknowledge)
    tale.do(clock.resolve)
    tale.at("16:00").do(paging.reopen, "it is back")
    tale.until("16:05")
    assert tale.pushed() == [("14:00", "ana"), ("16:00", "ana"), ("16:05", "bo")]
    assert tale.ladder.runs == 2
