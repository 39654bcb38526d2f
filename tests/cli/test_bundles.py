"""Incidents out of one database and into another, and reports of every kind, from the command line."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import ROOT, Shell

SAMPLE = ROOT / "sample_data" / "incidents" / "fastly-2021-06-08.yaml"
REPORT = """\
# Mail stands still
## Timeline
| Time | Event |
|---|---|
| 2024-06-05 10:00 | outage begins |
| 2024-06-05 1?:00 | somebody calls |
| 2024-06-05 11:00 | service restored |
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Shell:
    """A shell on another database, an SQLite file that is not there yet."""
    return Shell(str(tmp_path / "elsewhere.db"))


def exported(shell: Shell, folder: Path) -> Path:
    """The bundle of an incident with evidence."""
    declared = shell.ask("declare", "mail stands still", "--sev", "2")
    assert declared["incident"] == "INC-1"
    kept = folder / "graph.txt"
    kept.write_text("up and down\n")
    shell.ask("evidence", "INC-1", str(kept))
    shell.ask("resolve", "INC-1")
    path = folder / "inc-1.jsonl"
    done = shell.run("export", "INC-1", str(path))
    assert (done.code, done.out) == (0, "")
    return path


def entries(shell: Shell) -> list[tuple[Any, ...]]:
    told = shell.ask("show", "1")["timeline"]
    return [(row["happened"], row["actor"], row["kind"], row["text"]) for row in told]


def test_an_incident_goes_from_one_database_to_another(anywhere: Shell, elsewhere: Shell, tmp_path: Path) -> None:
    path = exported(anywhere, tmp_path)
    found = elsewhere.ask("import", str(path))
    assert (found["incidents"], found["warnings"]) == (["INC-1"], [])
    assert entries(elsewhere)[:-1] == entries(anywhere)
    assert elsewhere.ask("show", "1")["milestones"] == anywhere.ask("show", "1")["milestones"]
    assert elsewhere.ask("verify")["ok"]


def test_and_back_into_a_database_of_each_kind(anywhere: Shell, elsewhere: Shell, tmp_path: Path) -> None:
    path = exported(elsewhere, tmp_path)
    anywhere.ask("import", str(path))
    head = anywhere.ask("verify")["head"]
    again = anywhere.ask("import", str(path))
    assert "nothing was changed" in again["warnings"][0]
    assert anywhere.ask("verify")["head"] == head
    assert entries(anywhere)[:-1] == entries(elsewhere)


def test_verify_needs_no_database(shell: Shell, tmp_path: Path) -> None:
    path = exported(shell, tmp_path)
    Path(shell.db).unlink()
    view = shell.ask("verify", str(path))
    assert (view["ok"], view["incident"], view["evidence"], view["first_bad"]) == (True, "INC-1", 1, None)
    said = shell.run("verify", str(path)).out
    assert said.startswith(f"ok: {view['events']} events of INC-1, 1 files of evidence, 0 redacted\n")
    assert view["head"]["hash"] in said
    assert not Path(shell.db).exists()


def test_verify_names_the_first_bad_line(shell: Shell, elsewhere: Shell, tmp_path: Path) -> None:
    path = exported(shell, tmp_path)
    path.write_bytes(
        path.read_bytes().replace(b"graph.txt", b"graph.bin").replace(b'"evidence-added', b'"evidence-odded')
    )
    done = shell.run("verify", str(path), "--json")
    assert (done.code, done.data["ok"]) == (1, False)
    line = done.data["first_bad"]["line"]
    assert b"evidence-odded" in path.read_bytes().split(b"\n")[line - 1]
    assert (
        shell.run("verify", str(path)).out == f"broken: line {line}: it was changed, or a line before it is missing\n"
    )
    refused = elsewhere.run("import", str(path), "--json")
    assert (refused.code, refused.error["code"]) == (1, "damaged")
    assert [(each["file"], each["line"]) for each in refused.data["failed"]] == [("inc-1.jsonl", line)]
    assert not Path(elsewhere.db).exists()


