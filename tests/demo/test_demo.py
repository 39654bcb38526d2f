"""The demo: a real past incident, in a file of its own, with simulated people who come and go with it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from warroom.bootstrap import open_store
from warroom.cli import beside, own_file
from warroom.cli.fronts import Fronts
from warroom.cli.main import run
from warroom.cli.out import Out
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.script import Line
from warroom.engine.players import DIRECTOR
from warroom.playbook import samples
from warroom.playbook.incident import read_incident
from warroom.playbook.organisation import read_organisation
from warroom.playbook.script import read_script
from warroom.room import commands
from warroom.room.feed import Feed
from warroom.room.room import Actor, Room
from warroom.settings import Settings, state_path
from warroom.store.files import login

ROOT = Path(__file__).parents[2]
SCRIPT = read_script(samples.demo())


def no_console(room: Room, incident: str | None, settings: Settings, hint: str) -> int:
    raise AssertionError("without a terminal there is no console")


def no_service(*_: object) -> int:
    raise AssertionError("the demo serves nothing")


def no_unit(*_: object) -> str:
    raise AssertionError("the demo is no service")


def no_replay(*_: object) -> int:
    raise AssertionError("the demo replays nothing")


def play(*words: str) -> int:
    return run(["demo", *words], Fronts(no_console, no_service, no_unit, no_replay))


def folder() -> Path:
    return state_path() / "demo"


def incident(path: Path, reference: str = "INC-1") -> Incident:
    with contextlib.closing(open_store(str(path), create=False)) as store:
        room = Room(store, Actor("you"))
        found = room.feed(room.find(reference)).state.incident
    assert found is not None
    return found


def organisation(path: Path) -> Org:
    with contextlib.closing(open_store(str(path), create=False)) as store:
        return Feed(store, None).state.org


# The script.


@pytest.mark.parametrize("line", SCRIPT.lines, ids=lambda line: f"{line.at:%d-%H%M%S}-{line.command}")
def test_every_line_of_the_script_is_a_command(line: Line) -> None:
    params = commands.find(line.command).params
    assert line.given().keys() <= {param.name for param in params}
    assert line.given().keys() >= {param.name for param in params if param.required}


def test_the_script_begins_with_its_declaration_and_its_people_exist() -> None:
    sample = read_organisation(samples.organisation(), samples.runbooks())
    people = {person.name for person in sample.people}
    assert (SCRIPT.lines[0].command, SCRIPT.lines[0].at) == ("declare", SCRIPT.starts)
    assert SCRIPT.pace[0].since == SCRIPT.starts
    assert people >= SCRIPT.cast
    assert people >= {line.parameters()["to"] for line in SCRIPT.lines if line.command == "role.offer"}
    assert SCRIPT.runbook in {runbook.name for runbook in sample.runbooks}
    assert 5 * 60 < SCRIPT.seconds(SCRIPT.lines[-1].at) < 12 * 60


# Without a terminal.


def test_in_a_pipe_the_whole_incident_is_printed() -> None:
    done = subprocess.run([sys.executable, "-m", "warroom", "demo"], cwd=ROOT, capture_output=True, timeout=30)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(lines) >= len(SCRIPT.lines)
    assert "\x1b" not in done.stdout.decode()
    assert lines[0].startswith("2018-10-21 22:54:00Z  ana ")
    assert "ladder alarms begins" in lines[1]
    assert "database-primary-lost attached" in lines[3]
    assert lines[-3].startswith("INC-1 is closed: ")
    assert lines[-1].endswith("-m warroom join INC-1 --db ~/.local/state/warroom/demo/1.db")


def test_as_data_each_entry_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert play("--json") == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len({(entry["actor"], entry["recorded"]) for entry in entries}) == len(SCRIPT.lines)
    assert {entry["actor"] for entry in entries} == SCRIPT.cast


def test_the_demo_comes_to_the_figures_of_the_real_incident() -> None:
    play()
    played = incident(folder() / "1.db")
    known = {name: milestone.happened for name, milestone in played.clock.known}

    def minutes(start: str, end: str) -> float:
        return (known[end] - known[start]).total_seconds() / 60  # type: ignore[index]

    assert played.clock.status == "closed"
    assert dict(read_incident(samples.incident(SCRIPT.incident)).expected) == pytest.approx(
        {
            "ttd_min": minutes("impact", "detection"),
            "tta_min": minutes("detection", "acknowledgment"),
            "tt_contain_min": minutes("impact", "containment"),
            "ttr_min": minutes("impact", "resolution"),
            "tt_escalate_min": minutes("impact", "escalation"),
        }
    )


def test_all_lines_happen_at_their_moments_and_every_line_does_something() -> None:
    play()
    entries = [each for each in incident(folder() / "1.db").timeline if each.actor != DIRECTOR]
    # A decision, or what was told to somebody, stands beside the step that it came of, at the same moment.
    acts = list({(each.actor, each.recorded): each for each in entries}.values())
    assert [each.actor for each in acts] == [line.by for line in SCRIPT.lines]
    late = [(each.recorded - line.at).total_seconds() for each, line in zip(acts, SCRIPT.lines, strict=True)]
    assert 0 <= min(late) <= max(late) < 0.001


def test_the_incident_brings_the_services_of_the_facts() -> None:
    play()
    facts = read_incident(samples.incident(SCRIPT.incident))
    assert incident(folder() / "1.db").services.catalogue == facts.services


# The file.


def test_each_demo_has_a_file_of_its_own_unless_the_last_is_kept() -> None:
    play()
    play()
    assert sorted(path.name for path in folder().glob("*.db")) == ["1.db", "2.db"]
    play("--keep")
    assert sorted(path.name for path in folder().glob("*.db")) == ["1.db", "2.db"]
    assert incident(folder() / "2.db", "INC-2").clock.status == "closed"


def test_a_file_may_be_named(tmp_path: Path) -> None:
    assert play("--db", str(tmp_path / "here.db")) == 0
    assert incident(tmp_path / "here.db").clock.status == "closed"
    assert not folder().exists()


def test_demos_that_nobody_has_looked_at_for_a_week_are_removed() -> None:
    for _ in range(3):
        play()
    eight_days_ago = time.time() - 8 * 24 * 3600
    for path in [*folder().glob("1.db*"), *folder().glob("2.db*")]:
        os.utime(path, (eight_days_ago, eight_days_ago))
    os.utime(folder() / "2.db-presence")  # somebody has it open
    own_file.sweep_folder(folder(), time.time() - 7 * 24 * 3600)
    assert list(folder().glob("1.db*")) == []
    assert (folder() / "2.db").exists()
    assert (folder() / "3.db").exists()


def test_a_database_that_is_no_demo_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(open_store(str(tmp_path / "real.db"))) as store:
        Room(store, Actor("ana")).do("declare", title="Real", severity="1")
        before = store.head()
        assert play("--db", str(tmp_path / "real.db")) == 1
        assert "holds something else than a demo" in capsys.readouterr().err
        assert store.head() == before


def test_the_demo_plays_in_a_file_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert play("--db", "postgresql://localhost/warroom") == 1
    assert "plays in a file of its own" in capsys.readouterr().err


@pytest.mark.parametrize("speed", ["0", "1000", "-1", "nan", "fast"])
def test_a_speed_that_makes_no_sense_is_refused(speed: str) -> None:
    assert play(f"--speed={speed}") == 1
    assert not folder().exists()


# The user.


def test_the_user_is_their_login() -> None:
    play()
    org = organisation(folder() / "1.db")
    assert org.known_as(login()) == login()
    assert org.person(login()) == login()


def test_a_user_who_has_the_name_of_a_simulated_person_is_you(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.bootstrap.login", lambda: "ana")
    play()
    org = organisation(folder() / "1.db")
    assert org.known_as("ana") == "you"
    assert org.person("you") == "you"


@pytest.mark.parametrize(
    ("started", "path", "program"),
    [
        ("bin/warroom", "bin", "warroom"),
        ("bin/warroom", "elsewhere", "~/bin/warroom"),
        ("lib/warroom/__main__.py", "bin", f"{sys.executable} -m warroom"),
    ],
)
def test_the_line_to_join_with_works_in_another_terminal(
    started: str, path: str, program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path.home() / "bin" / "warroom"
    script.parent.mkdir()
    script.touch(mode=0o700)
    monkeypatch.setenv("PATH", str(Path.home() / path))
    monkeypatch.setattr(sys, "argv", [str(Path.home() / started)])
    monkeypatch.chdir(Path.home())
    play("--db", "my demo.db")
    assert capsys.readouterr().out.endswith(f": {program} join INC-1 --db ~/'my demo.db'\n")


# With a terminal. The console is a stand-in that tells what it sees, until Enter.

CONSOLE = """
import select, sys
from warroom.cli.fronts import Fronts
from warroom.cli.main import run

