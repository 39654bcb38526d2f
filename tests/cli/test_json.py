"""JSON is a promise: these keys are there, with these meanings."""

import json
import re
from pathlib import Path

from tests.cli.shell import ROOT, Shell
from warroom.cli.engines import NOBODY

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
MILESTONES = ["impact", "detection", "acknowledgment", "escalation", "containment", "resolution", "review"]


def test_declare(shell: Shell) -> None:
    view = shell.ask("declare", "one", "--sev", "2")
    assert view.keys() >= {"version", "incident", "uuid", "status", "severity", "entries", "repeated", "head"}
    assert (view["version"], view["incident"], view["status"]) == (1, "INC-1", "active")
    assert view["severity"] == {"level": 2, "name": "SEV2"}
    assert [each["seq"] for each in view["entries"]] == [1]


def test_list_and_status(shell: Shell) -> None:
    shell.run("declare", "one", "--at", "-12m")
    shell.run("role", "take", "ic")
    for verb in ("list", "status"):
        (row,) = shell.ask(verb)
        assert row.keys() >= {"id", "uuid", "title", "status", "severity", "commander", "declared", "ended", "clock"}
        assert (row["id"], row["title"], row["ended"]) == ("INC-1", "one", None)
        assert row["commander"]
        assert (row["clock"]["origin"], row["clock"]["running"]) == ("impact", True)
        assert 720 <= row["clock"]["seconds"] < 900


def test_nothing_is_an_empty_array(shell: Shell) -> None:
    shell.run("init")
    assert shell.ask("list") == shell.ask("status") == []


def test_where_there_is_no_database_there_is_no_incident(shell: Shell) -> None:
    assert shell.ask("list") == shell.ask("status") == []
    done = shell.run("list")
    assert (done.code, done.out) == (0, "")
    assert f"There is no database at {shell.db}." in done.err
    assert not Path(shell.db).exists()


def test_warnings_are_data_too(shell: Shell) -> None:
    shell.run("init")
    done = shell.run("declare", "one", "--service", "paymets", "--service", "checkout", "--json")
    assert (done.code, done.err) == (0, "")
    taken = (
        "The catalogue has no service “paymets” (it has payments); it was taken as it is. No owner of it will be paged."
    )
    assert done.data["warnings"] == [
        taken,
        NOBODY,
    ]
    assert shell.ask("declare", "two", "--service", "payments")["warnings"] == [NOBODY]


def test_t_plus_is_unknown_where_nobody_knows_when_it_was_over(shell: Shell) -> None:
    shell.run("import", str(ROOT / "sample_data" / "incidents" / "github-2023-05-09-status-feed.yaml"))
    for clock in (shell.ask("show", "1")["clock"], shell.ask("list")[0]["clock"]):
        assert (clock["t_plus"], clock["seconds"], clock["running"]) == (None, None, False)
    assert "T+ unknown" in shell.run("show", "1").out
    assert "T+ unknown" in shell.run("list").out


