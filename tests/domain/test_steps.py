"""What the kinds of steps mean, own checklists, time-boxes, steps added by hand, parameters, times."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.support.builders import GUARDED, ORG, PLAYBOOK, Tale, at
from warroom.domain import checklist, parameters, record, roles, steps
from warroom.domain.checklist import StepDone, StepEscalated, StepInformed, StepState
from warroom.domain.clock import MilestoneSet
from warroom.domain.deadlines import deadlines
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.org import Org, Person
from warroom.domain.roles import RoleOffered
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.domain.undo import undo


@pytest.fixture
def tale() -> Tale:
    """A guarded runbook whose gate is open."""
    tale = Tale()
    tale.do(checklist.attach, GUARDED)
    tale.do(roles.take, "commander")
    tale.do(steps.override, "2.1", because="a test")
    return tale


def step(tale: Tale, name: str) -> StepState:
    """A step as it stands."""
    found = tale.incident.checklist.find(name)
    assert found is not None
    return found


def test_a_decision_needs_its_words_and_stands_on_the_record(tale: Tale) -> None:
    with pytest.raises(Refused, match=r"1\.3 is a decision\.") as refused:
        tale.do(steps.finish, "1.3")
    assert refused.value.hint == "Say what was decided."
    assert tale.do(steps.finish, "1.3", note="to eu-2") == [record.DecisionMade("to eu-2"), StepDone("1.3")]
    tale.do(undo)
    assert step(tale, "1.3").outcome == "todo"
    assert [entry.retracted for entry in tale.incident.timeline if entry.kind == "decision"] == [True]


def test_what_was_told_is_kept_with_whom(tale: Tale) -> None:
    told = StepInformed("2.4", ("support",), "checkout fails")
    assert tale.do(steps.finish, "2.4", note="checkout fails") == [told, StepDone("2.4")]
    assert tale.incident.timeline[-2].text == "told support: checkout fails"


def test_an_escalation_is_recorded_and_is_the_milestone_if_it_is_the_first(tale: Tale) -> None:
    events = tale.do(steps.finish, "2.3")
    assert events == [StepEscalated("2.3", "rung 2"), MilestoneSet("escalation", tale.now), StepDone("2.3")]
    tale.do(steps.reopen, "2.3")
    assert [type(event) for event in tale.do(steps.finish, "2.3")] == [StepEscalated, StepDone]


def test_the_expert_that_a_step_asks_for_is_offered_the_seat() -> None:
    people = (*PLAYBOOK.people, Person("eli", team="data", expertise=("mysql", "backups")))
    tale = Tale(org=Org(replace(PLAYBOOK, people=people), 1, "ana", at("09:00"), 1))
    call = Step("call the database expert", "escalate", to="expertise mysql")
    tale.do(checklist.attach, Runbook("a", "A", phases=(Phase("p", (call,)),)))
    assert RoleOffered("expert", "eli", "mysql") in tale.do(steps.finish, "1.1")
    assert tale.incident.roles.offers[0].to == "eli"
    assert [each.name for each in steps.candidates(tale.org, "data")] == ["eli"]
    assert [each.name for each in steps.candidates(tale.org, "aruiz")] == ["ana"]
    assert steps.candidates(ORG, "expertise mysql") == []


def test_somebody_may_be_named_only_where_somebody_is_called_in(tale: Tale) -> None:
    assert StepEscalated("2.3", "di") in tale.do(steps.finish, "2.3", to="di")
    with pytest.raises(Refused, match=r"1\.1 calls nobody in"):
        tale.do(steps.finish, "1.1", to="di")


def test_a_step_with_a_checklist_of_its_own_is_done_with_the_last_of_it(tale: Tale) -> None:
    for name in ("1.1", "1.2"):
        tale.do(steps.finish, name)
    tale.do(steps.finish, "1.3", note="go")
    assert tale.incident.checklist.following == "2.2.1"
    with pytest.raises(Refused, match=r"a checklist of its own: 2\.2\.1, 2\.2\.2 still to do"):
        tale.do(steps.finish, "2.2")
    tale.do(steps.finish, "2.2.1")
    assert tale.do(steps.finish, "2.2.2") == [StepDone("2.2.2"), StepDone("2.2")]
    tale.do(undo)
    assert (step(tale, "2.2").outcome, step(tale, "2.2.2").outcome, step(tale, "2.2.1").outcome) == (
        *("todo", "todo"),
        "done",
    )


def test_skipping_takes_its_own_checklist_along_and_reopening_brings_it_back(tale: Tale) -> None:
    tale.do(steps.finish, "2.2.1")
    tale.do(steps.skip, "2.2", because="nothing to undo")
    assert [step(tale, name).outcome for name in ("2.2", "2.2.1", "2.2.2")] == ["skipped", "done", "skipped"]
    tale.do(steps.reopen, "2.2")
    assert [step(tale, name).outcome for name in ("2.2", "2.2.1", "2.2.2")] == ["todo", "done", "todo"]


def test_a_time_box_falls_due_until_the_step_is_finished(tale: Tale) -> None:
    tale.at("14:10").do(steps.timebox, "1.1", timedelta(minutes=10))
    assert ("step:1.1", at("14:20")) in deadlines(tale.incident)
    assert tale.last == "1.1 reach <cluster>: back in 10 min"
    tale.do(steps.finish, "1.1")
    assert "step:1.1" not in dict(deadlines(tale.incident))
    tale.do(steps.reopen, "1.1")
    assert step(tale, "1.1").box is None
    with pytest.raises(Refused, match="has no time-box"):
        tale.do(steps.timebox, "1.1")
    with pytest.raises(Invalid, match="at most 24 hours"):
        tale.do(steps.timebox, "1.1", timedelta(days=2))


def test_steps_are_added_where_they_are_needed_and_keep_their_names(tale: Tale) -> None:
    tale.do(steps.add, "warn  the bank", after="1.1")
    tale.do(steps.add, "look at the lag", after="2.2.1", kind="check")
    assert tale.incident.checklist.ids() == [
        *("1.1", "1.4", "1.2", "1.3", "2.1", "2.2", "2.2.1", "2.2.2", "2.5", "2.3", "2.4"),
    ]
    assert (step(tale, "1.4").step.title, step(tale, "2.5").added, step(tale, "2.5").phase) == (
        "warn the bank",
        True,
        2,
    )
    with pytest.raises(Invalid, match="needs a title"):
        tale.do(steps.add, " ")
    with pytest.raises(Unknown, match="kind of step"):
        tale.do(steps.add, "dance", kind="dance")
    with pytest.raises(Refused, match="gate cannot be added"):
        tale.do(steps.add, "wait", kind="gate")
    with pytest.raises(Refused, match="No runbook is attached"):
        Tale().do(steps.add, "look")


def test_a_step_is_added_after_the_next_one_to_do_or_at_the_end() -> None:
    tale = Tale()
    tale.do(checklist.attach, Runbook("a", "A", phases=(Phase("p", (Step("one"), Step("two"))),)))
    tale.do(steps.finish, "1.1")
    tale.do(steps.add, "three")
    tale.do(steps.finish, "1.2")
    tale.do(steps.finish, "1.3")
    tale.do(steps.add, "four")
    assert tale.incident.checklist.ids() == ["1.1", "1.2", "1.3", "1.4"]
    tale.do(checklist.attach, Runbook("b", "B", phases=(Phase("p", (Step("one"),)),)))
    tale.do(steps.add, "five", after="2/1.1")
    assert tale.incident.checklist.ids()[-1] == "2/1.2"


def test_how_long_a_step_took_counts_from_its_claim_or_from_the_step_before(tale: Tale) -> None:
    tale.at("14:05").do(steps.finish, "1.1")
    tale.at("14:09").do(steps.finish, "1.2")
    tale.at("14:10").do(steps.claim, "1.3")
    tale.at("14:12").do(steps.finish, "1.3", note="go")
    assert [step(tale, name).took for name in ("1.2", "1.3")] == [timedelta(minutes=4), timedelta(minutes=2)]
    assert step(tale, "2.2.1").took is None


def test_a_parameter_is_filled_in_once_for_every_runbook(tale: Tale) -> None:
    tale.do(parameters.fill_in, "<cluster>", " eu-1 ")
    tale.do(steps.finish, "1.1")
    assert tale.last == "✓ 1.1 reach eu-1"
    with pytest.raises(Already, match="<cluster> is eu-1 already"):
        tale.do(parameters.fill_in, "cluster", "eu-1")
    tale.do(parameters.fill_in, "cluster", "eu-2", by="bo")
    assert tale.last == "<cluster> is eu-2 (was eu-1)"
    tale.do(undo, by="bo")
    assert tale.incident.parameters.get("cluster") == "eu-1"
    with pytest.raises(Unknown, match="No parameter is called “zone”"):
        tale.do(parameters.fill_in, "zone", "a")
    with pytest.raises(Refused, match="nothing to fill in"):
        Tale().do(parameters.fill_in, "zone", "a")


def test_a_note_keeps_its_places_word_for_word(tale: Tale) -> None:
    tale.do(parameters.fill_in, "cluster", "eu-1")
    tale.do(steps.annotate, "1.1", "I typed <cluster>")
    assert tale.last == "on 1.1: I typed <cluster>"