def console(room, incident, settings, hint):
    print(hint, "for", room.actor.person)
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        seen = room.feed(incident).refresh().incident
        print(len(seen.timeline), "entries by", len({each.actor for each in seen.timeline}))
    return 0

sys.exit(run(["demo", "--speed", "30"], Fronts(console, lambda *_: 1, lambda *_: "", lambda *_: 1)))
"""


def on_a_terminal() -> Terminal:
    return Terminal([sys.executable, "-c", CONSOLE], cwd=ROOT, columns=200)


@pytest.mark.pty
def test_on_a_terminal_simulated_people_work_beside_the_user() -> None:
    with on_a_terminal() as terminal:
        terminal.wait_for(f"From a second terminal: .* join INC-1 --db ~/.*/1.db for {login()}")
        terminal.wait_for(r"\d\d entries by [2-9]", timeout=30)
        terminal.press("enter")
        assert terminal.wait_exit(30) == 0
        assert "The simulated people have gone" in terminal.text
        assert "left early" not in terminal.text
        assert terminal.processes() == []
    clock = incident(folder() / "1.db").clock.map
    assert clock
    assert clock.rate == 1  # whoever stays goes on in a time like their own


@pytest.mark.pty
@pytest.mark.fault
def test_the_simulated_people_do_not_outlive_a_console_that_is_killed() -> None:
    with on_a_terminal() as terminal:
        terminal.wait_for(r"[5-9] entries", timeout=30)
        assert len(terminal.processes()) == 2
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_exit() == -signal.SIGKILL
        while terminal.processes():
            terminal.watch(0.05)
    assert incident(folder() / "1.db").clock.status == "active"


@pytest.mark.fault
def test_the_user_is_told_why_the_simulated_people_left_early(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with beside.playing(
        Out(), "warroom.cli.demo", str(tmp_path / "gone.db"), "e2a7b9b0-0000-4000-8000-000000000000", "1"
    ):
        pass
    assert "The simulated people left early: There is no database at" in capsys.readouterr().err


def test_a_folder_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(Refused, match="cannot be used"):
        own_file.place("demo", "")


@pytest.mark.pty
def test_the_line_that_the_console_shows_takes_a_second_terminal_into_the_same_incident() -> None:
    with Terminal([sys.executable, "-m", "warroom", "demo"], cwd=ROOT, columns=200) as first:
        first.wait_for(r"From a second terminal: .*\.db")
        shown = re.search(r"From a second terminal: (.*\.db)", first.text)
        assert shown
        with Terminal(["sh", "-c", shown[1]], cwd=ROOT, columns=200) as second:
            second.wait_for("INC-1 Database topologies")
            second.wait_for("ana is here", timeout=30)
