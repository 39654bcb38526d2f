"""An answer to a page from outside: only by whoever it went to, while they belong here and it still matters."""

import pytest
from msgspec.structs import replace

from tests.support.ladders import Climb
from warroom.domain import clock, paging
from warroom.domain.answering import answer
from warroom.domain.errors import Already, Refused
from warroom.domain.escalation import Acknowledged


def paged() -> tuple[Climb, str]:
    """An incident whose first rung has paged ana, and the id of her page."""
    climb = Climb().fires()
    (page,) = climb.ladder.pages
    return climb, page.order.id


def test_whoever_was_paged_answers() -> None:
    climb, page = paged()
    climb.at("14:03").do(answer, page, by="ana")
    assert (climb.ladder.going, climb.ladder.by) == ("acknowledged", "ana")


def test_it_is_what_an_acknowledgment_is() -> None:
    climb, page = paged()
    assert answer(climb.case("ana"), page) == paging.acknowledge(climb.case("ana"))


def test_nobody_answers_for_somebody_else_or_what_is_no_page() -> None:
    climb, page = paged()
    for by, which in (("bo", page), ("ana", "no page"), ("", page)):
        with pytest.raises(Refused, match="belongs to no page") as refused:
            answer(climb.case(by), which)
        assert refused.value.code == "forbidden"


def test_a_page_to_a_channel_is_nobodys_to_answer() -> None:
    climb, _ = paged()
    climb.do(paging.page, "chat", by="bo")
    order = climb.ladder.pages[-1].order
    assert order.person == ""
    with pytest.raises(Refused):
        answer(climb.case(""), order.id)


def test_whoever_has_left_answers_nothing() -> None:
    climb, page = paged()
    others = tuple(each for each in climb.org.playbook.people if each.name != "ana")
    climb.org = replace(climb.org, playbook=replace(climb.org.playbook, people=others))
    with pytest.raises(Refused, match="ana is not in the playbook any more") as refused:
        answer(climb.case("ana"), page)
    assert refused.value.code == "forbidden"


def test_what_is_over_needs_no_answer() -> None:
    climb, page = paged()
    climb.do(clock.resolve)
    with pytest.raises(Refused, match="INC-1 is resolved: nobody need acknowledge it any more"):
        answer(climb.case("ana"), page)


def test_what_was_answered_is_answered() -> None:
    climb, page = paged()
    climb.at("14:03").do(answer, page, by="ana")
    with pytest.raises(Already, match=r"Already acknowledged by ana at 14:03 UTC\."):
        answer(climb.at("14:04").case("ana"), page)


def test_an_older_page_answers_a_ladder_that_began_anew() -> None:
    climb, page = paged()
    climb.do(paging.acknowledge, by="bo")
    climb.until("14:40")
    assert climb.ladder.going == "climbing"
    assert any(isinstance(each, Acknowledged) for each in climb.do(answer, page, by="ana"))
