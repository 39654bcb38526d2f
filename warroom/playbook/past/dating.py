"""Rows of a report's timeline to moments in UTC: what a row leaves out comes from what stands around it, and is told.

Nothing is guessed: a row whose day or year cannot be established is left undated, and keeps its words. Whatever was
done to a time is reported with its line.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median_low

import msgspec

from warroom.playbook.incident import When
from warroom.playbook.past.feeds import EARLIEST, LATEST
from warroom.playbook.past.stamps import Stamp, is_date
from warroom.playbook.past.zones import UNSTATED, Zone

Tell = Callable[[int, str], None]
"Takes a line of the file, and what is to be said about it."

_HALF_A_DAY = timedelta(hours=12)
_FAR = timedelta(days=300)
_NEAR = timedelta(days=31)
_TURN = 180


class Row(msgspec.Struct, frozen=True):
    """One row as it was found. `heading`: the (year, month, day) that it stands under, None = it stands under none."""

    line: int
    stamp: Stamp
    text: str
    heading: tuple[int, int, int] | None = None


class Around(msgspec.Struct, frozen=True):
    """What the report says for all of its rows.

    `date`: its own day, and `where` it says so. `years`: all the years that its title and its name mention.
    `zone`: the one that it states, which `UNSTATED` stands for where it states none.
    """

    date: tuple[int, int, int] | None = None
    where: str = ""
    years: frozenset[int] = frozenset()
    zone: Zone = UNSTATED


class Dated(msgspec.Struct, frozen=True):
    """A row and its moment; None where that could not be established."""

    row: Row
    when: When | None


def establish(rows: Sequence[Row], around: Around, tell: Tell) -> list[Dated]:
    """The moments of rows, in the order of the file. `tell` hears what was done to which line."""
    walls = list(_Walls(rows, around, tell).all())
    walls = _distrust(walls, tell)
    seen: set[str] = set()
    return [Dated(row, _when(row, wall, around.zone, tell, seen)) for row, wall in walls]


Wall = tuple[Row, datetime | None]


class _Walls:
    """The times on the wall, row after row, and what carries over from one row to the next."""

    def __init__(self, rows: Sequence[Row], around: Around, tell: Tell) -> None:
        self._rows = rows
        self._around = around
        self._tell = tell
        self._day: date | None = None
        self._last: datetime | None = None
        self._heading: tuple[int, int, int] | None = None
        self._years = _month_days(rows, around)

    def all(self) -> Iterator[Wall]:
        for place, row in enumerate(self._rows):
            wall = None
            if row.stamp.wrong:
                self._tell(row.line, f"“{row.stamp.written}”: {row.stamp.wrong}; kept as a remark without a time")
            elif day := self._day_of(place, row):
                wall = self._wall(row, day)
            yield row, wall

    def _day_of(self, place: int, row: Row) -> date | None:
        if row.heading != self._heading and row.heading is not None:
            self._heading, self._last = row.heading, None
            self._day = date(*row.heading)
        if row.stamp.dated:
            named = self._named(place, row)
            self._day = named or self._day
            return named
        if self._day is None and self._around.date is not None:
            self._day = date(*self._around.date)
            self._tell(row.line, f"no day is given; {self._day} is taken from {self._around.where}")
        if self._day is None:
            self._tell(row.line, f"“{row.stamp.written}” has no day; kept as a remark without a time")
        return self._day

    def _named(self, place: int, row: Row) -> date | None:
        """The day that the row itself names; it says so where it cannot be established."""
        stamp = row.stamp
        year = stamp.year if stamp.year is None or stamp.year < 10_000 else self._typed(row)
        if stamp.year is None:
            year = self._years.get(place)
            if year is not None:
                self._tell(row.line, f"“{stamp.written}” has no year; {year} is taken from {self._around.where}")
        if year is None:
            self._tell(row.line, f"“{stamp.written}”: its year is not known; kept as a remark without a time")
        elif not EARLIEST <= year <= LATEST:
            self._tell(row.line, f"“{stamp.written}”: that year cannot be right; kept as a remark without a time")
        elif not is_date(year, stamp.month or 0, stamp.day or 0):
            self._tell(row.line, f"“{stamp.written}” is no day of the calendar; kept as a remark without a time")
        else:
            return date(year, stamp.month or 1, stamp.day or 1)
        return None

    def _typed(self, row: Row) -> int | None:
        """A year of five digits with one too many, where the report's other years leave a single way to read it."""
        digits = str(row.stamp.year)
        likely = {int(digits[:place] + digits[place + 1 :]) for place in range(len(digits))}
        known = self._around.years | {
            each.stamp.year for each in self._rows if each.stamp.year and each.stamp.year < 10_000
        }
        fitting = likely & known
        if len(fitting) != 1:
            return None
        (year,) = fitting
        self._tell(
            row.line, f"the year {digits} has a digit too many; read as {year}, which the report names, and approximate"
        )
        return year

    def _wall(self, row: Row, day: date) -> datetime:
        stamp = row.stamp
        if stamp.hour is None:
            if ":" in stamp.written:
                self._tell(row.line, f"“{stamp.written}”: the time is not known, only the day")
            return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall's time has no zone yet
        wall = datetime(day.year, day.month, day.day, stamp.hour, stamp.minute, stamp.second)  # noqa: DTZ001
        if self._last is not None and wall < self._last:
            wall = self._backwards(row, wall, self._last)
        self._last = wall
        return wall

    def _backwards(self, row: Row, wall: datetime, last: datetime) -> datetime:
        """A row that is earlier than the one before it: past midnight, where only the time of day says so."""
        if row.stamp.dated or last - wall <= _HALF_A_DAY:
            self._tell(row.line, f"“{row.stamp.written}” is earlier than the row before it; kept as it is written")
            return wall
        wall += timedelta(days=1)
        self._day = wall.date()
        self._tell(row.line, f"“{row.stamp.written}” is past midnight; taken as {self._day}")
        return wall


