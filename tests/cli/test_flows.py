"""An incident from its declaration to its end, by the command line alone."""

from pathlib import Path

from tests.cli.shell import ROOT, Shell

ORGANISATION = str(ROOT / "sample_data" / "organisation")


def test_an_incident_is_run_from_beginning_to_end(anywhere: Shell) -> None:
    declared = anywhere.ask("declare", "card payments fail", "--sev", "1", "--service", "checkout", "--at", "-12m")
    assert declared["incident"] == "INC-1"
    steps = (
        ("init",),
        ("ack",),
        ("role", "INC-1", "take", "ic"),
        ("runbook", "1", "attach", "latency"),
        ("step", "INC-1", "done", "1.1", "--note", "seen by hand"),
        ("step", "INC-1", "skip", "1.2", "--because", "known"),
        ("note", "INC-1", "error rate 4 % → 31 %", "--at", "-5m"),
        ("decide", "INC-1", "roll back", "--because", "it began with the deploy"),
        ("service", "INC-1", "payments", "degraded", "--because", "timeouts"),
        ("milestone", "INC-1", "containment", "--at", "-1m"),
        ("sev", "INC-1", "2", "--because", "one bank only"),
        ("resolve", "INC-1"),
        ("close", "INC-1", "--yes"),
    )
    for words in steps:
        done = anywhere.run(*words)
        assert done.code == 0, (words, done)
    shown = anywhere.ask("show", "INC-1")
    assert (shown["status"], shown["severity"]["name"]) == ("closed", "SEV2")
    assert shown["roles"]["commander"]["held"][0]["person"]
    assert {step["id"]: step["status"] for step in shown["steps"][:3]} == {
        "1.1": "done",
        "1.2": "skipped",
        "1.3": "todo",
    }
    assert next(each["health"] for each in shown["services"] if each["name"] == "payments") == "degraded"
    assert [name for name, known in shown["milestones"].items() if known is None] == [
        "detection",
        "escalation",
        "review",
    ]
    assert [each["kind"] for each in shown["timeline"]][:3] == ["declared", "milestone", "role"]
    verdict = anywhere.ask("verify")
    # The one event that is not the incident's is the published organisation.
    assert (verdict["ok"], verdict["events"]) == (True, len(shown["timeline"]) + 1)


def test_declare_prints_the_name_alone_so_that_a_script_can_keep_it(shell: Shell) -> None:
    done = shell.run("declare", "search is down")
    assert done.out == "INC-1\n"
    assert "warroom join INC-1" in done.err


def test_common_options_stand_before_or_after_the_verb(shell: Shell) -> None:
    other = str(Path(shell.db).with_name("other.db"))
    assert shell.run("--db", other, "--as", "ana", "declare", "one").code == 0
    assert shell.run("declare", "two", f"--db={other}", "--as=bo").code == 0
    listed = shell.run("--json", "list", "--db", other).data
    assert [each["title"] for each in listed] == ["two", "one"]
    shown = shell.run("show", "2", "--json", "--db", other).data
    assert (shown["declared"]["by"], shown["timeline"][0]["via"]) == ("bo", "asserted")


def test_the_incident_may_be_left_out_while_one_is_open(shell: Shell) -> None:
    shell.run("declare", "one")
    done = shell.run("note", "seen")
    assert (done.code, done.out) == (0, "INC-1 2 seen\n")
    assert "INC-1: one" in done.err
    shell.run("declare", "two")
    done = shell.run("note", "seen")
    assert done.code == 1
    assert "2 incidents are active: INC-2, INC-1." in done.err
    assert [len(shell.ask("show", name)["timeline"]) for name in ("1", "2")] == [2, 1]


def test_a_resolved_incident_is_meant_where_no_other_is_open(shell: Shell) -> None:
    shell.run("declare", "one")
    shell.run("resolve")
    assert shell.run("close", "--yes").code == 0
    done = shell.run("note", "late")
    assert (done.code, done.out) == (1, "")
    assert "No incident is open." in done.err


def test_numbers_are_arguments_where_the_incident_is_left_out(shell: Shell) -> None:
    shell.run("declare", "one", "--sev", "1")
    assert shell.run("sev", "2", "--because", "smaller").code == 0
    assert shell.run("note", "wrong").code == 0
    assert shell.run("correct", "3", "right").code == 0
    assert shell.ask("show", "1")["timeline"][2]["corrected"] == "right"


