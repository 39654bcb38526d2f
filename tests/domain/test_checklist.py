"""The checklist: runbooks attached whole, steps claimed, done, skipped, failed and reopened."""

from collections.abc import Callable

import msgspec
import pytest

from tests.support.builders import ORG, Tale, at, runbook
from warroom.domain import checklist, steps
from warroom.domain.checklist import StepState
from warroom.domain.errors import Already, Refused, Unknown
from warroom.domain.event import Event
from warroom.domain.runbook import Runbook

Rule = Callable[..., list[Event]]


@pytest.fixture
def tale() -> Tale:
    """An incident with one runbook: 1.1, 1.2, 1.3 and 2.1."""
    tale = Tale()
    tale.do(checklist.attach, runbook())
    return tale


def step(tale: Tale, name: str) -> StepState:
    """A step as it stands."""
    found = tale.incident.checklist.find(name)
    assert found is not None
    return found


def test_steps_are_named_by_phase_and_place(tale: Tale) -> None:
    assert tale.incident.checklist.ids() == ["1.1", "1.2", "1.3", "2.1"]
    assert step(tale, "2.1").step.title == "roll back"
    assert tale.last.endswith("payment-errors attached (4 steps)")


def test_steps_of_a_second_runbook_bear_its_number(tale: Tale) -> None:
    tale.do(checklist.attach, runbook("disk-full", triage="find what grows", contain="free some space"))
    assert tale.incident.checklist.ids()[4:] == ["2/1.1", "2/2.1"]
    tale.do(steps.finish, "2/1.1", by="bo")
    assert (step(tale, "2/1.1").outcome, step(tale, "1.1").outcome) == ("done", "todo")
    assert [run.finished for run in tale.incident.checklist.runs] == [0, 1]


def test_a_runbook_is_attached_once_and_not_empty(tale: Tale) -> None:
    with pytest.raises(Already, match=r"payment-errors was already attached \d+ \w+ ago by ana"):
        tale.do(checklist.attach, runbook(), by="bo")
    with pytest.raises(Refused, match="has no steps"):
        tale.do(checklist.attach, Runbook("empty", "Nothing"))


HUGE = pytest.param("9" * 5000 + "/1.1", id="huge")


@pytest.mark.parametrize("name", ["9.9", "1.4", "", "1", "1/1.1", "01/1.1", "2/1.1", "٢/1.1", "/1.1", HUGE])
def test_a_step_that_is_not_there_is_unknown(tale: Tale, name: str) -> None:
    with pytest.raises(Unknown):
        tale.do(steps.finish, name)


def test_without_a_runbook_there_are_no_steps() -> None:
    with pytest.raises(Refused, match="No runbook is attached"):
        Tale().do(steps.finish, "1.1")


def test_claiming_says_who_is_on_a_step_and_claiming_again_gives_it_back(tale: Tale) -> None:
    tale.at("14:05").do(steps.claim, "1.2")
    assert step(tale, "1.2").claimed == ("ana", at("14:05"))
    assert tale.last == "is on 1.2 freeze deploys"
    tale.do(steps.claim, "1.2")
    assert step(tale, "1.2").claimed is None
    assert tale.last == "left 1.2 freeze deploys"


def test_anothers_claim_stands_while_they_are_here_or_nobody_knows(tale: Tale) -> None:
    tale.at("14:05").do(steps.claim, "1.2", by="bo")
    tale.at("14:09")
    for present in ({"ana", "bo"}, None):
        with pytest.raises(Already, match=r"bo is on 1\.2 since 4 min ago"):
            tale.do(steps.claim, "1.2", present=present)
    tale.do(steps.claim, "1.2", present={"ana"})
    assert step(tale, "1.2").claimed == ("ana", at("14:09"))


@pytest.mark.parametrize("present", [set(), {"ana"}, {"ana", "bo"}])
def test_a_claim_stands_for_two_minutes_in_any_case(tale: Tale, present: set[str]) -> None:
    tale.at("14:05").do(steps.claim, "1.2", by="bo")
    with pytest.raises(Already, match=r"bo is on 1\.2 since 1 min ago"):
        tale.at("14:06:59").do(steps.claim, "1.2", present=present)
    if "bo" not in present:
        tale.at("14:07").do(steps.claim, "1.2", present=present)
        assert tale.last == "took over 1.2 from bo: freeze deploys"


def test_a_step_that_was_ticked_twice_says_who_and_when(tale: Tale) -> None:
    tale.do(steps.finish, "1.1")
    with pytest.raises(Already, match=r"1\.1 was already done 2 min ago by ana\."):
        tale.at("14:02").do(steps.finish, "1.1")


def test_anybody_may_tick_a_claimed_step(tale: Tale) -> None:
    tale.do(steps.claim, "1.2", by="bo")
    tale.at("14:10").do(steps.finish, " 1.2 ", " frozen ")
    done = step(tale, "1.2")
    assert (done.outcome, done.by, done.at, done.because, done.claimed) == ("done", "ana", at("14:10"), "frozen", None)
    assert tale.last == "✓ 1.2 freeze deploys: frozen"


@pytest.mark.parametrize(("rule", "outcome"), [(steps.skip, "skipped"), (steps.fail, "failed")])
def test_skipping_and_failing_need_a_reason(tale: Tale, rule: Rule, outcome: str) -> None:
    with pytest.raises(Refused, match="needs a text"):
        tale.do(rule, "1.1", " ")
    tale.do(rule, "1.1", "no access")
    assert (step(tale, "1.1").outcome, step(tale, "1.1").because) == (outcome, "no access")
    assert tale.last == f"{outcome} 1.1 confirm the impact: no access"


@pytest.mark.parametrize("rule", [steps.finish, steps.claim])
def test_a_finished_step_says_who_was_faster(tale: Tale, rule: Rule) -> None:
    tale.do(steps.finish, "1.1", by="bo")
    tale.at("14:03")
    with pytest.raises(Already, match=r"1\.1 was already done 3 min ago by bo"):
        tale.do(rule, "1.1")


def test_a_step_is_reopened_and_done_again(tale: Tale) -> None:
    with pytest.raises(Already, match="still to do"):
        tale.do(steps.reopen, "1.1")
    tale.do(steps.fail, "1.1", "no access", by="bo")
    tale.do(steps.reopen, "1.1", "access granted")
    assert tale.last == "reopened 1.1 confirm the impact: access granted"
    with pytest.raises(Already, match=r"1\.1 was already reopened \d+ \w+ ago by ana"):
        tale.do(steps.reopen, "1.1", by="bo")
    tale.at("14:20").do(steps.finish, "1.1")
    assert (step(tale, "1.1").outcome, step(tale, "1.1").by) == ("done", "ana")


def test_a_note_on_a_step_stays_whatever_becomes_of_it(tale: Tale) -> None:
    tale.do(steps.annotate, "1.1", "error rate 31 %", by="cy")
    tale.do(steps.finish, "1.1")
    tale.do(steps.reopen, "1.1")
    assert step(tale, "1.1").notes == (("cy", "error rate 31 %"),)
    with pytest.raises(Refused, match="needs a text"):
        tale.do(steps.annotate, "1.1", "\n")


def test_an_attached_runbook_reads_the_same_after_its_file_changed(tale: Tale) -> None:
    assert tale.incident.checklist.runs[0].runbook == runbook()
    rewritten = msgspec.structs.replace(ORG.playbook, runbooks=(runbook(triage="ask somebody"),))
    tale.org = msgspec.structs.replace(ORG, playbook=rewritten)
    tale.do(steps.finish, "1.2")
    assert step(tale, "1.2").step.title == "freeze deploys"
