"""What an incident says about its runbooks: times that count and those that do not, and what follows from them."""

from datetime import timedelta

import pytest

from tests.support.builders import GUARDED, Tale
from warroom.domain import checklist, roles, steps
from warroom.domain.errors import Refused, Unknown
from warroom.domain.feedback import Feedback, Row, Suggestion, feedback, sensible
from warroom.domain.runbook import Phase, Runbook, Step

M = timedelta(minutes=1)


def book(*expected: timedelta | None, name: str = "latency") -> Runbook:
    """A runbook of one phase, its steps with these expected times."""
    found = tuple(Step(f"step {number}", expected=each) for number, each in enumerate(expected, 1))
    return Runbook(name, "Slow", phases=(Phase("all", found),))


@pytest.fixture
def tale() -> Tale:
    """At 14:00 a runbook of four steps of ten minutes was attached."""
    tale = Tale("14:00")
    tale.do(checklist.attach, book(10 * M, 10 * M, 10 * M, None))
    return tale


def only(tale: Tale) -> Feedback:
    """What is said of the only runbook."""
    (found,) = feedback(tale.incident)
    return found


def row(tale: Tale, step: str) -> Row:
    """The row of a step."""
    return next(each for each in only(tale).rows if each.step == step)


def suggested(tale: Tale) -> list[tuple[str, timedelta | None]]:
    """The new times."""
    return [(each.step, each.expected) for each in only(tale).suggestions]


def test_a_time_counts_from_the_claim_or_the_step_before_in_order(tale: Tale) -> None:
    tale.at("14:10").do(steps.finish, "1.1")
    tale.at("14:12").do(steps.claim, "1.3")
    tale.at("14:20").do(steps.finish, "1.4")
    tale.at("14:40").do(steps.finish, "1.3")
    tale.at("14:50").do(steps.finish, "1.2")
    assert [(each.step, each.took, each.since) for each in only(tale).rows] == [
        ("1.1", 10 * M, "step before"),
        ("1.2", 10 * M, "out of order"),
        ("1.3", 28 * M, "claim"),
        ("1.4", 10 * M, "out of order"),
    ]


def test_a_claim_is_one_though_something_ended_since(tale: Tale) -> None:
    tale.at("14:01").do(steps.claim, "1.2", by="bo")
    tale.at("14:05").do(steps.finish, "1.1")
    tale.at("14:06").do(steps.finish, "1.2", by="bo")
    assert (row(tale, "1.2").took, row(tale, "1.2").since, row(tale, "1.2").by) == (5 * M, "claim", "bo")


@pytest.mark.parametrize(
    ("end", "expected"),
    [("14:05", None), ("14:04", 5 * M), ("14:04:59", 5 * M), ("14:15", None), ("14:15:01", 20 * M), ("15:31", 120 * M)],
)
def test_much_slower_or_faster_deserves_another_time(tale: Tale, end: str, expected: timedelta | None) -> None:
    tale.at(end).do(steps.finish, "1.1")
    assert suggested(tale) == ([("1.1", expected)] if expected else [])


def test_a_step_without_a_time_gets_one_and_the_text_says_how_it_is_known(tale: Tale) -> None:
    for number, clock in enumerate(("14:10", "14:20", "14:30", "14:32:10"), 1):
        tale.at(clock).do(steps.finish, f"1.{number}")
    assert only(tale).suggestions == (
        Suggestion(
            "1.4",
            "step 4",
            "took 2:10, no time expected: expect 3:00; its time is known by the step before only",
            expected=3 * M,
        ),
    )


def test_what_is_ticked_along_or_out_of_order_says_nothing(tale: Tale) -> None:
    tale.at("14:30").do(steps.finish, "1.2")
    tale.at("14:30:10").do(steps.finish, "1.3")
    tale.at("14:59").do(steps.finish, "1.1")
    assert suggested(tale) == []


