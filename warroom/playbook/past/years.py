"""Which days of a report cannot be trusted for their year: each is judged by itself, before any row is dated by it."""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median_low

import msgspec

_FAR = timedelta(days=300)
_NEAR = timedelta(days=31)
_VOTES = 3
"As many rows have to name a day before most of them can outweigh another."


class Doubt(msgspec.Struct, frozen=True):
    """Why a year is doubtful. `usable`: what is dated by it is approximate; else nothing is dated by it."""

    why: str
    usable: bool = False


class Years:
    """Judges days by the report's own day, the years that it states, its other rows, and the day of the import."""

    def __init__(self, named: Iterable[date], own: date | None, stated: frozenset[int], today: date | None) -> None:
        """`named`: the days that rows and headings name with a year; `own`: the report's, None = it says none.

        `today`: what lies after it is in the future; None = not known, and nothing is.
        """
        self._latest = date.max if today is None or today == date.max else today + timedelta(days=1)
        self._named = [day for day in named if not self.future(day)]
        self._own = None if own and self.future(own) else own
        stated = stated | ({own.year} if own else frozenset())
        self._stated = frozenset(year for year in stated if year <= self._latest.year)
        self._middle = _middle(self._named)

    def future(self, day: date) -> bool:
        """Whether a day is later than the day of the import in any time zone."""
        return day > self._latest

    def doubt(self, day: date) -> Doubt | None:
        """Why the year of a day that a row or a heading names cannot be trusted; None where nothing speaks against it.

        Where most rows agree with it, neither the title nor another row takes it away.
        """
        if self.future(day):
            return Doubt("lies in the future")
        agreed = self._middle is not None and not _far(day, self._middle)
        for other, where in ((self._own, "the report's own day"), (self._middle, "the other rows")):
            if other is not None and not agreed and _misdated(day, other):
                return Doubt(f"lies far from {where}, and would not in {other.year}")
        if self._stated and not any(_within(day, year) for year in self._stated):
            return Doubt(f"is not in the year that the report states, {_either(self._stated)}", usable=True)
        if self._own is None and self._middle is None and any(_misdated(day, other) for other in self._named):
            return Doubt("is near another row but for its year, and nothing says which of them is right", usable=True)
        return None


def _middle(days: list[date]) -> date | None:
    """The day in the middle of those that most rows are near; None where there is no such majority."""
    if len(days) < _VOTES:
        return None
    middle = median_low(days)
    near = sum(not _far(day, middle) for day in days)
    return middle if 2 * near > len(days) else None


def _far(day: date, other: date) -> bool:
    return abs(day - other) >= _FAR


def _misdated(day: date, other: date) -> bool:
    """Whether a day is far from another and would be near it in that one's year."""
    try:
        moved = day.replace(year=other.year)
    except ValueError:
        return False
    return _far(day, other) and abs(moved - other) < _NEAR


def _within(day: date, year: int) -> bool:
    """Whether a day is of a year, or so close to it that an incident may have run over its end."""
    return date(year, 1, 1) - day < _NEAR and day - date(year, 12, 31) < _NEAR


def _either(years: frozenset[int]) -> str:
    return " or ".join(map(str, sorted(years)))
