"""Cut off from the database: reading goes on, notes wait, decisions are refused; and all is well by itself again."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.postgres import Server
from tests.support.terminal import Terminal
from tests.tui.consoles import PATIENCE, agree, eventually, join, set_up
from warroom.bootstrap import open_store

pytestmark = [pytest.mark.pty, pytest.mark.fault]


def unsent(home: Path) -> list[dict[str, object]]:
    """What waits on this machine."""
    files = (home / ".local" / "state" / "warroom" / "spool").glob("*.jsonl")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.fixture
def outage(private_postgres: Server) -> Iterator[tuple[Server, Terminal, Terminal]]:
    """Two consoles on a server that has just gone away."""
    url = private_postgres.create()
    set_up(url, "gateway is slow")
    with join(url, "ana") as ana, join(url, "bo") as bo:
        for terminal in (ana, bo):
            terminal.wait_for("LIVE")
            terminal.wait_for("gateway is slow")
        private_postgres.stop("immediate")
        yield private_postgres, ana, bo


@pytest.mark.postgres
def test_two_consoles_outlive_their_database(outage: tuple[Server, Terminal, Terminal], own_home: Path) -> None:
    server, ana, bo = outage
    for terminal in (ana, bo):
        terminal.wait_for("RECONNECTING|OFFLINE", PATIENCE)
        terminal.wait_for("s old · only notes can be written", PATIENCE)
        terminal.wait_for(r"cannot be\s+reached", PATIENCE)
        assert "gateway is slow" in terminal.text
        assert "freeze deploys" in terminal.text

    ana.press("space")
    ana.wait_for(r"╯\n The database[^╯]*tried\s+again", PATIENCE)
    ana.type_text("K")
    ana.type_text("Nsupport has 41 tickets")
    ana.press("f2")
    ana.wait_for("pending +support has 41 tickets.*not sent yet", PATIENCE)
    ana.wait_for("1 unsent", PATIENCE)
    ana.press("2", "3", "j")
    assert [each["name"] for each in unsent(own_home)] == ["note"], "what must be decided never waits"
    assert "▸ 1.1" in ana.text
    bo.wait_for("OFFLINE .*read-only", PATIENCE)
    assert "unknown while offline" in bo.text

    server.start()
    for terminal in (ana, bo):
        terminal.wait_for("LIVE", PATIENCE)
        terminal.wait_for("note +support has 41 tickets", PATIENCE)
    ana.wait_until_gone("pending|unsent", PATIENCE)
    assert unsent(own_home) == []
    bo.press("space")
    ana.wait_for(r"✓ 1\.1 .*done bo", PATIENCE)
    for terminal in (ana, bo):
        terminal.press("m", "2", "3", "G")
    assert "○ ack" in agree(ana, bo), "nothing that was refused came through later"


@pytest.mark.postgres
def test_a_console_can_be_left_while_it_is_cut_off(outage: tuple[Server, Terminal, Terminal]) -> None:
    _, ana, bo = outage
    ana.wait_for("RECONNECTING|OFFLINE", PATIENCE)
    ana.press("q")
    assert ana.wait_exit(PATIENCE) == 0
    bo.press("-")
    bo.wait_for("Incidents", PATIENCE)
    bo.wait_for(r"cannot be\s+reached", PATIENCE)
    assert "No incident is known" not in bo.text
    bo.press("q")
    assert bo.wait_exit(PATIENCE) == 0


def test_a_writer_that_hangs_is_named_and_all_is_well_when_it_goes_on(tmp_path: Path, own_home: Path) -> None:
    db = str(tmp_path / "warroom.db")
    set_up(db)
    with closing(open_store(db)) as frozen, join(db, "ana") as ana:
        ana.wait_for("LIVE")
        with frozen.exclusive():
            ana.press("space")
            ana.wait_for(r"▸ 1\.1(.*\n)*.*locked by process [0-9]+ of", PATIENCE)
            ana.type_text("Nsupport has 41 tickets")
            ana.press("f2")
            ana.wait_for("pending +support has 41 tickets", PATIENCE)
            assert [each["name"] for each in unsent(own_home)] == ["note"]
        ana.wait_for("note +support has 41 tickets", PATIENCE)
        ana.wait_for("LIVE", PATIENCE)
        ana.press("g", "space")
        ana.wait_for(r"✓ 1\.1 .*done ana", PATIENCE)
        eventually(lambda: unsent(own_home) == [], ana)


def test_a_database_file_that_was_taken_away_is_said_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    set_up(str(db), "gateway is slow")
    with join(str(db), "ana") as ana:
        ana.wait_for("LIVE")
        db.rename(tmp_path / "aside.db")
        ana.wait_for("The database file .*\n?.*was removed or replaced", PATIENCE)
        assert "gateway is slow" in ana.text
        (tmp_path / "aside.db").rename(db)
        ana.wait_for("LIVE", PATIENCE)
        ana.press("space")
        ana.wait_for(r"✓ 1\.1", PATIENCE)
