"""Playing a scenario from the command line: beginning, leading, looking, ending, and how lists show it."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from warroom.bootstrap import open_store
from warroom.engine.loop import Engine
from warroom.outreach.sandbox import Sandbox
from warroom.playbook import samples
from warroom.room.room import Actor, Room

LATER = """\
scenario: later
title: What comes later
difficulty: 1
start: {title: It is slow, severity: 3}
injects:
  - {id: now, at: 0s, kind: note, by: a friend, text: "It [bold]is[/bold] slow"}
  - {id: hour, at: 1h, kind: executive, by: the boss, text: A secret that nobody knows yet}
expect:
  - {title: Acknowledge, do: ack, within: 5m}
end: {limit: 2h}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A scenario's file."""
    path = tmp_path / "later.yaml"
    path.write_text(LATER, encoding="utf-8")
    return str(path)


def turn(shell: Shell) -> None:
    """An engine looks what is due."""
    with closing(open_store(shell.db)) as store:
        engine = Engine(Room(store, Actor("engine", "engine")), "here", lambda org: {}, Sandbox())
        engine.turn(engine.carry)


def test_a_drill_begins_says_how_to_take_part_and_is_led(anywhere: Shell, file: str) -> None:
    begun = anywhere.run("drill", "start", file, "--team", "shop", "--detach")
    assert (begun.code, begun.out) == (0, "INC-1\n"), begun
    assert "warroom join INC-1" in begun.err
    assert "No engine runs: nothing comes by itself" in begun.err
    assert "No playbook is in force: nobody is paged" in begun.err
    turn(anywhere)
    status = anywhere.ask("drill", "status", "INC-1")
    assert (status["scenario"]["name"], status["team"]) == ("later", "shop")
    assert [(each["id"], each["made"] is None) for each in status["led"]["injects"]] == [("now", False), ("hour", True)]
    assert anywhere.run("drill", "delay", "INC-1", "hour", "5m").code == 0
    assert anywhere.run("drill", "INC-1", "note", "they are calm").code == 0
    assert anywhere.run("drill", "inject", "INC-1", "hour", "--yes").code == 0
    assert anywhere.run("drill", "skip", "INC-1", "hour", "--yes").code == 1
    text = anywhere.run("drill", "status").out
    assert "they are calm" in text
    assert "came at" in text
    assert anywhere.run("drill", "end", "INC-1", "--because", "enough", "--yes").code == 0
    (row,) = anywhere.ask("drill", "list")
    assert (row["scenario"], row["team"], row["outcome"], row["because"]) == ("later", "shop", "ended", "enough")
    assert "over since" in anywhere.run("drill", "status", "INC-1").out


def test_trainees_see_what_came_and_how_to_stop_it(shell: Shell, file: str) -> None:
    shell.run("init")
    shell.run("--as", "ana", "drill", "start", file, "--detach")
    turn(shell)
    seen = shell.run("--as", "bo", "drill", "status", "INC-1")
    assert (seen.code, "warroom drill abort INC-1" in seen.out, "a friend: It" in seen.out) == (0, True, True)
    for words in (("drill", "status", "INC-1"), ("show", "INC-1"), ("follow", "INC-1", "--once")):
        for form in ((), ("--json",)):
            assert "A secret" not in shell.run("--as", "bo", *words, *form).out
    assert "A secret" in shell.run("--as", "ana", "drill", "status", "INC-1").out
    refused = shell.run("--as", "bo", "drill", "inject", "INC-1", "hour", "--yes")
    assert (refused.code, refused.err) == (1, "Only a controller of this drill can do that: ana.\n")
    stopped = shell.run("--as", "bo", "drill", "abort", "INC-1", "--because", "the shop burns")
    assert (stopped.code, "real incident: stop the drill (the shop burns)" in stopped.out) == (0, True)
    drill = shell.ask("show", "INC-1")["drill"]
    assert (drill["aborted"], drill["ending"], drill["ended"] is None) == (True, "the shop burns", False)


def test_what_a_scenario_says_is_data(shell: Shell, file: str, tmp_path: Path) -> None:
    shell.run("drill", "start", file, "--detach")
    turn(shell)
    for words in (("drill", "status", "INC-1"), ("show", "INC-1")):
        assert "It [bold]is[/bold] slow" in shell.run(*words).out
    escaping = tmp_path / "escaping.yaml"
    escaping.write_text(LATER.replace("A secret that nobody knows yet", '"\\u001b[31m"'), encoding="utf-8")
    assert "hidden character" in shell.run("drill", "start", str(escaping), "--detach").err


def test_it_prints_what_happens_until_the_drill_is_over(shell: Shell, file: str) -> None:
    running = shell.start("drill", "start", file)
    assert running.stdout is not None
    assert running.stdout.readline() == "INC-1\n"
    assert "DRILL: It is slow" in running.stdout.readline()
    shell.run("drill", "end", "INC-1", "--yes")
    rest, _ = running.communicate(timeout=60)
    assert (running.returncode, rest.splitlines()[-1].endswith("closed")) == (0, True)