def _month_days(rows: Sequence[Row], around: Around) -> dict[int, int]:
    """The years of rows that give only month and day, by place: they turn where the month falls back by half a year.

    The row nearest to the report's own day within a year has the report's year.
    """
    places = [place for place, row in enumerate(rows) if row.stamp.dated and row.stamp.year is None]
    if around.date is None or not places:
        return {}
    turns, turn, before = {}, 0, 0
    for place in places:
        stamp = rows[place].stamp
        at = _of_year(stamp.month or 1, stamp.day or 1)
        turn += before - at > _TURN
        turns[place], before = turn, at
    _, month, day = around.date
    own = min(places, key=lambda place: _apart(rows[place].stamp, month, day))
    return {place: around.date[0] + turns[place] - turns[own] for place in places}


def _of_year(month: int, day: int) -> int:
    return month * 31 + day


def _apart(stamp: Stamp, month: int, day: int) -> int:
    return abs(_of_year(stamp.month or 1, stamp.day or 1) - _of_year(month, day))


def _distrust(walls: list[Wall], tell: Tell) -> list[Wall]:
    """Take away the times whose year cannot be right: far from all others, and near them in another row's year."""
    known = [wall for _, wall in walls if wall is not None]
    if len(known) < 3:
        return walls
    middle = median_low(known)
    kept: list[Wall] = []
    for row, wall in walls:
        if wall is not None and row.stamp.year is not None and _misdated(wall, middle):
            tell(
                row.line,
                f"“{row.stamp.written}” lies far from the other rows, and would not in {middle.year}; "
                "kept as a remark without a time",
            )
            wall = None
        kept.append((row, wall))
    return kept


def _misdated(wall: datetime, middle: datetime) -> bool:
    if abs(wall - middle) < _FAR or not is_date(middle.year, wall.month, wall.day):
        return False
    return abs(wall.replace(year=middle.year) - middle) < _NEAR


def _when(row: Row, wall: datetime | None, zone: Zone, tell: Tell, seen: set[str]) -> When | None:
    """The moment of a time on the wall. What is doubtful about its zone is told once."""
    if wall is None:
        return None
    stamp = row.stamp
    if stamp.hour is None:
        return When(wall.replace(tzinfo=UTC), approximate=True, day=True)
    zone = stamp.zone or zone
    if zone.doubt:
        _once(seen, tell, row.line, f"{zone.doubt}; such times are read as UTC, and approximate")
    elif remark := zone.remark(wall):
        _once(seen, tell, row.line, remark)
    if stamp.half:
        tell(row.line, f"“{stamp.written}”: the minute is not known; taken as {wall:%H:%M}, and approximate")
    if stamp.vague:
        tell(row.line, f"“{stamp.written}” is an approximate time")
    if stamp.until:
        tell(row.line, f"“{stamp.written}” is a range; taken as its beginning, with its end in the words")
    typed = stamp.year is not None and stamp.year >= 10_000
    return When(zone.moment(wall), approximate=bool(zone.doubt) or stamp.half or stamp.vague or typed)


def _once(seen: set[str], tell: Tell, line: int, text: str) -> None:
    if text not in seen:
        seen.add(text)
        tell(line, text)
