"""How many messages may go to one address: a window that slides. Pure: moments are microseconds since the epoch."""

from collections.abc import Iterable
from datetime import timedelta


def not_before(sent: Iterable[int], at_most: int, per: timedelta, now: int) -> int:
    """When the next message may go, in microseconds; 0 = now.

    `sent`: when earlier ones went, in any order. No window of length `per` ever holds more than `at_most` of them. No
    limit where either is zero.
    """
    length = per // timedelta(microseconds=1)
    if at_most <= 0 or length <= 0:
        return 0
    latest = sorted(sent)[-at_most:]
    free = latest[0] + length if len(latest) == at_most else 0
    return free if free > now else 0
