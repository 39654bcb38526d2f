"""Ladders in simulated time: who is paged when, what stops a ladder, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.builders import LADDER, ORG, at
from tests.support.ladders import Climb, rung, with_ladder
from warroom.domain import clock, pages, paging, roles
from warroom.domain.contacts import Contact
from warroom.domain.errors import Already
from warroom.domain.escalation import LadderEnded, RungFired
from warroom.domain.event import Event
from warroom.domain.roster import Layer, Schedule, Window

ALL_WEEK = tuple(range(7))


def scheduled(members: tuple[str, ...], *windows: Window) -> Any:
    """The shop's organisation, in which schedule `first` is manned by these in turn, day by day, in these windows."""
    layer = Layer("only", members, at("00:00").replace(tzinfo=None), "daily", windows=windows)
    return replace(ORG, playbook=replace(ORG.playbook, schedules=(Schedule("first", (layer,)),)))


def window(start: str, end: str) -> Window:
    """Every day from one time of day to another."""
    return Window(ALL_WEEK, at(start).time(), at(end).time())


def test_the_first_rung_fires_at_once_and_each_further_one_after_its_delay() -> None:
    tale = Climb().until("14:00")
    assert tale.pages == [("14:00", "ana", "push"), ("14:02", "ana", "phone")]
    assert tale.last == "rung 1 of 3 → ana"
    tale.until("14:04")
    assert tale.fired == [(1, 1)]
    tale.until("14:05")
    assert tale.pushed() == [("14:00", "ana"), ("14:05", "bo")]
    tale.until("14:15")
    assert tale.pushed() == [("14:00", "ana"), ("14:05", "bo"), ("14:15", "cy"), ("14:15", "chat")]


def test_nothing_fires_before_its_time_and_nothing_twice() -> None:
    tale = Climb().fires()
    with pytest.raises(Already, match="No rung is due"):
        tale.fires()
    tale.at("14:04:59")
    with pytest.raises(Already, match="No rung is due"):
        tale.fires()
    assert tale.at("14:05").fires().fired == [(1, 1), (1, 2)]


def test_a_ladder_repeats_as_often_as_it_says_and_then_ends() -> None:
    tale = Climb().until("15:00")
    assert tale.fired == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert (tale.ladder.going, tale.ladder.ended) == ("ended", "nobody acknowledged")
    assert tale.last == "ladder has ended: nobody acknowledged"
    assert tale.due is None


def test_a_ladder_without_end_goes_on_until_somebody_acknowledges() -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=10), repeat=-1)).until("17:59")
    assert tale.fired == [(round, 1) for round in range(1, 25)]
    tale.do(paging.acknowledge)
    assert tale.until("23:00").fired[-1] == (24, 1)


def test_a_rung_without_anybody_is_passed_over_at_once() -> None:
    tale = Climb(org=with_ladder(rung("role scribe"), rung("person bo"), rung("person cy"))).until("14:05")
    assert tale.pushed() == [("14:00", "bo"), ("14:05", "cy")]
    assert "rung 1 passed over, nobody is scribe; rung 2 of 3 → bo" in [line.text for line in tale.incident.timeline]


def test_a_ladder_of_which_no_rung_reaches_anybody_ends_and_says_why() -> None:
    tale = Climb(org=with_ladder(rung("role scribe"), rung("role liaison"))).until("14:00")
    assert tale.ladder.going == "ended"
    assert tale.last == (
        "rung 1 passed over, nobody is scribe; rung 2 passed over, nobody is liaison; "
        "ladder has ended: nobody can be reached"
    )


def test_a_rung_can_be_held_until_somebody_is_on_call() -> None:
    org = scheduled(("bo",), window("16:00", "20:00"))
    tale = Climb(org=with_ladder(rung("schedule first"), org=org, nobody="hold")).until("15:59")
    assert tale.pages == []
    assert tale.ladder.held == "nobody is on call by first"
    assert tale.last == "next rung waits until Mon 16:00 UTC: nobody is on call by first"
    assert tale.until("16:00").pushed() == [("16:00", "bo")]


def test_a_rotation_is_waited_for_like_a_schedule() -> None:
    org = scheduled(("bo",), window("16:00", "20:00"))
    tale = Climb(org=with_ladder(rung("rotation first/only"), org=org, nobody="hold")).until("16:00")
    assert tale.pushed() == [("16:00", "bo")]


def test_who_is_on_call_but_cannot_be_reached_is_asked_for_every_hour_and_no_oftener() -> None:
    org = with_ladder(rung("schedule first"), org=scheduled(("bo",)), nobody="hold")
    mute = tuple(replace(each, contacts=()) for each in org.playbook.people)
    tale = Climb(org=replace(org, playbook=replace(org.playbook, people=mute))).until("17:30")
    waits = [line.text for line in tale.incident.timeline if line.text.startswith("next rung waits")]
    assert len(waits) == 4
    tale.publish(org).until("18:00")
    assert tale.pushed() == [("18:00", "bo")], "a contact that was added meanwhile is used"


def test_people_are_resolved_when_a_rung_fires_and_not_before() -> None:
    org = scheduled(("ana", "bo"), window("00:00", "00:00"))
    tale = Climb("23:58", org=with_ladder(rung("role scribe", "person cy"), rung("schedule first"), org=org))
    tale.until("00:10", day=1)
    assert tale.pushed() == [("23:58", "cy"), ("00:03", "bo")]


def test_quiet_hours_hold_every_rung_until_their_end() -> None:
    tale = Climb("21:57", org=with_ladder(rung("person ana"), rung("person bo"), quiet=(window("22:00", "06:00"),)))
    tale.until("05:59", day=1)
    assert tale.pushed() == [("21:57", "ana")]
    assert tale.ladder.held == "quiet hours"
    assert tale.until("06:00", day=1).pushed() == [("21:57", "ana"), ("06:00", "bo")]


