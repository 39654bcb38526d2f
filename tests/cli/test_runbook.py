"""Other people's runbooks on the command line: brought in, used as they are, suggested."""

from pathlib import Path

import msgspec
import pytest

from tests.cli.shell import Shell
from tests.playbook.files import write

NODE = (
    "# NodeDown\n\nA node is gone.\n\n## Repair\n\n1. Look at <node>\n   ```sh\n   ping <node>\n   ```\n2. Restart it\n"
)
MANY = '# Alerts\n\n## Alert Name: "DiskFull"\n\n- find what grows\n\n## Alert Name: "DiskSlow"\n\n- wait\n'


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    """A folder of Markdown."""
    write(tmp_path / "wiki/infra", "NodeDown.md", NODE)
    write(tmp_path / "wiki", "alerts.md", MANY)
    return tmp_path / "wiki"


def test_what_is_imported_can_be_attached_by_name_from_every_terminal(anywhere: Shell, wiki: Path) -> None:
    told = anywhere.ask("runbook", "import", str(wiki))
    assert told == {
        "imported": 4,
        "failed": [],
        "coverage": {"files": 2, "lines": 11, "represented": 11, "percent": 100.0, "missing": []},
        "runbooks": ["alerts", "diskfull", "diskslow", "nodedown"],
        "warnings": [],
    }
    (wiki / "infra" / "NodeDown.md").unlink()
    anywhere.run("declare", "a node is gone")
    anywhere.run("runbook", "attach", "nodedown")
    assert [each["title"] for each in anywhere.ask("show")["steps"]] == ["Look at <node>", "Restart it"]
    assert anywhere.ask("verify")["ok"]
    again = anywhere.run("runbook", "import", str(wiki))
    assert again.code == 0
    assert "0 of 3 runbooks are new or have changed." in again.err
    assert again.out.splitlines() == [
        "3 runbooks from 1 files, 0 problems",
        "100 % of 5 lines of Markdown are represented",
    ]


def test_the_list_says_where_each_is_from(shell: Shell, wiki: Path) -> None:
    shell.run("runbook", "import", str(wiki / "infra"))
    mine = msgspec.structs.replace(shell, env={"WARROOM_RUNBOOKS": str(wiki)})
    rows = {row["name"]: row for row in mine.ask("runbook", "list")}
    assert {name: rows[name]["from"] for name in ("nodedown", "diskfull", "latency")} == {
        "nodedown": "imported",
        "diskfull": "folder",
        "latency": "starter",
    }
    assert (rows["nodedown"]["steps"], rows["diskfull"]["source"]) == (2, "alerts.md#DiskFull")
    assert mine.run("runbook", "list").out.count("imported") == 1


@pytest.mark.parametrize("name", ["diskfull", "{wiki}/alerts.md#DiskFull", "{wiki}/alerts.md#diskfull"])
def test_a_folder_and_a_file_are_used_as_they_are(shell: Shell, wiki: Path, name: str) -> None:
    mine = msgspec.structs.replace(shell, env={"WARROOM_RUNBOOKS": f"/nowhere:{wiki}"})
    name = name.format(wiki=wiki)
    assert mine.ask("runbook", "show", name)["title"] == "DiskFull"
    mine.run("declare", "the disk is full")
    mine.run("runbook", "attach", name)
    assert [each["title"] for each in mine.ask("show")["steps"]] == ["find what grows"]


def test_a_file_of_several_asks_which(shell: Shell, wiki: Path) -> None:
    done = shell.run("runbook", "show", str(wiki / "alerts.md"), "--json")
    assert done.code == 1
    assert done.error["hint"] == "Say which: alerts.md#PART; there is DiskFull, DiskSlow, …"


def test_yaml_is_written_and_nothing_overwritten(shell: Shell, wiki: Path, tmp_path: Path) -> None:
    to = tmp_path / "ours"
    write(to, "diskfull.yaml", "mine: true\n")
    done = shell.run("runbook", "import", str(wiki), "--to", str(to), "--json")
    assert (done.code, done.data["imported"]) == (1, 3)
    assert done.data["failed"] == [
        {"file": f"{to}/diskfull.yaml", "line": 1, "message": "there is another file of that name; it was left alone"}
    ]
    assert sorted(path.name for path in to.iterdir()) == [
        "alerts.yaml", "diskfull.yaml", "diskslow.yaml", "nodedown.yaml",
    ]  # fmt: skip
    assert not Path(shell.db).exists()
    (to / "diskfull.yaml").unlink()
    assert shell.run("runbook", "import", str(wiki), "--to", str(to)).code == 0
    assert shell.ask("runbook", "show", str(to / "nodedown.yaml"))["phases"][0]["steps"][0]["command"] == "ping <node>"


