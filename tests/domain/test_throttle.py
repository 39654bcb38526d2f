"""No window ever holds more messages than are allowed, and none waits longer than it must."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from warroom.domain.throttle import not_before

SECOND = 1_000_000
lengths = st.integers(1, 50)
limits = st.integers(1, 5)


def micro(length: int) -> timedelta:
    return timedelta(microseconds=length)


@given(st.lists(st.integers(0, 200)), limits, lengths, st.integers(200, 300))
def test_a_message_that_waits_as_told_keeps_the_limit(sent: list[int], at_most: int, length: int, now: int) -> None:
    due = not_before(sent, at_most, micro(length), now) or now
    assert due >= now
    recent = [moment for moment in sent if due - length < moment]
    assert len(recent) < at_most


@given(st.lists(st.integers(0, 200)), limits, lengths, st.integers(200, 300))
def test_a_message_waits_no_longer_than_it_must(sent: list[int], at_most: int, length: int, now: int) -> None:
    due = not_before(sent, at_most, micro(length), now)
    if due:
        sooner = due - 1
        assert len([moment for moment in sent if sooner - length < moment]) >= at_most


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), limits, lengths)
def test_a_stream_of_messages_never_fills_a_window(pauses: list[int], at_most: int, length: int) -> None:
    sent: list[int] = []
    now = 1
    for pause in pauses:
        now += pause
        due = not_before(sent, at_most, micro(length), now)
        now = due or now
        sent.append(now)
    for moment in sent:
        assert len([each for each in sent if moment <= each < moment + length]) <= at_most


@given(st.lists(st.integers(0, 200)), lengths)
def test_the_order_of_what_was_sent_changes_nothing(sent: list[int], length: int) -> None:
    assert not_before(sent, 2, micro(length), 200) == not_before(sorted(sent), 2, micro(length), 200)


def test_without_a_limit_nothing_waits() -> None:
    assert not_before([1, 1, 1], 0, timedelta(minutes=1), 1) == 0
    assert not_before([1, 1, 1], 1, timedelta(0), 1) == 0


def test_three_in_a_minute() -> None:
    sent = [10 * SECOND, 20 * SECOND, 30 * SECOND]
    assert not_before(sent, 3, timedelta(minutes=1), 40 * SECOND) == 70 * SECOND
    assert not_before(sent, 3, timedelta(minutes=1), 70 * SECOND) == 0
