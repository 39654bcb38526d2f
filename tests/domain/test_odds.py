"""The odds of an answer: certain where the past is, in proportion where it is not, and honest about its size."""

from datetime import timedelta
from itertools import cycle
from random import Random

import pytest
from msgspec.structs import replace

from tests.domain.coverage_org import ANA, CHAT, moment, org
from tests.support.builders import Tale, at
from warroom.domain import clock
from warroom.domain.clock import MilestoneSet
from warroom.domain.escalation import Order, Page
from warroom.domain.incident import Incident
from warroom.domain.ladder import Target
from warroom.domain.odds import Answer, Odds, estimate, history
from warroom.domain.simulation import Fired, ladder_for, walk

BO = (Target("person", "bo"),)


def _fired(*rungs: tuple[Target, ...]) -> tuple[Fired, ...]:
    given = org(*(rungs or (ANA, BO)))
    ladder = ladder_for(given, ("shop",), 1)
    assert ladder is not None
    return walk(given, ladder, ("shop",), moment(0, "03:00"))


def _odds(answers: list[Answer], fired: tuple[Fired, ...] | None = None, runs: int = 4000) -> Odds:
    found = estimate(fired or _fired(), answers, Random(7).random, runs)
    assert found is not None
    return found


def test_without_a_past_there_are_no_odds() -> None:
    assert estimate(_fired(), [], Random(1).random) is None
    assert estimate((), [Answer("ana", 1)], Random(1).random) is None


def test_whoever_always_answers_in_time_is_certain_to() -> None:
    found = _odds([Answer("ana", 60)] * 30)
    assert [each.chance for each in found.rungs] == [1, 1]
    assert found.waits == ((50, timedelta(minutes=1)), (80, timedelta(minutes=1)), (95, timedelta(minutes=1)))
    assert (found.never, found.sample, found.enough) == (0, 30, True)


def test_an_answer_after_the_next_rung_does_not_count_for_this_one() -> None:
    found = _odds([Answer("", 400)] * 20)
    assert [each.chance for each in found.rungs] == [0, 1]
    assert found.waits[0] == (50, timedelta(seconds=400))


def test_half_of_the_answers_of_the_past_make_even_odds_and_two_rungs_better_ones() -> None:
    found = _odds([Answer("", 30), Answer("", None)] * 20)
    assert found.rungs[0].chance == pytest.approx(1 / 2, abs=0.04)
    assert found.rungs[1].chance == pytest.approx(3 / 4, abs=0.04)
    assert found.never == pytest.approx(1 / 4, abs=0.04)
    assert found.waits[2] == (95, None)


def test_whoever_has_answers_of_their_own_is_judged_by_them() -> None:
    past = [Answer("ana", None)] * 5 + [Answer("bo", 60)] * 5
    found = _odds(past)
    assert [each.chance for each in found.rungs] == [0, 1]
    assert found.waits[0] == (50, timedelta(minutes=6))
    assert [each.proposed for each in found.rungs] == [None, timedelta(minutes=1)]
    assert _odds(past[1:]).rungs[0].chance > 0


def test_the_proposed_delay_is_what_four_of_five_answer_in_rounded_up() -> None:
    found = _odds([Answer("", seconds) for seconds in (10, 20, 30, 185, 900)])
    assert [each.proposed for each in found.rungs] == [timedelta(minutes=4)] * 2
    assert not found.enough


def test_a_channel_answers_nothing() -> None:
    found = _odds([Answer("", 30)] * 20, _fired(CHAT, ANA))
    assert [(each.chance, each.proposed) for each in found.rungs] == [(0, None), (1, timedelta(minutes=1))]


def test_the_same_draws_come_to_the_same_odds() -> None:
    past = [Answer("", seconds) for seconds in (10, 100, 1000, None)]
    first, second = (estimate(_fired(), past, Random(3).random, 50) for _ in range(2))
    assert first == second
    steady = cycle((0.0, 0.999))
    assert estimate(_fired(ANA), past, lambda: next(steady), 10).never == 1 / 2  # type: ignore[union-attr]


def _page(person: str, minute: int, answered: int | None = None, run: str = "r", rung: int = 1) -> Page:
    came = at(f"14:{answered:02}") if answered is not None else None
    return Page(Order(f"{person}{minute}", person, ()), run, 1, rung, at(f"14:{minute:02}"), answered=came)


def _incident(*pages: Page, walked: bool = False) -> Incident:
    incident = Tale().incident
    return replace(incident, escalation=replace(incident.escalation, pages=pages, walk=walked))


def test_the_past_is_how_pages_were_answered_while_they_mattered() -> None:
    incident = _incident(_page("ana", 0), _page("bo", 5, 7, rung=2), _page("cy", 5, rung=2), _page("", 5, rung=2))
    assert history([incident]) == (Answer("ana", None), Answer("bo", 120))


def test_tests_of_a_ladder_are_no_past() -> None:
    assert history([_incident(_page("ana", 0, 1), walked=True)]) == ()


def test_without_pages_the_past_is_the_time_from_detection_to_acknowledgment() -> None:
    tale = Tale("14:10")
    tale.write(MilestoneSet("detection", at("14:00")))
    assert history([replace(tale.incident, escalation=type(tale.incident.escalation)())]) == ()
    tale.do(clock.mark, "acknowledgment")
    bare = replace(tale.incident, escalation=type(tale.incident.escalation)())
    assert history([bare]) == (Answer("", 600),)