def test_what_was_left_out_or_failed_is_told_with_its_reason(tale: Tale) -> None:
    tale.at("14:30").do(steps.skip, "1.1", because="no access", by="bo")
    tale.at("15:00").do(steps.fail, "1.2", because="it hung")
    tale.do(steps.annotate, "1.2", "twice")
    assert only(tale).suggestions == (
        Suggestion("1.1", "step 1", "skipped by bo: no access", remark="INC-1, 2026-05-04: skipped by bo: no access"),
        Suggestion("1.2", "step 2", "failed by ana: it hung", remark="INC-1, 2026-05-04: failed by ana: it hung"),
    )
    assert (row(tale, "1.1").took, row(tale, "1.1").since) == (None, "")
    assert (row(tale, "1.2").outcome, row(tale, "1.2").because, row(tale, "1.2").notes) == ("failed", "it hung", 1)


def test_steps_that_were_added_and_done_are_taken_over_in_their_order(tale: Tale) -> None:
    tale.do(steps.add, "third", after="1.1")
    tale.do(steps.add, "second", after="1.1", command="look")
    tale.do(steps.add, "never done", after="1.2")
    tale.at("14:10").do(steps.finish, "1.1")
    tale.at("14:14").do(steps.finish, "1.6")
    tale.at("14:14:05").do(steps.finish, "1.5")
    assert [(each.step, each.added, each.after) for each in only(tale).rows if each.added] == [
        ("1.6", True, "1.1"), ("1.5", True, "1.1"), ("1.7", True, "1.2"),
    ]  # fmt: skip
    assert [(each.step, each.title, each.added) for each in only(tale).suggestions] == [
        ("1.1", "step 1", Step("second", command="look", expected=5 * M)),
        ("1.1", "step 1", Step("third")),
    ]


def test_a_step_with_its_own_checklist_takes_from_the_first_to_the_last_of_it() -> None:
    tale = Tale("14:00")
    tale.do(checklist.attach, GUARDED)
    tale.do(roles.take, "commander")
    tale.at("14:10").do(steps.override, "2.1", because="a test")
    tale.at("14:14").do(steps.finish, "2.2.1")
    tale.at("14:20").do(steps.finish, "2.2.2")
    assert (row(tale, "2.2").took, row(tale, "2.2").since) == (10 * M, "step before")
    gate, *times = only(tale).suggestions
    assert gate.remark == "INC-1, 2026-05-04: overridden by ana: a test"
    assert [(each.step, each.expected) for each in times] == [("2.2", 10 * M), ("2.2.1", 5 * M), ("2.2.2", 7 * M)]


def test_what_is_skipped_with_its_owner_is_told_once() -> None:
    tale = Tale("14:00")
    tale.do(checklist.attach, GUARDED)
    tale.do(roles.take, "commander")
    tale.do(steps.skip, "2.2", because="not needed")
    assert [each.step for each in only(tale).suggestions] == ["2.2"]
    assert row(tale, "2.2.1").outcome == "skipped"


def test_a_second_runbook_is_told_in_its_own_numbers(tale: Tale) -> None:
    tale.do(checklist.attach, book(10 * M, name="other"))
    tale.at("14:31").do(steps.finish, "2/1.1")
    assert [each.run.runbook.name for each in feedback(tale.incident)] == ["latency", "other"]
    (found,) = feedback(tale.incident, "other")
    assert found.rows[0].step == "2/1.1"
    assert [(each.step, each.expected) for each in found.suggestions] == [("1.1", 45 * M)]
    with pytest.raises(Unknown):
        feedback(tale.incident, "third")


def test_without_a_runbook_there_is_nothing_to_say() -> None:
    with pytest.raises(Refused, match="No runbook was attached to INC-1"):
        feedback(Tale().incident)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(1, 30), (30, 30), (31, 60), (181, 300), (301, 420), (3601, 5400), (43_201, 86_400), (86_401, 172_800)],
)
def test_times_that_people_write(seconds: int, written: int) -> None:
    assert sensible(timedelta(seconds=seconds)) == timedelta(seconds=written)
