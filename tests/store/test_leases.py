"""Leases: who does a job at the moment. No history, and no more than a courtesy; the outbox has fences of its own."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store import processes
from tests.store.support import command, new_stream, open_url, run_sql
from warroom.store.contract import Lease, Store


def test_a_lease_has_one_holder_who_may_renew_it(opened: Callable[[], Store]) -> None:
    ana, bo = opened(), opened()
    assert ana.lease("engine", "ana", 100, 160, "sms, voice") == 1
    assert bo.lease("engine", "bo", 159, 220) == 0
    assert ana.lease("engine", "ana", 150, 210, "sms") == 1
    assert bo.leases() == [Lease("engine", "ana", 1, 210, "sms")]


def test_the_epoch_grows_with_every_change_of_holder(opened: Callable[[], Store]) -> None:
    ana, bo = opened(), opened()
    assert ana.lease("engine", "ana", 100, 160) == 1
    assert bo.lease("engine", "bo", 160, 220, "took over") == 2
    assert ana.lease("engine", "ana", 170, 230) == 0
    assert ana.lease("engine", "ana", 220, 280) == 3
    assert ana.lease("engine", "ana", 500, 560) == 3, "nobody else was in between"


def test_a_lease_that_was_given_back_is_free_and_its_epoch_goes_on(store: Store) -> None:
    store.lease("engine", "ana", 100, 160)
    store.release("engine", "bo")
    assert store.lease("engine", "bo", 110, 170) == 0
    store.release("engine", "ana")
    store.release("engine", "ana")
    store.release("unknown", "ana")
    assert store.lease("engine", "bo", 110, 170) == 2


def test_every_lease_is_listed_run_out_or_not(store: Store) -> None:
    assert store.leases() == []
    store.lease("heartbeat", "ana", 100, 160)
    store.lease("engine", "bo", 100, 101)
    store.lease("engine", "cy", 500, 560, "all channels")
    assert store.leases() == [Lease("engine", "cy", 2, 560, "all channels"), Lease("heartbeat", "ana", 1, 160)]


def test_leases_are_no_history_and_ring_no_bell(store: Store) -> None:
    store.append(command(new_stream()))
    while store.wait(0):
        pass
    head = store.head()
    store.lease("engine", "ana", 100, 160)
    store.release("engine", "ana")
    assert not store.wait(0)
    assert store.head() == head


@pytest.mark.fault
def test_one_of_many_processes_takes_a_lease(url: str) -> None:
    open_url(url).close()
    with processes.at_once(6, "take_lease", url, "engine", "100", "160") as crew:
        epochs = [int(worker.communicate()[0]) for worker in crew]
    assert sorted(epochs) == [0, 0, 0, 0, 0, 1]


def test_leases_that_were_lost_with_their_file_start_anew(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with closing(open_url(str(path))) as store:
        store.lease("engine", "ana", 100, 160)
        store.lease("engine", "bo", 160, 900)
    (tmp_path / "warroom.db-presence").write_bytes(b"no database at all" * 100)
    with closing(open_url(str(path))) as store:
        assert store.lease("engine", "ana", 200, 260) == 0, "the damaged file is only thrown away"
        assert store.lease("engine", "ana", 200, 260) == 1


def test_leases_come_to_a_presence_file_of_an_older_program(tmp_path: Path) -> None:
    run_sql(str(tmp_path / "warroom.db-presence"), "CREATE TABLE presence (session PRIMARY KEY, seen)")
    with closing(open_url(str(tmp_path / "warroom.db"))) as store:
        assert store.lease("engine", "ana", 100, 160) == 1


@pytest.mark.postgres
def test_leases_need_a_server_no_more_than_presence_does(emptied: str) -> None:
    with closing(open_url(emptied)) as store:
        run_sql(emptied, "DROP TABLE lease")
        assert store.lease("engine", "ana", 100, 160) == 0
        store.release("engine", "ana")
        assert store.append(command(new_stream())).number == 1