def test_an_id_of_ones_own_makes_repeating_harmless(shell: Shell) -> None:
    shell.run("declare", "one")
    words = ("step", "1", "done", "1.1", "--command-id", "9d9f6c5e-0000-4000-8000-000000000001")
    shell.run("runbook", "1", "attach", "latency")
    first, second = shell.ask(*words), shell.ask(*words)
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["head"] == second["head"]


def test_a_text_is_read_from_stdin(shell: Shell) -> None:
    shell.run("declare", "one")
    assert shell.run("note", "-", stdin="first line\nsecond → line\n".encode()).code == 0
    assert shell.ask("show", "1")["timeline"][1]["text"] == "first line\nsecond → line"
    done = shell.run("note", "-", stdin=b"caf\xe9")
    assert done.code == 0
    assert "UTF-8" in done.err
    done = shell.run("note", "-", stdin=b"x" * 100_000)
    assert done.code == 1
    assert "longer than 8 KiB" in done.err


def test_evidence_is_kept_by_its_digest(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "graph.png"
    file.write_bytes(b"\x89PNG\r\n")
    shell.run("declare", "one")
    assert shell.run("evidence", str(file)).code == 0
    kept = shell.ask("show", "1")["evidence"]
    assert [(each["name"], each["size"]) for each in kept] == [("graph.png", 6)]
    again = shell.run("evidence", str(file))
    assert again.code == 1
    assert "already kept" in again.err
    file.write_bytes(b"x" * (1024 * 1024 + 1))
    assert "at most 1 MiB" in shell.run("evidence", str(file)).err


def test_your_last_act_is_undone(shell: Shell) -> None:
    shell.run("declare", "one")
    shell.run("ack")
    assert shell.run("undo").code == 0
    assert shell.ask("show", "1")["milestones"]["acknowledgment"] is None


def test_a_service_that_no_catalogue_knows_is_taken_with_a_warning(shell: Shell) -> None:
    shell.run("init")
    done = shell.run("declare", "one", "--service", "paymets", "--service", "checkout")
    assert done.code == 0
    assert "no service “paymets” (it has payments)" in done.err
    assert "checkout" not in done.err.partition("Declared")[0].replace("paymets", "")
    done = shell.run("service", "1", "tape-robot", "degraded")
    assert (done.code, "tape-robot" in done.err) == (0, True)


def test_init_says_what_it_did_and_changes_nothing_the_second_time(shell: Shell) -> None:
    first, second = shell.ask("init"), shell.ask("init")
    assert (first["changed"], second["changed"], second["playbook_version"]) == (True, False, 1)
    assert first["runbooks"]
    said = shell.run("init")
    assert "in force already" in said.err


def test_a_playbook_is_linted_then_published(shell: Shell) -> None:
    assert shell.ask("playbook", "lint", ORGANISATION)["ok"]
    assert not Path(shell.db).exists()
    assert shell.ask("playbook", "publish", ORGANISATION)["changed"]
    assert shell.ask("playbook", "show")["playbook_version"] == 1
    assert shell.ask("service", "show", "checkout")["name"] == "checkout"
    assert {row["name"] for row in shell.ask("service", "list")} >= {"checkout", "payments"}


def test_without_a_database_the_built_in_organisation_is_shown(shell: Shell) -> None:
    assert [row["name"] for row in shell.ask("severities")] == ["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
    assert shell.ask("playbook", "show")["playbook_version"] == 0
    assert not Path(shell.db).exists()


def test_runbooks_are_listed_shown_and_linted(shell: Shell, tmp_path: Path) -> None:
    listed = shell.ask("runbook", "list")
    assert {each["from"] for each in listed} == {"starter"}
    assert shell.ask("runbook", "show", "latency")["phases"][0]["steps"][0]["id"] == "1.1"
    assert shell.ask("runbook", "lint", str(ROOT / "runbooks"))["problems"] == []
    broken = tmp_path / "broken.yaml"
    broken.write_text("runbook: broken\ntitel: no\n")
    done = shell.run("runbook", "lint", str(broken), str(ROOT / "runbooks" / "latency.yaml"), "--json")
    assert done.code == 1
    assert done.data["runbooks"] == ["latency"]
    assert all(problem.startswith(f"{broken}:") for problem in done.data["problems"])


def test_past_and_open_incidents_are_told_apart(shell: Shell) -> None:
    for title in ("one", "two"):
        shell.run("declare", title)
    shell.run("resolve", "1")
    assert [each["id"] for each in shell.ask("status")] == ["INC-2"]
    assert [each["id"] for each in shell.ask("list")] == ["INC-2", "INC-1"]
