"""The log, as every store keeps it: places, chains, repeated and contradicting commands, and the three times."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, summary, verified
from warroom.domain.event import ORG, SERVICES
from warroom.store.contract import Append, Conflict, Cursor, Forked, Store
from warroom.store.memory import MemoryStore

MINUTE = 60_000_000
LONG_AGO = 1_500_000_000_000_000


def test_an_empty_log_has_a_name_and_nothing_else(store: Store) -> None:
    head = store.head()
    assert head.log_id
    assert (head.epoch, head.pos, head.hash) == (1, 0, bytes(32))
    assert head.cursor == Cursor()
    assert store.after(Cursor()) == []
    assert store.stream(ORG).rows == []
    assert store.summaries() == []


def test_positions_and_sequence_numbers_have_no_gaps(store: Store) -> None:
    one, two = new_stream(), new_stream()
    store.append(command(one, 0, [draft(), draft(), draft()]))
    store.append(command(ORG, 0))
    store.append(command(two, 0, [draft(), draft()]))
    store.append(command(one, 3, [draft()]))
    rows = verified(store)
    assert [row.pos for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.seq for row in rows] == [1, 2, 3, 1, 1, 2, 4]
    assert [row.ord for row in rows] == [0, 1, 2, 0, 0, 1, 0]
    assert store.head().cursor == rows[-1].cursor


def test_what_append_returns_is_what_is_read(opened: Callable[[], Store]) -> None:
    here, there = opened(), opened()
    appended = here.append(command(new_stream(), 0, [draft("one"), draft("two")], actor="bo"))
    assert there.after(Cursor()) == list(appended.rows)
    assert [row.actor for row in appended.rows] == ["bo", "bo"]
    assert [row.via for row in appended.rows] == ["login", "login"]
    assert not appended.duplicate
    assert here.head() == there.head()


def test_bodies_and_salts_come_back_byte_for_byte(store: Store) -> None:
    bodies = [b"", bytes(range(256)), "naïve — 值 🚨".encode(), b"\\x00\\", b"\0" * 10, b"x" * 100_000]
    store.append(command(new_stream(), 0, [draft(body) for body in bodies]))
    assert [row.body for row in verified(store)] == bodies


def test_a_command_without_events_is_no_history(store: Store) -> None:
    stream = new_stream()
    assert store.append(command(stream, 0, [])).rows == ()
    assert store.head().pos == 0
    number = store.append(command(stream)).number
    assert store.append(command(stream, 1, [], timers=(("page", 5),))).number == number
    assert store.timers(10) == [(stream, "page", 5)]
    assert store.head().pos == 1


def test_pages_are_read_in_order(store: Store) -> None:
    store.append(command(new_stream(), 0, [draft(str(n)) for n in range(7)]))
    first = store.after(Cursor(), 3)
    second = store.after(first[-1].cursor, 3)
    third = store.after(second[-1].cursor, 3)
    assert [row.body for row in (*first, *second, *third)] == [str(n).encode() for n in range(7)]
    assert store.after(third[-1].cursor) == []


def test_a_stream_is_read_by_itself(store: Store) -> None:
    stream = new_stream()
    store.append(command(stream, 0, [draft("a"), draft("b")]))
    store.append(command(SERVICES))
    store.append(command(stream, 2, [draft("c")]))
    read = store.stream(stream, 1)
    assert [(row.pos, row.seq, row.body) for row in read.rows] == [(2, 2, b"b"), (4, 3, b"c")]
    assert (read.number, read.head) == (1, store.head())


def test_a_repeated_command_changes_nothing(opened: Callable[[], Store]) -> None:
    store, stream = opened(), new_stream()
    first = command(stream, 0, [draft("once"), draft("only")], summary=summary(stream), timers=(("page", 5),))
    written = store.append(first)
    store.append(command(stream, 2, [draft("later")]))
    again = opened().append(replace(first, summary=summary(stream, "another title"), timers=()))
    assert again.duplicate
    assert (again.rows, again.number) == (written.rows, written.number)
    elsewhere = opened().append(replace(first, stream=new_stream()))
    assert (elsewhere.rows, elsewhere.number) == (written.rows, written.number)
    assert len(verified(store)) == 3
    assert [each.title for each in store.summaries()] == ["card payments fail"]
    assert store.timers(10) == [(stream, "page", 5)]


def test_a_deciding_command_that_comes_too_late_names_where_the_stream_is(store: Store) -> None:
    stream = new_stream()
    store.append(command(stream, 0, [draft(), draft()]))
    head = store.head()
    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as refused:
            store.append(command(stream, stale, summary=summary(stream), blobs=(("d1", b"kept"),)))
        assert refused.value.seq == 2
    assert store.head() == head
    assert (store.summaries(), store.blob("d1")) == ([], None)


def test_a_commuting_command_is_appended_wherever_the_stream_is(store: Store) -> None:
    stream = new_stream()
    store.append(command(stream, 0, [draft(), draft()]))
    note = store.append(command(stream, 0, [draft("late")], commuting=True))
    assert [row.seq for row in note.rows] == [3]
    verified(store)


def test_incidents_are_numbered_in_the_order_of_their_declaration(opened: Callable[[], Store]) -> None:
    store, streams = opened(), [new_stream() for _ in range(3)]
    assert store.append(command(ORG)).number == 0
    assert [opened().append(command(stream)).number for stream in streams] == [1, 2, 3]
    assert store.append(command(streams[1], 1)).number == 2
    assert store.stream(streams[2]).number == 3
    assert [store.find(number) for number in (1, 2, 3, 4, 0)] == [*streams, None, None]


def test_the_three_times_stay_apart(store: Store) -> None:
    events = [draft(), draft(happened=LONG_AGO), draft(happened=LONG_AGO, recorded=LONG_AGO + MINUTE)]
    now, back_dated, imported = store.append(command(new_stream(), 0, events)).rows
    assert now.happened == now.recorded == now.appended
    assert (back_dated.happened, back_dated.recorded) == (LONG_AGO, now.appended)
    assert (imported.happened, imported.recorded, imported.appended) == (LONG_AGO, LONG_AGO + MINUTE, now.appended)
    assert abs(store.now() - now.appended) < MINUTE


def test_the_time_of_appending_never_runs_backwards(store: Store) -> None:
    stream = new_stream()
    times = [store.append(command(stream, n)).rows[0].appended for n in range(20)]
    assert times == sorted(times)


@pytest.mark.parametrize("other", [{"hash": b"\1" * 32}, {"epoch": 2}, {"pos": 3}, {"pos": 1}])
def test_a_cursor_from_another_log_is_noticed(store: Store, other: dict[str, int | bytes]) -> None:
    store.append(command(new_stream(), 0, [draft(), draft()]))
    cursor = store.head().cursor
    assert store.after(cursor) == []
    with pytest.raises(Forked):
        store.after(replace(cursor, **other))


def test_threads_of_one_terminal_may_share_a_store(store: Store) -> None:
    stream = new_stream()
    with ThreadPoolExecutor(8) as pool:
        notes = [command(stream, 0, [draft(str(n))], commuting=True) for n in range(40)]
        appended = list(pool.map(store.append, notes))
    rows = verified(store)
    assert sorted(row.pos for each in appended for row in each.rows) == [row.pos for row in rows]
    assert {row.body for row in rows} == {str(n).encode() for n in range(40)}


_step = st.tuples(
    st.integers(0, 2), st.integers(0, 4), st.integers(0, 3), st.booleans(), st.sampled_from(["new", "new", "repeat"])
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_step, max_size=12))
def test_every_store_decides_like_the_one_in_memory(store: Store, steps: list[tuple[int, int, int, bool, str]]) -> None:
    model, streams = MemoryStore(), [new_stream(), new_stream(), f"{ORG}-{new_stream()}"]
    start, numbers = store.head().pos, len(store.summaries())
    last: Append | None = None
    for which, expected, events, commuting, kind in steps:
        stream = streams[which]
        if kind == "new" or last is None:
            title = summary(stream) if which < 2 and events else None
            last = command(stream, expected, [draft() for _ in range(events)], commuting=commuting, summary=title)
        assert _shape(store, last, start, numbers) == _shape(model, last, 0, 0)
    assert len(verified(store)) == start + model.head().pos


def _shape(store: Store, append: Append, start: int, numbers: int) -> object:
    try:
        appended = store.append(append)
    except Conflict as conflict:
        return conflict.seq
    number = appended.number - numbers if appended.number else 0
    return [(row.pos - start, row.seq, row.ord) for row in appended.rows], number, appended.duplicate
