"""Ending: by signal, by a closed window, by kill -9. The process goes, and the terminal is as it was."""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.tui.consoles import PATIENCE, eventually, join, set_up
from warroom.bootstrap import open_store
from warroom.room.presence import GONE, people

pytestmark = [pytest.mark.pty, pytest.mark.fault]

LEFT_ON = {7, 25}
"""The private modes that a console may leave on: wrapping, and the cursor, which every terminal starts with."""


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A database with an incident."""
    path = str(tmp_path / "warroom.db")
    set_up(path)
    return path


def restored(terminal: Terminal) -> bool:
    """Whether the terminal is as a shell expects it: main screen, cursor, no mouse, no marks around pastes."""
    return terminal.screen.modes <= LEFT_ON and 25 in terminal.screen.modes


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP], ids=lambda signum: str(signum.name))
@pytest.mark.parametrize("keys", [(), ("N",), ("S",), (":",)], ids=lambda keys: str(keys[:1] or "pane"))
def test_a_signal_ends_it_and_restores_the_terminal(db: str, signum: signal.Signals, keys: tuple[str, ...]) -> None:
    with join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        terminal.press(*keys)
        terminal.settle()
        assert not restored(terminal)
        terminal.kill(signum)
        assert terminal.wait_exit(PATIENCE) == 128 + signum
        assert restored(terminal)
        eventually(lambda: not terminal.processes(), terminal)


def test_leaving_restores_the_terminal(db: str) -> None:
    with join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        terminal.press("q")
        assert terminal.wait_exit(PATIENCE) == 0
        assert restored(terminal)


@pytest.mark.parametrize("wrapper", ["", 'trap "" HUP; "$@"; true'], ids=["as usual", "hang-ups are ignored"])
def test_a_closed_window_ends_it(db: str, wrapper: str) -> None:
    terminal = join(db, "ana", wrapper=wrapper)
    with terminal:
        terminal.wait_for("LIVE")
        terminal.hangup()
        eventually(lambda: not terminal.processes())


def test_whoever_is_killed_is_gone_when_the_lease_runs_out(db: str) -> None:
    with closing(open_store(db)) as store, join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        eventually(lambda: bool(store.present(0)), terminal)
        terminal.kill(signal.SIGKILL)
        terminal.wait_exit(PATIENCE)
        (last,) = store.present(0)
        assert people(store.present(last.seen - GONE), last.incident) == {"ana"}
        assert people(store.present(last.seen + 1), last.incident) == set(), "45 s after the last heartbeat"


def test_whoever_leaves_is_gone_at_once(db: str) -> None:
    with closing(open_store(db)) as store, join(db, "ana") as terminal:
        terminal.wait_for("LIVE")
        eventually(lambda: bool(store.present(0)), terminal)
        terminal.press("q")
        terminal.wait_exit(PATIENCE)
        assert store.present(0) == []


def test_a_stopped_console_goes_on_where_it_was(db: str) -> None:
    with join(db, "ana") as terminal, join(db, "bo") as other:
        terminal.wait_for("LIVE")
        other.wait_for("LIVE")
        terminal.kill(signal.SIGSTOP)
        other.press("space")
        other.wait_for(r"✓ 1\.1")
        terminal.kill(signal.SIGCONT)
        terminal.wait_for(r"✓ 1\.1", PATIENCE)
        terminal.press("j", "space")
        other.wait_for(r"✓ 1\.2", PATIENCE)
