"""Automated steps: once at most, on record first, and two people for what is dangerous."""

from hashlib import sha256

import pytest
from msgspec.structs import replace

from tests.support.builders import GUARDED, Tale
from warroom.domain import checklist, parameters, roles, steps
from warroom.domain.automation import Execution, RunApproved, RunEnded, RunRequested, RunStarted
from warroom.domain.errors import Already, Invalid, Refused
from warroom.domain.event import Event
from warroom.domain.runbook import Automation


@pytest.fixture
def tale() -> Tale:
    """1.1 runs, 1.2 is dangerous; ana commands and bo is the scribe."""
    tale = Tale()
    tale.do(checklist.attach, GUARDED)
    tale.do(parameters.fill_in, "cluster", "eu-1")
    tale.do(roles.take, "commander")
    tale.do(roles.take, "scribe", by="bo")
    return tale


def start(tale: Tale, step: str, by: str = "ana", host: str = "bastion", again: bool = False) -> Event:
    """Somebody presses the key; what came of it."""
    (event,) = tale.do(steps.run, step, host=host, by=by, again=again)
    return event


def last(tale: Tale) -> Execution:
    """The last run."""
    return tale.incident.automation.runs[-1]


def test_what_is_harmless_runs_at_once_as_filled_in(tale: Tale) -> None:
    started = start(tale, "1.1")
    assert isinstance(started, RunStarted)
    assert (started.what, started.host) == (Automation("tcp", ("eu-1:5432",)), "bastion")
    assert tale.last == "runs 1.1 on bastion: tcp eu-1:5432"


def test_a_drill_runs_nothing_on_a_real_host() -> None:
    tale = Tale(exercise="drill")
    tale.do(checklist.attach, GUARDED)
    tale.do(parameters.fill_in, "cluster", "eu-1")
    for step in ("1.1", "1.2"):
        with pytest.raises(Refused, match=r"^This is a drill: nothing runs on a real host\.$"):
            start(tale, step)
    tale.do(steps.finish, "1.1", "open, says the trainer")


@pytest.mark.parametrize(
    ("ending", "outcome"), [("passed", "done"), ("failed", "failed"), ("timed-out", "failed"), ("stopped", "failed")]
)
def test_a_step_goes_the_way_of_its_run_and_keeps_the_output(tale: Tale, ending: str, outcome: str) -> None:
    start(tale, "1.1")
    digest = sha256(b"open").hexdigest()
    tale.do(steps.ended, "1.1", run=last(tale).run, ending=ending, says="3 ms", digest=digest, size=4, name="out")
    state = tale.incident.checklist.find("1.1")
    assert state is not None
    assert (state.outcome, state.because, state.by) == (outcome, "3 ms", "ana")
    assert [(each.digest, each.step) for each in tale.incident.evidence] == [(digest, "1.1")]


def test_a_run_reports_once_and_only_from_where_it_ran(tale: Tale) -> None:
    start(tale, "1.1")
    with pytest.raises(Refused, match="no such run of yours"):
        tale.do(steps.ended, "1.1", run=last(tale).run, ending="passed", by="bo")
    tale.do(steps.ended, "1.1", run=last(tale).run, ending="passed")
    with pytest.raises(Already):
        tale.do(steps.ended, "1.1", run=last(tale).run, ending="failed")


def test_a_step_that_somebody_settled_meanwhile_stays_as_it_is(tale: Tale) -> None:
    start(tale, "1.1")
    tale.do(steps.finish, "1.1", by="bo", note="seen by hand")
    (ended,) = tale.do(steps.ended, "1.1", run=last(tale).run, ending="failed")
    assert isinstance(ended, RunEnded)
    state = tale.incident.checklist.find("1.1")
    assert state is not None
    assert (state.outcome, state.because) == ("done", "seen by hand")


def test_two_people_on_the_same_key_start_one_run(tale: Tale) -> None:
    start(tale, "1.1")
    with pytest.raises(Already, match=r"ana runs 1\.1 on bastion since"):
        start(tale, "1.1", by="bo")


def test_a_run_whose_console_died_is_unknown_and_never_runs_again_by_itself(tale: Tale) -> None:
    tale.at("14:05")
    start(tale, "1.1")
    tale.at("14:06:01")
    assert last(tale).lost(tale.now)
    with pytest.raises(Refused, match=r"What became of the run of 1\.1 by ana, 1 min ago, is unknown"):
        start(tale, "1.1")
    assert isinstance(start(tale, "1.1", again=True), RunStarted)
    assert len({run.run for run in tale.incident.automation.runs}) == 2


def test_what_is_not_filled_in_does_not_run() -> None:
    tale = Tale()
    tale.do(checklist.attach, GUARDED)
    with pytest.raises(Refused, match=r"1\.1 needs <cluster> first"):
        start(tale, "1.1")
    with pytest.raises(Refused, match="runs nothing"):
        start(tale, "1.3")


def approved(tale: Tale) -> str:
    """Ana asks to run 1.2 and bo approves it; the digest."""
    asked = start(tale, "1.2")
    assert isinstance(asked, RunRequested)
    (approval,) = tale.do(steps.approve, "1.2", by="bo")
    assert approval == RunApproved("1.2", asked.digest)
    return asked.digest


