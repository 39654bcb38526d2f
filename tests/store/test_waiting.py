"""The bell: a hint that the log has grown, which ends a wait in every terminal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.store.support import command, new_stream
from warroom.store.contract import Store

LONG = 60.0
"Seconds that no wait here lasts: each is ended by what the test does."


def _quiet(store: Store) -> None:
    """Wait until no hint is left over; from then on the store listens."""
    while store.wait(0):
        pass


def test_a_wait_without_a_hint_ends_by_itself(store: Store) -> None:
    _quiet(store)
    assert not store.wait(0.01)


def test_an_append_elsewhere_ends_a_wait(opened: Callable[[], Store]) -> None:
    here, there = opened(), opened()
    _quiet(here)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(here.wait, LONG)
        there.append(command(new_stream()))
        there.ring()
        assert waiting.result(LONG)


def test_a_terminal_hears_its_own_appends(store: Store) -> None:
    _quiet(store)
    store.append(command(new_stream()))
    store.ring()
    assert store.wait(LONG)


def test_a_hint_between_two_waits_is_not_lost(opened: Callable[[], Store]) -> None:
    here, there = opened(), opened()
    _quiet(here)
    for _ in range(3):
        there.append(command(new_stream()))
        there.ring()
    assert here.wait(LONG)
    assert here.head().pos == 3


def test_wake_ends_a_wait_in_another_thread(store: Store) -> None:
    _quiet(store)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.wait, LONG)
        store.wake()
        waiting.result(LONG)


def test_closing_ends_a_wait_and_closes_once(opened: Callable[[], Store]) -> None:
    store = opened()
    _quiet(store)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.wait, LONG)
        store.wake()
        store.close()
        waiting.result(LONG)
    store.close()
