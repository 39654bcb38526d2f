"""Two people, two terminals, one incident: what one does the other sees, and both see the same."""

import re
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.tui.consoles import agree, eventually, join, set_up

pytestmark = pytest.mark.pty


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: in a file, and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "warroom.db")
    address: str = request.getfixturevalue("postgres_url")
    return address


def test_two_terminals_agree_character_for_character(url: str) -> None:
    set_up(url)
    with join(url, "ana") as ana, join(url, "bo") as bo:
        for terminal in (ana, bo):
            terminal.wait_for("LIVE")
        ana.press("space")
        bo.wait_for(r"✓ 1\.1 confirm.*done ana")
        bo.press("j", "c")
        ana.wait_for(r"1\.2 freeze deploys.*bo is on it")
        bo.type_text("Nerror rate 4 % → 31 %\nsince 13:58")
        bo.press("f2")
        ana.wait_for("bo +note +error rate 4 % → 31 % since 13:58")
        ana.type_text("Dswitch banks")
        ana.press("f2")
        ana.wait_for("Why")
        ana.type_text("it is quick\n")
        bo.wait_for(r"ana +DECISION switch banks \(because it is quick\)")
        bo.press("2", "space", "enter")
        ana.wait_for("IC +bo")
        ana.type_text("K")
        bo.wait_for("● ack")
        ana.type_text("S")
        ana.wait_for("SEV2 Major")
        ana.press("down", "enter")
        ana.wait_for("Why")
        ana.type_text("one bank only\n")
        bo.wait_for("SEV2  T")
        bo.type_text("4 ")
        bo.wait_for("How is web")
        bo.type_text("major\n")
        ana.wait_for("✗ web +major outage")
        bo.press("z")
        ana.wait_for("took back: web")
        for terminal in (ana, bo):
            terminal.press("m", "2", "3", "g")
        both = agree(ana, bo)
        with join(url, "cy") as cy:
            # Whoever comes late has missed nothing.
            eventually(lambda: cy.text.split("\n")[-10:-1] == both.split("\n")[-10:-1], cy)


def test_two_terminals_of_different_sizes_tell_the_same(url: str) -> None:
    set_up(url, "gateway is slow", "support has 41 tickets")
    with join(url, "ana") as wide, join(url, "bo", 80, 24) as narrow:
        wide.press("5", "5")
        narrow.press("5", "5")
        wide.wait_for("support has 41 tickets")
        narrow.wait_for("support has 41 tickets")
        narrow.type_text("Nfrom the bastion")
        narrow.press("f2")
        for terminal in (wide, narrow):
            terminal.wait_for("note +from the bastion")
        assert _timeline(wide) == _timeline(narrow)


def _timeline(terminal: Terminal) -> list[str]:
    """The entries on the screen, without their frame."""
    lines = (line.strip("│› ").rstrip() for line in terminal.text.split("\n"))
    return [line for line in lines if re.match(r"\d\d:\d\d ", line)]
