"""Rough treatment: hostile text, a megabyte pasted, a window that will not keep still, bytes that are no text."""

import re
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.tui.consoles import PATIENCE, agree, join, set_up
from tests.tui.test_hostile import CORPUS

pytestmark = pytest.mark.pty

MARK = "1337"
"""A number that stands in each hostile sequence and in nothing that the console itself draws."""

HOSTILE = (
    f"\x1b[{MARK}m",
    f"\x1b[{MARK}H",
    f"\x1b[?{MARK}h",
    f"\x1b[{MARK};2t",
    f"\x1b]0;{MARK}\x07",
    f"\x1b]52;c;{MARK}\x1b\\",
    f"\x1b]8;;http://{MARK}\x1b\\x",
    f"\x1bP{MARK}q\x1b\\",
    f"\x1b_{MARK}\x1b\\",
    f"\x1b^{MARK}\x1b\\",
    f"\x9b{MARK}m",
    f"\x9d0;{MARK}\x9c",
    f"\x90{MARK}\x9c",
    f"\x07\x0e\x08\x7f {MARK}",
)
_SEQUENCE = re.compile(
    r"\x1b(?:\[[<-?]?[0-9:;]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|[ -/]*[0-~])"
    r"|[\x90\x98\x9b\x9d-\x9f][^\x07\x1b\x9c]*"
)
_OWN = re.compile(
    r"\x1b\[[0-9;]*[mHJKABCDGhlu]|\x1b\[\?[0-9;]+(?:[hl]|\$p)|\x1b\[[<>=][0-9]*u|\x1b\]22;[a-z]*\x07|\x1b[=>]"
)
"""What the framework's driver writes: colours, the cursor's place, modes, questions about them, the pointer's shape."""


def obeyed(terminal: Terminal) -> list[str]:
    """The sequences in what was written that are not the driver's own, and the control characters outside of any."""
    text = terminal.raw.decode()
    found = _SEQUENCE.findall(text)
    strange = [each for each in found if not _OWN.fullmatch(each) or MARK in each]
    rest = _SEQUENCE.sub("", text)
    return strange + [letter for letter in rest if not letter.isprintable() and letter not in "\r\n"]


def test_nothing_that_was_written_is_obeyed_by_a_terminal(tmp_path: Path) -> None:
    db = str(tmp_path / "warroom.db")
    set_up(db, *HOSTILE, *CORPUS)
    with join(db, "ana", 120, 60) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("5", "5")
        terminal.wait_for("␛\\]0;1337␇")
        for _ in range(6):
            terminal.press("enter")
            terminal.wait_for("q leaves", PATIENCE)
            terminal.press("q")
            terminal.wait_until_gone("q leaves", PATIENCE)
            terminal.press("k", "x")
            terminal.wait_for("saves", PATIENCE)
            terminal.press("f10")
            terminal.wait_until_gone("saves", PATIENCE)
        terminal.type_text(f"/{MARK}\n")
        terminal.wait_for("only “", PATIENCE)
        terminal.press("q")
        terminal.wait_exit(PATIENCE)
        assert obeyed(terminal) == []
        assert terminal.screen.title == ""


def test_a_megabyte_pasted_into_a_note_is_survived(tmp_path: Path) -> None:
    db = str(tmp_path / "warroom.db")
    set_up(db)
    with join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        terminal.press("N")
        terminal.wait_for("saves")
        terminal.paste("all work and no play makes bo a dull boy\n" * 25_000)
        terminal.wait_for("dull boy", PATIENCE)
        terminal.press("f2")
        terminal.wait_for("longer than 8 KiB", PATIENCE)
        terminal.press("space")
        terminal.wait_for(r"✓ 1\.1", PATIENCE)


def test_a_window_that_will_not_keep_still_ends_in_the_right_picture(tmp_path: Path) -> None:
    db = str(tmp_path / "warroom.db")
    set_up(db, "gateway is slow")
    with join(db, "ana") as shaken, join(db, "bo") as still:
        still.wait_for("LIVE")
        shaken.wait_for("LIVE")
        for size in range(60):
            shaken.resize(20 + (size * 37) % 180, 6 + (size * 13) % 50)
            if size % 20 == 0:
                shaken.press("N" if size % 40 == 0 else "f10")
            shaken.watch(0.01)
        shaken.press("f10")
        shaken.resize(120, 36)
        for terminal in (shaken, still):
            terminal.press("m", "2", "3", "g")
        agree(shaken, still)


@pytest.mark.parametrize("typed", [b"\xe4\xf6\xfc", b"\xff\xc0\x80", b"\xed\xa0\x80", b"\x00\x1c\x1d", b"\x1b]0;x\x07"])
def test_bytes_that_are_no_text_do_not_end_it(tmp_path: Path, typed: bytes) -> None:
    db = str(tmp_path / "warroom.db")
    set_up(db)
    with join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        terminal.send(typed)
        terminal.settle()
        terminal.press("f10", "g", "space")
        terminal.wait_for(r"✓ 1\.1", PATIENCE)
