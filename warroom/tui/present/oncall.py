"""Who is on call: now, a week as a picture, and what people have changed, as lines."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from rich.cells import cell_len, set_cell_size

from warroom.domain.org import Org
from warroom.domain.roster import Absence, Override, Swap, on_call
from warroom.domain.text import one_line
from warroom.room import roster_views
from warroom.room.roster_views import Calendar, Cell, Now
from warroom.tui.present.cells import BLANK, Line, Role, Span, heading, line

DAYS = 7
SCHEDULE, WEEK, CHANGE = "schedule:", "week:", "change:"
"What the keys of the rows begin with, before a schedule's name or a change's id."
_NAME = 20
_WIDE, _MIDDLE = 100, 70
_MOST_GAPS = 6

Changed = Override | Swap | Absence


class Rosters(msgspec.Struct, frozen=True):
    """What is shown: who is on call at `at` and next, some days in an IANA zone, and the changes that stand."""

    at: datetime
    zone: str
    now: tuple[Now, ...]
    following: tuple[tuple[str, ...], ...]
    week: Calendar
    changes: tuple[Changed, ...]


def rosters(org: Org, at: datetime, first: date, zone: str) -> Rosters:
    """Everything about an organisation's schedules at a moment, and in the week from `first` on."""
    schedules = org.playbook.schedules
    found = roster_views.now(org, schedules, at)
    following = tuple(on_call(each.schedule, org.changes, each.until) if each.until else () for each in found)
    week = roster_views.calendar(org, schedules, first, DAYS, zone)
    return Rosters(at, zone, found, following, week, roster_views.standing(org, at))


def monday(at: datetime, zone: str) -> date:
    """The Monday of the week in which a moment lies."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def page(shown: Rosters, me: str, width: int) -> list[Line]:
    """All of it."""
    if not shown.now:
        return [line(Span("The playbook has no schedules yet.", "strong"))]
    return [*_now(shown, me, width), BLANK, *_week(shown, me, width), *_changes(shown, width)]


def _now(shown: Rosters, me: str, width: int) -> list[Line]:
    names = [one_line(each.schedule.name, _NAME) for each in shown.now]
    column = max(cell_len(name) for name in names)
    people = [one_line(", ".join(each.people), 24) or "nobody" for each in shown.now]
    second = max(cell_len(text) for text in people)
    lines = [heading("On call now", _clock(shown.at, shown.zone, wide=True))]
    for each, name, text, after in zip(shown.now, names, people, shown.following, strict=True):
        role: Role = "bad" if not each.people else "accent" if me in each.people else "strong"
        spans = [Span(f"{set_cell_size(name, column)}  ", "dim"), Span(f"{set_cell_size(text, second)}  ", role)]
        if each.until:
            spans.append(Span(f"until {_clock(each.until, shown.zone, width >= _WIDE)}"))
            spans.append(Span(f"  then {one_line(', '.join(after), 24) or 'nobody'}", "dim" if after else "bad"))
        else:
            spans.append(Span("for a month at least", "dim"))
        lines.append(line(*spans, key=SCHEDULE + each.schedule.name))
    return lines


def _week(shown: Rosters, me: str, width: int) -> list[Line]:
    week = shown.week
    label = min(_NAME if width >= _MIDDLE else 10, max(cell_len(one_line(row.schedule.name)) for row in week.rows))
    per_day = max(1, (width - label - 3) // len(week.days))
    today = shown.at.astimezone(ZoneInfo(shown.zone)).date()
    lines = [heading(f"{week.days[0]:%d %b %Y} to {week.days[-1]:%d %b %Y}", shown.zone)]
    days = [Span(set_cell_size(f"{each:%a %d}"[:per_day], per_day), _day(each, today)) for each in week.days]
    lines.append(line(Span(" " * (label + 1)), *days))
    if shown.zone != "UTC":
        begins = [set_cell_size(f"{each:%H:%M}"[: per_day - 1], per_day) for each in week.midnights[:-1]]
        lines.append(line(Span(set_cell_size("UTC", label + 1), "dim"), *(Span(each, "dim") for each in begins)))
    for row in week.rows:
        name = Span(set_cell_size(one_line(row.schedule.name), label) + " ", "dim")
        cells = roster_views.cells(row, week, per_day)
        lines.append(line(name, *(_cell(each, me) for each in cells), key=WEEK + row.schedule.name))
    return [*lines, *_gaps(shown)]


def _day(day: date, today: date) -> Role:
    return "accent" if day == today else ""


def _cell(cell: Cell, me: str) -> Span:
    """`│ana     `, or `!nobody!!` where somebody is missing."""
    if cell.gap:
        return Span(("!nobody" if cell.width > len("!nobody") else "").ljust(cell.width, "!"), "bad")
    people = cell.stretch.people
    text = one_line("+".join(people))
    return Span("│" + set_cell_size(text, cell.width - 1), "accent" if me in people else "")


def _gaps(shown: Rosters) -> list[Line]:
    """The gaps in words, since a column of the picture is hours wide."""
    found = [(row.schedule.name, gap) for row in shown.week.rows for gap in row.gaps]
    lines = [
        line(Span(f"{one_line(name, _NAME)}: nobody from {_clock(gap.start, shown.zone, wide=False)} "
                  f"until {_clock(gap.end, shown.zone, wide=False)}", "bad"))
        for name, gap in found[:_MOST_GAPS]
    ]  # fmt: skip
    return lines if len(found) <= _MOST_GAPS else [*lines, line(Span(f"… and {len(found) - _MOST_GAPS} more", "bad"))]


def _changes(shown: Rosters, width: int) -> list[Line]:
    if not shown.changes:
        return []
    lines = [BLANK, heading("Changes that stand or are to come")]
    for each in shown.changes:
        times = f"{_clock(each.start, shown.zone, wide=False)} – {_clock(each.end, shown.zone, wide=False)}"
        waits = isinstance(each, Swap) and not each.taken_by
        text = one_line(roster_views.words(each))
        why = f" · {one_line(each.because)}" if each.because and width >= _WIDE else ""
        spans = (Span(f"{each.id:<4} ", "dim"), Span(text, "accent" if waits else ""), Span(why, "dim"))
        lines.append(line(*spans, right=(Span(times, "dim"),), key=CHANGE + each.id))
    return lines


def _clock(at: datetime, zone: str, wide: bool) -> str:
    """`Mon 2026-05-04 09:00 CEST (07:00 UTC)`, or short `Mon 04 May 09:00`."""
    local = at.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return roster_views.clock(at, ZoneInfo(zone)) if wide else f"{local:%a %d %b %H:%M}"
