"""The starter runbooks: each is complete, readable and can be attached as it is."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from warroom.domain.org import Org
from warroom.domain.runbook import Gate, Runbook, Step, fill, placeholders, read_value, rendered, walk
from warroom.domain.steps import candidates
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation
from warroom.playbook.runbook import read_runbook
from warroom.probes.probes import Probes

FILES = sorted(samples.runbooks().glob("*.yaml"))
WANTED = {
    "first-fifteen-minutes", "error-rate-spike", "latency", "database-primary-lost", "disk-full",
    "certificate-expired", "bad-deploy", "dependency-down", "queue-backlog",
}  # fmt: skip
VALUES = {"word": "a-b.c/d:e@f%g+h=i", "text": "/srv/my data, (not) & yours; | > *", "number": "-7.5"}
TARGETS = {"url": "https://shop.example.com/healthz", "host": "shop.example.com", "port": "443", "mount": "/var/lib"}
_IMPERATIVE = re.compile(r"[A-Z][a-z]+ ?")
_VARIABLE = re.compile(r"\$\{?[A-Z]")


def nothing(*args: Any, **given: Any) -> NoReturn:
    raise AssertionError("checking runs nothing")


def steps(runbook: Runbook) -> list[Step]:
    return [step for phase in runbook.phases for step in phase.steps]


def test_there_is_one_for_each_common_symptom() -> None:
    assert {path.stem for path in FILES} >= WANTED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_starter_runbook_is_complete(path: Path) -> None:
    runbook = read_runbook(path)
    assert runbook.name == path.stem
    assert runbook.symptom
    assert runbook.summary
    assert runbook.owner
    assert runbook.reviewed
    assert 10 <= len(steps(runbook)) <= 20
    assert len({step.title for step in steps(runbook)}) == len(steps(runbook))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_starter_runbook_checks_decides_informs_escalates_and_rolls_back(path: Path) -> None:
    kinds = {step.kind for step in steps(read_runbook(path))}
    assert kinds == {"do", "check", "inform", "escalate", "decide", "rollback", "gate"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_tells_a_new_hire_what_to_do(path: Path) -> None:
    for step in steps(read_runbook(path)):
        assert _IMPERATIVE.match(step.title), step.title
        assert len(step.detail) > 60, step.title
        assert step.detail.endswith("."), step.title
        assert step.expected is not None, step.title
        assert timedelta(0) < step.expected <= timedelta(hours=6), step.title
        assert step.inform or step.kind != "inform", step.title


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_place_is_a_parameter_and_nothing_is_left_to_shell_variables(path: Path) -> None:
    runbook = read_runbook(path)
    declared = {each.name for each in runbook.parameters}
    for place, step in walk(runbook):
        for text in (step.title, step.detail, step.command, *(step.run.args if step.run else ())):
            assert declared >= set(placeholders(text)), place
            assert not _VARIABLE.search(text), place
    assert all(each.help for each in runbook.parameters)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shell_can_parse_every_command_once_it_is_filled_in(path: Path) -> None:
    """With values as bad as each kind allows."""
    runbook = read_runbook(path)
    values = {each.name: VALUES[each.kind] for each in runbook.parameters}
    for name, value in values.items():
        parameter = runbook.parameter(name)
        assert parameter is not None
        assert read_value(parameter, value) == value
    for _, step in walk(runbook):
        command = fill(step.command, values)
        assert "\n" not in command, step.title
        assert not placeholders(command), step.title
        parsed = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)
        assert (parsed.returncode, parsed.stderr) == (0, ""), step.title


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_gate_can_be_opened_and_what_runs_is_understood(path: Path) -> None:
    """A gate waits only for steps that are always done: one that may be skipped would stay closed for good."""
    runbook = read_runbook(path)
    known = dict(walk(runbook))
    assert any(step.gate for step in known.values())
    for place, step in known.items():
        for wanted in step.gate.steps if step.gate else ():
            assert known[wanted].kind in ("check", "decide"), place
        if step.run and step.run.tool != "command":
            run = rendered(step.run, TARGETS)
            Probes(nothing).check(run)


def test_what_warroom_can_find_out_itself_it_finds_out_in_them() -> None:
    tools = {path.stem: {step.run.tool for _, step in walk(read_runbook(path)) if step.run} for path in FILES}
    assert tools["certificate-expired"] >= {"tls", "dns"}
    assert tools["dependency-down"] >= {"http", "dns", "tcp"}
    assert tools["disk-full"] >= {"disk"}
    assert tools["latency"] >= {"http"}


def test_one_of_them_shows_how_a_dangerous_command_is_run() -> None:
    runs = [step.run for _, step in walk(read_runbook(samples.runbooks() / "bad-deploy.yaml")) if step.run]
    assert [(each.tool, each.args[:5], each.dangerous) for each in runs] == [
        ("command", ("kubectl", "-n", "shop", "rollout", "undo"), True)
    ]


def test_the_first_thing_that_a_gate_waits_for_is_somebody_in_command() -> None:
    step = dict(walk(read_runbook(samples.runbooks() / "first-fifteen-minutes.yaml")))["1.2"]
    assert step.gate == Gate(roles=("commander",))


def test_alerts_lead_to_them() -> None:
    """Each to one at most, but for the first fifteen minutes, which are for any."""
    named = [alert for path in FILES for alert in read_runbook(path).alerts]
    assert len(named) == len(set(named))
    assert [path.stem for path in FILES if not read_runbook(path).alerts] == ["first-fifteen-minutes"]


def test_whom_they_escalate_to_is_in_the_sample_organisation() -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    named = [step.to for runbook in playbook.runbooks for _, step in walk(runbook) if step.to]
    assert len(named) >= 7
    assert all(candidates(Org(playbook), to) for to in named)


def test_the_sample_organisation_knows_every_name_in_them() -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    assert {path.stem for path in FILES} <= {book.name for book in playbook.runbooks}
    teams = {person.team for person in playbook.people}
    assert {runbook.owner for runbook in playbook.runbooks} <= teams


def test_the_list_in_the_readme_is_complete() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (samples.runbooks() / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [path.stem for path in FILES]
