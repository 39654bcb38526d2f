"""The starter runbooks: each is complete, readable and can be attached as it is."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from warroom.domain.runbook import Runbook, Step
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation
from warroom.playbook.runbook import read_runbook

FILES = sorted(samples.runbooks().glob("*.yaml"))
WANTED = {
    "first-fifteen-minutes", "error-rate-spike", "latency", "database-primary-lost", "disk-full",
    "certificate-expired", "bad-deploy", "dependency-down", "queue-backlog",
}  # fmt: skip
_IMPERATIVE = re.compile(r"[A-Z][a-z]+ ?")


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
def test_commands_are_one_line_and_name_what_to_set_as_variables(path: Path) -> None:
    """`<name>` in a command would be a redirection when it is pasted."""
    for step in steps(read_runbook(path)):
        assert "\n" not in step.command, step.title
        assert not re.search(r"<[a-z-]+>", step.command), step.title
        assert step.command.count("'") % 2 == 0, step.title


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shell_can_parse_every_command(path: Path) -> None:
    for step in steps(read_runbook(path)):
        parsed = subprocess.run(["bash", "-n", "-c", step.command], capture_output=True, text=True, check=False)
        assert (parsed.returncode, parsed.stderr) == (0, ""), step.title


def test_the_sample_organisation_knows_every_name_in_them() -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    assert len(playbook.runbooks) == len(FILES)
    teams = {person.team for person in playbook.people}
    assert {runbook.owner for runbook in playbook.runbooks} <= teams


def test_the_list_in_the_readme_is_complete() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (samples.runbooks() / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [path.stem for path in FILES]
