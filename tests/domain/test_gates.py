"""Gates: what blocks, what opens, who approves, and the commander's override."""

import pytest
from msgspec.structs import replace

from tests.support.builders import GUARDED, Tale
from warroom.domain import checklist, gates, roles, services, steps
from warroom.domain.errors import Already, Refused
from warroom.domain.runbook import Gate, Phase, Runbook, Step


@pytest.fixture
def tale() -> Tale:
    """An incident of checkout with a guarded runbook and a commander; its gate is 2.1."""
    tale = Tale(services=("checkout",))
    tale.do(checklist.attach, GUARDED)
    tale.do(roles.take, "commander")
    return tale


def lacking(tale: Tale, step: str = "2.1") -> list[str]:
    """What a gate waits for."""
    state = tale.incident.checklist.find(step)
    assert state is not None
    return gates.missing(tale.incident, tale.org, state)


def test_a_gate_says_what_it_waits_for_and_opens_when_all_of_it_holds(tale: Tale) -> None:
    assert lacking(tale) == ["1.1 done", "payments operational (it is unknown)", "1 more to approve"]
    with pytest.raises(Refused, match=r"2\.1 is a gate and waits for: 1\.1 done; payments operational"):
        tale.do(steps.finish, "2.1")
    tale.do(steps.skip, "1.1", because="no access")
    assert lacking(tale)[0] == "1.1 done (it is skipped)"
    tale.do(steps.reopen, "1.1")
    tale.do(steps.finish, "1.1")
    tale.do(services.judge, "payments", "operational")
    tale.do(steps.approve, "2.1")
    assert lacking(tale) == []
    tale.do(steps.finish, "2.1")
    tale.do(services.judge, "payments", "degraded")
    tale.do(steps.finish, "2.2.1")


def test_what_comes_after_a_closed_gate_is_refused_except_reading_and_telling(tale: Tale) -> None:
    for step in ("2.2", "2.2.1"):
        with pytest.raises(
            Refused, match=rf"{step} comes after the gate 2\.1, which is closed\. It waits for: 1\.1 done"
        ):
            tale.do(steps.finish, step)
    tale.do(steps.finish, "2.3")
    tale.do(steps.finish, "2.4", note="checkout fails")
    tale.do(steps.finish, "1.3", note="eu-2")


def test_a_failed_gate_stays_closed(tale: Tale) -> None:
    tale.do(steps.fail, "2.1", because="replication lags")
    with pytest.raises(Refused, match="comes after the gate"):
        tale.do(steps.finish, "2.2.1")


def test_a_gate_cannot_be_skipped(tale: Tale) -> None:
    with pytest.raises(Refused, match="it cannot be skipped"):
        tale.do(steps.skip, "2.1", because="no time")


def test_approvals_are_by_different_people_with_a_role(tale: Tale) -> None:
    with pytest.raises(Refused, match="Only somebody with a role"):
        tale.do(steps.approve, "2.1", by="bo")
    tale.do(roles.take, "scribe", by="bo")
    tale.do(steps.approve, "2.1", by="bo")
    with pytest.raises(Already, match=r"You approved 2\.1"):
        tale.do(steps.approve, "2.1", by="bo")
    assert "approve" not in " ".join(lacking(tale))


def test_an_approval_lapses_when_the_gate_is_reopened(tale: Tale) -> None:
    tale.do(steps.approve, "2.1")
    tale.do(steps.override, "2.1", because="it cannot wait")
    tale.do(steps.reopen, "2.1")
    assert "1 more to approve" in lacking(tale)
    assert tale.incident.gates.overridden == ()


def test_only_the_commander_overrides_with_a_reason_and_what_was_missing_is_recorded(tale: Tale) -> None:
    with pytest.raises(Refused, match="Only ana, who is incident commander, can override"):
        tale.do(steps.override, "2.1", because="now", by="bo")
    with pytest.raises(Refused, match="needs a text"):
        tale.do(steps.override, "2.1", because=" ")
    overridden, done = tale.do(steps.override, "2.1", because="it cannot wait")
    assert isinstance(overridden, gates.GateOverridden)
    assert overridden.missing == ("1.1 done", "payments operational (it is unknown)", "1 more to approve")
    assert isinstance(done, checklist.StepDone)
    assert tale.incident.timeline[-2].text.startswith("OVERRODE the gate 2.1 without 1.1 done; payments")
    tale.do(steps.finish, "2.2.1")


def test_nobody_overrides_where_there_is_no_commander_no_gate_or_nothing_missing() -> None:
    tale = Tale()
    tale.do(checklist.attach, Runbook("a", "A", phases=(Phase("p", (Step("wait", "gate"), Step("go"))),)))
    with pytest.raises(Refused, match=r"the incident commander \(nobody is\)"):
        tale.do(steps.override, "1.1", because="now")
    tale.do(roles.take, "commander")
    with pytest.raises(Refused, match="Nothing is missing"):
        tale.do(steps.override, "1.1", because="now")
    with pytest.raises(Refused, match="is no gate"):
        tale.do(steps.override, "1.2", because="now")


def test_the_dependencies_of_the_incidents_services_must_be_healthy() -> None:
    tale = Tale(services=("checkout",))
    gate = Step("dependencies", "gate", gate=Gate(dependencies=True))
    tale.do(checklist.attach, Runbook("a", "A", phases=(Phase("p", (gate,)),)))
    names = [text.partition(" ")[0] for text in lacking(tale, "1.1")]
    assert set(names) == {"payments", "ledger"}
    for name in names:
        tale.do(services.judge, name, "operational")
    tale.do(steps.finish, "1.1")


def test_the_gates_of_a_second_runbook_look_at_its_own_steps(tale: Tale) -> None:
    tale.do(checklist.attach, replace(GUARDED, name="again"))
    tale.do(steps.finish, "1.1")
    assert lacking(tale, "2/2.1")[0] == "2/1.1 done"
