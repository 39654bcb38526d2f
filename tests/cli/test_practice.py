"""`warroom practice`: a drill for one, in a file of its own."""

import sys
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, Shell
from tests.support.terminal import Terminal
from warroom.playbook import samples
from warroom.settings import state_path

PATIENCE = 30


def practice(*words: str) -> Terminal:
    """A practice on a terminal as small as the tutorial has to fit."""
    return Terminal([sys.executable, "-m", "warroom", "practice", *words], cwd=ROOT, columns=80, rows=24)


def test_what_there_is_to_practise_begins_with_the_tutorial(shell: Shell) -> None:
    found = shell.ask("practice", "--list")
    assert {each["scenario"] for each in found} == set(samples.scenarios())
    assert found[0]["scenario"] == "tutorial"
    assert shell.run("practice", "--list").out.splitlines()[1].startswith("tutorial ")
    assert not Path(shell.db).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Practice needs a terminal. To see what there is: warroom practice --list"),
        (("--resume",), "Practice needs a terminal. To see what there is: warroom practice --list"),
        (("--seed", "one"), "--seed: “one” is no whole number."),
        (("--speed", "0"), "--speed is 0.1 to 100 times as fast."),
        (("--speed", "fast"), "--speed: “fast” is no number."),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell.run("practice", *words)
    assert done.code != 0
    assert said in " ".join(done.err.split())


@pytest.mark.pty
def test_a_scenario_that_does_not_exist_makes_no_file() -> None:
    with practice("volcano") as terminal:
        terminal.wait_for("volcano", PATIENCE)
        assert terminal.wait_exit(PATIENCE) != 0
    assert not (state_path() / "practice").exists()


@pytest.mark.pty
def test_the_tutor_tells_the_next_key_once_the_last_was_pressed() -> None:
    with practice("--speed", "2") as me:
        me.wait_for("INJECT .*Press K to acknowledge", PATIENCE)
        me.press("K")
        me.wait_for("INJECT .*Press R, then Enter twice", PATIENCE)
        me.press("R")
        me.wait_for("incident commander +open", PATIENCE)
        me.press("enter")
        me.wait_for("Take it", PATIENCE)
        me.press("enter")
        me.wait_for(r"INJECT .*Space ticks step 1\.1", PATIENCE)
        me.press("space")
        me.wait_for(r"INJECT .*Space again ticks the gate 1\.2", PATIENCE)
        me.press("q")
        assert me.wait_exit(PATIENCE) == 0
        assert "Your colleagues have gone." in me.text
        assert "left early" not in me.text
        assert "drill report INC-1" in " ".join(me.text.split())
        assert me.processes() == []


@pytest.mark.pty
def test_a_practice_that_was_killed_is_gone_on_with_or_ended() -> None:
    with practice() as me:
        me.wait_for("INJECT .*Press K to acknowledge", PATIENCE)
        me.press("K")
        me.wait_for("INJECT .*Press R, then Enter twice", PATIENCE)
        me.kill()
    with practice("--resume", "dns-emptied") as me:
        me.wait_for("--resume goes on as it was begun: with its own scenario", PATIENCE)
        assert me.wait_exit(PATIENCE) != 0
    with practice("expired-certificate") as me:
        me.wait_for("An earlier practice is unfinished", PATIENCE)
        me.press("q")
        assert me.wait_exit(PATIENCE) == 0
    with practice("--resume") as me:
        me.wait_for("INJECT .*Press R, then Enter twice", PATIENCE)
        me.wait_for("The drill's time went on meanwhile; q ends it", PATIENCE)
        me.press("q")
        assert me.wait_exit(PATIENCE) == 0
        assert "Your colleagues have gone." in me.text
        assert "left early" not in me.text
    with practice("--resume") as me:
        me.wait_for(r"No practice is unfinished\.\s+Begin one: warroom practice", PATIENCE)
        assert me.wait_exit(PATIENCE) != 0


@pytest.mark.pty
def test_the_tutors_words_stand_whole_while_the_runbook_fills_the_screen() -> None:
    words = "Press K to acknowledge the page; the ladder then stops paging. What to do next always stands here."
    with practice() as me:
        me.wait_for("INJECT tutor: Press K", PATIENCE)
        me.press("3")
        me.wait_until_gone("5 Timeline ·", PATIENCE)
        assert f"INJECT tutor: {words}" in " ".join(me.text.split())
        me.press("q")
        assert me.wait_exit(PATIENCE) == 0
