"""What is written with the log: summaries, timers and kept files, in the same transaction; and who is here."""

from collections.abc import Callable
from contextlib import closing

import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, open_url, run_sql, summary
from warroom.store.contract import Conflict, Presence, Store

HOUR = 3_600_000_000
NOW = 1_800_000_000_000_000


def test_a_summary_is_kept_with_its_number_and_replaced(opened: Callable[[], Store]) -> None:
    store, one, two = opened(), new_stream(), new_stream()
    store.append(command(one, summary=summary(one)))
    store.append(command(two, summary=summary(two, "logins fail")))
    ended = replace(summary(one, "paid again", 2), status="resolved", ended=9_000, clock='{"rate":2}')
    store.append(command(one, 1, summary=ended))
    assert opened().summaries() == [replace(summary(two, "logins fail"), number=2), replace(ended, number=1)]


def test_a_command_without_a_summary_leaves_the_one_that_stands(store: Store) -> None:
    stream = new_stream()
    store.append(command(stream, summary=summary(stream)))
    store.append(command(stream, 1))
    assert [each.title for each in store.summaries()] == ["card payments fail"]


def test_timers_are_replaced_or_left(store: Store) -> None:
    one, two = new_stream(), new_stream()
    store.append(command(one, timers=(("update", 300), ("page", 100))))
    store.append(command(two, timers=(("page", 200),)))
    assert store.timers(250) == [(one, "page", 100), (two, "page", 200)]
    assert store.timers(99) == []
    store.append(command(one, 1))
    assert len(store.timers(HOUR)) == 3
    store.append(command(one, 2, timers=(("review", 50),)))
    assert store.timers(HOUR) == [(one, "review", 50), (two, "page", 200)]
    store.append(command(one, 3, timers=()))
    assert store.timers(HOUR) == [(two, "page", 200)]


def test_an_engine_asks_for_its_kinds_of_timers(store: Store) -> None:
    keys = ("rung:a", "rung:b", "rungs:c", "rung", "milestone:d", "update:e", "RUNG:f", "rung;g")
    stream = new_stream()
    store.append(command(stream, timers=tuple((key, 100 - n) for n, key in enumerate(keys))))
    assert store.timers(100, ("rung",)) == [(stream, "rung:b", 99), (stream, "rung:a", 100)]
    assert store.timers(99, ("rung",)) == [(stream, "rung:b", 99)]
    assert [key for _, key, _ in store.timers(100, ("rung", "update"))] == ["update:e", "rung:b", "rung:a"]
    assert store.timers(100, ("page",)) == []
    assert len(store.timers(100)) == len(keys)


@pytest.mark.parametrize("kinds", [("rung",), ("rung", "page")])
def test_few_timers_among_many_are_found_by_their_index(url: str, kinds: tuple[str, ...]) -> None:
    """What everybody else is late with must not be gone through each time."""
    stream = new_stream()
    with closing(open_url(url)) as store:
        late = tuple((f"milestone:{n}", n) for n in range(10_000))
        store.append(command(stream, timers=(*late, ("rung:1", 5), ("rung:2", 6), ("page:1", 7))))
        assert len(store.timers(HOUR, kinds)) == 1 + len(kinds)
    if "://" in url:
        from warroom.store.postgres import TIMERS_OF

        run_sql(url, "ANALYZE timer")
        asked = TIMERS_OF % (HOUR, "'rung:'", "'rung;'")
        plan = " ".join(str(row[0]) for row in run_sql(url, f"EXPLAIN {asked}"))
    else:
        from warroom.store.sqlite import TIMERS_OF

        asked = TIMERS_OF.replace("?", "{}").format("'rung:'", "'rung;'", HOUR)
        plan = str(run_sql(url, f"EXPLAIN QUERY PLAN {asked}"))
    assert "ix_timer_key" in plan


def test_kept_bytes_are_found_by_their_digest(opened: Callable[[], Store]) -> None:
    store, content = opened(), bytes(range(256)) * 4096
    store.append(command(new_stream(), blobs=(("d1", content), ("d2", b""))))
    store.append(command(new_stream(), blobs=(("d1", content),)))
    assert opened().blob("d1") == content
    assert store.blob("d2") == b""
    assert store.blob("d3") is None


def test_what_is_refused_leaves_nothing_beside_the_log(store: Store) -> None:
    stream = new_stream()
    store.append(command(stream, summary=summary(stream), timers=(("page", 100),)))
    late = command(stream, 0, summary=summary(stream, "wrong"), timers=(), blobs=(("d1", b"wrong"),))
    with pytest.raises(Conflict):
        store.append(late)
    assert [each.title for each in store.summaries()] == ["card payments fail"]
    assert store.timers(HOUR) == [(stream, "page", 100)]
    assert store.blob("d1") is None


def _terminal(session: str, person: str = "ana", seen: int = NOW) -> Presence:
    return Presence(session, person, "an incident", "1.2", seen, seen - 5, "bastion")


def test_terminals_that_were_heard_of_lately_are_present(opened: Callable[[], Store]) -> None:
    store = opened()
    for terminal in (_terminal("t2", "bo"), _terminal("t1"), _terminal("t3", "cy", NOW - 60)):
        store.beat(terminal)
    assert opened().present(NOW - 60) == [_terminal("t1"), _terminal("t2", "bo"), _terminal("t3", "cy", NOW - 60)]
    assert store.present(NOW - 59) == [_terminal("t1"), _terminal("t2", "bo")]


def test_a_heartbeat_replaces_the_one_before(store: Store) -> None:
    store.beat(_terminal("t1"))
    moved = replace(_terminal("t1", seen=NOW + 1), row="2.1")
    store.beat(moved)
    assert store.present(0) == [moved]


def test_a_terminal_that_left_or_was_silent_for_an_hour_is_forgotten(store: Store) -> None:
    store.beat(_terminal("t1"))
    store.beat(_terminal("t2"))
    store.leave("t1")
    assert store.present(0) == [_terminal("t2")]
    store.beat(_terminal("t3", seen=NOW + HOUR + 1))
    assert [each.session for each in store.present(0)] == ["t3"]


def test_presence_is_no_history_and_rings_no_bell(store: Store) -> None:
    store.append(command(new_stream(), 0, [draft()]))
    while store.wait(0):
        pass
    head = store.head()
    store.beat(_terminal("t1"))
    store.leave("t1")
    assert not store.wait(0)
    assert store.head() == head
