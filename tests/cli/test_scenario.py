"""`warroom drill lint` and `warroom drill generate`."""

import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, Shell
from warroom.bootstrap import open_store
from warroom.playbook import samples
from warroom.room.room import Actor, Room

INCIDENTS = ROOT / "sample_data" / "incidents"
ORGANISATION = str(ROOT / "sample_data" / "organisation")


def test_the_samples_are_clean_in_the_sample_organisation(anywhere: Shell) -> None:
    anywhere.run("init")
    files = [str(path) for path in samples.scenarios().values()]
    done = anywhere.run("drill", "lint", *files)
    assert (done.code, done.out, done.err) == (0, "", "7 scenarios can be played; 0 problems.\n")
    assert anywhere.ask("drill", "lint", *files) == {
        "ok": True,
        "scenarios": sorted(samples.scenarios()),
        "problems": [],
    }


def test_without_a_database_the_folder_of_an_organisation_says_what_fits(shell: Shell) -> None:
    file = str(samples.scenarios()["database-split"])
    fits = ("--organisation", ORGANISATION, "--runbooks", str(samples.runbooks()))
    assert shell.run("drill", "lint", file, *fits).code == 0
    assert "database-primary-lost" in shell.run("drill", "lint", file, "--organisation", ORGANISATION).out
    assert shell.run("drill", "lint", file, "--runbooks", str(samples.runbooks())).code == 2
    assert not Path(shell.db).exists()


def test_problems_are_lines_and_data(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = samples.scenarios()["database-split"].read_text(encoding="utf-8")
    path.write_text(text.replace("milestone: resolution", "milestone: over"), encoding="utf-8")
    broken = tmp_path / "b.yaml"
    broken.write_text("scenario: b\n", encoding="utf-8")
    done = shell.run("drill", "lint", str(path), str(broken))
    line = path.read_text(encoding="utf-8").splitlines().index("  when: {milestone: over}") + 1
    first, *others = done.out.splitlines()
    assert done.err == f"0 scenarios can be played; {1 + len(others)} problems.\n"
    assert (done.code, first.startswith(f"{path}:{line}: end.when.milestone: No milestone is called “over”.")) == (
        1,
        True,
    )
    assert all(each.startswith(f"{broken}:1: ") for each in others)
    data = shell.run("drill", "lint", str(path), str(broken), "--json").data
    assert (data["ok"], data["scenarios"], data["problems"][0]["line"]) == (False, [], line)


def test_a_file_that_is_not_there_is_a_problem_of_it(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("drill", "lint", str(tmp_path / "none.yaml"))
    assert (done.code, done.out.count("none.yaml")) == (1, 1)
    assert done.err == "0 scenarios can be played; 1 problem.\n"


def test_one_is_one(anywhere: Shell, tmp_path: Path) -> None:
    anywhere.run("init")
    good = samples.scenarios()["database-split"]
    assert anywhere.run("drill", "lint", str(good)).err == "1 scenario can be played; 0 problems.\n"
    assert anywhere.run("drill", "lint", str(good), str(tmp_path / "none.yaml")).err == (
        "1 scenario can be played; 1 problem.\n"
    )


@pytest.mark.parametrize("name", ["github-2018-10-21-mysql-split", "atlassian-2022-04-05", "slack-2021-01-04"])
def test_what_generate_writes_lint_accepts(anywhere: Shell, tmp_path: Path, name: str) -> None:
    anywhere.run("init")
    anywhere.run("import", str(INCIDENTS / f"{name}.yaml"))
    path = tmp_path / "drill.yaml"
    done = anywhere.run("drill", "generate", "INC-1", str(path))
    assert (done.code, done.out) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert anywhere.run("drill", "generate", "1").out == text
    assert "remark: " not in text
    assert "Imported from" not in text
    assert "action: " not in text
    assert anywhere.ask("drill", "lint", str(path))["scenarios"] == ["inc-1"]


def test_an_incident_that_was_lived_becomes_a_scenario(anywhere: Shell, tmp_path: Path) -> None:
    anywhere.run("init")
    anywhere.run("declare", "payments fail", "--sev", "1", "--service", "payments", "--at", "-30m")
    anywhere.run("note", "the provider \x1b[31msays\x1b[0m it is us: {no} [markup]")
    anywhere.run("service", "till", "degraded")
    anywhere.run("resolve")
    path = tmp_path / "drill.yaml"
    assert anywhere.run("drill", "generate", "INC-1", str(path)).code == 0
    assert anywhere.ask("drill", "lint", str(path))["ok"]
    assert "{no} [markup]" in path.read_text(encoding="utf-8")


def test_nothing_is_written_over(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "one")
    path = tmp_path / "drill.yaml"
    path.write_text("mine", encoding="utf-8")
    done = shell.run("drill", "generate", "INC-1", str(path), "--json")
    assert (done.code, done.error["message"]) == (1, f"There is already something at {path}.")
    assert path.read_text(encoding="utf-8") == "mine"
    nowhere = shell.run("drill", "generate", "INC-1", str(tmp_path / "no" / "drill.yaml"), "--json")
    assert nowhere.error["code"] == "unavailable"


def test_an_incident_has_to_be_there(shell: Shell) -> None:
    shell.run("declare", "one")
    assert shell.run("drill", "generate", "INC-7", "--json").error["code"] == "unknown"
    assert shell.run("drill", "generate").code == 2


def test_an_incident_that_no_file_holds_is_refused(shell: Shell, tmp_path: Path) -> None:
    with closing(open_store(shell.db, create=True)) as store:
        room = Room(store, Actor("ana"))
        incident = room.do("declare", None, title="long").incident.id
        for _ in range(35):
            room.do("note", incident, text="long " * 1600)
    done = shell.run("drill", "generate", "INC-1", str(tmp_path / "drill.yaml"), "--json")
    assert (done.code, done.error["message"]) == (1, "INC-1 holds more than a scenario file can, 256 KiB.")
    assert not (tmp_path / "drill.yaml").exists()
