"""iCalendar files of any program, as entries: what happens when, recurring events written out.

Whatever cannot be understood is told of by file, line and UID. A file that is no calendar is `BadFile`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec

from warroom.domain.moments import at_wall
from warroom.domain.text import one_line
from warroom.playbook.calendar import needed
from warroom.playbook.calendar_lines import find_events
from warroom.playbook.document import BadFile, Problem

MOST_OCCURRENCES = 500
"Of one event that recurs."
MOST_RECURRING = 500

_MARGIN = timedelta(days=2)
"Farther than any two zones lie apart: which days are looked through is settled before the zones are."
_RULES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_DATED = ("DTSTART", "DTEND", "RECURRENCE-ID")
_SLOW = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_OLDEST = 1970
_STUMBLES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"What the libraries raise where a calendar is not as they expect it."
_MAIL = re.compile(r"^mailto:", re.IGNORECASE)


class Happening(msgspec.Struct, frozen=True):
    """One occurrence of an event. `start` and `end` as the file has them: days, or times with a zone or without one.

    `where`: file, line and UID, for people. `attendees` and `organisers`: addresses and names. `recurs`: one of many.
    """

    uid: str
    where: str
    start: date | datetime
    end: date | datetime
    title: str = ""
    attendees: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    recurs: bool = False

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From when until when, in UTC. Days, and times without a zone, are those of `zone`."""
        return _moment(self.start, zone), _moment(self.end, zone)


class Found(msgspec.Struct, frozen=True):
    """What a calendar holds of a span. `left_out`: what did not come across, a sentence each."""

    happenings: tuple[Happening, ...] = ()
    left_out: tuple[str, ...] = ()


class _Series(msgspec.Struct):
    """The events that bear one UID: one, or one that recurs and what is different about some of its occurrences."""

    uid: str
    where: str
    events: list[Any]

    @property
    def recurs(self) -> bool:
        return any("RRULE" in event or "RDATE" in event for event in self.events)


def read_calendar(file: str, raw: bytes, start: datetime, end: datetime) -> Found:
    """What happens between two moments according to a calendar. `file`: its name, for the sentences.

    BadFile where it is no calendar, too large, or holds too many events.
    """
    lines = find_events(file, raw)
    needed()
    left_out: list[str] = []
    happenings: list[Happening] = []
    recurring = 0
    for series in _series(file, raw, lines, left_out):
        recurring += series.recurs
        if series.recurs and recurring > MOST_RECURRING:
            left_out.append(f"{series.where}: only {MOST_RECURRING} recurring events of a file are read")
            continue
        found, more = _expanded(series, start, end)
        happenings += found
        left_out += [f"{series.where}: {each}" for each in more]
    return Found(tuple(happenings), tuple(dict.fromkeys(left_out)))


def _series(file: str, raw: bytes, lines: Sequence[int], left_out: list[str]) -> Iterator[_Series]:
    """The events by UID; those that cannot be understood are left out with what is the matter."""
    found: dict[str, _Series] = {}
    for line, event in zip(lines, _events(file, raw), strict=True):
        uid = str(event.get("UID", "")).strip()
        where = f"{file}:{line}: {one_line(uid, 80) or 'without UID'}"
        if why := _objection(event):
            left_out.append(f"{where}: {why}")
        else:
            found.setdefault(uid or where, _Series(uid, where, [])).events.append(event)
    yield from found.values()


