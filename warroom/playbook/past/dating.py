"""Rows of a report's timeline to moments in UTC: what a row leaves out comes from what stands around it, and is told.

Nothing is guessed: a row whose day or year cannot be established is left undated, and keeps its words; and a row that
names no day never takes one that was not used. Whatever was done to a time is reported with its line.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
from msgspec.structs import replace

from warroom.playbook.incident import When
from warroom.playbook.past.feeds import EARLIEST, LATEST
from warroom.playbook.past.stamps import Stamp, is_date
from warroom.playbook.past.years import Doubt, Years
from warroom.playbook.past.zones import UNSTATED, Zone

Tell = Callable[[int, str], None]
"Takes a line of the file, and what is to be said about it."

_HALF_A_DAY = timedelta(hours=12)
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


class _Wall(msgspec.Struct, frozen=True):
    """A row and its time on the wall, None = not established. `doubtful`: its year is, though it is used."""

    row: Row
    time: datetime | None = None
    doubtful: bool = False


def establish(rows: Sequence[Row], around: Around, tell: Tell, today: date | None = None) -> list[Dated]:
    """The moments of rows, in the order of the file. `tell` hears what was done to which line.

    `today`: the day of the import, after which nothing can have happened; None = not known.
    """
    own = date(*around.date) if around.date else None
    years = Years(_named_days(rows), own, around.years, today)
    if own and years.future(own):
        tell(1, f"{own} in {around.where} lies in the future; not used")
        around = replace(around, date=None)
    walls = list(_Walls(rows, around, years, tell).all())
    seen: set[str] = set()
    return [Dated(wall.row, _when(wall, around.zone, tell, seen)) for wall in walls]


def _named_days(rows: Sequence[Row]) -> Iterator[date]:
    """The days that rows name with a year, and those of the headings above them, each heading once."""
    for row in rows:
        stamp = row.stamp
        year, month, day = stamp.year or 0, stamp.month or 0, stamp.day or 0
        if EARLIEST <= year <= LATEST and is_date(year, month, day):
            yield date(year, month, day)
    yield from (date(*heading) for heading in dict.fromkeys(row.heading for row in rows) if heading)


class _Walls:
    """The times on the wall, row after row, and what carries over from one row to the next."""

    def __init__(self, rows: Sequence[Row], around: Around, years: Years, tell: Tell) -> None:
        self._rows = rows
        self._around = around
        self._years = years
        self._tell = tell
        self._day: date | None = None
        self._lost = 0
        self._doubtful = 0
        self._last: datetime | None = None
        self._heading: tuple[int, int, int] | None = None
        self._turned = _month_days(rows, around)

    def all(self) -> Iterator[_Wall]:
        for place, row in enumerate(self._rows):
            self._head(row)
            if row.stamp.wrong:
                self._wrong(place, row)
                yield _Wall(row)
            elif row.stamp.names_day:
                yield self._dated(place, row)
            else:
                day = self._inherited(row)
                yield _Wall(row, self._wall(row, day) if day else None, bool(self._doubtful))

    def _head(self, row: Row) -> None:
        """Enter what stands under a new heading, whose day counts for the rows that name none."""
        if row.heading is None or row.heading == self._heading:
            return
        self._heading, self._last = row.heading, None
        day = date(*row.heading)
        doubt = self._years.doubt(day)
        self._keep(row.line, day, doubt)
        if doubt:
            what = "used all the same, and approximate" if doubt.usable else "not used"
            self._tell(row.line, f"the day of the heading above it, {day}, {doubt.why}; {what}")

    def _keep(self, line: int, day: date | None, doubt: Doubt | None) -> None:
        """Take over what a line says of the day, for the rows below that name none."""
        self._day = None if doubt and not doubt.usable else day
        self._lost = line if self._day is None else 0
        self._doubtful = line if self._day and doubt else 0

    def _wrong(self, place: int, row: Row) -> None:
        """A row whose time is none. The day beside it, if it can be read, still counts for those below."""
        stamp = row.stamp
        self._tell(row.line, f"“{stamp.written}”: {stamp.wrong}; kept as a remark without a time")
        if stamp.names_day:
            day = self._named(place, row) if stamp.dated else None
            self._keep(row.line, day, self._doubt(row, day))

    def _dated(self, place: int, row: Row) -> _Wall:
        day = self._named(place, row)
        doubt = self._doubt(row, day)
        if doubt:
            what = "kept as it is written, and approximate" if doubt.usable else "kept as a remark without a time"
            self._tell(row.line, f"“{row.stamp.written}” {doubt.why}; {what}")
        self._keep(row.line, day, doubt)
        return _Wall(row, self._wall(row, self._day) if self._day else None, bool(doubt))

    def _doubt(self, row: Row, day: date | None) -> Doubt | None:
        """What speaks against the year of a row's own day; one that was taken from the report can only be too late."""
        if day is None or (row.stamp.year is None and not self._years.future(day)):
            return None
        return self._years.doubt(day)

    def _inherited(self, row: Row) -> date | None:
        """The day of a row that names none: that of the rows above, else the report's own."""
        if self._doubtful:
            self._tell(
                row.line,
                f"“{row.stamp.written}” has no day; that of line {self._doubtful} is taken, which is doubtful, "
                "and approximate",
            )
        elif self._lost:
            self._tell(
                row.line,
                f"“{row.stamp.written}” has no day, and that of line {self._lost} is not known; "
                "kept as a remark without a time",
            )
        elif self._day is None and self._around.date is not None:
            self._day = date(*self._around.date)
            self._tell(row.line, f"no day is given; {self._day} is taken from {self._around.where}")
        elif self._day is None:
            self._tell(row.line, f"“{row.stamp.written}” has no day; kept as a remark without a time")
        return self._day

    def _named(self, place: int, row: Row) -> date | None:
        """The day that the row itself names; it says so where it cannot be established."""
        stamp = row.stamp
        year = stamp.year if stamp.year is None or stamp.year < 10_000 else self._typed(row)
        if stamp.year is None:
            year = self._turned.get(place)
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


def _when(found: _Wall, zone: Zone, tell: Tell, seen: set[str]) -> When | None:
    """The moment of a time on the wall. What is doubtful about its zone is told once."""
    row, wall, stamp = found.row, found.time, found.row.stamp
    if wall is None:
        return None
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
    vague = stamp.half or stamp.vague or typed or found.doubtful
    return When(zone.moment(wall), approximate=bool(zone.doubt) or vague)


def _once(seen: set[str], tell: Tell, line: int, text: str) -> None:
    if text not in seen:
        seen.add(text)
        tell(line, text)
