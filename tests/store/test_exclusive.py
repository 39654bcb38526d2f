"""Holding the write lock: what is appended inside commits together, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, summary, verified
from warroom.domain.errors import Refused
from warroom.domain.event import ORG
from warroom.store.contract import Conflict, Cursor, Store


def test_commands_inside_commit_together(opened: Callable[[], Store]) -> None:
    store, stream = opened(), new_stream()
    with store.exclusive() as held:
        held.append(command(stream, summary=summary(stream)))
        held.append(command(ORG))
        assert held.head().pos == 2
        assert [row.stream for row in held.after(Cursor())] == [stream, ORG]
        assert held.stream(stream).number == 1
    assert len(verified(opened())) == 2


def test_a_failure_inside_undoes_all_of_it(opened: Callable[[], Store]) -> None:
    store, stream = opened(), new_stream()
    store.append(command(ORG))
    head = store.head()
    written = command(stream, summary=summary(stream), timers=(("page", 1),), blobs=(("d1", b"x"),))
    with pytest.raises(ZeroDivisionError), store.exclusive() as held:
        assert held.append(written).number / 0
    assert opened().head() == head
    assert (store.summaries(), store.timers(5), store.blob("d1"), store.find(1)) == ([], [], None, None)
    assert store.append(command(stream)).number == 1
    verified(store)


def test_a_refused_command_inside_leaves_the_others(store: Store) -> None:
    stream = new_stream()
    with store.exclusive() as held:
        first = held.append(command(stream, 0, [draft("one")]))
        with pytest.raises(Conflict):
            held.append(command(stream, 0, [draft("stale")]))
        repeated = replace(draft("twice"), event_id=first.rows[0].event_id)
        with pytest.raises(Refused):
            held.append(command(stream, 1, [draft("half"), repeated], blobs=(("d1", b"x"),)))
        held.append(command(stream, 1, [draft("two")]))
    assert [row.body for row in verified(store)] == [b"one", b"two"]
    assert store.blob("d1") is None


def test_an_event_cannot_stand_in_the_log_twice(store: Store) -> None:
    event = draft()
    store.append(command(new_stream(), 0, [event]))
    head = store.head()
    with pytest.raises(Refused, match="already"):
        store.append(command(new_stream(), 0, [event]))
    assert store.head() == head
    verified(store)


def test_nobody_else_writes_meanwhile(opened: Callable[[], Store]) -> None:
    store, other, stream = opened(), opened(), new_stream()
    with ThreadPoolExecutor(1) as pool:
        with store.exclusive() as held:
            late = pool.submit(other.append, command(stream, 0, [draft("after")], commuting=True))
            for n in range(5):
                held.append(command(stream, n, [draft(str(n))]))
        assert late.result().rows[0].seq == 6
    assert [row.body for row in verified(store)] == [b"0", b"1", b"2", b"3", b"4", b"after"]


def test_the_holder_may_go_on_asking_the_store(store: Store) -> None:
    stream = new_stream()
    with store.exclusive() as held:
        held.append(command(stream))
        assert store.now()
        assert store.present(0) == []
        assert store.head() == held.head()
        assert store.stream(stream).number == 1
    assert len(verified(store)) == 1
