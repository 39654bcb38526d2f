"""The after-action report: what it is made of, what it suggests, and who reads what."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, acts, attempt, drilled
from tests.domain.test_comparison import story
from tests.support.builders import ORG, SCENARIO, Tale, at, reachable, runbook
from warroom.domain import aar, checklist, conducting, paging, record, roles, steps
from warroom.domain.comparison import Story, Updates
from warroom.domain.exercise import DrillStarted
from warroom.domain.fold import fold
from warroom.domain.incident import Incident
from warroom.domain.lessons import Lesson
from warroom.reports.aar import document
from warroom.reports.text import text


def played() -> Tale:
    """A drill in which much goes wrong, from 14:00 to 15:00; bo leads it and cy watches."""
    tale = drilled()
    tale.via = "engine"
    tale.do(conducting.fire, "page", by="engine")
    tale.do(paging.fire, by="engine")
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    tale.do(paging.fire, by="engine")
    tale.via = "login"
    tale.at("14:06").do(conducting.note, "nobody looks at the phone", by="cy")
    tale.at("14:07").do(paging.acknowledge, by="di")
    tale.do(conducting.delay, "asks", timedelta(minutes=10), by="bo")
    tale.at("14:08").do(roles.take, "commander", by="di")
    tale.do(conducting.make, "gone", by="bo")
    tale.do(checklist.attach, runbook(), by="di")
    tale.at("14:09").do(steps.finish, "1.2", by="di")
    tale.at("14:10").do(steps.finish, "1.1", by="di")
    tale.at("14:11").do(record.decide, "roll back", "it began with the deploy", by="di")
    tale.do(steps.finish, "2.1", by="di")
    tale.via = "engine"
    tale.at("14:17").do(conducting.fire, "asks", by="engine")
    tale.do(conducting.fire, "well", by="engine")
    tale.via = "login"
    tale.at("14:18").do(paging.mark, "containment", by="di")
    tale.do(conducting.skip, "nobody", "somebody has it", by="bo")
    tale.via = "engine"
    tale.at("15:00").do(conducting.finish, by="engine")
    return tale


def test_a_report_tells_what_became_of_each_inject() -> None:
    found = aar.report(story(played()))
    assert [(each.id, each.came, each.by) for each in found.injects] == [
        ("page", "came by itself", ""),
        ("down", "came by itself", ""),
        ("asks", "put off", ""),
        ("nobody", "left out", ""),
        ("gone", "brought in", "bo"),
        ("well", "came by itself", ""),
    ]


def test_each_finding_becomes_an_action_item_by_a_rule() -> None:
    found = aar.report(story(played()))
    assert found.lessons == (
        Lesson(
            "runbook", "payment-errors 1.2 “freeze deploys” was done before 1.1: move it up, or say why it has to wait."
        ),
        Lesson(
            "runbook",
            "payment-errors 1.3 “check payments” was passed over: say when it may be skipped, or take it out.",
        ),
        Lesson("roles", "Nobody was incident commander in time: say who takes it first."),
        Lesson("roles", "“Answer the shop” was missed: rehearse it with whoever is scribe."),
        Lesson(
            "ladder",
            "The acknowledgment took 7:00; the severity wants it within 5:00: shorten the delays of the ladder, or page"
            " by a faster way.",
        ),
        Lesson("ladder", "Nobody on rung 1 answered (ana): verify their contacts."),
    )


def test_the_picture_shows_what_was_expected_by_when_and_when_it_was_done() -> None:
    found = aar.report(story(played()))
    assert [(each.title, each.above, each.below, each.late) for each in found.pairs] == [
        ("Acknowledge", timedelta(minutes=5), timedelta(minutes=7), True),
        ("Take command", timedelta(minutes=6), timedelta(minutes=8), True),
        ("Answer the shop", timedelta(minutes=22), None, False),
        ("Contain", timedelta(minutes=25), timedelta(minutes=18), False),
    ]
    assert found.share == (1, 4)


def test_beside_another_incident_the_picture_shows_the_milestones_of_both() -> None:
    original = Tale()
    original.at("14:03").do(paging.acknowledge)
    found = aar.report(story(played()), story(original))
    assert (found.against, found.pairs[0].above, found.pairs[0].below) == (
        "INC-1",
        timedelta(minutes=3),
        timedelta(minutes=7),
    )
    assert found.pairs[0].late


@pytest.mark.parametrize(("seconds", "late"), [(299, False), (300.9, False), (301, True)])
def test_beside_another_incident_late_is_what_misses_the_target_by_a_whole_second(seconds: float, late: bool) -> None:
    original, tale = Tale(), drilled()
    original.at("14:03").do(paging.acknowledge)
    tale.now += timedelta(seconds=seconds)
    tale.do(paging.acknowledge, by="di")
    found = aar.report(story(tale), story(original))
    assert found.pairs[0].late is late
    assert any(each.text.startswith("The acknowledgment took") for each in found.lessons) is late


@pytest.mark.parametrize(("seconds", "late"), [(180.9, False), (181, True)])
def test_without_a_target_late_is_what_took_whole_seconds_longer_than_the_other(seconds: float, late: bool) -> None:
    original = Tale(severity="5")
    tale = Tale(severity="5", org=reachable(ORG), exercise="drill", drill=DrillStarted(SCENARIO))
    original.at("14:03").do(paging.acknowledge)
    tale.now += timedelta(seconds=seconds)
    tale.do(paging.acknowledge, by="di")
    found = aar.report(story(tale), story(original))
    assert (found.times[0].wanted, found.pairs[0].late) == (None, late)


def test_the_ladders_table_says_who_stopped_a_rung() -> None:
    told = text(document(aar.report(story(played())))).partition("LADDER\n")[2].partition("\n\n")[0]
    assert [" ".join(row.split()) for row in told.splitlines()] == [
        "rung fired paged answered stopped by",
        "round 1, rung 1 0:00 ana nobody –",
        "round 1, rung 2 5:00 bo nobody di",
    ]


def test_only_the_full_report_holds_what_evaluators_wrote() -> None:
    found = aar.report(story(played()))
    assert [each.text for each in found.remarks] == ["nobody looks at the phone"]
    assert found.public.remarks == ()
    assert replace(found.public, remarks=found.remarks) == found


def test_an_incident_that_is_no_drill_gets_no_action_items() -> None:
    tale = Tale(org=reachable(ORG))
    tale.do(paging.fire, by="engine")
    assert aar.report(story(tale)).lessons == ()


@settings(max_examples=60)
@given(st.lists(acts(), max_size=25), st.lists(acts(), max_size=25))
def test_whatever_people_do_there_is_a_report_beside_whatever_others_did(one: list[Act], other: list[Act]) -> None:
    mine, theirs = drilled(), Tale(org=reachable(ORG))
    for tale, course in ((mine, one), (theirs, other)):
        for act in course:
            attempt(tale, act)
    found = aar.report(story(mine), story(theirs))
    assert len(found.pairs) == len(found.times) == 4
    assert all(each.taken is None or each.taken >= timedelta(0) for each in found.times)
    assert all(each.after >= timedelta(0) for each in found.rungs)
    assert found.end >= found.begin
    assert text(document(found)).startswith(f"{found.name} · ")


@settings(max_examples=60)
@given(st.lists(acts(), max_size=25))
def test_the_report_is_the_same_however_often_it_is_made(course: list[Act]) -> None:
    tale = drilled()
    for act in course:
        attempt(tale, act)
    again = Story(fold(Incident(tale.incident.id, tale.incident.number), tale.facts), tuple(tale.facts))
    assert aar.report(story(tale)) == aar.report(again)


def test_while_a_drill_runs_what_has_not_come_is_still_to_come() -> None:
    tale = drilled()
    tale.at("14:01").do(conducting.skip, "asks", by="bo")
    found = aar.report(story(tale))
    assert found.running
    assert {each.id: each.came for each in found.injects} == {
        "page": "to come", "down": "to come", "asks": "left out", "nobody": "to come", "gone": "to come",
        "well": "to come",
    }  # fmt: skip
    assert [(each.verdict, each.remark) for each in found.judged] == [
        ("not due yet", ""),
        ("not due yet", ""),
        ("not due", "its inject never came"),
        ("not due yet", "its inject is still to come"),
    ]
    assert found.share == (0, 0)


def test_what_is_overdue_by_now_is_missed_though_nothing_was_written_since() -> None:
    found = aar.report(replace(story(drilled()), now=at("14:05:30")))
    assert [each.verdict for each in found.judged][:2] == ["missed", "not due yet"]
    assert found.end == at("14:05:30")


def test_a_drill_that_is_over_is_known_to_its_end_whatever_time_it_is() -> None:
    assert aar.report(replace(story(played()), now=at("23:00"))).end == at("15:00")


def test_how_often_people_were_told_is_a_sentence_that_does_not_contradict_itself() -> None:
    every = timedelta(minutes=30)
    told = [
        Updates(every, 0, 0, timedelta(seconds=17)),
        Updates(every, 1, 1, timedelta(minutes=40)),
        Updates(every, 3, 2, timedelta(minutes=40)),
    ]
    found = [replace(aar.report(story(played())), updates=each) for each in told]
    assert [text(document(each)).partition("UPDATES\n")[2].partition("\n")[0] for each in found] == [
        "Nobody was told anything; an update is due every 30:00, and the longest silence, 0:17, kept to that.",
        "People were told once; an update is due every 30:00. 1 silence was longer, the longest 40:00.",
        "People were told 3 times; an update is due every 30:00. 2 silences were longer, the longest 40:00.",
    ]
