"""What injects wait for, as people say it."""

from datetime import timedelta

import pytest

from warroom.domain.scenario import (
    Begun,
    Condition,
    HealthIs,
    Inject,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    SeverityReached,
    StepFinished,
    Unacknowledged,
)
from warroom.domain.scenario_words import condition_words, waiting_words

SAID: tuple[tuple[Condition, str], ...] = (
    (Begun(), "the drill begins"),
    (StepFinished("payment-errors", "2.1"), "2.1 of payment-errors is done"),
    (SeverityReached(2), "it is SEV2 or worse"),
    (RoleHeld("commander"), "there is a commander"),
    (MilestoneReached("containment"), "the containment is known"),
    (HealthIs("ledger", "degraded"), "ledger is marked degraded"),
    (InjectMade("down"), "“down” has come"),
    (Unacknowledged(timedelta(minutes=8)), "nobody has acknowledged for 8:00"),
)


@pytest.mark.parametrize(("condition", "words"), SAID)
def test_every_condition_ends_a_sentence(condition: Condition, words: str) -> None:
    assert condition_words(condition) == words


def test_how_long_after_its_condition_an_inject_comes_is_said_where_it_does_not_come_at_once() -> None:
    inject = Inject("asks", "customer", "Is it us?", InjectMade("down"))
    assert waiting_words(inject) == "when “down” has come"
    assert waiting_words(Inject("asks", "customer", "?", InjectMade("down"), timedelta(seconds=90))).endswith(
        " has come, 1:30 later"
    )
