"""Several processes on one log: nothing is lost, doubled or refused, and whoever follows sees each position once."""

import os
import signal
import subprocess
from collections import Counter
from contextlib import closing

import pytest

from tests.store import processes
from tests.store.support import command, draft, new_stream, open_url, run_sql, verified
from warroom.domain.errors import Unavailable
from warroom.store import chain
from warroom.store.contract import Cursor, Row, Store

pytestmark = pytest.mark.fault


def _complete(rows: list[Row], workers: int, count: int) -> None:
    """Fail unless each worker's commands are all there, once, in its own order."""
    mine: dict[str, list[int]] = {}
    for row in rows:
        pid, number = (row.body or b"").decode().split()
        mine.setdefault(pid, []).append(int(number))
    assert len(mine) == workers
    assert all(numbers == list(range(count)) for numbers in mine.values())
    assert max(Counter(row.command_id for row in rows).values()) == 1


@pytest.mark.parametrize(("crowd", "count"), [("few", 60), ("many", 16)])
def test_many_writers_at_once(url: str, crowd: str, count: int) -> None:
    workers = 4 if crowd == "few" else 12 if "://" in url else 30
    stream = new_stream()
    with processes.racing(url, stream, workers, count) as crew:
        assert [worker.wait() for worker in crew] == [0] * workers
    with closing(open_url(url)) as store:
        _complete(verified(store), workers, count)


def test_a_follower_sees_every_position_once_and_in_order(url: str) -> None:
    workers, count = 4, 60
    with closing(open_url(url)) as store:
        cursor, rows = Cursor(), list[Row]()
        with processes.racing(url, new_stream(), workers, count):
            while len(rows) < workers * count:
                store.wait(0.5)
                page = store.after(cursor, 50)
                cursor = chain.follow(store.head().log_id, cursor, page)  # fails on a gap, a repeat or a wrong order
                rows += page
        assert cursor == store.head().cursor
        _complete(rows, workers, count)


def test_what_was_confirmed_survives_killed_writers(url: str) -> None:
    open_url(url).close()
    stream, confirmed = new_stream(), dict[str, int]()
    reading, writing = os.pipe()
    crew = {}

    def hire() -> None:
        worker = processes.start("endless", url, stream, stdout=writing)
        crew[worker.pid] = worker

    with os.fdopen(reading) as voices:
        for _ in range(4):
            hire()
        for _ in range(30):
            heard = [voices.readline().split() for _ in range(20)]
            confirmed |= {command_id: int(pos) for _, command_id, pos in heard}
            if victim := crew.pop(int(heard[-1][0]), None):  # the one who spoke last is certainly at work
                victim.kill()
                victim.wait()
                hire()
        for worker in crew.values():
            worker.kill()
            worker.wait()
        os.close(writing)
        for line in voices:
            _, command_id, pos = line.split()
            confirmed[command_id] = int(pos)
    with closing(open_url(url)) as store:
        rows = verified(store)
        store.append(command(stream, 0, commuting=True))
    assert max(Counter((row.command_id, row.ord) for row in rows).values()) == 1
    assert confirmed.items() <= {row.command_id: row.pos for row in rows if row.ord == 0}.items()
    assert len([row for row in rows if row.ord == 1]) == len(rows) / 2  # both events of a command, or none
    if "://" not in url:
        assert run_sql(url, "PRAGMA integrity_check") == [("ok",)]


def _frozen(url: str, stream: str) -> "subprocess.Popen[str]":
    """A worker that has stopped dead while holding the log."""
    worker = processes.start("freeze", url, stream)
    os.waitpid(worker.pid, os.WUNTRACED)
    return worker


def _thaw(worker: "subprocess.Popen[str]") -> str:
    worker.send_signal(signal.SIGCONT)
    return worker.communicate()[0].strip()


def test_a_frozen_writer_in_a_file_is_named_and_readers_go_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    url, stream = str(tmp_path_factory.mktemp("frozen") / "warroom.db"), new_stream()
    with closing(open_url(url)) as store:
        store.append(command(stream, 0, [draft("before")]))
        with processes.ended(_frozen(url, stream)) as holder:
            with pytest.raises(Unavailable, match=f"locked by process {holder.pid} of "):
                store.append(command(stream, 1))
            for _ in range(20):
                assert store.head().pos == 1
            with closing(open_url(url)) as newcomer:
                assert len(verified(newcomer)) == 1
            assert _thaw(holder) == "written"
        assert _append_after(store, stream) == [b"before", b"thawed", b"after"]


@pytest.mark.postgres
def test_a_frozen_writer_on_a_server_is_cut_off(emptied: str) -> None:
    stream = new_stream()
    with closing(open_url(emptied)) as store:
        store.append(command(stream, 0, [draft("before")]))
        with processes.ended(_frozen(emptied, stream)) as holder:
            assert _append_after(store, stream) == [b"before", b"after"]
            assert _thaw(holder).startswith("refused This terminal hung ")
        assert len(verified(store)) == 2


def _append_after(store: Store, stream: str) -> list[bytes | None]:
    store.append(command(stream, 0, [draft("after")], commuting=True))
    return [row.body for row in verified(store)]
