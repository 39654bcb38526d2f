"""Rosters to look at: who is on call now, a calendar of days as cells, and what was changed; as values and as JSON.

The calendar is the same picture for every front end: a row per schedule, and on it cells, one after the other from its
left edge to its right. Where somebody is missing for however short a time, there is a cell that says so.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import msgspec

from warroom.domain import services
from warroom.domain.errors import unknown
from warroom.domain.moments import at_wall
from warroom.domain.oncall import find_schedule
from warroom.domain.org import Org
from warroom.domain.roster import Absence, Override, Schedule, Stretch, Swap, stretches
from warroom.room.plain import View, maybe, stamp

MOST_DAYS = 31
_AHEAD = timedelta(days=31)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Now(msgspec.Struct, frozen=True):
    """Who is on call by a schedule (none = a gap), and until when that stays so; None = for a month at least."""

    schedule: Schedule
    people: tuple[str, ...]
    until: datetime | None


class Row(msgspec.Struct, frozen=True):
    """A schedule's span, whole: stretches one after the other, gaps among them."""

    schedule: Schedule
    stretches: tuple[Stretch, ...]

    @property
    def gaps(self) -> tuple[Stretch, ...]:
        """When nobody is on call."""
        return tuple(each for each in self.stretches if not each.people)


class Calendar(msgspec.Struct, frozen=True):
    """Days in the viewer's zone. `midnights`: the moment at which each begins, and the end of the last."""

    zone: str
    days: tuple[date, ...]
    midnights: tuple[datetime, ...]
    rows: tuple[Row, ...]


class Cell(msgspec.Struct, frozen=True):
    """A part of a row, `width` columns wide: what it shows of a stretch, or of a gap."""

    stretch: Stretch
    width: int

    @property
    def gap(self) -> bool:
        """Whether somebody is missing."""
        return not self.stretch.people


def chosen(org: Org, schedule: str = "", service: str = "") -> tuple[Schedule, ...]:
    """The schedule of that name, those of a service (primary first), or all. Unknown with candidates."""
    if schedule:
        return (find_schedule(org, schedule),)
    if not service:
        return org.playbook.schedules
    rows = org.playbook.services
    name = services.resolve(rows, service)
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise unknown("service", service, [row.name for row in rows])
    return tuple(find_schedule(org, each) for each in found.schedules)


def now(org: Org, schedules: Sequence[Schedule], at: datetime) -> tuple[Now, ...]:
    """Who is on call by each schedule at a moment."""
    found = []
    for schedule in schedules:
        first, *later = stretches(schedule, org.changes, at, at + _AHEAD)
        # The same people by another layer are the same people.
        until = next((each.start for each in later if each.people != first.people), None)
        found.append(Now(schedule, first.people, until))
    return tuple(found)


def calendar(org: Org, schedules: Sequence[Schedule], first: date, days: int, zone: str) -> Calendar:
    """So many days from `first` on, each from midnight to midnight in an IANA zone; at least one, at most a month.

    A day that the zone skipped, as Samoa did one in 2011, is left out.
    """
    shown = [first + timedelta(days=each) for each in range(max(1, min(days, MOST_DAYS)) + 1)]
    begins = [at_wall(datetime.combine(day, time.min), ZoneInfo(zone)) for day in shown]
    kept = [place for place, (start, end) in enumerate(pairwise(begins)) if start < end]
    midnights = (*(begins[place] for place in kept), begins[-1])
    found = (stretches(each, org.changes, midnights[0], midnights[-1]) for each in schedules)
    rows = tuple(Row(each, tuple(_people_only(known))) for each, known in zip(schedules, found, strict=True))
    return Calendar(zone, tuple(shown[place] for place in kept), midnights, rows)


def _people_only(found: Sequence[Stretch]) -> Iterator[Stretch]:
    """Stretches with the same people made one: by which layer does not matter to whoever looks."""
    for _, same in groupby(found, key=lambda each: each.people):
        first, *rest = same
        yield msgspec.structs.replace(first, end=rest[-1].end) if rest else first


def cells(row: Row, shown: Calendar, per_day: int) -> tuple[Cell, ...]:
    """A row as cells, `per_day` columns to a day, however many hours it has."""
    seen = (_seen(row, start, end) for start, end in pairwise(_columns(shown, per_day)))
    return tuple(Cell(stretch, len(list(same))) for stretch, same in groupby(seen))


def _columns(shown: Calendar, per_day: int) -> Iterator[datetime]:
    """The moments between which the columns lie."""
    for start, end in pairwise(shown.midnights):
        yield from (start + (end - start) * each / per_day for each in range(per_day))
    yield shown.midnights[-1]


def _seen(row: Row, start: datetime, end: datetime) -> Stretch:
    """What one column shows: a gap where there is any, else whoever is on call for most of it."""
    touching = [each for each in row.stretches if each.start < end and each.end > start]
    gaps = [each for each in touching if not each.people]
    return max(gaps or touching, key=lambda each: min(each.end, end) - max(each.start, start))


