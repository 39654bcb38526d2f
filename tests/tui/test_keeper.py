"""A console keeps an engine alive: one, where it is needed, and no longer than the console."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.builders import LADDER
from tests.tui.drills import rehearse
from tests.tui.stories import PLAYBOOK, Team
from warroom.bootstrap import adapters
from warroom.domain.contacts import Channel
from warroom.domain.ladder import Route
from warroom.domain.org import Org, Playbook
from warroom.outreach.contract import Adapter, Message, Receipt
from warroom.room.engines import CHANNEL, LEAD, TTL, engines
from warroom.room.room import Actor
from warroom.settings import Settings
from warroom.store.contract import Store
from warroom.store.sqlite import SqliteStore
from warroom.tui.engine import Keeper

PATIENCE = 30.0
PAGING = replace(PLAYBOOK, ladders=(LADDER,), routes=(Route("everybody"),), channels=(Channel("console", "console"),))
# It says who it is and what it was told, and ends with its standard input, or at once.
_CHILD = """
import os, sys
print(os.getpid(), os.environ["WARROOM_DB"], *sys.argv, sep="\\n", file=open(sys.argv[1], "a"), flush=True)
if sys.argv[2] == "stay":
    sys.stdin.read()
"""


class Bench:
    """A database, and keepers on it whose engines only write down that they were started."""

    def __init__(self, folder: Path, store: Store, stack: ExitStack) -> None:
        self.folder = folder
        self.store = store
        self._stack = stack

    def keeper(self, playbook: Playbook = PAGING, ending: str = "stay", can: tuple[str, ...] = ("console",)) -> Keeper:
        team = Team(self.store, playbook)

        def here(org: Org, store: Store) -> dict[str, Adapter]:
            return {name: Able(name in can) for name in ("console", "sms")}

        argv = (sys.executable, "-c", _CHILD, str(self.folder / "started"), ending)
        keeper = Keeper(team.room("ana"), Settings(db="elsewhere"), here, argv)
        self._stack.callback(keeper.stop)
        return keeper

    def lead(self, *channels: str) -> None:
        """An engine somewhere else leads, and serves these channels."""
        now = self.store.now()
        for name in (LEAD, *(f"{CHANNEL}{each}" for each in channels)):
            self.store.lease(name, "another", now, now + TTL)

    @property
    def started(self) -> list[str]:
        """What the engines wrote down: their pids, databases and arguments."""
        path = self.folder / "started"
        return path.read_text().splitlines() if path.exists() else []

    def pid(self) -> int:
        """The engine's, once it runs."""
        eventually(lambda: len(self.started) >= 4)
        return int(self.started[0])


class Able:
    """A channel on which this host can send, or not."""

    def __init__(self, able: bool) -> None:
        self._able = able

    def check(self) -> str:
        return "" if self._able else "There is no secret."

    def send(self, message: Message, timeout: float) -> Receipt:
        raise AssertionError("a keeper sends nothing")


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds. How long it takes is nothing that is tested."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process is no more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        store = stack.enter_context(closing(SqliteStore(tmp_path / "warroom.db")))
        yield Bench(tmp_path, store, stack)


def test_where_nobody_could_be_paged_no_engine_is_started(bench: Bench) -> None:
    bench.keeper(PLAYBOOK).look()
    assert bench.started == []


def test_where_none_leads_one_is_started_and_told_the_database_by_the_environment_alone(bench: Bench) -> None:
    bench.keeper().look()
    bench.pid()
    assert bench.started[1] == str(bench.folder / "warroom.db"), "the database of the room, not of the settings"
    assert not any("warroom.db" in each for each in bench.started[2:])


def test_one_is_enough(bench: Bench) -> None:
    keeper = bench.keeper()
    keeper.look()
    bench.pid()
    keeper.look()
    assert len(bench.started) == len(("pid", "database", "-c", "place", "ending"))


def test_where_another_leads_and_serves_what_this_host_can_none_is_started(bench: Bench) -> None:
    bench.lead("console")
    bench.keeper().look()
    assert bench.started == []


def test_a_channel_that_only_this_host_can_serve_calls_for_an_engine_here(bench: Bench) -> None:
    both = replace(PAGING, channels=(*PAGING.channels, Channel("sms", "apprise", "sms")))
    bench.lead("console")
    bench.keeper(both, can=("console",)).look()
    assert bench.started == [], "this host cannot either"
    bench.keeper(both, can=("console", "sms")).look()
    assert bench.pid()


def test_it_ends_with_the_console(bench: Bench) -> None:
    keeper = bench.keeper()
    keeper.look()
    pid = bench.pid()
    keeper.stop()
    assert gone(pid)
    keeper.look()
    assert len(bench.started) == 5, "and none is started after that"


def test_one_that_ends_quickly_is_not_started_again_at_once(bench: Bench) -> None:
    keeper = bench.keeper(ending="at once")
    keeper.look()
    eventually(lambda: gone(bench.pid()) or (keeper._child is not None and keeper._child.poll() is not None))
    keeper.look()
    keeper.look()
    assert len(bench.started) == 5


def test_a_real_engine_takes_the_lead_and_gives_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with closing(SqliteStore(tmp_path / "warroom.db")) as store:
        keeper = Keeper(Team(store, PAGING).room("ana"), Settings(), adapters)
        keeper.start()
        try:
            eventually(lambda: engines(store).leads)
            assert engines(store).served == ("console",)
        finally:
            keeper.stop()
        eventually(lambda: not engines(store).leads)


def test_a_killed_engine_is_replaced(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.tui.engine._PAUSES", (0.0,))
    keeper = bench.keeper()
    keeper.look()
    pid = bench.pid()
    os.kill(pid, signal.SIGKILL)

    def replaced() -> bool:
        keeper.look()
        return len(bench.started) == 10

    eventually(replaced)
    assert int(bench.started[5]) != pid


def test_a_person_whose_role_was_granted_starts_no_engine(bench: Bench) -> None:
    keeper = bench.keeper()
    keeper._room.actor = Actor("ana", "database")
    keeper.look()
    assert keeper._child is None
    keeper._room.actor = Actor("ana")
    keeper.look()
    assert bench.pid()


def test_where_nobody_could_be_paged_a_drill_still_needs_an_engine(bench: Bench) -> None:
    rehearse(Team(bench.store))
    bench.keeper(PLAYBOOK).look()
    assert bench.pid()