def test_verify_of_no_file_cannot_be_done(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("verify", str(tmp_path / "nothing"), "--json")
    assert (done.code, done.error["code"]) == (2, "bad-file")


def test_an_export_goes_to_stdout_and_overwrites_nothing(shell: Shell, tmp_path: Path) -> None:
    path = exported(shell, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert shell.run("export", "1").out == path.read_text()
    before = path.read_bytes()
    done = shell.run("export", "1", str(path), "--json")
    assert (done.code, done.error["code"], path.read_bytes()) == (1, "refused", before)
    done = shell.run("export", "1", str(tmp_path / "no" / "where"), "--json")
    assert done.error["code"] == "unavailable"


def test_reports_feeds_bundles_and_yaml_come_in_together(shell: Shell, elsewhere: Shell, tmp_path: Path) -> None:
    bundle = exported(elsewhere, tmp_path)
    report = tmp_path / "mail report.md"
    report.write_text(REPORT)
    feed = tmp_path / "feed.json.gz"
    update = {"status": "resolved", "body": "done", "display_at": "2024-03-05T11:00:00Z"}
    item = {"id": "a1", "name": "API", "started_at": "2024-03-05T10:00:00Z", "incident_updates": [update]}
    feed.write_bytes(gzip.compress(json.dumps([item, {"id": 7, "incident_updates": []}]).encode()))
    found = shell.ask("import", str(SAMPLE), str(report), str(feed), str(bundle), "--zone", "Europe/Berlin")
    assert found["incidents"] == ["INC-1", "INC-2", "INC-3", "INC-4"]
    warnings = found["warnings"]
    assert any(warning.startswith("feed.json: incident 2 (7): id: left out:") for warning in warnings)
    assert any(warning.startswith("mail report.md:6: “2024-06-05 1?:00”") for warning in warnings)
    told = shell.ask("show", "2")
    assert told["milestones"]["impact"]["happened"].startswith("2024-06-05T08:00:00")
    assert told["milestones"]["detection"] is None
    texts = [row["text"] for row in told["timeline"]]
    assert "outage begins [line 5: 2024-06-05 10:00]" in texts
    assert any("somebody calls" in text for text in texts)
    assert shell.ask("show", "3")["milestones"]["resolution"]["happened"].startswith("2024-03-05T11:00:00")
    again = shell.ask("import", str(report), str(feed), "--zone", "Europe/Berlin")
    assert again["incidents"] == ["INC-2", "INC-3"]
    assert shell.ask("verify")["ok"]


def lasting(view: Any) -> dict[str, Any]:
    """What is shown of an incident, without what belongs to its log, to the bundle, or to the moment of asking."""
    kept = {key: value for key, value in view.items() if key not in ("head", "timeline", "evidence")}
    return kept | {"clock": {key: value for key, value in view["clock"].items() if key != "now"}}


def test_imports_of_every_kind_are_the_same_after_export_and_import(
    anywhere: Shell, elsewhere: Shell, tmp_path: Path
) -> None:
    report, feed, cloud = (tmp_path / name for name in ("mail.md", "feed.json", "cloud.json"))
    report.write_text(REPORT)
    update = {"status": "monitoring", "body": "we look", "display_at": "2024-03-05T11:00:00Z"}
    page = {"id": "a1", "name": "API", "started_at": "2024-03-05T10:00:00Z", "incident_updates": [update]}
    feed.write_text(json.dumps([page]))
    told = {"when": "2024-03-05T11:00:00Z", "text": "it is over"}
    cloud.write_text(json.dumps(
        {"id": "x", "number": "1", "begin": "2024-03-05T10:00:00Z", "external_desc": "Slow", "updates": [told]}
    ))  # fmt: skip
    names = anywhere.ask("import", str(SAMPLE), str(report), str(feed), str(cloud))["incidents"]
    paths = [str(tmp_path / f"{name}.jsonl") for name in names]
    for name, path in zip(names, paths, strict=True):
        assert anywhere.run("export", name, path).code == 0
    assert elsewhere.ask("import", *paths)["incidents"] == names
    for name in names:
        before, after = anywhere.ask("show", name), elsewhere.ask("show", name)
        *course, custody = [row | {"pos": 0} for row in after["timeline"]]
        assert (course, custody["kind"]) == ([row | {"pos": 0} for row in before["timeline"]], "evidence")
        assert lasting(after) == lasting(before)
    again = anywhere.ask("import", *paths)
    assert all("nothing was changed" in warning for warning in again["warnings"])
    assert elsewhere.ask("verify")["ok"]


def test_a_zone_that_says_nothing_is_refused(shell: Shell, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    report.write_text(REPORT)
    for zone in ("CST", "Europe/Nowhere", "here"):
        done = shell.run("import", str(report), "--zone", zone, "--json")
        assert (done.code, done.error["code"]) == (1, "invalid")
    assert not Path(shell.db).exists()