def _events(file: str, raw: bytes) -> list[Any]:
    """The events in the order of the file."""
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(raw, multiple=True)
    except _STUMBLES as problem:
        text = f"this cannot be read as a calendar ({one_line(str(problem), 120)})"
        raise BadFile([Problem(file, 1, "", text)]) from None
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _objection(event: Any) -> str:
    """Why an event cannot be taken as it stands; "" = it can."""
    for field, problem in event.errors:
        if field is None or field in _RULES:
            return f"{field or 'a line'} cannot be read ({one_line(str(problem), 120)})"
    if "DTSTART" not in event:
        return "it has no beginning"
    for name in _DATED:
        if name in event and not isinstance(getattr(event[name], "dt", None), date):
            return f"{name} cannot be read (it has to be one day or moment)"
    if event["DTSTART"].dt.year < _OLDEST:
        return f"it begins before {_OLDEST}"
    if "EXRULE" in event:
        return "exceptions by rule (EXRULE) are not supported"
    for name in _DATED:
        zone = str(event[name].params.get("TZID", "")) if name in event else ""
        if zone and getattr(event[name].dt, "tzinfo", UTC) is None:
            return f"no time zone is called “{one_line(zone, 60)}”"
    return next((why for rule in _all(event, "RRULE") if (why := _too_often(rule))), "")


def _too_often(rule: Any) -> str:
    """Rotations change by days; a rule of seconds would be written out by the million."""
    often = str(rule.get("FREQ", [""])[0]).upper()
    if often not in _SLOW or any(len(rule.get(name, ())) > 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        return "it recurs more often than daily, which is not supported"
    return ""


def _expanded(series: _Series, start: datetime, end: datetime) -> tuple[list[Happening], list[str]]:
    """The occurrences that touch the span, and sentences on what is missing of them."""
    import recurring_ical_events  # type: ignore[import-untyped]
    from icalendar import Calendar

    if all(_cancelled(event) for event in series.events):
        return [], ["it is cancelled"]
    calendar = Calendar()
    for event in series.events:
        calendar.add_component(event)
    try:
        rows: list[Any] = recurring_ical_events.of(calendar).between(start - _MARGIN, end + _MARGIN)
    except _STUMBLES as problem:
        return [], [f"its times cannot be understood ({one_line(str(problem), 120)})"]
    rows.sort(key=lambda each: _moment(each["DTSTART"].dt, UTC))
    missing = [f"only its first {MOST_OCCURRENCES} occurrences are read"] if len(rows) > MOST_OCCURRENCES else []
    missing += [] if rows else [_outside(series, start)]
    found = [_happening(series, row) for row in rows[:MOST_OCCURRENCES] if not _cancelled(row)]
    missing += [f"cancelled on {_moment(row['DTSTART'].dt, UTC):%Y-%m-%d}" for row in rows if _cancelled(row)]
    return found, missing


def _outside(series: _Series, start: datetime) -> str:
    if series.recurs:
        return "it does not recur in that time"
    begins = max(_moment(event["DTSTART"].dt, UTC) for event in series.events)
    return "it is over" if begins < start else "it begins after that time"


def _happening(series: _Series, event: Any) -> Happening:
    begins = event["DTSTART"].dt
    return Happening(
        series.uid or series.where,
        series.where,
        begins,
        event["DTEND"].dt if "DTEND" in event else begins,
        one_line(str(event.get("SUMMARY", "")), 200),
        tuple(each for person in _all(event, "ATTENDEE") if not _declined(person) for each in _names(person)),
        tuple(each for person in _all(event, "ORGANIZER") for each in _names(person)),
        series.recurs,
    )


def _cancelled(event: Any) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _declined(person: Any) -> bool:
    return str(person.params.get("PARTSTAT", "")).upper() == "DECLINED"


def _names(person: Any) -> Iterator[str]:
    """The address of an attendee, without `mailto:`, and the name."""
    yield from (each for each in (_MAIL.sub("", str(person)), str(person.params.get("CN", ""))) if each)


def _all(event: Any, name: str) -> list[Any]:
    """A property's values: none, one, or several."""
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _moment(at: date | datetime, zone: tzinfo) -> datetime:
    """A day's beginning, or a moment, in UTC; `zone` where it names none."""
    if not isinstance(at, datetime):
        return at_wall(datetime.combine(at, time()), zone)
    return at.astimezone(UTC) if at.tzinfo else at_wall(at, zone)
