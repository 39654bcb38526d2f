"""Paging by hand: somebody by name, or the next rung before its time."""

import pytest
from msgspec.structs import replace

from tests.support.ladders import Climb, rung, with_ladder
from warroom.domain import paging, roles, undo
from warroom.domain.errors import Already, Refused


def test_somebody_can_be_paged_by_hand_whoever_has_acknowledged() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge)
    tale.at("14:10").do(paging.page, "di", "knows the ledger")
    assert tale.pushed()[-1] == ("14:10", "di")
    assert tale.objection("di") == ""
    assert "paged by hand: di: knows the ledger" in [line.text for line in tale.incident.timeline]
    assert tale.ladder.going == "acknowledged"


def test_whoever_was_paged_by_hand_answers_by_acknowledging_too() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge)
    tale.at("14:10").do(paging.page, "di")
    tale.at("14:11").do(paging.acknowledge, by="di")
    assert tale.objection("di") == "di has answered", "their telephone need not ring as well"
    with pytest.raises(Already, match="Already acknowledged by di at 14:11 UTC"):
        tale.do(paging.acknowledge, by="di")
    tale.at("14:12").do(undo.undo, by="di")
    assert (tale.ladder.going, tale.ladder.by, tale.objection("di")) == ("acknowledged", "ana", "")
    assert tale.last == "acknowledgment withdrawn; ana's stands"


def test_a_page_by_hand_can_be_answered_where_there_is_no_ladder() -> None:
    tale = Climb(org=replace(with_ladder(rung("person ana")), playbook=with_ladder().playbook)).until("14:05")
    assert tale.pages == []
    tale.do(paging.page, "bo")
    tale.do(paging.acknowledge, by="bo")
    assert tale.objection("bo") == "bo has answered"
    tale.do(undo.undo, by="bo")
    assert (tale.ladder.going, tale.objection("bo")) == ("none", "")


def test_paging_by_hand_knows_roles_rungs_and_channels_and_refuses_what_reaches_nobody() -> None:
    tale = Climb().until("14:00")
    for to, who in (("rung 2", "bo"), ("chat", "chat"), ("aruiz", "ana")):
        tale.do(paging.page, to)
        assert tale.pushed()[-1][1] == who
    with pytest.raises(Refused, match="scribe reaches nobody: nobody is scribe"):
        tale.do(paging.page, "scribe")
    with pytest.raises(Refused, match="There is no rung 9"):
        tale.do(paging.page, "rung 9")


def test_the_next_rung_can_be_forced_and_the_one_after_it_is_due_from_then() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.escalate, "she is on a plane")
    assert tale.pushed() == [("14:00", "ana"), ("14:01", "bo")]
    assert "rung 2 of 3 → bo: she is on a plane" in [line.text for line in tale.incident.timeline]
    assert tale.until("14:11").pushed()[-2:] == [("14:11", "cy"), ("14:11", "chat")]


def test_a_forced_rung_goes_out_though_somebody_has_acknowledged() -> None:
    tale = Climb().until("14:01")
    tale.do(paging.acknowledge)
    tale.do(paging.escalate, "we need more hands")
    assert (tale.objection("bo"), tale.ladder.going) == ("", "acknowledged")


def test_a_rung_forced_after_the_end_lets_the_ladder_go_on() -> None:
    org = with_ladder(rung("role scribe"), rung("role liaison", minutes=10), rung("person cy"))
    mute = tuple(replace(each, contacts=()) for each in org.playbook.people)
    tale = Climb(org=replace(org, playbook=replace(org.playbook, people=mute))).until("14:00")
    assert tale.ladder.going == "ended"
    tale.do(roles.take, "scribe", by="bo")
    tale.publish(org).at("14:10").do(paging.escalate, "there is a scribe")
    assert tale.until("14:15").pushed() == [("14:10", "bo"), ("14:15", "cy")]


def test_there_is_nothing_above_the_last_rung() -> None:
    tale = Climb(org=with_ladder(rung("person ana"))).until("14:00")
    with pytest.raises(Refused, match="The last rung of it has fired already"):
        tale.do(paging.escalate, "more")
