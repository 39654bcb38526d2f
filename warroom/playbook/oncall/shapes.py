"""What other tools' rosters have in common: records of plain data, names, people, moments, parts of the week."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from warroom.domain.ladder import Ladder
from warroom.domain.org import Person
from warroom.domain.roster import Schedule, Window
from warroom.playbook.oncall.hcl import Formula, Reference

DAY = 24 * 60
WEEK = 7 * DAY
"Minutes."
_PRODUCT = re.compile(r"\d+(?: \* \d+)*", re.ASCII)
_LONGEST = 64

Row = Mapping[str, Any]
"A record of another tool: texts, lists, rows."


class Imported(msgspec.Struct, frozen=True):
    """What became of other tools' rosters.

    `people`: whom they name and the playbook does not know. `left_out`: what did not come across, a sentence each.
    """

    schedules: tuple[Schedule, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    people: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class Desk:
    """Where an import is put together: who is known by which name, and what could not be taken over."""

    def __init__(self, people: Collection[Person], now: datetime) -> None:
        self.now = now
        self.left_out: list[str] = []
        self.users: dict[str, Row] = {}
        self.teams: dict[str, str] = {}
        self.schedules: dict[str, str] = {}
        self.strangers: dict[str, None] = {}
        self._known = {key: each.name for each in people for key in _keys(each)}

    def leave(self, where: str, text: str) -> None:
        """Note something that did not come across."""
        self.left_out.append(f"{where}: {text}")

    def rest(self, where: str, row: Row, handled: Collection[str]) -> None:
        """Note every field of a record that nobody has looked at."""
        for field, value in row.items():
            if field not in handled and value not in (None, "", [], {}):
                self.leave(where, f"“{field}” has no counterpart here")

    def person(self, key: str, row: Row) -> str:
        """Our name for a user: of the playbook's people where anything about them fits, else a name made for them."""
        row = {**self.users.get(key, {}), **row}
        texts = [text(row, field) for field in ("email", "username", "name", "full_name", "summary", "label")]
        said = [each for each in texts if each] or [key.rpartition(".")[2]]
        for each in said:
            for candidate in (each.lower(), each.lower().partition("@")[0]):
                if candidate in self._known:
                    return self._known[candidate]
        made = slug(said[0].partition("@")[0])
        self.strangers.setdefault(made)
        return made


def _keys(person: Person) -> Iterator[str]:
    yield from (each.lower() for each in (person.name, person.full_name, *person.logins) if each)
    yield from (each.to.lower() for each in person.contacts if "@" in each.to)


def bare(reference: str) -> str:
    """`data.pagerduty_user.ana.id` -> `pagerduty_user.ana`, what the thing itself is called; an id as it is."""
    if not isinstance(reference, Reference):
        return reference
    return ".".join(reference.removeprefix("data.").split(".")[:2]).partition("[")[0]


def slug(words: str) -> str:
    """A name as ours are: lower-case letters, digits and `-`."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_LONGEST] or "unnamed"


def free(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    tries = (name, *(f"{name[: _LONGEST - 4]}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken)


def text(row: Row, *fields: str) -> str:
    """The first of these fields that is a text."""
    found = (row.get(field) for field in fields)
    return next((each for each in found if isinstance(each, str) and each and not isinstance(each, Formula)), "")


def rows(row: Row, *fields: str) -> list[Row]:
    """The rows of the first of these fields that there is; a single row counts as a list of one."""
    value: Any = next((row[field] for field in fields if row.get(field)), [])
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]


def whole(row: Row, *fields: str) -> int | None:
    """A whole number, or a product of some such as `24 * 3600`; None = there is none, or it is no number."""
    value = next((row[field] for field in fields if row.get(field) is not None), None)
    if not isinstance(value, str) or len(value) > _LONGEST or not _PRODUCT.fullmatch(value):
        return None
    product = 1
    for factor in value.split(" * "):
        product *= int(factor)
    return product


def zone(desk: Desk, where: str, name: str) -> str:
    """An IANA name; UTC, and a note, where it is none."""
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        desk.leave(where, f"“{name}” is no time zone; UTC stands in its place")
        return "UTC"


def moment(value: str, time_zone: str) -> datetime | None:
    """A moment of ISO 8601 as clocks in a zone show it, naive; one without a zone is taken as it stands."""
    try:
        found = datetime.fromisoformat(value)
        if not 1971 < found.year < 2998:
            return None
        wall = found.astimezone(ZoneInfo(time_zone)) if found.tzinfo else found
    except ValueError:
        return None
    return wall.replace(tzinfo=None, fold=0, second=0, microsecond=0)


def ended(desk: Desk, where: str, end: str, time_zone: str) -> bool:
    """Whether a rotation is over; one that will be is taken over without its end, and said."""
    if not end:
        return False
    wall = moment(end, time_zone)
    if wall is not None and wall <= desk.now.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None):
        desk.leave(where, f"it ended on {wall:%Y-%m-%d}")
        return True
    desk.leave(where, f"rotations have no end here, and this one ends at {end}; take it out then")
    return False


def anchored(
    start: datetime, anchor: datetime, turn: timedelta, members: tuple[str, ...]
) -> tuple[datetime, tuple[str, ...]]:
    """The first handoff and the order of members for a rotation that starts at one moment and counts from another.

    The handoff is the last one that is not after `start`, counted from `anchor`, which may lie on either side of it.
    """
    count = (start - anchor) // turn
    shift = count % len(members)
    return anchor + count * turn, (*members[shift:], *members[:shift])


def windows(spans: Iterable[tuple[int, int]]) -> tuple[Window, ...]:
    """Parts of the week, (first minute of the week, length), as windows; none, for none are needed, where it is all."""
    parts = _united(spans)
    if parts == [(0, WEEK)]:
        return ()
    if len(parts) > 1 and parts[0][0] == 0 and parts[-1][1] == WEEK:
        parts = [*parts[1:-1], (parts[-1][0], WEEK + parts[0][1])]
    found: dict[tuple[time, time], list[int]] = {}
    for start, end in parts:
        for day, first, last in _days(start, end):
            found.setdefault((first, last), []).append(day)
    return tuple(Window(tuple(sorted(days)), *span) for span, days in found.items())


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """From minute to minute, in order and without overlaps; what goes on after Sunday is its beginning, too."""
    parts: list[tuple[int, int]] = []
    for first, length in spans:
        start = first % WEEK
        end = start + min(length, WEEK)
        parts += [(start, min(end, WEEK)), *([(0, end - WEEK)] if end > WEEK else [])]
    found: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _days(start: int, end: int) -> Iterator[tuple[int, time, time]]:
    """A span as parts of at most a day: the day, from, until."""
    while start < end:
        stop = end if end - start <= DAY else (start // DAY + 1) * DAY
        yield start // DAY % 7, _clock(start), _clock(stop)
        start = stop


def _clock(minute: int) -> time:
    return time(minute % DAY // 60, minute % 60)
