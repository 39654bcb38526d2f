"""Two courses of events side by side: times, steps, updates, rungs, decisions."""

from datetime import timedelta

from msgspec.structs import replace

from tests.domain.acts import drilled
from tests.support.builders import GUARDED, LADDER, ORG, Tale, at, reachable, runbook
from warroom.domain import checklist, clock, conducting, drill, paging, record, steps, undo
from warroom.domain.comparison import Story, decisions, rungs, step_faults, times, updates
from warroom.domain.runbook import Phase, Runbook, Step

INFORMING = Runbook("tell", "Tell people", phases=(Phase("tell", (Step("tell them", "inform"), Step("look"))),))


def story(tale: Tale) -> Story:
    """What a tale has come to."""
    return Story(tale.incident, tuple(tale.facts))


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def faults(tale: Tale) -> list[tuple[str, str, str]]:
    """What was wrong with steps."""
    return [(each.step, each.fault, each.before) for each in step_faults(story(tale))]


def test_times_stand_beside_those_of_the_original_and_what_nobody_said_is_unknown() -> None:
    original = Tale()
    original.at("14:10").do(paging.acknowledge)
    original.at("14:50").do(clock.mark, "containment", at("14:40"), approximate=True)
    tale = drilled()
    tale.at("14:02").do(paging.acknowledge)
    found = {each.milestone: each for each in times(story(tale), story(original))}
    assert (found["acknowledgment"].taken, found["acknowledgment"].other) == (minutes(2), minutes(10))
    assert found["acknowledgment"].wanted == minutes(5)
    containment = found["containment"]
    assert (containment.taken, containment.other, containment.other_approximate) == (None, minutes(40), True)
    assert (found["resolution"].taken, found["resolution"].other) == (None, None)


def test_a_time_counts_from_the_detection_and_one_before_it_says_nothing() -> None:
    tale = Tale()
    tale.at("14:20").do(clock.mark, "acknowledgment", at("14:05"))
    tale.do(clock.mark, "detection", at("14:10"))
    tale.do(clock.mark, "containment", at("14:15"))
    found = {each.milestone: each.taken for each in times(story(tale))}
    assert (found["acknowledgment"], found["containment"]) == (None, minutes(5))


def test_an_escalation_that_the_engine_fired_is_nobodys_time_and_one_by_hand_is_somebodys() -> None:
    fired, asked = drilled(), drilled()
    for tale in (fired, asked):
        tale.via = "engine"
        tale.do(paging.fire, by="engine")
        tale.via = "login"
    asked.at("14:03").do(paging.escalate, because="nobody answers", by="di")
    fired.via = "engine"
    fired.at("14:05").do(paging.fire, by="engine")
    beside = times(story(asked), story(fired))
    escalation = next(each for each in beside if each.milestone == "escalation")
    assert fired.incident.clock.get("escalation") is not None
    assert (escalation.taken, escalation.other) == (minutes(3), None)


def test_a_step_that_was_left_behind_is_passed_over_and_one_that_was_skipped_is_not() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(steps.skip, "1.2", "no deploys today")
    tale.do(steps.finish, "1.3")
    assert faults(tale) == [("1.1", "passed over", "")]


def test_what_still_lies_ahead_is_not_passed_over() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(steps.finish, "1.1")
    assert faults(tale) == []


def test_a_step_before_one_that_stands_above_it_is_out_of_order() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(steps.finish, "1.2")
    tale.do(steps.finish, "1.1")
    assert faults(tale) == [("1.2", "out of order", "1.1")]


def test_a_step_done_again_is_done_twice_and_puts_none_out_of_order() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(steps.finish, "1.1")
    tale.do(steps.finish, "1.2")
    tale.do(steps.reopen, "1.1", "not sure")
    tale.do(steps.finish, "1.1")
    assert faults(tale) == [("1.1", "twice", "")]


def test_a_step_after_its_own_checklist_is_in_order() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook("other", only="one"))
    guarded = replace(GUARDED, phases=(GUARDED.phases[1],), parameters=())
    open_one = replace(guarded.phases[0], steps=guarded.phases[0].steps[1:2])
    tale.do(checklist.attach, replace(guarded, phases=(open_one,)))
    tale.do(steps.finish, "2/1.1.1")
    tale.do(steps.finish, "2/1.1.2")
    assert faults(tale) == []


def test_updates_are_measured_by_the_steps_that_tell_people() -> None:
    tale = Tale()
    tale.do(checklist.attach, INFORMING)
    tale.at("14:15").do(steps.finish, "1.1", "we are on it")
    tale.at("14:45").do(clock.resolve)
    told = updates(story(tale))
    assert told is not None
    assert (told.every, told.told, told.late, told.longest) == (minutes(20), 1, 1, minutes(30))


def test_without_a_step_that_tells_people_updates_are_not_measured() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(record.note, "told the customers")
    assert updates(story(tale)) is None


def test_without_a_cadence_updates_are_not_measured() -> None:
    tale = Tale(severity="4")
    tale.do(checklist.attach, INFORMING)
    assert updates(story(tale)) is None


def test_rungs_tell_whom_they_paged_and_who_answered() -> None:
    tale = Tale(org=reachable(ORG))
    tale.do(paging.fire, by="engine")
    tale.at("14:05").do(paging.fire, by="engine")
    tale.at("14:06").do(paging.acknowledge, by="bo")
    found = [(each.rung, each.after, each.paged, each.answered) for each in rungs(story(tale))]
    assert found == [(1, minutes(0), ("ana",), ()), (2, minutes(5), ("bo",), ("bo",))]


def test_a_rung_is_stopped_by_whoever_acknowledges_before_the_next_one_is_due() -> None:
    tale = Tale(org=reachable(ORG))
    tale.do(paging.fire, by="engine")
    tale.at("14:00:35").do(paging.acknowledge, by="di")
    assert [(each.answered, each.stopped) for each in rungs(story(tale))] == [((), "di")]
    tale.do(undo.undo, by="di")
    assert [each.stopped for each in rungs(story(tale))] == [""]
    tale.at("14:09").do(paging.acknowledge, by="di")
    assert [each.stopped for each in rungs(story(tale))] == [""], "its time was up"


def test_in_a_walk_an_acknowledgment_is_an_answer_and_stops_nothing() -> None:
    walk = drill.for_test(LADDER, minutes(2))
    tale = Tale(org=reachable(ORG), exercise="ladder-test", walk=walk)
    tale.do(paging.fire, by="engine")
    tale.do(paging.acknowledge, by="ana")
    assert [(each.answered, each.stopped) for each in rungs(story(tale))] == [(("ana",), "")]


def test_decisions_of_both_sides_in_the_same_words_do_not_differ() -> None:
    original, tale = Tale(), drilled()
    original.do(record.decide, "Roll back", "it began with the deploy")
    original.do(record.decide, "wait")
    tale.at("14:03").do(record.decide, "roll  back")
    tale.do(record.decide, "never mind")
    tale.do(record.retract, tale.facts[-1].seq)
    assert [(each.text, each.both) for each in decisions(story(tale), story(original))] == [("roll  back", True)]
    assert [(each.text, each.both) for each in decisions(story(original), story(tale))] == [
        ("Roll back", True),
        ("wait", False),
    ]


def test_a_drill_is_known_to_its_end() -> None:
    tale = drilled()
    tale.at("14:30").do(conducting.end, by="bo")
    assert (story(tale).begin, story(tale).end) == (at("14:00"), at("14:30"))