def now_view(found: Now) -> View:
    """Who is on call by one schedule."""
    return {
        "schedule": found.schedule.name,
        "title": found.schedule.title or None,
        "people": list(found.people),
        "until": maybe(found.until),
    }


def calendar_view(shown: Calendar) -> View:
    """The calendar: exact times in UTC, no matter how wide the picture is."""
    return {
        "zone": shown.zone,
        "start": stamp(shown.midnights[0]),
        "end": stamp(shown.midnights[-1]),
        "days": [day.isoformat() for day in shown.days],
        "schedules": [
            {
                "schedule": row.schedule.name,
                "title": row.schedule.title or None,
                "stretches": [
                    {"start": stamp(each.start), "end": stamp(each.end), "people": list(each.people)}
                    for each in row.stretches
                ],
            }
            for row in shown.rows
        ],
    }


def all_changes(org: Org) -> tuple[Override | Swap | Absence, ...]:
    """Every override, swap and absence, past ones too."""
    return (*org.changes.overrides, *org.changes.swaps, *org.changes.absences)


def standing(org: Org, at: datetime) -> tuple[Override | Swap | Absence, ...]:
    """The changes that run at a moment or are still to come, by when they begin."""
    known = (each for each in all_changes(org) if each.end > at)
    return tuple(sorted(known, key=lambda each: (each.start, each.id)))


def change_view(change: Override | Swap | Absence) -> View:
    """One change, with its kind: `override`, `swap` or `absence`."""
    view: View = {
        "id": change.id,
        "kind": type(change).__name__.lower(),
        "person": change.person,
        "start": stamp(change.start),
        "end": stamp(change.end),
        "because": change.because or None,
    }
    match change:
        case Override():
            view |= {"schedule": change.schedule, "change": change.change}
            return view | {"instead": change.instead or None, "by": change.by}
        case Swap():
            return view | {"schedule": change.schedule, "to": change.to or None, "taken_by": change.taken_by or None}
        case Absence():
            return view


def words(change: Override | Swap | Absence) -> str:
    """What a change says, without its times: `payments: bo instead of ana`."""
    match change:
        case Override(change="replace"):
            return f"{change.schedule}: {change.person} instead of {change.instead}"
        case Override(change="add"):
            return f"{change.schedule}: {change.person} besides"
        case Override():
            return f"{change.schedule}: without {change.person}"
        case Swap(taken_by=""):
            return f"{change.schedule}: {change.person} asks {change.to or 'anybody'} to stand in"
        case Swap():
            return f"{change.schedule}: {change.taken_by} stands in for {change.person}"
        case Absence():
            return f"{change.person} is away"


def new_gaps(before: Org, after: Org, start: datetime, end: datetime) -> tuple[tuple[str, Stretch], ...]:
    """When nobody is on call any more between two moments, by schedule, although somebody was before a change."""
    return tuple(
        (schedule.name, gap)
        for schedule in after.playbook.schedules
        for gap in _gaps(schedule, after, start, end)
        if not any(old.start <= gap.start and gap.end <= old.end for old in _gaps(schedule, before, start, end))
    )


def doubts(before: Org, after: Org, change: Override) -> list[str]:
    """What is odd about an override that was just made: it changes nothing, or whom it puts on cannot be reached."""
    found = []
    schedule = next(each for each in after.playbook.schedules if each.name == change.schedule)
    old, new = (stretches(schedule, org.changes, change.start, change.end) for org in (before, after))
    if old == new:
        whom = change.instead or change.person
        already = "on call" if change.change == "add" else "not on call"
        found.append(f"This changes nothing: {whom} is {already} by {change.schedule} then.")
    contacts = [contact for who in after.playbook.people if who.name == change.person for contact in who.contacts]
    if change.change != "remove" and not contacts:
        found.append(f"{change.person} has no contact, and cannot be paged.")
    return found


def _gaps(schedule: Schedule, org: Org, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    return tuple(each for each in stretches(schedule, org.changes, start, end) if not each.people)


def nobody(schedule: str, gap: Stretch, zone: tzinfo) -> str:
    """A gap in words: `payments: nobody from … until …`."""
    return f"{schedule}: nobody from {clock(gap.start, zone)} until {clock(gap.end, zone)}"


def clock(at: datetime, zone: tzinfo) -> str:
    """A moment as people plan by it: `Mon 2026-05-04 09:00 CEST (07:00 UTC)`, with the day where UTC has another."""
    local, utc = at.astimezone(zone), at.astimezone(UTC)
    shown = f"{DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"
    if local.utcoffset() == utc.utcoffset():
        return f"{shown} UTC"
    day = "" if local.date() == utc.date() else f"{DAYS[utc.weekday()]} "
    return f"{shown} {local.tzname()} ({day}{utc:%H:%M} UTC)"
