"""Replay on the command line: the story as text, an incident as of a moment, and the way into the console."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.shell import Shell
from warroom.cli import main
from warroom.cli.fronts import Fronts
from warroom.domain.replay import Place
from warroom.playbook import samples
from warroom.room.room import Room
from warroom.settings import Settings

PAST = samples.incidents()["github-2018-10-21-mysql-split"]


@pytest.fixture
def past(shell: Shell) -> Shell:
    """A database with one real past incident."""
    assert shell.run("import", str(PAST)).code == 0
    return shell


def test_the_story_is_told_with_its_gaps(past: Shell) -> None:
    lines = past.run("replay", "1").out.splitlines()
    told = [line for line in lines if not line.startswith("… ")]
    assert len(told) == len(past.ask("show", "1")["timeline"])
    assert any(line.startswith("… ") and line.endswith(" pass …") for line in lines)
    assert past.run("replay", "1", "--plain", "--instant", "--speed", "10").out.splitlines() == lines
    fast = past.run("replay", "1", "--speed", "10000").out.splitlines()
    assert fast == lines


def test_the_story_begins_and_ends_where_it_is_told_to(past: Shell) -> None:
    lines = past.run("replay", "1", "--from", "3", "--at", "5").out.splitlines()
    assert lines[0].startswith(past.ask("show", "1")["timeline"][2]["recorded"])
    assert len([line for line in lines if not line.startswith("… ")]) == 3
    found = past.run("replay", "1", "--at", "detection").out
    assert "detection" in found.splitlines()[-1]
    assert past.run("replay", "1", "--at", "hamsters").code == 1


def test_an_incident_as_of_then(past: Shell) -> None:
    now = past.ask("show", "1")
    then = past.ask("show", "1", "--at", "detection")
    assert then == past.ask("replay", "1", "--at", "detection")
    assert then["milestones"]["detection"] == now["milestones"]["detection"]
    assert then["milestones"]["resolution"] is None
    assert then["timeline"] == now["timeline"][: len(then["timeline"])]
    assert then["status"] == "active"
    assert "T+" in past.run("show", "1", "--at", "detection").out
    assert past.ask("show", "1", "--at", "end")["timeline"] == now["timeline"]


def test_what_was_true_and_what_was_known(shell: Shell) -> None:
    shell.run("declare", "card payments fail")
    shell.run("note", "errors are gone")
    earlier = datetime.now(UTC) - timedelta(minutes=30)
    shell.run("note", "the deploy began", "--at", f"{earlier:%Y-%m-%dT%H:%MZ}")
    shell.run("correct", "3", "the deploy ended")
    known = shell.run("replay").out.splitlines()
    true = shell.run("replay", "--true").out.splitlines()
    notes = [line for line in known if " note " in line]
    assert ["deploy" in line for line in notes] == [False, True]
    assert "(happened at " in notes[1]
    texts = [line for line in true if " note " in line]
    assert ["deploy" in line for line in texts] == [True, False]
    assert "(known at " in texts[0]
    assert "(corrected: the deploy ended)" in texts[0]
    assert shell.run("replay", "--true", "--known").code == 1
    assert shell.run("replay", "--speed", "soon").code == 1


def test_bookmarks_are_set_and_taken_away_and_are_no_part_of_the_story(past: Shell) -> None:
    before = past.run("replay", "1").out
    marked = past.run("bookmark", "1", "--at", "2", "--remark", "look here").out
    assert "bookmark at entry 2: look here" in marked
    number = marked.split()[1]
    past.run("milestone", "1", "review")
    assert past.run("replay", "1").out.startswith(before)
    assert "bookmark" not in past.run("replay", "1").out
    assert past.run("bookmark", "1", "remove", number).code == 0
    assert past.run("bookmark", "1", "remove", number).code == 1


def test_on_a_terminal_the_console_opens_at_the_place(monkeypatch: pytest.MonkeyPatch, past: Shell) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    found: list[tuple[str, Place]] = []

    def replay(room: Room, incident: str, settings: Settings, place: Place) -> int:
        found.append((incident, place))
        return 0

    fronts = Fronts(lambda *_: 1, lambda *_: 1, lambda *_: "", replay)
    assert main.run(["--db", past.db, "replay", "1", "--from", "4", "--true"], fronts) == 0
    ((incident, place),) = found
    assert incident == past.ask("show", "1")["uuid"]
    assert (place.position, place.truth, place.playing) == (4, True, False)
