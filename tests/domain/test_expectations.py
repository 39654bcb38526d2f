"""What a scenario expected against what was done: every verdict, and what counts as doing it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, acts, attempt, drilled
from tests.support.builders import ORG, SCENARIO, Tale, at, reachable, runbook
from warroom.domain import checklist, clock, conducting, paging, record, roles, services, steps, undo
from warroom.domain.comparison import Story
from warroom.domain.deeds import Deed, deeds
from warroom.domain.exercise import DrillStarted
from warroom.domain.expectations import VERDICTS, Judged, judge, share
from warroom.domain.scenario import Expected

FIVE, TEN = timedelta(minutes=5), timedelta(minutes=10)


def expecting(*expected: Expected) -> Tale:
    """A drill that began at 14:00 and expects just this."""
    started = DrillStarted(replace(SCENARIO, expected=expected), controllers=("bo",))
    return Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)


def judged(tale: Tale) -> list[Judged]:
    """The verdicts so far."""
    story = Story(tale.incident, tuple(tale.facts))
    return list(judge(tale.incident.drill, deeds(tale.facts), story.end))


def verdicts(tale: Tale) -> list[str]:
    """The same, as words."""
    return [each.verdict for each in judged(tale)]


def over(tale: Tale) -> Tale:
    """The drill at 15:00, when its time is up."""
    tale.at("15:00").do(conducting.finish, by="engine")
    return tale


def test_what_is_done_by_its_time_is_on_time_to_the_second() -> None:
    tale = expecting(Expected("Acknowledge", "ack", FIVE))
    last, late = tale.branch(), tale.branch()
    last.at("14:05").do(paging.acknowledge, by="cy")
    late.at("14:05:01").do(paging.acknowledge, by="cy")
    assert [(each.verdict, each.done, each.by) for each in judged(last)] == [("on time", at("14:05"), "cy")]
    assert verdicts(late) == ["late"]


def test_what_was_not_done_is_missed_once_its_time_is_over() -> None:
    assert verdicts(over(expecting(Expected("Acknowledge", "ack", FIVE)))) == ["missed"]


def test_what_a_drill_that_was_stopped_had_not_got_to_is_not_due() -> None:
    tale = expecting(Expected("Acknowledge", "ack", FIVE), Expected("Resolve", "resolve", TEN))
    tale.at("14:06").do(conducting.abort, "a real one", by="ana")
    assert verdicts(tale) == ["missed", "not due"]


def test_what_its_end_was_reached_without_is_missed() -> None:
    contain = Expected("Contain", "milestone", timedelta(minutes=40), match=(("milestone", "containment"),))
    tale = expecting(contain)
    tale.at("14:10").do(clock.resolve)
    tale.do(conducting.finish, by="engine")
    assert verdicts(tale) == ["missed"]


def test_what_waits_for_an_inject_that_never_came_is_not_due() -> None:
    tale = expecting(Expected("Answer", "note", FIVE, "asks"))
    tale.do(conducting.skip, "asks", by="bo")
    assert [(each.verdict, each.due) for each in judged(over(tale))] == [("not due", None)]


def test_a_note_from_before_the_question_is_no_answer_to_it() -> None:
    tale = expecting(Expected("Answer", "note", FIVE, "asks"))
    tale.do(record.note, "we look")
    tale.at("14:10").do(conducting.make, "asks", by="bo")
    assert verdicts(over(tale.branch())) == ["missed"]
    tale.at("14:12").do(record.note, "it is us")
    assert [(each.verdict, each.due) for each in judged(tale)] == [("on time", at("14:15"))]


def test_a_note_answers_one_question_and_the_one_that_it_can_still_answer_in_time() -> None:
    tale = expecting(Expected("Slow", "note", TEN), Expected("Quick", "note", timedelta(minutes=1)))
    tale.at("14:05").do(record.note, "it is us")
    assert verdicts(over(tale)) == ["on time", "missed"]


def test_containment_before_what_has_to_be_contained_is_out_of_order() -> None:
    tale = expecting(Expected("Contain", "milestone", TEN, "down", match=(("milestone", "containment"),)))
    tale.at("14:02").do(paging.mark, "containment")
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    assert [(each.verdict, each.done) for each in judged(over(tale))] == [("out of order", at("14:02"))]


def test_whoever_took_command_before_it_was_called_for_was_early_and_not_wrong() -> None:
    tale = expecting(Expected("Command", "role.take", FIVE, "down", match=(("role", "commander"),)))
    tale.at("14:01").do(roles.take, "commander", by="cy")
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    assert verdicts(tale) == ["on time"]


def test_an_accepted_role_is_a_taken_one() -> None:
    tale = expecting(Expected("Command", "role.take", FIVE, match=(("role", "commander"),)))
    tale.do(roles.offer, "commander", "cy")
    tale.at("14:03").do(roles.accept, "commander", by="cy")
    assert [(each.verdict, each.by) for each in judged(tale)] == [("on time", "cy")]


def test_only_the_role_that_is_expected_to_act_counts_and_others_are_named() -> None:
    tale = expecting(Expected("Write", "sev", FIVE, who="commander", match=(("level", "2"),)))
    other = tale.branch()
    other.at("14:01").do(paging.change, "2", "less bad", by="cy")
    assert [(each.verdict, each.remark) for each in judged(over(other))] == [
        ("missed", "cy did it at 1:00, not as commander")
    ]
    tale.do(roles.take, "commander", by="cy")
    tale.at("14:01").do(paging.change, "2", "less bad", by="cy")
    assert verdicts(tale) == ["on time"]


def test_a_step_done_again_is_done_twice() -> None:
    tale = expecting(Expected("Look", "step.done", TEN, match=(("step", "payment-errors 1.1"),)))
    tale.do(checklist.attach, runbook())
    tale.at("14:01").do(steps.finish, "1.1")
    tale.do(steps.reopen, "1.1", "not sure")
    tale.at("14:02").do(steps.finish, "1.1")
    assert [(each.verdict, each.done) for each in judged(tale)] == [("twice", at("14:01"))]


def test_a_step_of_another_runbook_of_the_same_number_is_another_step() -> None:
    tale = expecting(Expected("Look", "step.done", TEN, match=(("step", "disk-full 1.1"),)))
    tale.do(checklist.attach, runbook())
    tale.do(checklist.attach, runbook("disk-full", triage="find what grows"))
    tale.do(steps.finish, "1.1")
    assert verdicts(over(tale.branch())) == ["missed"]
    tale.do(steps.finish, "2/1.1")
    assert verdicts(tale) == ["on time"]


def test_what_was_taken_back_was_not_done() -> None:
    tale = expecting(Expected("Acknowledge", "ack", FIVE), Expected("Note", "note", FIVE))
    tale.do(paging.acknowledge, by="cy")
    tale.do(undo.undo, by="cy")
    tale.do(record.note, "wrong", by="cy")
    tale.do(record.retract, tale.facts[-1].seq, by="cy")
    assert verdicts(over(tale)) == ["missed", "missed"]


def test_a_milestone_that_was_put_right_counts_as_it_stands() -> None:
    tale = expecting(Expected("Contain", "milestone", FIVE, match=(("milestone", "containment"),)))
    tale.at("14:20").do(paging.mark, "containment", at("14:04"))
    tale.do(paging.mark, "containment", at("14:15"))
    assert [(each.verdict, each.done) for each in judged(tale)] == [("late", at("14:15"))]


def test_a_rung_fired_by_hand_is_an_escalation_and_one_of_the_engine_is_not() -> None:
    escalate = (("milestone", "escalation"),)
    tale = expecting(
        Expected("Escalate", "milestone", TEN, match=escalate), Expected("Fire a rung", "escalate", TEN)
    )  # fmt: skip
    by_hand = tale.branch()
    by_hand.at("14:03").do(paging.escalate, "nobody answers", by="cy")
    assert verdicts(by_hand) == ["on time", "on time"]
    tale.via = "engine"
    tale.do(paging.fire, by="engine")
    tale.at("14:05").do(paging.fire, by="engine")
    tale.via = "login"
    assert tale.incident.clock.get("escalation") is not None
    assert verdicts(over(tale)) == ["missed", "missed"]


def test_what_an_inject_marks_is_nobodys_judgement() -> None:
    tale = expecting(Expected("Notice", "service.health", TEN, match=(("service", "payments"),)))
    tale.do(conducting.make, "down", by="bo")
    assert verdicts(over(tale.branch())) == ["missed"]
    tale.at("14:02").do(services.judge, "payments", "degraded", by="cy")
    assert verdicts(tale) == ["on time"]


def test_a_runbook_that_came_with_the_declaration_need_not_be_attached() -> None:
    tale = expecting(
        Expected("Attach", "runbook.attach", FIVE, match=(("runbook", "payment-errors"),), who="commander")
    )
    declared = replace(tale.facts[-1], seq=len(tale.facts) + 1, event=checklist.RunbookAttached(runbook()))
    told = (*tale.facts, replace(declared, command=tale.facts[0].command))
    (found,) = judge(tale.incident.drill, deeds(told), at("14:30"))
    assert (found.verdict, found.by, found.done) == ("on time", "", at("14:00"))


def test_the_share_leaves_out_what_was_not_due() -> None:
    tale = drilled()
    tale.at("14:01").do(paging.acknowledge, by="cy")
    assert share(judged(over(tale))) == (1, 2)


@settings(max_examples=60)
@given(st.lists(acts(), max_size=25))
def test_every_course_of_a_drill_has_a_verdict_on_every_expectation(course: list[Act]) -> None:
    tale = drilled()
    for act in course:
        attempt(tale, act)
    found = judged(tale)
    assert [each.expected for each in found] == list(SCENARIO.expected)
    for each in found:
        assert each.verdict in VERDICTS
        assert (each.due is None) == (each.begin is None)
        if each.verdict in ("on time", "twice"):
            assert each.done is not None
            assert each.due is not None
            assert tale.incident.drill.started is not None
            assert tale.incident.drill.started <= each.done <= each.due
        if each.verdict in ("missed", "not due"):
            assert each.done is None


@given(st.lists(st.integers(0, 40), max_size=8), st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_no_other_way_to_share_out_notes_answers_more_in_time(minutes: list[int], within: list[int]) -> None:
    drill = expecting(*(Expected(f"note {n}", "note", timedelta(minutes=each)) for n, each in enumerate(within)))
    told = [Deed("note", at("14:00") + timedelta(minutes=each), "cy") for each in sorted(minutes)]
    found = judge(drill.incident.drill, told, at("15:00"))
    in_time = sum(each.verdict == "on time" for each in found)
    best, free = 0, sorted(minutes)
    for limit in sorted(within):  # with the same beginning, the earliest note for the earliest limit is best
        if free and free[0] <= limit:
            free.pop(0)
            best += 1
    assert in_time == best


@pytest.mark.parametrize("command", ["note", "decide"])
def test_what_the_engine_writes_answers_nothing(command: str) -> None:
    tale = expecting(Expected("Say it", command, FIVE))
    tale.via = "engine"
    tale.do(record.note, "it is late", by="engine")
    tale.do(record.decide, "go on", by="engine")
    assert verdicts(over(tale)) == ["missed"]
