"""A whole drill: begun on the command line, played in three terminals over their own engine, and reported on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal import Terminal
from tests.tui.consoles import LOGGED_IN, PATIENCE, ROOT

pytestmark = pytest.mark.pty

SCENARIO = """\
scenario: slow-payments
title: Payments are slow
difficulty: 1
roles: [commander, scribe]
start: {title: Payments take a minute, severity: 1}
injects:
  - {id: slow, at: 0s, kind: alert, by: monitoring, text: The queue grows}
  - {id: asks, when: {role: commander}, kind: customer, by: a shop, text: Is it us or is it you}
  - {id: press, at: 50m, kind: executive, by: the boss, text: What do we say}
expect:
  - {title: Take command, do: role.take, match: {role: commander}, within: 6m}
  - {title: Decide, do: decide, within: 30m}
  - {title: Contain the harm, do: milestone, match: {milestone: containment}, within: 20m}
end: {limit: 1h}
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: in a file, and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "warroom.db")
    address: str = request.getfixturevalue("postgres_url")
    return address


def as_person(person: str, *words: str) -> list[str]:
    """The program, as somebody who is logged in."""
    return [sys.executable, "-c", LOGGED_IN, person, *words]


def run(url: str, person: str, *words: str) -> str:
    """What a run to its end prints."""
    done = subprocess.run(as_person(person, *words, "--db", url), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    return done.stdout


def console(url: str, person: str, columns: int, rows: int) -> Terminal:
    """Somebody's console on the drill."""
    return Terminal(as_person(person, "join", "INC-1", "--db", url), columns=columns, rows=rows, cwd=ROOT)


def test_a_drill_from_its_first_inject_to_the_report(url: str, tmp_path: Path) -> None:
    scenario = tmp_path / "slow-payments.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    assert run(url, "ana", "drill", "start", str(scenario), "--team", "shop", "--detach") == "INC-1\n"
    with console(url, "ana", 120, 36) as ana, console(url, "bo", 80, 24) as bo, console(url, "cy", 120, 36) as cy:
        for each in (ana, bo, cy):
            each.wait_for("DRILL .*LIVE", PATIENCE)
            each.wait_for("INJECT +ALERT · monitoring: The queue grows", PATIENCE)
        bo.type_text("R")
        bo.wait_for("Roles", PATIENCE)
        bo.type_text("commander\n")
        bo.wait_for("commander: open", PATIENCE)
        bo.type_text("take\n")
        for each in (ana, bo, cy):
            each.wait_for("Is it us or is it you", PATIENCE)
        cy.type_text("D")
        cy.wait_for("What was decided", PATIENCE)
        cy.type_text("wait for the bank")
        cy.press("f2")
        cy.wait_for(r"Why\?", PATIENCE)
        cy.type_text("\n")
        bo.wait_for("wait for the bank", PATIENCE)
        ana.type_text("C")
        ana.wait_for("What do we say", PATIENCE)
        ana.type_text("n")
        ana.wait_for("Private note", PATIENCE)
        ana.type_text("nobody told the shop")
        ana.press("f2")
        ana.wait_for("nobody told the shop", PATIENCE)
        ana.type_text("e")
        ana.wait_for("End the drill as planned", PATIENCE)
        ana.type_text("y")
        for each in (bo, cy):
            each.wait_for("warroom drill report INC-1", PATIENCE)
            assert "nobody told the shop" not in each.text
    report: dict[str, Any] = json.loads(run(url, "ana", "drill", "report", "INC-1", "--json"))
    assert {row["title"]: row["verdict"] for row in report["expected"]} == {
        "Take command": "on time",
        "Decide": "on time",
        "Contain the harm": "not due",
    }
    assert "nobody told the shop" in run(url, "ana", "drill", "report", "INC-1")
    assert "nobody told the shop" not in run(url, "ana", "drill", "report", "INC-1", "--public")
