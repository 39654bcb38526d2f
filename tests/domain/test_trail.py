"""A trail behaves like a list that nobody else can change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.domain.trail import CHUNK, Trail

LENGTHS = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]) | st.integers(0, 3 * CHUNK)


def trail(length: int) -> Trail[int]:
    """0, 1, 2, …"""
    made: Trail[int] = Trail()
    for number in range(length):
        made = made.add(number)
    return made


@given(LENGTHS, st.integers(-400, 400), st.integers(0, 400))
def test_reading_is_like_reading_a_list(length: int, index: int, count: int) -> None:
    made, plain = trail(length), list(range(length))
    assert (len(made), list(made)) == (length, plain)
    assert made.last(count) == plain[max(0, length - count) :]
    if -length <= index < length:
        assert made[index] == plain[index]
    else:
        with pytest.raises(IndexError):
            made[index]


@given(LENGTHS.filter(bool), st.data())
def test_replacing_leaves_the_trail_before_as_it_was(length: int, data: st.DataObject) -> None:
    made, plain = trail(length), list(range(length))
    for index in data.draw(st.lists(st.integers(0, length - 1), max_size=5)):
        before, plain[index] = made, -1 - index
        made = made.put(index, -1 - index)
        assert len(before) == length
    assert list(made) == plain
    assert list(trail(length)) == list(range(length))


@given(LENGTHS)
def test_the_same_items_make_equal_trails(length: int) -> None:
    assert trail(length) == trail(length)
    assert trail(length).add(1) != trail(length)
