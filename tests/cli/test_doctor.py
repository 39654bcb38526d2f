"""`warroom doctor` and `warroom simulate`, on the sample organisation and on one that lacks something."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import ROOT, Done, Shell

ORGANISATION = ROOT / "sample_data" / "organisation"


def _kinds(done: Done) -> set[str]:
    return {each["kind"] for each in done.data["findings"]}


def test_the_sample_organisation_endangers_nobody(shell: Shell) -> None:
    done = shell.run("doctor", "--ci", str(ORGANISATION), "--json")
    assert (done.code, done.data["ok"], done.err) == (0, True, "")
    assert not _kinds(done) & {"gap", "late", "unknown", "no-ladder", "unreachable"}
    assert done.data["pairs"] == 5 * done.data["services"] > 0


def test_a_folder_is_checked_without_a_database(shell: Shell) -> None:
    assert shell.run("doctor", "--ci", str(ORGANISATION), "--days", "7").code == 0
    assert not Path(shell.db).exists()
    missing = shell.run("doctor")
    assert (missing.code, missing.out) == (1, "")
    assert "There is no database" in missing.err


def test_a_playbook_with_a_gap_fails_the_check(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(ORGANISATION, folder)
    path = folder / "ladders.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("\nroutes:")] + "\nroutes:\n  - ladder: sev1\n    levels: [1]\n")
    done = shell.run("doctor", "--ci", str(folder), "--days", "7", "--json")
    assert (done.code, done.data["ok"]) == (1, False)
    assert "no-ladder" in _kinds(done)
    said = shell.run("doctor", "--ci", str(folder), "--days", "7")
    assert said.code == 1
    assert said.out.startswith("No ladder (")


def test_what_is_in_force_is_checked_with_what_was_tested(anywhere: Shell) -> None:
    anywhere.ask("init")
    done = anywhere.run("doctor", "--days", "7", "--json")
    assert done.code == 1
    assert "unreachable" in _kinds(done)
    says = [each["says"] for each in done.data["findings"] if each["kind"] == "unreachable"]
    assert all(each.endswith("has ever answered a test page.") for each in says)


def test_findings_have_dates_in_the_zone_that_was_asked_for_and_in_utc(shell: Shell, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ORGANISATION, tmp_path / "gap"))
    schedules = (folder / "schedules.yaml").read_text()
    (folder / "schedules.yaml").write_text(schedules.replace('until: "19:00"', 'until: "16:00"'))
    done = shell.run("doctor", "--ci", str(folder), "--zone", "Asia/Kolkata")
    assert any(" IST (" in line and "UTC)" in line for line in done.out.splitlines())
    assert "is no time zone" in shell.run("doctor", "--ci", str(ORGANISATION), "--zone", "Mars").err


def test_of_many_findings_twenty_of_a_kind_are_shown_and_all_are_data(shell: Shell, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ORGANISATION, tmp_path / "many"))
    names = [f"newcomer-{number:02}" for number in range(30)]
    with (folder / "people.yaml").open("a") as people:
        people.writelines(f"  - name: {name}\n" for name in names)
    with (folder / "schedules.yaml").open("a") as schedules:
        schedules.write("  - name: trial\n    layers:\n      - name: hours\n        turn: hourly\n")
        schedules.write(f"        start: 2026-01-05 09:00\n        members: [{', '.join(names)}]\n")
    said = shell.run("doctor", "--ci", str(folder), "--days", "7")
    assert "People who cannot be reached (30)" in said.out
    assert sum(line.endswith(" has no contact, and cannot be paged.") for line in said.out.splitlines()) == 20
    assert "  and 10 more; --json lists them all" in said.out.splitlines()
    done = shell.run("doctor", "--ci", str(folder), "--days", "7", "--json")
    assert {each["about"] for each in done.data["findings"] if each["kind"] == "unreachable"} == set(names)
    assert all(each["times"] >= 1 for each in done.data["findings"])


def test_the_load_is_a_table(shell: Shell) -> None:
    done = shell.run("doctor", "--ci", str(ORGANISATION), "--load", "--days", "14")
    lines = done.out.splitlines()
    assert any(line.split() == ["person", "schedule", "time", "zone", "hours", "at", "night", "at", "weekends"]
               for line in lines)  # fmt: skip
    view = shell.ask("doctor", "--ci", str(ORGANISATION), "--days", "14")
    by_schedule: dict[str, float] = {}
    for each in view["load"]:
        if each["schedule"]:
            by_schedule[each["schedule"]] = by_schedule.get(each["schedule"], 0) + each["hours"]
    assert by_schedule["duty-managers"] == pytest.approx(14 * 24)


@pytest.mark.parametrize("days", ["0", "-1", "367", "many", "9" * 50])
def test_days_are_a_number(shell: Shell, days: str) -> None:
    done = shell.run("doctor", "--ci", str(ORGANISATION), "--days", days)
    assert (done.code, done.out) == (1, "")
    assert "is no number of days" in done.err


def test_a_broken_folder_is_refused_with_file_and_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text("name: [\n")
    done = shell.run("doctor", "--ci", str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "organisation.yaml" in done.err


def _simulated(shell: Shell, *words: str) -> Any:
    return shell.ask("simulate", "--sev", "1", "--service", "payments", "--at", "2026-11-29T03:00Z", *words)


def test_who_would_be_paged_on_a_sunday_at_three(anywhere: Shell) -> None:
    anywhere.ask("init")
    view = _simulated(anywhere, "--limit", "20m")
    assert [(each["round"], each["rung"], each["at"][11:16]) for each in view["rungs"][:4]] == [
        (1, 1, "03:00"), (1, 2, "03:02"), (1, 3, "03:07"), (2, 1, "03:12"),
    ]  # fmt: skip
    first = view["rungs"][0]
    assert {each["kind"] for each in first["targets"]} == {"schedule", "channel"}
    assert [each["person"] for each in first["pages"]] == first["targets"][0]["people"] != []
    assert view["ends"] is None
    said = anywhere.run("simulate", "--sev", "SEV1", "--service", "payments", "--at", "Sun 03:00", "--limit", "5m")
    assert said.code == 0
    assert said.out.startswith("SEV1, ladder money, from Sun ")


def test_quiet_hours_are_a_wait(shell: Shell) -> None:
    shell.ask("init")
    view = shell.ask("simulate", "--sev", "4", "--service", "web", "--at", "2026-11-29T03:00Z", "--limit", "1h")
    (wait,) = view["waits"]
    assert (view["rungs"], wait["because"]) == ([], "quiet hours")


def test_what_cannot_be_simulated_is_said(shell: Shell) -> None:
    shell.ask("init")
    for words, said in (
        (("--sev", "1", "--service", "telex"), "telex"),
        (("--sev", "9",), "severity"),
        (("--sev", "1", "--at", "someday"), "is no time"),
        (("--sev", "1", "--limit", "99d"), "is too long"),
        (("--sev", "1", "--odds", "--runs", "many"), "is no number"),
        (("--sev", "1", "--odds", "--runs", "0"), "is no number from 1 to 100000"),
        (("--sev", "1", "--odds", "--runs", "100001"), "is no number from 1 to 100000"),
    ):  # fmt: skip
        done = shell.run("simulate", *words)
        assert (done.code, done.out) == (1, "")
        assert said in done.err


def test_odds_say_how_little_they_rest_on(shell: Shell) -> None:
    shell.ask("init")
    assert _simulated(shell, "--odds")["odds"] is None
    shell.ask("declare", "card payments fail", "--sev", "3")
    shell.ask("milestone", "detection", "--at", "-4m")
    shell.ask("ack")
    odds = _simulated(shell, "--odds", "--limit", "1h", "--runs", "50")["odds"]
    assert (odds["sample"], odds["enough"], odds["runs"]) == (1, False, 50)
    assert _simulated(shell, "--odds", "--limit", "1h", "--runs", "50")["odds"] == odds
    done = shell.run("simulate", "--sev", "1", "--service", "payments", "--odds", "--limit", "10m")
    assert "Drawn 2000 times from 1 answers." in done.err
    assert "too little to rely on" in done.err


def test_without_an_engine_nothing_is_well(shell: Shell) -> None:
    shell.ask("init")
    done = shell.run("doctor", "--days", "7", "--json")
    assert (done.code, done.data["ok"]) == (1, False)
    assert {"no-engine", "unserved"} <= _kinds(done)
    unserved = {each["about"] for each in done.data["findings"] if each["kind"] == "unserved"}
    lacking = {each["name"] for each in done.data["host"]["channels"] if each["here"] and not each["served"]}
    assert unserved == lacking != set()
    assert not {"no-engine", "unserved"} & _kinds(shell.run("doctor", "--ci", str(ORGANISATION), "--json"))


def test_channels_are_looked_at_from_this_host(shell: Shell, tmp_path: Path) -> None:
    shell.ask("init")
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "sms").write_text("json://127.0.0.1:9/{to}")
    (secrets / "sms").chmod(0o600)
    here = Shell(shell.db, {"WARROOM_SECRETS": str(secrets)})
    host = here.run("doctor", "--days", "1", "--json").data["host"]
    channels = {each["name"]: each for each in host["channels"]}
    assert (host["engine"], host["overdue"]) == (False, 0)
    assert channels["sms"] == {"name": "sms", "kind": "apprise", "served": False, "here": None}
    assert "This host keeps no secret “phone”" in channels["phone"]["here"]
    assert "desktop" not in channels, "what nobody goes by need not work"
    said = here.run("doctor", "--days", "1").out
    assert "sms: not served by any engine; ready here\n" in said
    assert "No engine runs: nobody is paged. Run: warroom engine\n" in said
