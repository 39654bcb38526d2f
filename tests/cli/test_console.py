"""Which words open the console, and on what."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from warroom.cli import main
from warroom.cli.fronts import Fronts
from warroom.room.room import Room
from warroom.settings import Settings

Opened = list[str | None]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person at a terminal, with a database of their own."""
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("WARROOM_DB", str(tmp_path / "warroom.db"))


def opened(*words: str) -> tuple[int, Opened]:
    """The exit code, and the titles of the incidents that the console was opened on (None: the list)."""
    found: Opened = []

    def console(room: Room, incident: str | None, settings: Settings, hint: str) -> int:
        state = room.feed(incident).state
        found.append(state.incident.title if state.incident else None)
        return 0

    def serve(settings: Settings, bind: str, url: str, say: Callable[[str], None]) -> int:
        raise AssertionError("nobody asked for it")

    return main.run(words, Fronts(console, serve, lambda *_: "", lambda *_: 1)), found


def declare(*titles: str) -> None:
    for title in titles:
        assert opened("declare", title) == (0, [])


@pytest.mark.usefixtures("terminal")
def test_without_a_verb_the_list_is_opened_even_on_nothing() -> None:
    assert opened() == (0, [None])
    declare("one")
    assert opened() == (0, [None])
    assert opened("--as", "ana") == (0, [None])


@pytest.mark.usefixtures("terminal")
def test_join_opens_the_incident_that_is_named() -> None:
    declare("one", "two")
    assert opened("join", "INC-1") == (0, ["one"])
    assert opened("join", "2", "--as", "bo") == (0, ["two"])
    assert opened("join", "3") == (1, [])


@pytest.mark.usefixtures("terminal")
def test_join_alone_opens_the_only_open_incident_else_the_list() -> None:
    assert opened("join") == (0, [None])
    declare("one")
    assert opened("join") == (0, ["one"])
    declare("two")
    assert opened("join") == (0, [None])


@pytest.mark.usefixtures("terminal")
def test_joining_what_is_not_there_makes_no_database(tmp_path: Path) -> None:
    assert opened("join", "INC-1") == (1, [])
    assert not (tmp_path / "warroom.db").exists()


@pytest.mark.usefixtures("terminal")
def test_help_opens_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--help",), ("help",), ("help", "join"), ("join", "--help"), ("help", "step", "done")):
        assert opened(*words) == (0, [])
        assert "usage" in capsys.readouterr().out.lower()
