"""Moments that are planned: what people type for a time that is still to come, or for any other than now."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from warroom.domain.errors import Invalid
from warroom.domain.moments import at_wall, read_duration

ACCEPTED = "Accepted: 14:05, tomorrow 09:00, Mon 09:00, 2026-05-04, 2026-05-04 14:05, 2026-05-04T14:05Z, +2h, now."

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_FARTHEST = timedelta(days=3660)


def read_planned(text: str, now: datetime, zone: tzinfo = UTC, after: datetime | None = None) -> datetime:
    """What a person typed, as a moment. Invalid for nonsense, and for what lies ten years away or more.

    A time of day or a weekday is the next one, counted from `after` where something begins then that this ends, else
    from `now`; so is `+2h`. A day without a time begins at midnight. Wall-clock times are those of `zone`.
    """
    typed = " ".join(text.split())
    try:
        found = _relative(typed, now, after or now) or _wall(typed, now, zone, after) or _iso(typed, zone)
        if abs(found - now) > _FARTHEST:
            raise Invalid(f"“{text}” lies too far away.", hint=ACCEPTED)
    except (ValueError, OverflowError):
        raise Invalid(f"“{text}” is no time.", hint=ACCEPTED) from None
    return found


def _relative(typed: str, now: datetime, base: datetime) -> datetime | None:
    if typed.lower() == "now":
        return now
    if typed.startswith("+"):
        return base + read_duration(typed[1:])
    if typed.startswith(("-", "−")):  # a typographic minus arrives by paste
        return now - read_duration(typed[1:])
    return None


def _wall(typed: str, now: datetime, zone: tzinfo, after: datetime | None) -> datetime | None:
    """`14:05`, `tomorrow 09:00`, `Mon 09:00`, each with or without its time or its day."""
    if not typed:
        return None
    word, _, rest = typed.lower().rpartition(" ")
    clock = _clock(rest)
    if clock is None:
        word, clock = typed.lower(), time(0)
    today = now.astimezone(zone).date()
    if word in ("today", "tomorrow"):
        return at_wall(datetime.combine(today + timedelta(days=word == "tomorrow"), clock), zone)
    if word and word not in (*_DAYS, *_FULL):
        return None
    first = (after or now).astimezone(zone).date()
    days = (first + timedelta(days=each) for each in range(9))
    moments = (at_wall(datetime.combine(day, clock), zone) for day in days if word[:3] in ("", _DAYS[day.weekday()]))
    return next(at for at in moments if (at > after if after else at >= now))


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def _iso(typed: str, zone: tzinfo) -> datetime:
    """ISO 8601, in `zone` where it names none. ValueError where it is none."""
    found = datetime.fromisoformat(typed)
    return found.astimezone(UTC) if found.tzinfo else at_wall(found, zone)
