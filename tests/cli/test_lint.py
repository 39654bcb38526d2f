"""`warroom runbook lint`: what is wrong and what rots, and which exit code that has."""

from pathlib import Path

from tests.cli.shell import ROOT, Shell

ORGANISATION = str(ROOT / "sample_data" / "organisation")
RUNBOOKS = str(ROOT / "runbooks")
OLD = "runbook: old\ntitle: Old\nreviewed: 2020-01-01\nphases:\n- name: A\n  steps:\n  - {do: Look, expected: 5m}\n"


def test_the_starter_runbooks_are_clean(shell: Shell) -> None:
    done = shell.run("runbook", "lint", RUNBOOKS, "--organisation", ORGANISATION, "--strict", "--days", "100000")
    assert (done.code, done.out) == (0, "")
    assert "0 problems, 0 findings." in done.err


def test_rot_is_a_warning_unless_somebody_is_strict(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(OLD)
    view = shell.ask("runbook", "lint", str(path))
    assert (view["ok"], view["runbooks"], view["problems"]) == (True, ["old"], [])
    owner, reviewed = view["findings"]
    assert owner == {
        "file": str(path), "line": 2, "step": None, "rule": "owner", "text": "nobody owns it; name a team as its owner",
    }  # fmt: skip
    assert (reviewed["rule"], reviewed["line"]) == ("reviewed", 3)
    assert shell.run("runbook", "lint", str(path), "--strict").code == 1
    lines = shell.run("runbook", "lint", str(path), "--days", "99999").out.splitlines()
    assert lines == [f"{path}:2: nobody owns it; name a team as its owner [owner]"]


def test_what_cannot_be_used_is_an_error(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "broken.yaml").write_text("runbook: broken\n")
    done = shell.run("runbook", "lint", str(tmp_path), "--json")
    assert (done.code, done.data["ok"], done.data["runbooks"]) == (1, False, ["old"])
    assert all(each.startswith(f"{tmp_path}/broken.yaml:1: ") for each in done.data["problems"])


def test_names_must_fit_the_playbook_in_force(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(OLD.replace("title: Old", "title: Old\nowner: nobody"))
    assert [each["rule"] for each in shell.ask("runbook", "lint", str(path))["findings"]] == ["reviewed"]
    shell.ask("init")
    assert [each["rule"] for each in shell.ask("runbook", "lint", str(path))["findings"]] == ["owner", "reviewed"]


def test_days_are_a_number(shell: Shell) -> None:
    for text in ("-1", "0", "many", "9" * 5000, "１"):
        done = shell.run("runbook", "lint", RUNBOOKS, "--days", text)
        assert (done.code, done.out) == (1, "")
        assert "is no number of days" in done.err


def test_dead_links_are_asked_for(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(OLD.replace("do: Look", "do: Look, detail: 'See http://127.0.0.1:1/wiki.'"))
    assert "link" not in {each["rule"] for each in shell.ask("runbook", "lint", str(path))["findings"]}
    (found,) = (
        each for each in shell.ask("runbook", "lint", str(path), "--links")["findings"] if each["rule"] == "link"
    )
    assert (found["step"], found["line"]) == ("1.1", 7)
    assert found["text"] == "http://127.0.0.1:1/wiki is dead: nothing listens there"
