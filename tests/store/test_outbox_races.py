"""Several engines on one outbox: none gets what another holds, and nothing is lost with one that dies or freezes."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.store import processes
from tests.store.support import open_url, parcel, post, settle, verified
from warroom.store.contract import Claimed, Settled, Store

NOW, UNTIL = 200, 260
SMS = ("sms",)


def test_of_many_threads_one_gets_each_parcel(opened: Callable[[], Store]) -> None:
    stores = [opened() for _ in range(8)]
    post(stores[0], *(parcel(f"p{n}") for n in range(40)))

    def work(store: Store) -> list[Claimed]:
        mine = []
        while claimed := store.claim(SMS, "real", NOW, UNTIL, 2):
            mine += claimed
        return mine

    with ThreadPoolExecutor(8) as pool:
        claimed = [each for mine in pool.map(work, stores) for each in mine]
    assert sorted(each.parcel.id for each in claimed) == sorted(f"p{n}" for n in range(40))
    assert {(each.attempt, each.lease_epoch, each.repeat) for each in claimed} == {(1, 1, False)}


@pytest.mark.fault
def test_of_many_processes_one_sends_each_parcel(url: str) -> None:
    with closing(open_url(url)) as store:
        post(store, *(parcel(f"p{n}") for n in range(60)))
        with processes.at_once(4, "send_all", url, str(NOW)) as crew:
            heard = [line for worker in crew for line in worker.communicate()[0].splitlines()]
            assert [worker.returncode for worker in crew] == [0] * 4
        assert Counter(heard) == Counter(f"p{n} 1" for n in range(60))
        assert {state for _, state, _ in store.outbox()} == {"sent"}
        assert len(store.sent("sms", "+44 1", 0)) == 60
        verified(store)


@pytest.mark.fault
def test_what_a_killed_engine_held_is_claimed_again(url: str) -> None:
    with closing(open_url(url)) as store:
        post(store, parcel("p1"))
        with processes.ended(processes.start("hang_on", url, str(NOW), str(UNTIL))) as engine:
            os.waitpid(engine.pid, os.WUNTRACED)
            engine.send_signal(signal.SIGKILL)
            assert engine.communicate()[0] == "claimed p1 1 False\n"
        assert store.claim(SMS, "real", UNTIL, 400) == []
        assert store.claim(SMS, "real", UNTIL + 1, 400) == [Claimed(parcel("p1"), 2, 2, 400, repeat=True)]
        settle(store, Settled("p1", 2, "sent"))


def _thaw(engine: "subprocess.Popen[str]") -> str:
    engine.send_signal(signal.SIGCONT)
    return engine.communicate()[0]


@pytest.mark.fault
def test_a_frozen_engine_learns_that_another_took_over(url: str) -> None:
    with closing(open_url(url)) as store:
        post(store, parcel("p1"))
        with processes.ended(processes.start("hang_on", url, str(NOW), str(UNTIL))) as engine:
            os.waitpid(engine.pid, os.WUNTRACED)
            [mine] = store.claim(SMS, "real", UNTIL + 1, 400)
            assert _thaw(engine) == "claimed p1 1 False\nfenced\n"
        assert store.outbox() == [(parcel("p1"), "leased", 2)]
        settle(store, Settled("p1", mine.lease_epoch, "sent"))
        assert len(verified(store)) == 2


@pytest.mark.fault
def test_a_frozen_engine_that_nobody_missed_goes_on(url: str) -> None:
    with closing(open_url(url)) as store:
        post(store, parcel("p1"))
        with processes.ended(processes.start("hang_on", url, str(NOW), str(UNTIL))) as engine:
            os.waitpid(engine.pid, os.WUNTRACED)
            assert _thaw(engine) == "claimed p1 1 False\nsettled\n"
        assert store.outbox() == [(parcel("p1"), "sent", 1)]


@pytest.mark.postgres
def test_an_engine_leaves_to_others_what_they_are_just_taking(emptied: str) -> None:
    import psycopg

    with closing(open_url(emptied)) as store, psycopg.connect(emptied) as other:
        post(store, parcel("p1"), parcel("p2"))
        other.execute("SELECT 1 FROM warroom.outbox WHERE id = 'p1' FOR UPDATE")
        assert [each.parcel.id for each in store.claim(SMS, "real", NOW, UNTIL)] == ["p2"]