def test_a_person_named_twice_in_a_rung_is_paged_once() -> None:
    tale = Climb(org=with_ladder(rung("person ana", "role commander", "schedule first"), org=scheduled(("ana",))))
    tale.do(roles.take, "commander")
    assert tale.until("14:00").pushed() == [("14:00", "ana")]


def test_a_contact_for_urgent_pages_alone_is_not_used_for_others() -> None:
    tale = Climb(org=with_ladder(rung("person ana"), urgency="low")).until("14:00")
    assert tale.pages == [("14:00", "ana", "push")]


def test_somebody_without_a_contact_is_passed_over_like_nobody() -> None:
    org = with_ladder(rung("person ana"), rung("person bo"), rung("person eve"))
    people = (replace(org.playbook.people[0], contacts=(Contact("mail", "mail", urgencies=("low",)),)),)
    org = replace(org, playbook=replace(org.playbook, people=(*people, *org.playbook.people[1:])))
    tale = Climb(org=org).until("14:10")
    assert tale.pushed() == [("14:00", "bo")]
    assert tale.last.startswith("rung 3 passed over, no contact known of eve; ladder has ended")


def test_rungs_missed_while_no_engine_ran_fire_with_the_one_that_is_current() -> None:
    tale = Climb().at("14:18").fires()
    assert tale.fired == [(1, 3)]
    assert tale.last == "escalation 14:18:00 UTC"
    assert "2 rungs missed; rung 3 of 3 → ana, bo, cy, chat" in [line.text for line in tale.incident.timeline]
    assert tale.pushed() == [("14:18", "ana"), ("14:18", "bo"), ("14:18", "cy"), ("14:18", "chat")]


@pytest.mark.parametrize("minutes", [0, 4, 5, 15, 25, 30, 39, 120, 10_000])
def test_after_an_outage_of_any_length_nobody_is_paged_twice_at_once(minutes: int) -> None:
    tale = Climb()
    tale.now += timedelta(minutes=minutes)
    tale.fires()
    people = [who for _, who in tale.pushed()]
    assert len(people) == len(set(people)) > 0


def test_calling_anybody_beyond_the_first_rung_is_the_escalation() -> None:
    tale = Climb().until("14:04")
    assert tale.incident.clock.get("escalation") is None
    tale.until("14:30")
    assert tale.milestone("escalation").happened == at("14:05")


def test_a_test_of_a_ladder_fires_every_rung_and_answers_move_it_on() -> None:
    tale = Climb(walk=LADDER, exercise="ladder-test").until("14:00")
    assert tale.pushed() == [("14:00", "ana")]
    with pytest.raises(Already, match="No test page to you is open"):
        tale.do(paging.acknowledge, by="bo")
    tale.at("14:01").do(paging.acknowledge)
    assert tale.last == "answered the test page"
    tale.until("14:01")
    assert tale.pushed() == [("14:00", "ana"), ("14:01", "bo")]
    assert tale.until("14:11").pushed()[-2:] == [("14:11", "cy"), ("14:11", "chat")], (
        "who does not answer is waited for"
    )
    assert tale.incident.clock.get("escalation") is None


def test_a_test_of_a_ladder_goes_on_when_it_is_reopened_and_never_becomes_a_real_run() -> None:
    tale = Climb(walk=LADDER, exercise="ladder-test").until("14:00")
    tale.do(clock.resolve)
    tale.do(paging.reopen, "too soon")
    assert (tale.ladder.walk, tale.ladder.runs) == (True, 1)


def test_an_older_page_gives_way_to_a_newer_one() -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=1), repeat=1)).until("14:01")
    first, second = tale.ladder.pages
    assert pages.objection(tale.case(), first.order.id, "push") == "a newer page has taken its place"
    assert pages.objection(tale.case(), second.order.id, "push") == ""
    assert pages.objection(tale.case(), first.order.id, "phone") == "", (
        "the newer page has not come to the telephone yet"
    )
    tale.at("14:03")
    assert pages.objection(tale.case(), first.order.id, "phone") == "a newer page has taken its place"


def test_ids_are_made_of_what_they_stand_for() -> None:
    one, two = Climb().until("14:30"), Climb().until("14:30")
    assert [page.order.id for page in one.ladder.pages] == [page.order.id for page in two.ladder.pages]
    assert len({page.order.id for page in one.ladder.pages}) == len(one.ladder.pages)


def told(tale: Climb, *events: Event) -> list[str]:
    """The timeline's sentences for events, one after the other."""
    before = len(tale.incident.timeline)
    tale.write(*events, by="engine")
    return [tale.incident.timeline[place].text for place in range(before, len(tale.incident.timeline))]


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("sent", "page to ana by push sent"),
        ("retry", "page to ana by push failed"),
        ("failed", "page to ana by push failed for good"),
        ("unknown", "page to ana by push: nobody knows whether it arrived"),
        ("dropped", "page to ana by push not sent"),
    ],
)
def test_what_came_of_a_page_is_told(outcome: str, sentence: str) -> None:
    tale = Climb().until("14:00")
    tale.report("ana", "push", outcome)
    assert tale.last == sentence


def test_rounds_and_ends_are_told() -> None:
    tale = Climb().until("14:00")
    run = tale.ladder.run
    order = tale.ladder.pages[0].order
    assert told(tale, RungFired(run, 2, 1, (replace(order, id="x"),), at("14:05")), LadderEnded(run, "enough")) == [
        "rung 1 of 3, round 2 → ana",
        "ladder has ended: enough",
    ]