def test_a_check_writes_nothing(shell: Shell, wiki: Path) -> None:
    told = shell.ask("runbook", "import", str(wiki), "--check")
    assert (told["imported"], told["coverage"]["percent"]) == (4, 100.0)
    assert not Path(shell.db).exists()
    done = shell.run("runbook", "import", str(wiki), "--check", "--to", "x")
    assert "--check writes nothing" in done.err


def test_a_bad_file_is_told_and_stops_no_other(shell: Shell, wiki: Path) -> None:
    (wiki / "bad.md").write_bytes(b"# Bad\n\0")
    write(wiki, "odd.md", "- look \x1b[2J\n\n```\nnever closed\n")
    done = shell.run("runbook", "import", str(wiki), str(wiki / "gone.md"), "--json")
    assert done.code == 1
    assert done.data["failed"] == [
        {"file": f"{wiki}/bad.md", "line": 2, "message": "this is not text: there are NUL bytes in it"},
        {"file": f"{wiki}/gone.md", "line": 1, "message": "cannot be read: No such file or directory"},
    ]
    assert done.data["imported"] == 5
    assert [each.partition("odd.md:")[2][:2] for each in done.data["warnings"]] == ["1:", "3:"]
    assert f"{wiki}/bad.md:2: this is not text" in shell.run("runbook", "import", str(wiki)).out


def test_the_playbooks_name_goes_first_and_that_is_said(shell: Shell, tmp_path: Path) -> None:
    shell.run("init")
    write(tmp_path / "wiki", "Latency.md", "- look\n")
    (warning,) = shell.ask("runbook", "import", str(tmp_path / "wiki"))["warnings"]
    assert warning == "latency: the playbook has a runbook of that name, which goes first"


def test_an_import_that_replaces_another_sources_runbook_says_so(shell: Shell, wiki: Path, tmp_path: Path) -> None:
    shell.run("runbook", "import", str(wiki))
    write(tmp_path / "other", "nodedown.md", "- look elsewhere\n")
    said = ["nodedown: replaces the runbook of that name from infra/NodeDown.md"]
    for check in (["--check"], []):
        assert shell.ask("runbook", "import", str(tmp_path / "other"), *check)["warnings"] == said
    assert shell.ask("runbook", "import", str(tmp_path / "other"))["warnings"] == []


def test_a_check_that_finds_lines_lost_has_failed(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path, "long.md", "# T\n\n- look\n\n" + "word " * 14_000 + "\n")
    done = shell.run("runbook", "import", "--check", str(path))
    assert (done.code, f"{path}:5: is in no runbook: word" in done.out) == (1, True)
    assert shell.run("runbook", "import", str(path)).code == 0


@pytest.mark.parametrize("name", ["~nosuchuser/x.yaml", "~nosuchuser/x.md", "x" * 300 + ".md#x", "x" * 5000])
def test_a_name_that_no_file_can_have_is_told_in_a_sentence(shell: Shell, name: str) -> None:
    shell.run("declare", "a node is gone")
    done = shell.run("runbook", "attach", name)
    assert done.code == 1
    assert "cannot be read: " in done.err or "No runbook is called" in done.err


def test_the_runbook_that_fits(shell: Shell, wiki: Path) -> None:
    shell.run("runbook", "import", str(wiki))
    assert shell.ask("runbook", "suggest", "--alert", "nodedown")[0] == {
        "name": "nodedown",
        "title": "NodeDown",
        "from": "imported",
        "why": "for the alert nodedown",
    }
    url = "https://wiki.example/alerts.md#alert-name-diskslow"
    assert [each["name"] for each in shell.ask("runbook", "suggest", "--url", url)] == ["diskslow"]
    assert shell.ask("runbook", "suggest", "a", "node", "is", "down")[0]["name"] == "nodedown"
    shell.run("declare", "DiskFull on db-3")
    assert shell.ask("runbook", "suggest", "--incident", "1")[0]["name"] == "diskfull"
    done = shell.run("runbook", "suggest", "zzz")
    assert (done.code, done.out) == (0, "")
    assert "No runbook fits." in done.err


def test_an_import_of_many_says_how_far_it_is(shell: Shell, tmp_path: Path) -> None:
    for number in range(501):
        write(tmp_path / "wiki", f"{number}.md", "- look\n")
    done = shell.run("runbook", "import", str(tmp_path / "wiki"), "--check")
    assert done.err.splitlines() == ["250 of 501 files …", "500 of 501 files …"]
