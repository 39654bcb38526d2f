"""Drills: one ends at once; in a test every rung fires, an acknowledgment is an answer, and nobody stops it."""

from datetime import timedelta

import pytest

from tests.support.builders import LADDER, ORG, Tale, at, reachable
from warroom.domain import drill, pages, paging
from warroom.domain.errors import Already
from warroom.domain.wording import page_words


@pytest.fixture
def tale() -> Tale:
    """A test of the ladder of everybody, whose rungs have two minutes each."""
    walk = drill.for_test(LADDER, timedelta(minutes=2))
    tale = Tale(org=reachable(ORG), title="TEST of the ladder", exercise="ladder-test", walk=walk)
    tale.do(paging.fire, by="engine")
    return tale


def test_an_answer_moves_the_test_on_and_does_not_stop_it(tale: Tale) -> None:
    tale.at("14:01").do(paging.acknowledge, by="ana")
    assert tale.incident.escalation.due == at("14:01")
    tale.do(paging.fire, by="engine")
    tale.at("14:03").do(paging.fire, by="engine")
    tale.at("14:04").do(paging.acknowledge, by="cy")
    tale.do(paging.fire, by="engine")
    state = tale.incident.escalation
    assert (state.going, state.ended) == ("ended", "every rung has fired")
    found = drill.answers(state)
    assert [(each.rung, each.person or each.channel, each.after) for each in found] == [
        (1, "ana", timedelta(minutes=1)),
        (2, "bo", None),
        (3, "cy", timedelta(minutes=1)),
        (3, "chat", None),
    ]
    assert [(each.rung, each.paged, each.answered, each.median) for each in drill.by_rung(found)] == [
        (1, 1, 1, timedelta(minutes=1)),
        (2, 1, 0, None),
        (3, 1, 1, timedelta(minutes=1)),
    ]


def test_only_whoever_was_paged_answers_and_only_once(tale: Tale) -> None:
    with pytest.raises(Already, match=r"^No test page to you is open\.$"):
        tale.do(paging.acknowledge, by="bo")
    tale.do(paging.acknowledge, by="ana")
    with pytest.raises(Already, match=r"^No test page to you is open\.$"):
        tale.do(paging.acknowledge, by="ana")


def test_what_came_of_each_contact_is_reported(tale: Tale) -> None:
    page = tale.incident.escalation.pages[0].order.id
    tale.do(pages.report, page, "push", "sent", 1, by="engine")
    (answer,) = drill.answers(tale.incident.escalation)
    assert answer.ways == (("push", "sent"), ("phone", ""))


def test_a_test_page_says_so_first(tale: Tale) -> None:
    words = page_words(tale.incident, tale.incident.escalation.pages[0], tale.now)
    assert words.marks == "TEST"
    assert words.subject.startswith("TEST SEV1 INC-1")
    assert words.text.startswith("This is a test of the ladder. Nothing is wrong")


def test_a_test_is_walked_once_at_once_whatever_the_hour() -> None:
    walk = drill.for_test(LADDER, None)
    assert (walk.repeat, walk.nobody, walk.quiet, walk.silent_after) == (0, "skip", (), None)
    assert [rung.delay for rung in walk.rungs] == [rung.delay for rung in LADDER.rungs]
