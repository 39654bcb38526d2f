"""Simulated colleagues: what they would do, and when, follows from the drill and the seed alone."""

from datetime import timedelta
from typing import Any

import pytest

from tests.domain.acts import drilled
from tests.support.builders import ORG, Tale, at, reachable, runbook
from warroom.domain import checklist, clock, conducting, paging, record, roles, steps
from warroom.domain.colleagues import turns
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.domain.turn import Turn, cast

ORGANISATION = reachable(ORG)
BOOK = Runbook(
    "shop-slow",
    "The shop is slow",
    phases=(
        Phase("Look", (Step("read the graph", "check", who="scribe"), Step("tell support", "inform", who="scribe"))),
        Phase("Act", (Step("choose", "decide"), Step("write it down", who="scribe"), Step("undo", "rollback"))),
    ),
)


@pytest.fixture
def tale() -> Tale:
    """A drill of ana's, which bo leads; cy and di are simulated."""
    return drilled()


def coming(tale: Tale, seed: int = 1) -> tuple[Turn, ...]:
    return turns(tale.incident, tale.org, cast(tale.org, ("ana", "bo"), seed))


def acts(tale: Tale, seed: int = 1) -> list[tuple[str, str]]:
    return [(turn.by, turn.command) for turn in coming(tale, seed)]


def with_scribe(tale: Tale) -> str:
    """Ana commands, and cy is the scribe."""
    tale.do(roles.take, "commander")
    tale.do(roles.take, "scribe", by="cy")
    return "cy"


def test_nobody_does_anything_for_somebody_who_does_not_lead(tale: Tale) -> None:
    assert coming(tale) == ()


def test_an_open_seat_is_taken_after_somebody_has_taken_command(tale: Tale) -> None:
    tale.at("14:03").do(roles.take, "commander")
    (turn,) = coming(tale)
    assert (turn.command, turn.given) == ("role.take", (("role", "scribe"),))
    assert turn.by in ("cy", "di")
    assert at("14:04") <= turn.at <= at("14:06")


def test_the_same_seed_gives_the_same_course_and_others_give_others(tale: Tale) -> None:
    tale.do(roles.take, "commander")
    courses = {seed: coming(tale, seed) for seed in range(40)}
    assert courses == {seed: coming(tale.branch(), seed) for seed in range(40)}
    assert {each[0].by for each in courses.values()} == {"cy", "di"}
    assert len({each[0].at for each in courses.values()}) > 10


def test_an_offer_is_accepted_by_whoever_can_be_reached(tale: Tale) -> None:
    tale.do(roles.offer, "deputy", "di")
    (turn,) = coming(tale)
    assert (turn.by, turn.command, turn.given) == ("di", "role.accept", (("role", "deputy"),))
    assert at("14:00:05") <= turn.at <= at("14:00:25")


def test_somebody_who_is_unreachable_in_the_drill_does_nothing(tale: Tale) -> None:
    tale.do(roles.offer, "deputy", "bo")
    everybody = cast(tale.org, ("ana",), 1)
    assert [turn.by for turn in turns(tale.incident, tale.org, everybody)] == ["bo"]
    tale.do(conducting.make, "gone", by="bo")
    assert turns(tale.incident, tale.org, everybody) == ()


def test_whoever_is_paged_by_hand_comes_and_the_first_rung_is_left_to_the_one_who_practises(tale: Tale) -> None:
    tale.do(paging.fire, by="engine")
    assert acts(tale) == []
    tale.do(paging.page, "di", "we need you")
    assert acts(tale) == [("di", "note")]


def test_a_step_of_theirs_is_claimed_then_ticked_one_after_the_other_up_to_a_decision(tale: Tale) -> None:
    scribe = with_scribe(tale)
    tale.do(checklist.attach, BOOK)
    done = []
    while found := [turn for turn in coming(tale) if turn.command.startswith("step.")]:
        (turn,) = found
        assert turn.by == scribe
        assert turn.at > tale.now
        tale.now = turn.at
        rule = steps.claim if turn.command == "step.claim" else steps.finish
        given: dict[str, Any] = dict(turn.given)
        tale.do(rule, by=turn.by, **given)
        done.append((turn.command, dict(turn.given)["step"]))
    assert done == [("step.claim", "1.1"), ("step.done", "1.1"), ("step.claim", "1.2"), ("step.done", "1.2")]
    assert any(entry.text.startswith("told ") for entry in tale.incident.timeline)
    tale.do(steps.finish, "2.1", "we roll back")
    assert [turn.given for turn in coming(tale) if turn.command == "step.claim"] == [(("step", "2.2"),)]


def test_a_step_that_the_commander_reopens_is_another_act(tale: Tale) -> None:
    with_scribe(tale)
    tale.do(checklist.attach, BOOK)
    first = coming(tale)[0]
    tale.at("14:02").do(steps.claim, "1.1", by="cy")
    tale.at("14:03").do(steps.finish, "1.1", by="cy")
    tale.at("14:09").do(steps.reopen, "1.1", "look again")
    again = coming(tale)[0]
    assert (again.command, again.given) == (first.command, first.given)
    assert again.key != first.key
    assert again.at > tale.now


def test_a_step_that_the_commander_is_on_is_left_alone(tale: Tale) -> None:
    with_scribe(tale)
    tale.do(checklist.attach, BOOK)
    tale.do(steps.claim, "1.1")
    assert [turn.given for turn in coming(tale) if turn.command == "step.claim"] == [(("step", "1.2"),)]


def test_what_a_runbook_leaves_to_anybody_is_done_by_an_expert_if_there_is_one(tale: Tale) -> None:
    with_scribe(tale)
    tale.do(checklist.attach, runbook())
    assert not [turn for turn in coming(tale) if turn.command == "step.claim"]
    tale.do(roles.take, "expert", by="di")
    assert [(turn.by, turn.given) for turn in coming(tale) if turn.command == "step.claim"] == [
        ("di", (("step", "1.1"),))
    ]


def test_what_is_expected_of_their_role_is_done_within_its_time(tale: Tale) -> None:
    scribe = with_scribe(tale)
    assert acts(tale) == []
    tale.at("14:10").do(conducting.make, "asks", by="bo")
    (turn,) = coming(tale)
    assert (turn.by, turn.command, turn.given) == (scribe, "note", (("text", "Answer the shop"),))
    assert at("14:10") + 0.3 * timedelta(minutes=5) <= turn.at <= at("14:10") + 0.8 * timedelta(minutes=5)


def test_what_is_expected_of_the_commander_is_left_to_the_commander(tale: Tale) -> None:
    tale.do(roles.take, "commander", by="di")
    tale.do(conducting.make, "down", by="bo")
    assert "milestone" not in [turn.command for turn in coming(tale)]


def test_the_scribe_writes_about_an_alert_that_came_after_they_sat_down(tale: Tale) -> None:
    tale.do(conducting.fire, "page", by="engine")
    with_scribe(tale.at("14:01"))
    assert acts(tale) == []
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    (turn,) = coming(tale)
    assert turn.command == "note"
    assert "payments" in dict(turn.given)["text"]


def test_every_turn_is_one_that_the_rules_take(tale: Tale) -> None:
    with_scribe(tale)
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    for turn in coming(tale):
        assert turn.command == "note"
        given: dict[str, Any] = dict(turn.given)
        tale.do(record.note, by=turn.by, **given)


def test_nobody_does_anything_once_the_drill_is_over(tale: Tale) -> None:
    with_scribe(tale)
    tale.do(checklist.attach, BOOK)
    assert coming(tale)
    tale.do(clock.resolve)
    tale.do(clock.close)
    assert coming(tale) == ()
