"""`warroom playbook`: lint, diff and publish of a folder, and rosters of other tools."""

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, Shell

TERRAFORM = """
resource "pagerduty_user" "ana" { email = "ana@example.org" }
resource "pagerduty_schedule" "web" {
  name      = "Web"
  time_zone = "Europe/Berlin"
  overflow  = true
  layer {
    name                         = "week"
    start                        = "2026-01-05T09:00:00+01:00"
    rotation_virtual_start       = "2026-01-05T09:00:00+01:00"
    rotation_turn_length_seconds = 604800
    users                        = [pagerduty_user.ana.id, pagerduty_user.zoe.id]
  }
  tags = ["a"]
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample organisation."""
    return Path(shutil.copytree(ROOT / "sample_data" / "organisation", tmp_path / "acme"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_lint_reads_rosters_and_modules(shell: Shell, folder: Path) -> None:
    view = shell.ask("playbook", "lint", str(folder))
    assert (view["modules"], "duty-managers" in view["schedules"], "sev1" in view["ladders"]) == (
        ["payments"],
        True,
        True,
    )
    change(folder / "schedules.yaml", "members: [omar, ana, max, fay]", "members: [omar, ann]")
    change(folder / "modules" / "payments" / "ladders.yaml", "delay: 2m", "delay: 0s")
    done = shell.run("playbook", "lint", str(folder))
    assert done.code == 1
    assert 'no person is called "ann"' in done.err
    assert 'modules/payments/ladders.yaml:7: ladders[0].rungs[0].delay: "0s" is not a duration' in done.err


def test_diff_says_what_would_change_and_for_whom(anywhere: Shell, folder: Path) -> None:
    anywhere.ask("playbook", "publish", str(folder))
    same = anywhere.run("playbook", "diff", str(folder))
    assert (same.code, same.out) == (0, "")
    assert "nothing would change" in same.err
    change(folder / "schedules.yaml", "members: [omar, ana, max, fay]", "members: [omar, max, fay]")
    done = anywhere.run("playbook", "diff", str(folder))
    assert done.code == 0
    assert done.out.splitlines()[:3] == [
        "schedule duty-managers changed",
        "  layer month: members: omar, ana, max, fay → omar, max, fay",
        "For ana:",
    ]
    assert "  You are no longer in the rotation duty-managers/month." in done.out.splitlines()
    view = anywhere.ask("playbook", "diff", str(folder))
    assert view["changes"] == [
        {
            "what": "schedule", "name": "duty-managers", "how": "changed", "module": None,
            "details": ["layer month: members: omar, ana, max, fay → omar, max, fay"],
        }
    ]  # fmt: skip
    assert set(view["concerns"]) == {"ana", "omar", "max", "fay"}
    assert anywhere.ask("playbook", "show")["playbook_version"] == 1


def test_publish_says_what_it_changed_and_for_whom(shell: Shell, folder: Path) -> None:
    first = shell.ask("playbook", "publish", str(folder))
    assert set(first["concerns"]) == {person["name"] for person in first["people"]}
    change(folder / "people.yaml", "after: 2m", "after: 3m")
    done = shell.run("playbook", "publish", str(folder))
    assert done.code == 0
    assert "  contact phone: after: 2m → 3m" in done.out.splitlines()
    assert "For ana:" in done.out.splitlines()
    assert "is now in force" in done.err
    again = shell.ask("playbook", "publish", str(folder))
    assert (again["changed"], again["changes"], again["concerns"]) == (False, [], {})


def test_an_empty_database_has_nobody_to_page(shell: Shell) -> None:
    view = shell.ask("playbook", "show")
    assert (view["schedules"], view["ladders"], view["channels"], view["modules"]) == ([], [], [], [])


def test_rosters_of_another_tool_become_files_that_can_be_published(shell: Shell, folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "oncall.tf"
    source.write_text(TERRAFORM)
    shell.ask("playbook", "publish", str(folder))
    shown = shell.run("playbook", "import-schedules", str(source))
    assert shown.code == 0
    assert shown.out.startswith("# schedules.yaml\nschedules:\n- name: web\n")
    assert "schedule “Web”: “tags” has no counterpart here" in shown.err
    assert "These people are not in the playbook; write them into people.yaml: zoe." in shown.err
    (tmp_path / "new").mkdir()
    view = shell.ask("playbook", "import-schedules", str(source), "--to", str(tmp_path / "new"))
    assert (view["schedules"], view["ladders"], view["people"]) == (["web"], [], ["zoe"])
    assert (tmp_path / "new" / "schedules.yaml").read_text() == view["files"]["schedules.yaml"]
    again = shell.run("playbook", "import-schedules", str(source), "--to", str(tmp_path / "new"))
    assert (again.code, "is there already" in again.err) == (1, True)


def test_a_file_without_rosters_is_no_success(shell: Shell, tmp_path: Path) -> None:
    source = tmp_path / "other.yaml"
    source.write_text("a: 1\n")
    done = shell.run("playbook", "import-schedules", str(source))
    assert (done.code, done.out) == (1, "")
    assert "no schedule or escalation policy of PagerDuty or Opsgenie is in it" in done.err
    assert shell.run("playbook", "import-schedules", str(tmp_path / "missing.tf")).code == 1


def test_what_another_tool_says_reaches_no_terminal_as_codes(shell: Shell, tmp_path: Path) -> None:
    source = tmp_path / "oncall.tf"
    source.write_text(TERRAFORM.replace('"Web"', '"We\x1b[31mb"').replace('["a"]', '"\x1b]0;x\x07"'))
    done = shell.run("playbook", "import-schedules", str(source))
    assert "\x1b" not in done.out + done.err
