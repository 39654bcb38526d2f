"""From a replay into a drill, by the command line: it begins, shows what it is everywhere, and ends."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.room.house import declare
from tests.support.builders import ORG, reachable
from warroom.bootstrap import open_store
from warroom.playbook import samples
from warroom.room.room import Actor, Room

PAST = samples.incidents()["github-2018-10-21-mysql-split"]


@pytest.fixture
def past(anywhere: Shell) -> Shell:
    """A database with one real past incident."""
    assert anywhere.run("import", str(PAST)).code == 0
    return anywhere


def test_a_replay_becomes_a_drill_that_is_run_to_its_end(past: Shell) -> None:
    begun = past.run("replay", "INC-1", "--takeover", "--at", "detection")
    assert (begun.code, begun.out) == (0, "INC-2\n"), begun
    assert begun.err.startswith("This is a drill. It begins as INC-1 at entry ")
    then, shown = past.ask("show", "1", "--at", "detection"), past.ask("show", "INC-2")
    assert (shown["exercise"], shown["title"]) == ("drill", f"DRILL: {then['title']}")
    assert (shown["milestones"], shown["status"]) == (then["milestones"], "active")
    assert [row["title"] for row in past.ask("status")] == [f"DRILL: {then['title']}"]
    assert " DRILL: " in past.run("list").out
    assert "DRILL · " in past.run("show", "INC-2").out
    for words in (("note", "INC-2", "we would roll back"), ("resolve", "INC-2"), ("close", "INC-2", "--yes")):
        assert past.run(*words).code == 0, words
    assert past.ask("show", "INC-2")["status"] == "closed"
    assert past.ask("verify")["ok"]


def test_pages_of_the_original_wait_for_nothing_in_the_drill_and_its_own_do(anywhere: Shell) -> None:
    with closing(open_store(anywhere.db, create=True)) as store:
        Room(store, Actor("ana")).publish(reachable(ORG).playbook)
        incident = declare(Room(store, Actor("ana")))
        Room(store, Actor("engine", "engine")).do("ladder.fire", incident)
    (first, *_) = anywhere.ask("show", "1")["escalation"]["pages"]
    assert {each["waits"] for each in first["contacts"]} == {"no engine runs", None}
    assert anywhere.run("replay", "1", "--takeover").code == 0
    assert anywhere.run("page", "INC-2", "bo", "--yes").code == 0
    told = anywhere.ask("show", "INC-2")["escalation"]["pages"]
    assert [(each["person"], each["retold"]) for each in told] == [(first["person"], True), ("bo", False)]
    rows = [line.split() for line in anywhere.run("show", "INC-2").out.splitlines()]
    ways = {(row[0], row[-1]) for row in rows if "push" in row or "phone" in row}
    assert ways == {(first["person"], "here"), ("bo", "waits")}


def test_a_drill_with_a_title_is_aborted(past: Shell) -> None:
    answer = past.ask("replay", "1", "--takeover", "--at", "5", "--title", "Friday practice")
    assert (answer["incident"], answer["status"], len(answer["entries"])) == ("INC-2", "active", 6)
    aborted = past.run("drill", "abort", "INC-2", "--because", "checkout is down")
    assert aborted.code == 0, aborted
    assert "real incident: stop the drill (checkout is down)" in aborted.out
    (drill, original) = past.ask("list")
    assert (drill["title"], drill["status"]) == ("DRILL: Friday practice", "closed")
    refused = past.run("drill", "abort", "INC-1", "--json")
    assert (refused.code, original["title"].startswith("DRILL")) == (1, False)


def test_what_makes_no_sense_begins_nothing(past: Shell) -> None:
    for words, code, sentence in (
        (("--takeover", "--plain"), 2, "--plain tells a story, and --takeover begins a drill."),
        (("--title", "x"), 2, "--title names a drill."),
        (("--takeover", "--at", "hamsters"), 1, "Nothing on the timeline says “hamsters”."),
    ):
        refused = past.run("replay", "1", *words, "--json")
        assert (refused.code, refused.error["message"]) == (code, sentence)
    assert len(past.ask("list")) == 1


def test_what_is_taken_over_is_exported_as_a_drill(past: Shell, tmp_path: Path) -> None:
    past.run("replay", "1", "--takeover", "--at", "3")
    bundle = past.run("export", "INC-2")
    assert bundle.code == 0
    file = tmp_path / "drill.bundle.jsonl"
    file.write_text(bundle.out, encoding="utf-8")
    elsewhere = Shell(str(tmp_path / "elsewhere.db"))
    assert elsewhere.run("import", str(file)).code == 0
    assert [row["title"].partition(":")[0] for row in elsewhere.ask("list")] == ["DRILL"]


def test_a_drill_of_an_old_incident_is_dated_by_the_day_on_which_it_is_held(past: Shell) -> None:
    past.run("replay", "INC-1", "--takeover", "--at", "detection")
    (row,) = past.ask("drill", "list")
    shown = past.ask("drill", "status", "INC-2")
    assert (row["started"][:4] > "2018", shown["started"]) == (True, row["started"])
    begun = f"{row['started'][:10]} {row['started'][11:16]}"
    assert f"running since {begun} UTC" in past.run("drill", "status", "INC-2").out
    past.run("drill", "abort", "INC-2")
    report = past.ask("drill", "report", "INC-2")
    assert (report["held"], report["begin"][:4]) == (row["started"], "2018")
    assert f"played  {begun} UTC" in past.run("drill", "report", "INC-2").out
    (row,) = past.ask("drill", "list")
    assert (row["ended"] >= row["started"], row["outcome"]) == (True, "aborted")


def test_what_the_original_s_people_did_is_no_merit_of_those_who_take_over(past: Shell) -> None:
    original = past.ask("show", "INC-1")["milestones"]
    assert original["containment"], "this incident was contained"
    past.run("replay", "INC-1", "--takeover", "--at", "containment")
    past.run("drill", "abort", "INC-2")
    report = past.ask("drill", "report", "INC-2")
    assert [each["seconds"] for each in report["times"]] == [None] * 4
    assert any(each["other_seconds"] for each in report["times"])
    (drill,) = past.ask("drill", "trend")["drills"]
    assert (drill["acknowledged_seconds"], drill["contained_seconds"]) == (None, None)