def test_show(shell: Shell) -> None:
    shell.run("init")
    shell.run("declare", "one", "--sev", "1", "--service", "payments", "--at", "-1h30m", "--approximate")
    shell.run("--as", "ana", "role", "take", "ic")
    shell.run("--as", "ana", "role", "offer", "scribe", "bo")
    shell.run("--as", "ana", "runbook", "attach", "latency")
    shell.run("--as", "bo", "step", "claim", "3/1.2")
    shell.run("--as", "bo", "step", "note", "3/1.2", "slow")
    view = shell.ask("show", "1")
    assert view.keys() >= {
        "version", "id", "uuid", "title", "status", "severity", "declared", "source", "clock", "milestones", "targets",
        "roles", "escalation", "exercise", "runbooks", "steps", "services", "blast_radius", "evidence", "timeline",
        "head",
    }  # fmt: skip
    assert (view["id"], view["status"], view["severity"]["level"]) == ("INC-1", "active", 1)
    assert list(view["milestones"]) == MILESTONES
    impact = view["milestones"]["impact"]
    assert impact.keys() >= {"happened", "recorded", "by", "approximate"}
    assert impact["approximate"] is True
    assert STAMP.fullmatch(impact["happened"])
    assert all(view["milestones"][name] is None for name in MILESTONES[1:])
    assert view["clock"].keys() >= {"t_plus", "seconds", "since", "origin", "running", "now", "mapped", "reopened"}
    assert (view["clock"]["origin"], view["clock"]["since"]) == ("impact", impact["happened"])
    # The severity counts from the declaration while the detection is unknown, so nothing is overdue yet.
    assert {(each["milestone"], each["met"], each["overdue"]) for each in view["targets"]} >= {
        ("acknowledgment", None, False)
    }
    assert view["roles"]["commander"]["held"][0].keys() >= {"person", "since", "subject"}
    assert view["roles"]["scribe"]["offered"][0].items() >= {"to": "bo", "by": "ana"}.items()
    assert view["roles"]["commander"]["required"] is True
    # Two runbooks were attached with the declaration, so that this is the third; the first keeps the plain numbers.
    assert [each["name"] for each in view["runbooks"]] == ["double-charges", "first-fifteen-minutes", "latency"]
    step = next(each for each in view["steps"] if each["id"] == "3/1.2")
    assert step.items() >= {"status": "todo", "runbook": "latency", "by": None, "at": None}.items()
    assert (step["claimed"]["by"], step["notes"]) == ("bo", [{"by": "bo", "text": "slow"}])
    payments = next(each for each in view["services"] if each["name"] == "payments")
    assert payments.items() >= {"health": "unknown", "affected": True, "in_blast_radius": True}.items()
    assert view["blast_radius"]["ill"] == ["payments"]
    assert "checkout" in view["blast_radius"]["services"]
    assert [each["seq"] for each in view["timeline"]] == list(range(1, len(view["timeline"]) + 1))
    assert view["head"].keys() >= {"log_id", "epoch", "pos", "seq", "hash"}
    assert (view["head"]["seq"], view["head"]["pos"]) == (len(view["timeline"]), len(view["timeline"]) + 1)


def test_t_plus_counts_from_what_is_known_and_says_what(shell: Shell) -> None:
    shell.run("declare", "one")
    assert shell.ask("show")["clock"]["origin"] == "declaration"
    shell.run("milestone", "detection", "--at", "-10m")
    clock = shell.ask("show")["clock"]
    assert clock["origin"] == "detection"
    shell.run("milestone", "impact", "--at", "-20m")
    shell.run("resolve", "--at", "-5m")
    clock = shell.ask("show")["clock"]
    assert (clock["origin"], clock["running"], clock["seconds"] // 60) == ("impact", False, 15)


def test_two_looks_at_the_same_place_agree(shell: Shell) -> None:
    shell.run("declare", "one")
    first, second = shell.ask("show"), shell.ask("show")
    assert first["head"] == second["head"]
    for view in (first, second):
        view["clock"] = view["targets"] = None
    assert first == second


def test_follow_prints_the_entries_of_the_timeline(shell: Shell) -> None:
    shell.run("declare", "one")
    shell.run("note", "two")
    printed = shell.run("follow", "--once", "--json").out.splitlines()
    assert [json.loads(line) for line in printed] == shell.ask("show")["timeline"]


def test_verify(shell: Shell) -> None:
    shell.run("declare", "one")
    view = shell.ask("verify")
    assert view.keys() >= {"ok", "events", "streams", "redacted", "first_bad", "head", "log_id"}
    assert (view["ok"], view["events"], view["first_bad"], view["redacted"]) == (True, 1, None, 0)
    assert view["head"]["hash"] == shell.ask("show")["head"]["hash"]


def test_import(shell: Shell) -> None:
    view = shell.ask("import", str(ROOT / "sample_data" / "incidents" / "fastly-2021-06-08.yaml"))
    assert view["incidents"] == ["INC-1"]
    assert all(isinstance(warning, str) for warning in view["warnings"])


def test_an_error_is_data_too(shell: Shell) -> None:
    shell.run("declare", "one")
    done = shell.run("show", "7", "--json")
    assert (done.code, done.err) == (1, "")
    assert done.error == {"code": "unknown", "message": "No incident is called “7”.", "hint": "There is: INC-1."}


def test_json_is_ascii(shell: Shell) -> None:
    shell.run("declare", "Zürich → 東京 😀")
    done = shell.run("show", "--json")
    assert done.out.isascii()
    assert done.data["title"] == "Zürich → 東京 😀"
