"""Where things stand on two timelines, in cells of a terminal or in units of a drawing."""

from collections.abc import Iterable
from datetime import timedelta

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
"Seconds between two ticks that people read easily."
_DAY = 86_400


def ticks(length: timedelta, most: int) -> tuple[timedelta, ...]:
    """At most so many moments, evenly apart from 0 on, that lie within a length."""
    seconds = max(length.total_seconds(), 1.0)
    step = next((each for each in _STEPS if seconds / each < most), 0)
    step = step or _DAY * (int(seconds / _DAY / (most - 1)) + 1)
    return tuple(timedelta(seconds=place) for place in range(0, int(seconds) + 1, step))


def places(times: Iterable[timedelta | None], length: timedelta, room: int, sizes: Iterable[int]) -> list[int | None]:
    """Where marks of these sizes stand on a line of so much room, in whole units.

    Marks never overlap: one whose place is taken moves right, and where the line ends, left. None where a time is
    unknown, and for the first ones where the line cannot hold them all.
    """
    wide = list(sizes)
    share = [None if time is None else max(time.total_seconds(), 0.0) / length.total_seconds() for time in times]
    order = sorted((each, number) for number, each in enumerate(share) if each is not None)
    found: list[int | None] = [None] * len(share)
    free = 0
    for each, number in order:
        found[number] = max(round(each * (room - wide[number])), free)
        free = (found[number] or 0) + wide[number]
    limit = room
    for _, number in reversed(order):
        found[number] = min(found[number] or 0, limit - wide[number])
        limit = found[number] or 0
    return [None if each is None or each < 0 else each for each in found]
