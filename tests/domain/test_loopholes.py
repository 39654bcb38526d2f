"""Ways round a gate, an approval or a kind that a reviewer found: each stays closed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.support.builders import GUARDED, Tale
from warroom.domain import checklist, gates, parameters, roles, steps
from warroom.domain.automation import RunRequested, RunStarted
from warroom.domain.checklist import StepDone, StepSkipped
from warroom.domain.errors import Invalid, Refused
from warroom.domain.event import Event
from warroom.domain.roles import RoleTaken
from warroom.domain.runbook import Automation, Gate, Parameter, Phase, Runbook, Step, fill, read_value, rendered
from warroom.domain.undo import undo

LOOK = Automation("disk", ("/",))


def told(*listed: Step, parameters: tuple[Parameter, ...] = ()) -> Tale:
    """A tale with a runbook of these steps, a commander and a scribe."""
    tale = Tale()
    tale.do(checklist.attach, Runbook("a", "A", phases=(Phase("p", listed),), parameters=parameters))
    tale.do(roles.take, "commander")
    tale.do(roles.take, "scribe", by="bo")
    return tale


def passes(tale: Tale, step: str, ending: str = "passed") -> list[Event]:
    """A step is run and ends; what came of that."""
    tale.do(steps.run, step, host="bastion")
    return tale.do(steps.ended, step, run=tale.incident.automation.runs[-1].run, ending=ending, says="fine")


def outcome(tale: Tale, step: str) -> str:
    """How a step stands."""
    found = tale.incident.checklist.find(step)
    assert found is not None
    return found.outcome


@pytest.mark.parametrize("kind", ["gate", "decide", "inform", "escalate"])
@pytest.mark.parametrize("ending", ["passed", "failed"])
def test_a_run_never_settles_what_people_have_to_say(kind: str, ending: str) -> None:
    tale = told(Step("it", kind, run=LOOK, gate=Gate(approvals=2)))  # type: ignore[arg-type]
    passes(tale, "1.1", ending)
    assert outcome(tale, "1.1") == "todo"
    assert tale.incident.automation.runs[0].ended is not None


def test_a_run_settles_no_step_whose_own_checklist_is_open_and_completes_its_parent() -> None:
    tale = told(Step("back", "rollback", run=LOOK, steps=(Step("stop"), Step("look", run=LOOK))))
    passes(tale, "1.1")
    assert outcome(tale, "1.1") == "todo"
    tale.do(steps.finish, "1.1.1")
    passes(tale, "1.1.2")
    assert (outcome(tale, "1.1.2"), outcome(tale, "1.1")) == ("done", "done")


def test_a_step_is_not_skipped_with_a_gate_in_its_own_checklist() -> None:
    tale = told(Step("back", "rollback", steps=(Step("both agree", "gate", gate=Gate(approvals=2)), Step("go"))))
    with pytest.raises(Refused, match=r"1\.1\.1 is a gate of 1\.1; it cannot be skipped"):
        tale.do(steps.skip, "1.1", because="no time")


def test_skipping_all_of_a_steps_checklist_is_not_doing_it() -> None:
    tale = told(
        Step("wait", "gate", gate=Gate(approvals=1)),
        Step("back", "rollback", steps=(Step("stop"), Step("go"))),
        Step("then", "gate", gate=Gate(steps=("1.2",))),
    )
    tale.do(steps.skip, "1.2.1", because="x")
    events = tale.do(steps.skip, "1.2.2", because="nothing to undo")
    assert events == [StepSkipped("1.2.2", "nothing to undo"), StepSkipped("1.2", "nothing to undo")]
    found = tale.incident.checklist.find("1.3")
    assert found is not None
    assert gates.missing(tale.incident, tale.org, found) == ["1.2 done (it is skipped)"]


def test_skipping_the_rest_of_a_checklist_finishes_nothing_behind_a_closed_gate() -> None:
    tale = told(Step("wait", "gate"), Step("back", "rollback", steps=(Step("stop"), Step("go"))))
    tale.do(steps.finish, "1.1")
    tale.do(steps.finish, "1.2.1")
    tale.do(steps.reopen, "1.1")
    assert tale.do(steps.skip, "1.2.2", because="x") == [StepSkipped("1.2.2", "x")]


def test_a_value_must_fit_every_runbook_that_uses_it() -> None:
    loose, strict = Parameter("target", kind="text"), Parameter("target", kind="choice", choices=("staging",))
    tale = told(Step("one"), parameters=(loose,))
    tale.do(parameters.fill_in, "target", "production; all of it")
    run = Step("go", run=Automation("command", ("deploy", "<target>")))
    tale.do(checklist.attach, Runbook("b", "B", phases=(Phase("p", (run,)),), parameters=(strict,)))
    with pytest.raises(Invalid, match="<target> is none of those"):
        tale.do(steps.run, "2/1.1", host="bastion")
    with pytest.raises(Invalid, match="<target> is none of those"):
        tale.do(parameters.fill_in, "target", "production")
    tale.do(parameters.fill_in, "target", "staging")
    assert isinstance(tale.do(steps.run, "2/1.1", host="bastion")[0], RunStarted)


def dangerous() -> Tale:
    """A dangerous step that ana asked for and bo approved."""
    tale = told(Step("drain", run=Automation("command", ("drain",), dangerous=True)))
    tale.do(steps.run, "1.1", host="bastion", fingerprint="program 1")
    tale.do(steps.approve, "1.1", by="bo")
    return tale


def test_an_approval_is_for_the_very_program_that_the_host_had() -> None:
    assert isinstance(dangerous().do(steps.run, "1.1", host="bastion", fingerprint="program 2")[0], RunRequested)
    assert isinstance(dangerous().do(steps.run, "1.1", host="bastion", fingerprint="program 1")[0], RunStarted)


def test_an_approval_does_not_outlive_the_step_that_it_was_for() -> None:
    tale = dangerous()
    tale.do(steps.fail, "1.1", because="danger seen", by="bo")
    tale.do(steps.reopen, "1.1")
    assert isinstance(tale.do(steps.run, "1.1", host="bastion", fingerprint="program 1")[0], RunRequested)


def test_a_request_runs_out_and_an_approval_counts_from_when_it_was_given() -> None:
    tale = told(Step("drain", run=Automation("command", ("drain",), dangerous=True)))
    tale.do(steps.run, "1.1", host="bastion")
    late = tale.branch()
    late.now += timedelta(minutes=16)
    with pytest.raises(Refused, match=r"asked to run 1\.1 16 min ago"):
        late.do(steps.approve, "1.1", by="bo")
    tale.now += timedelta(minutes=14)
    tale.do(steps.approve, "1.1", by="bo")
    tale.now += timedelta(minutes=14)
    assert isinstance(tale.do(steps.run, "1.1", host="bastion")[0], RunStarted)


def test_a_late_report_of_an_older_run_settles_nothing() -> None:
    tale = told(Step("look", run=LOOK))
    tale.do(steps.run, "1.1", host="bastion")
    first = tale.incident.automation.runs[0]
    tale.now += timedelta(seconds=59)
    assert not first.lost(tale.now)
    tale.now += timedelta(seconds=2)
    tale.do(steps.run, "1.1", host="bastion", again=True)
    tale.do(steps.ended, "1.1", run=first.run, ending="passed")
    assert outcome(tale, "1.1") == "todo"


def test_a_gate_is_approved_only_by_names_that_are_more_than_asserted() -> None:
    tale = told(Step("wait", "gate", gate=Gate(approvals=2)))
    tale.do(steps.approve, "1.1")
    tale.via = "asserted"
    with pytest.raises(Refused, match="only asserted"):
        tale.do(steps.approve, "1.1", by="bo")


def test_a_gate_behind_a_closed_gate_is_not_overridden() -> None:
    tale = told(Step("one", "gate"), Step("two", "gate", gate=Gate(approvals=1)))
    with pytest.raises(Refused, match=r"comes after the gate 1\.1"):
        tale.do(steps.override, "1.2", because="now")


def test_what_only_reads_waits_all_the_same_where_it_runs_something() -> None:
    tale = told(Step("one", "gate"), Step("read", "read"), Step("look", "read", run=LOOK))
    tale.do(steps.finish, "1.2")
    with pytest.raises(Refused, match=r"comes after the gate 1\.1"):
        tale.do(steps.run, "1.3", host="bastion")


def test_a_gate_that_wants_a_role_of_a_newer_version_says_its_id() -> None:
    tale = told(Step("wait", "gate", gate=Gate(roles=("duty-lawyer",))))
    found = tale.incident.checklist.find("1.1")
    assert found is not None
    assert gates.missing(tale.incident, tale.org, found) == ["a duty-lawyer"]
    tale.write(RoleTaken("duty-lawyer", "ana"))
    assert gates.missing(tale.incident, tale.org, found) == []


def test_two_lists_of_arguments_never_look_the_same() -> None:
    one = Automation("command", ("append", 'a b" "c d'))
    other = Automation("command", ("append", "a b", "c d"))
    assert one.shown != other.shown


@pytest.mark.parametrize("value", ["-x", "--output=/etc/passwd"])
def test_a_value_never_makes_an_option_of_an_argument(value: str) -> None:
    with pytest.raises(Invalid, match="read as an option"):
        rendered(Automation("command", ("cat", "<file>")), {"file": value})
    with pytest.raises(Invalid, match="begin with a hyphen"):
        read_value(Parameter("file", kind="text"), value)
    assert rendered(Automation("command", ("cat", "--from=<file>")), {"file": value}).args[1] == f"--from={value}"


@pytest.mark.parametrize("value", ["a\x1b[2Jb", "a\nb", "a\u202eb", ""])
def test_a_value_is_one_line_without_hidden_characters(value: str) -> None:
    with pytest.raises(Invalid, match="needs one line"):
        read_value(Parameter("file", kind="text"), value)


def test_a_value_is_never_searched_for_places() -> None:
    assert fill("<a> <b>", {"a": "<b>", "b": "x"}) == "<b> x"


def test_a_parameter_that_somebody_changed_since_is_not_undone() -> None:
    tale = Tale()
    tale.do(checklist.attach, GUARDED)
    tale.do(parameters.fill_in, "cluster", "eu-1")
    tale.do(parameters.fill_in, "cluster", "eu-2", by="bo")
    with pytest.raises(Refused, match="something has changed since"):
        tale.do(undo)
    assert replace(tale.incident.parameters).get("cluster") == "eu-2"
    assert StepDone("1.1") not in [act.event for act in tale.incident.acts]