def test_the_samples_begin_by_name_in_the_sample_organisation(shell: Shell) -> None:
    shell.run("init")
    for name in samples.scenarios():
        done = shell.run("drill", "start", name, "--controller", "ana", "--evaluator", "bo", "--detach", "--json")
        assert (done.code, done.data["warnings"] != []) == (0, True), done
    listed = shell.ask("--as", "ana", "drill", "list")
    assert {each["scenario"] for each in listed} == set(samples.scenarios())
    told = {each["scenario"] for each in shell.ask("--as", "cy", "drill", "list")}
    assert told == {None}, "the name may give the cause away"


def test_what_cannot_be_played_is_refused_by_line(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(LATER.replace("at: 1h", "when: {role: king}"), encoding="utf-8")
    refused = shell.run("drill", "start", str(path), "--detach")
    assert (refused.code, refused.err.startswith(f"{path}:7: injects[1].when.role: ")) == (1, True)
    unknown = shell.run("drill", "start", "expired-certificat", "--json")
    assert (unknown.code, unknown.error["hint"]) == (1, "Did you mean expired-certificate?")
    absent = shell.run("drill", "start", str(tmp_path / "none.yaml"), "--json")
    assert (absent.code, "none.yaml" in absent.error["message"]) == (1, True)
    assert shell.run("drill", "list", "--json").data == []


def test_a_channel_pages_for_real_only_where_the_playbook_lets_drills(shell: Shell, file: str) -> None:
    shell.run("init")
    refused = shell.run("drill", "start", file, "--live", "phone", "--detach")
    assert (refused.code, refused.err.startswith("Drills may not page on phone.")) == (1, True)
    assert shell.run("drill", "start", file, "--live", "mail", "--detach").code == 0
    assert shell.ask("drill", "status", "INC-1")["led"]["live"] == ["mail"]


def test_lists_say_what_is_a_drill_and_can_leave_it_out(shell: Shell, file: str) -> None:
    shell.run("declare", "it is real")
    shell.run("drill", "start", file, "--detach")
    assert [each["exercise"] for each in shell.ask("list")] == ["drill", None]
    assert [each["exercise"] for each in shell.ask("status")] == ["drill", None]
    assert [each["id"] for each in shell.ask("list", "--drills")] == ["INC-2"]
    assert [each["id"] for each in shell.ask("list", "--no-drills")] == ["INC-1"]
    assert "DRILL: It is slow" in shell.run("list").out
    assert "DRILL: " not in shell.run("list", "--no-drills").out
    assert shell.run("list", "--drills", "--no-drills").code == 2


def test_what_is_real_has_no_drill(shell: Shell) -> None:
    assert shell.run("drill", "list").err == "There is none. Begin one: warroom drill start SCENARIO\n"
    assert not Path(shell.db).exists()
    shell.run("declare", "it is real")
    refused = shell.run("drill", "status", "INC-1", "--json")
    assert (refused.code, refused.error["message"]) == (1, "INC-1 is no drill.")
    assert shell.ask("show", "INC-1")["drill"] is None
    marked = shell.run("declare", "DRILL: not at all")
    assert (marked.code, marked.err.startswith("“DRILL:” marks drills.")) == (1, True)


def test_in_a_drill_that_is_over_nothing_is_due_any_more(shell: Shell, file: str) -> None:
    shell.run("drill", "start", file, "--detach")
    turn(shell)
    running = shell.ask("drill", "status", "INC-1")["led"]
    assert (running["injects"][1]["due_in"] > 0, running["expected"][0]["due_in"] > 0) == (True, True)
    shell.run("drill", "end", "INC-1", "--yes")
    led = shell.ask("drill", "status", "INC-1")["led"]
    assert [(each["id"], each["due"], each["due_in"]) for each in led["injects"]] == [
        ("now", None, None),
        ("hour", None, None),
    ]
    assert led["expected"][0]["due_in"] is None
    text = shell.run("drill", "status", "INC-1").out
    assert ("did not come" in text, "not done; was due" in text, ", after the end" in text) == (True, True, True)
    assert " ago" not in text


def test_what_came_is_told_in_the_order_in_which_it_did(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "turned.yaml"
    late = "  - {id: hour, at: 1h, kind: executive, by: the boss, text: A secret that nobody knows yet}\n"
    path.write_text(LATER.replace(late, "").replace("injects:\n", f"injects:\n{late}"), encoding="utf-8")
    shell.run("drill", "start", str(path), "--detach")
    turn(shell)
    shell.run("drill", "inject", "INC-1", "hour", "--yes")
    assert [each["id"] for each in shell.ask("drill", "status", "INC-1")["injects"]] == ["now", "hour"]


def test_a_span_is_not_negative(shell: Shell, file: str) -> None:
    shell.run("drill", "start", file, "--detach")
    for words in (("hour", "-5m"), ("hour", "--", "-5m")):
        refused = shell.run("drill", "delay", "INC-1", *words)
        assert "negative" in refused.err.partition("\n")[0], refused
    assert shell.ask("drill", "status", "INC-1")["led"]["injects"][1]["delayed_until"] is None