def test_what_is_dangerous_waits_for_a_second_person(tale: Tale) -> None:
    assert isinstance(start(tale, "1.2"), RunRequested)
    assert tale.incident.automation.runs == ()
    with pytest.raises(Already, match=r"1\.2 waits for a second person"):
        start(tale, "1.2")
    tale.do(steps.approve, "1.2", by="bo")
    started = start(tale, "1.2")
    assert isinstance(started, RunStarted)
    assert started.what.args == ("drain", "--site", "eu-1")


def test_nobody_approves_their_own_or_without_a_role_or_what_nobody_asked(tale: Tale) -> None:
    with pytest.raises(Refused, match="Nobody has asked"):
        tale.do(steps.approve, "1.2", by="bo")
    start(tale, "1.2")
    with pytest.raises(Refused, match="You asked to run"):
        tale.do(steps.approve, "1.2")
    with pytest.raises(Refused, match="Only somebody with a role"):
        tale.do(steps.approve, "1.2", by="cy")
    assert tale.incident.automation.runs == ()


def test_a_name_that_is_only_asserted_neither_asks_nor_approves(tale: Tale) -> None:
    tale.via = "asserted"
    with pytest.raises(Refused, match="only asserted"):
        start(tale, "1.2")
    tale.via = "login"
    start(tale, "1.2")
    tale.via = "asserted"
    with pytest.raises(Refused, match="only asserted"):
        tale.do(steps.approve, "1.2", by="bo")


def test_a_changed_parameter_after_the_approval_asks_again(tale: Tale) -> None:
    digest = approved(tale)
    tale.do(parameters.fill_in, "cluster", "eu-2")
    asked = start(tale, "1.2")
    assert isinstance(asked, RunRequested)
    assert asked.digest != digest
    with pytest.raises(Already, match="waits for a second person"):
        start(tale, "1.2")


def test_a_parameter_changed_before_the_approval_voids_the_request(tale: Tale) -> None:
    start(tale, "1.2")
    tale.do(parameters.fill_in, "cluster", "eu-2")
    with pytest.raises(Refused, match="no longer what ana asked"):
        tale.do(steps.approve, "1.2", by="bo")


def test_an_approval_is_for_one_host_one_person_and_fifteen_minutes(tale: Tale) -> None:
    approved(tale)
    assert isinstance(start(tale.branch(), "1.2", host="laptop"), RunRequested)
    with pytest.raises(Already, match=r"ana asks to run 1\.2 already"):
        start(tale, "1.2", by="bo")
    late = tale.branch()
    late.now = tale.now.replace(minute=tale.now.minute + 16)
    assert isinstance(start(late, "1.2"), RunRequested)
    assert isinstance(start(tale, "1.2"), RunStarted)


def test_an_approval_is_used_once(tale: Tale) -> None:
    approved(tale)
    start(tale, "1.2")
    tale.do(steps.ended, "1.2", run=last(tale).run, ending="failed", says="exit 1")
    tale.do(steps.reopen, "1.2")
    assert isinstance(start(tale, "1.2"), RunRequested)
    tale.write(RunApproved("1.2", "0" * 64), by="bo")
    with pytest.raises(Already, match="waits for a second person"):
        start(tale, "1.2")


def test_a_replayed_approval_of_another_try_counts_for_nothing(tale: Tale) -> None:
    digest = approved(tale)
    start(tale, "1.2")
    tale.do(steps.ended, "1.2", run=last(tale).run, ending="failed")
    tale.do(steps.reopen, "1.2")
    start(tale, "1.2")
    tale.write(RunApproved("1.2", digest), by="bo")
    with pytest.raises(Already, match="waits for a second person"):
        start(tale, "1.2")


def test_another_text_of_the_runbook_is_another_approval(tale: Tale) -> None:
    other = Tale()
    other.do(checklist.attach, replace(GUARDED, summary="as edited since"))
    other.do(parameters.fill_in, "cluster", "eu-1")
    other.do(roles.take, "commander")
    other.do(roles.take, "scribe", by="bo")
    asked = start(other, "1.2")
    assert isinstance(asked, RunRequested)
    assert asked.digest != approved(tale)


@pytest.mark.parametrize(
    "value", ["-oProxyCommand=x", "--output=/etc/passwd", "a b", "a;b", "$(id)", "`id`", "a|b", "a\nb", ""]
)
def test_a_value_that_could_be_more_than_a_word_is_refused(tale: Tale, value: str) -> None:
    with pytest.raises(Invalid):
        tale.do(parameters.fill_in, "cluster", value)
    assert tale.incident.parameters.get("cluster") == "eu-1"


def test_a_closed_gate_stops_what_would_run(tale: Tale) -> None:
    guarded = replace(GUARDED, name="late", phases=(GUARDED.phases[1], GUARDED.phases[0]))
    tale.do(checklist.attach, guarded)
    with pytest.raises(Refused, match=r"2/2\.1 comes after the gate 2/1\.1"):
        start(tale, "2/2.1")
