"""Moments and durations: reading what people type, and writing what people read.

All moments are timezone-aware `datetime` values in UTC; all durations are `timedelta`. Nothing here looks at a clock:
`now` is an argument.
"""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from warroom.domain.errors import Invalid

ACCEPTED = "Accepted: -12m, -1h30m, 14:05 (UTC unless the screen shows another zone), 2026-05-04T14:05Z, now."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)s)?", re.ASCII)
_WALL = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_OVER_MIDNIGHT = timedelta(hours=12)
_MINUS = ("-", "−")
"The sign of a time ago; the typographic one arrives by paste."
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC: how moments lie in the log."""
    gap = moment - EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def moment(micros: int) -> datetime:
    """The moment of a number of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


def at_wall(wall: datetime, zone: tzinfo) -> datetime:
    """The moment at which clocks in `zone` show a naive `wall`: the first where they show it twice.

    A time that they skip lies as much later as they jump.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def read_duration(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`, `2d` as a duration; Invalid for anything else, for zero and for what is negative."""
    if text.strip().startswith(_MINUS):
        raise Invalid(f"“{text}”: a span cannot be negative.", hint="Accepted: 90s, 5m, 1h30m, 2d.")
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or not any(match.groups()):
        raise Invalid(f"“{text}” is no duration.", hint="Accepted: 90s, 5m, 1h30m, 2d.")
    try:
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):  # Python reads no number of more than 4300 digits
        raise Invalid(f"“{text}” is too long.", hint="Accepted: 90s, 5m, 1h30m, 2d.") from None
    if not span:
        raise Invalid(f"“{text}” is no time at all.", hint="Accepted: 90s, 5m, 1h30m, 2d.")
    return span


def read_moment(text: str, now: datetime, zone: tzinfo = UTC) -> datetime:
    """What a person typed for a moment: `-12m` (ago), `14:05` (in `zone`), ISO 8601 with a zone, `now`.

    A time of day is today's; shortly after midnight, one of the evening before, at most 12 hours ago, is meant as such.
    Invalid for the future and for nonsense; the hint lists the accepted forms.
    """
    typed = text.strip()
    found = _relative(typed, now) or _wall(typed, now, zone) or _iso(typed, text)
    if found > now:
        raise Invalid(f"“{text}” lies in the future.", hint=ACCEPTED)
    if found < _EARLIEST:
        raise Invalid(f"“{text}” lies too far in the past.", hint=ACCEPTED)
    return found


def _relative(typed: str, now: datetime) -> datetime | None:
    if typed.lower() == "now":
        return now
    if not typed.startswith(_MINUS):
        return None
    try:
        return now - read_duration(typed[1:])
    except (Invalid, OverflowError):
        raise Invalid(f"“{typed}” is no time.", hint=ACCEPTED) from None


def _wall(typed: str, now: datetime, zone: tzinfo) -> datetime | None:
    match = _WALL.fullmatch(typed)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    wall = time(hour, minute, second)
    today = now.astimezone(zone).date()
    # A clock that is put back shows a time twice, one that is put forward skips it, and a zone may skip a whole day.
    shown = (
        datetime.combine(today - timedelta(days), wall.replace(fold=fold), zone).astimezone(UTC)
        for days in range(2)
        for fold in (0, 1)
    )
    last = max((each for each in shown if each <= now and each.astimezone(zone).time() == wall), default=None)
    if last is None or (last.astimezone(zone).date() < today and now - last > _OVER_MIDNIGHT):
        raise Invalid(
            f"“{typed}” lies in the future: it has not been {typed} yet today.",
            hint="For an earlier day write how long ago, such as -20h, or the date: 2026-05-04T14:05Z.",
        )
    return last


def _iso(typed: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(typed)
        if found.tzinfo is None:
            raise Invalid(f"“{text}” has no time zone.", hint=ACCEPTED)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"“{text}” is no time.", hint=ACCEPTED) from None


def span(gap: timedelta) -> str:
    """A duration as a clock: `2:10`, `1:02:10`, `3d 04:00:00`; the sign of a negative one is kept."""
    total = int(abs(gap).total_seconds())
    days, rest = divmod(total, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    sign = "-" if gap < timedelta(0) and total else ""
    if days:
        return f"{sign}{days}d {hours:02}:{minutes:02}:{seconds:02}"
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"


def longer(taken: timedelta, limit: timedelta) -> bool:
    """Whether a duration exceeds another by what `span` shows: nobody is late by a part of a second."""
    second = timedelta(seconds=1)
    return taken // second > limit // second


def elapsed(gap: timedelta) -> str:
    """The incident clock: `00:23:41`, `3d 04:00:00`; never shorter, so that it does not jump about."""
    total = max(0, int(gap.total_seconds()))
    days, rest = divmod(total, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}d {clock}" if days else clock


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in words short enough for a line: `2 s ago`, `4 min ago`, `3 h ago`, `2 d ago`."""
    return f"{brief(max(timedelta(0), now - then))} ago"


def brief(gap: timedelta) -> str:
    """A duration in one unit: `2 s`, `4 min`, `3 h`, `2 d`."""
    seconds = int(gap.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
