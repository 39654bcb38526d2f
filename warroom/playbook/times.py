"""Wall-clock times in the organisation's files: zones, first handoffs, parts of the week, spans with limits."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from warroom.domain.moments import read_duration
from warroom.domain.roster import Window
from warroom.playbook.fields import Fields, nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_WALL = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})", re.ASCII)
_OF_A_HOST = ("localtime", "posixrules", "Factory")
_OTHER_FILES = ("posix/", "right/")
"Folders that only some hosts have; the latter counts leap seconds."
_DAY = 24 * 60
_WEEK = 7 * _DAY
"Minutes."


def read_zone(fields: Fields, field: str = "time_zone", default: str = "UTC") -> str:
    """An IANA name. The list of all of them is made for advice only: it takes longer than everything else."""
    zone = fields.text(field, longest=64) or default
    if zone in _OF_A_HOST or zone.startswith(_OTHER_FILES):
        fields.problem(field, f'"{zone}" is not the same on every host; name a time zone such as Europe/Berlin')
        return default
    try:
        return ZoneInfo(zone).key if zone else ""
    except (ValueError, OSError, ZoneInfoNotFoundError):
        advice = nearest(zone, sorted(available_timezones()), listed=False)
        fields.problem(field, f'"{zone}" is not a time zone such as Europe/Berlin{advice}')
        return default


def read_start(fields: Fields, field: str) -> datetime | None:
    """A moment as a clock on the wall shows it: `2026-01-05 09:00`, without a zone; None where it is wrong."""
    return fields.read(field, _wall, "a day and a time on the wall such as 2026-01-05 09:00", required=True)


def read_span(
    fields: Fields, field: str, low: timedelta, high: timedelta, *, required: bool = False
) -> timedelta | None:
    """A duration from `low` to `high`, such as `5m`; None where it is missing or wrong."""

    def span(text: str) -> timedelta:
        found = read_duration(text)
        if not low <= found <= high:
            raise ValueError(text)
        return found

    return fields.read(field, span, f"a duration from {_typed(low)} to {_typed(high)}", required=required)


def read_windows(fields: Fields, field: str) -> tuple[Window, ...]:
    """Parts of the week: rows of `days` (none = every day), `from` and `until`. Two of them must not overlap."""
    found: list[Window] = []
    for row in fields.maps(field):
        window = _window(row)
        if window is None:
            continue
        if clash := next((each for each in found if _overlap(each, window)), None):
            row.problem("", f"overlaps with {written_window(clash)}")
        found.append(window)
    return tuple(found)


def whole_week(windows: Iterable[Window]) -> bool:
    """Whether no minute of the week lies outside all of these windows."""
    end = 0
    for start, until in sorted(span for window in windows for span in _spans(window)):
        if start > end:
            return False
        end = max(end, until)
    return end >= _WEEK


def written_window(window: Window) -> str:
    """A window in words: `mon, tue 09:00-17:00`."""
    return f"{', '.join(DAYS[day] for day in window.days)} {window.start:%H:%M}-{window.end:%H:%M}"


def written_days(days: Iterable[int]) -> list[str]:
    """Days as a file has them, three or more in a row as a span: `mon-fri`, `sun`."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    spans = ([f"{DAYS[run[0]]}-{DAYS[run[-1]]}"] if len(run) > 2 else [DAYS[day] for day in run] for run in runs)
    return [text for span in spans for text in span]


def _window(row: Fields) -> Window | None:
    days = _days(row)
    start = row.read("from", _time, "a time of day such as 09:00", required=True)
    end = row.read("until", _time, "a time of day such as 17:00", required=True)
    row.close()
    if not days or start is None or end is None:
        return None
    return Window(days, start, end)


def _days(row: Fields) -> tuple[int, ...]:
    """The days of a window, in order; every day where none are named."""
    if not row.shape("days"):
        return tuple(range(7))
    texts = row.texts("days", longest=16)
    if not texts and row.shape("days") == "list":
        row.problem("days", "must name at least one day such as mon, or mon-fri")
    found: set[int] = set()
    for text in texts:
        first, _, last = text.lower().partition("-")
        last = last or first
        if first not in DAYS or last not in DAYS:
            row.problem("days", f'"{text}" is not a day such as mon, or days such as mon-fri{nearest(text, DAYS)}')
            continue
        span = (DAYS.index(last) - DAYS.index(first)) % 7
        found |= {(DAYS.index(first) + day) % 7 for day in range(span + 1)}
    return tuple(sorted(found))


def _overlap(one: Window, other: Window) -> bool:
    return any(a < d and c < b for a, b in _spans(one) for c, d in _spans(other))


def _spans(window: Window) -> Iterator[tuple[int, int]]:
    """From minute to minute of the week, that of Sunday night into Monday in two parts."""
    start = window.start.hour * 60 + window.start.minute
    end = window.end.hour * 60 + window.end.minute
    length = (end - start) % _DAY or _DAY
    for day in window.days:
        first = day * _DAY + start
        yield first, min(first + length, _WEEK)
        if first + length > _WEEK:
            yield 0, first + length - _WEEK


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def _wall(text: str) -> datetime:
    match = _WALL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    found = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    if not 1970 < found.year < 2999:
        raise ValueError(text)
    return found


def _typed(span: timedelta) -> str:
    for size, unit in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m")):
        if span >= size:
            return f"{span // size}{unit}"
    return f"{span.seconds}s"
