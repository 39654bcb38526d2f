"""A trainer and two trainees in real terminals: a jump is seen by all, one goes alone, the trainer is lost."""

import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.tui.consoles import LOGGED_IN, PATIENCE, ROOT, set_up

pytestmark = pytest.mark.pty


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: in a file, and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "warroom.db")
    address: str = request.getfixturevalue("postgres_url")
    return address


def replay(url: str, person: str, columns: int, rows: int) -> Terminal:
    """Somebody's replay of INC-1."""
    words = [sys.executable, "-c", LOGGED_IN, person, "replay", "INC-1", "--db", url]
    return Terminal(words, columns=columns, rows=rows, cwd=ROOT)


def test_a_trainer_is_followed_left_rejoined_and_lost(url: str) -> None:
    set_up(url, "gateway is slow", "support has 41 tickets", "the bank answers", "errors fall")
    with replay(url, "ana", 120, 36) as ana, replay(url, "bo", 80, 24) as bo, replay(url, "cy", 120, 36) as cy:
        for each in (ana, bo, cy):
            each.wait_for("^ REPLAY", PATIENCE)
        ana.type_text("L")
        ana.wait_for("you lead", PATIENCE)
        for each in (bo, cy):
            each.wait_for("following ana", PATIENCE)
        ana.type_text("/41 tickets\n")
        for each in (ana, bo, cy):
            each.wait_for("note +support has 41 tickets", PATIENCE)
        bo.type_text(",")
        bo.wait_for("alone; ana leads, L rejoins", PATIENCE)
        bo.wait_until_gone("41 tickets", PATIENCE)
        ana.type_text("..")
        cy.wait_for("note +errors fall", PATIENCE)
        assert "errors fall" not in bo.text
        bo.type_text("L")
        bo.wait_for("note +errors fall", PATIENCE)
        ana.kill()
        for each in (bo, cy):
            each.wait_for("ana's link is gone", PATIENCE)
            each.wait_for("note +errors fall", PATIENCE)
        cy.type_text("L")
        cy.wait_for("you lead", PATIENCE)
        bo.wait_for("following cy", PATIENCE)
