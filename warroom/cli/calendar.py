"""Rosters as calendars: shifts out as iCalendar, and entries of other calendars in, as absences or overrides."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.cli.zones import ZONE, zone_of
from warroom.domain.calendars import Entry, whole_gaps, whole_shifts
from warroom.domain.errors import Invalid, Unavailable
from warroom.domain.moments import moment
from warroom.domain.oncall import find_schedule
from warroom.domain.org import Org
from warroom.domain.planned import read_planned
from warroom.domain.roster import Schedule, Shift
from warroom.domain.scheduled import Appointment, appointment, concerning
from warroom.room import calendars, roster_views
from warroom.room.calendars import Brought
from warroom.room.plain import View, stamp
from warroom.room.views import VERSION

if TYPE_CHECKING:
    from warroom.playbook.calendar_reader import Happening

MOST_DAYS = 366
_KINDS = ("absences", "overrides")


def export(session: Session, values: Values) -> int:
    """Shifts as a calendar, to standard output or into a file."""
    from warroom.playbook.calendar import NOBODY, uid_of, write_calendar

    org, out = _org(session), session.out
    now = moment(session.room().store.now())
    start = read_planned(values["from"], now, zone_of(session, values, org)) if "from" in values else now
    end = start + _days(values)
    chosen = [find_schedule(org, name) for name in values.get("schedule") or ()] or org.playbook.schedules
    person = org.person(values["person"]) if "person" in values else ""
    found = [each for schedule in chosen for each in _shifts(org, schedule, start, end, person)]
    if values.get("gaps"):
        found += [
            Shift(NOBODY, gap.start, gap.end, schedule.name)
            for schedule in chosen
            for gap in whole_gaps(schedule, org.changes, start, end)
        ]
    found.sort(key=lambda each: (each.start, each.schedule, each.person))
    drills = _drills(session, org, person, start, end)
    text = write_calendar(found, now, drills)
    to = str(values.get("file", "-"))
    if to != "-":
        _write(Path(to), text)
    if out.json:
        rows = [
            {
                "uid": uid_of(each),
                "schedule": each.schedule,
                "person": None if each.person == NOBODY else each.person,
                "start": stamp(each.start),
                "end": stamp(each.end),
            }
            for each in found
        ]
        entries = [
            {"uid": each.uid, "start": stamp(each.start), "end": stamp(each.end), "cancelled": each.cancelled}
            for each in drills
        ]
        out.data({"version": VERSION, "shifts": rows, "drills": entries, "file": None if to == "-" else to})
    elif to == "-":
        out.exact(text)
    if to != "-" or not found:
        also = f", and {len(drills)} drills" if drills else ""
        out.say(f"{len(found)} shifts of {len(chosen)} schedules{also}.")
    return 0


def _drills(session: Session, org: Org, person: str, start: datetime, end: datetime) -> list[Appointment]:
    """One person's planned drills, with what was called off: no more of them than both they and who asks may know."""
    asking = session.room().actor.person
    found = concerning(org, person, asking) if person else ()
    inside = (each for each in found if each.start < end and start < each.end)
    return [appointment(each, person if each.leads(asking) else asking) for each in inside]


def _shifts(org: Org, schedule: Schedule, start: datetime, end: datetime, person: str) -> list[Shift]:
    found = whole_shifts(schedule, org.changes, start, end)
    return [each for each in found if person in ("", each.person)]


def bring(session: Session, values: Values) -> int:
    """A calendar's entries as absences or overrides, and everything that did not come across. 1 where nothing did."""
    from warroom.playbook.calendar_people import absent, on_duty
    from warroom.playbook.calendar_reader import read_calendar

    kind, path = _kind(values), Path(values["file"])
    raw, before = _read(path), _org(session)
    person = before.person(values["person"]) if "person" in values else ""
    schedule = find_schedule(before, values["schedule"]) if kind == "overrides" else None
    now, days = moment(session.room().store.now()), _days(values)
    found = read_calendar(path.name, raw, now, now + days)
    whose = absent if schedule is None else on_duty

    def settle(happening: "Happening") -> Entry | str:
        people = (person,) if person else whose(happening, before.playbook.people)
        if len(people) != 1:
            named = ", ".join(people) or "nobody of the playbook"
            return f"it names {named}; say whose it is with --person"
        zone = ZoneInfo(schedule.time_zone if schedule else before.zone(people[0]))
        start, end = happening.span(zone)
        return _outside(start, end, now, days) or Entry(happening.uid, people[0], start, end, happening.where)

    entries, left_out = _settled(found.happenings, settle)
    if schedule is None:
        brought = calendars.bring_absences(session.room(), entries)
    else:
        batch = sha256(raw).hexdigest()
        brought = calendars.bring_overrides(session.room(), schedule.name, entries, batch, bool(values.get("add")))
    return _answer(session, values, before, entries, brought, [*found.left_out, *left_out])


def _settled(
    happenings: "Sequence[Happening]", settle: "Callable[[Happening], Entry | str]"
) -> tuple[list[Entry], list[str]]:
    """The entries, and a sentence for each happening that is none."""
    entries: list[Entry] = []
    left_out: dict[str, None] = {}
    for happening in happenings:
        found = settle(happening)
        if isinstance(found, Entry):
            entries.append(found)
        elif found not in _PASSED or not happening.recurs:
            left_out.setdefault(f"{happening.where}: {found}")
    return entries, list(left_out)


_OVER, _LATER = "it is over", "it begins after that time"
_PASSED = (_OVER, _LATER)
"What is no loss where an event recurs: it does so within the time, too."


def _outside(start: datetime, end: datetime, now: datetime, days: timedelta) -> str:
    """Why an entry is not taken; "" = it is."""
    if start >= end:
        return "it does not last"
    if end <= now:
        return _OVER
    return _LATER if start >= now + days else ""


def _answer(
    session: Session,
    values: Values,
    before: Org,
    entries: Sequence[Entry],
    brought: Sequence[Brought],
    left_out: Sequence[str],
) -> int:
    """Say what came of it, and who is missing then. The exit code."""
    out, after = session.out, _org(session)
    zone = zone_of(session, values, after)
    made = {each.made for each in brought if each.made}
    changes = [each for each in roster_views.all_changes(after) if each.id in made]
    refused = {each.entry.where for each in brought if each.why}
    lost = [*left_out, *dict.fromkeys(f"{each.entry.where}: {each.why}" for each in brought if each.why)]
    code = 1 if lost and all(each.where in refused for each in entries) else 0
    gaps = []
    if changes:
        start, end = min(each.start for each in changes), max(each.end for each in changes)
        missing = roster_views.new_gaps(before, after, start, end)
        gaps = [roster_views.nobody(name, gap, zone) for name, gap in missing]
    if out.json:
        rows: list[View] = [roster_views.change_view(each) for each in changes]
        out.data({"version": VERSION, "entries": len(entries), "changes": rows, "left_out": lost, "warnings": gaps})
        return code
    for each in changes:
        span = f"{roster_views.clock(each.start, zone)} until {roster_views.clock(each.end, zone)}"
        out.line(f"{each.id} {roster_views.words(each)}: {span}")
    for line in lost:
        out.say(line)
    for line in gaps:
        out.say(f"Now {line}.")
    out.say(f"{len(entries)} entries, {len(changes)} changes; {len(lost)} things did not come across.")
    return code


def _kind(values: Values) -> str:
    """`absences` or `overrides`, and whether the other options go with it."""
    kind = str(values["into"]).strip().lower()
    if kind not in _KINDS:
        raise Usage(f"--into: “{kind}” is neither absences nor overrides.")
    if kind == "overrides" and "schedule" not in values:
        raise Usage("Overrides are of a schedule.", hint="Say of which: --schedule NAME")
    if kind == "absences" and ("schedule" in values or values.get("add")):
        raise Usage("Absences are of no schedule.", hint="Leave out --schedule and --add.")
    return kind


def _org(session: Session) -> Org:
    return session.room().feed(None).refresh().org


def _days(values: Values) -> timedelta:
    typed = str(values.get("days", "90"))
    if not (re.fullmatch("[0-9]{1,3}", typed) and 1 <= int(typed) <= MOST_DAYS):
        raise Invalid(f"--days: “{typed}” is no number from 1 to {MOST_DAYS}.")
    return timedelta(days=int(typed))


def _read(path: Path) -> bytes:
    from warroom.playbook.calendar_lines import LARGEST
    from warroom.playbook.paths import Unreadable, contents

    try:
        return contents(path, LARGEST + 1)
    except Unreadable as why:
        raise Invalid(f"{path}: {why}.") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        raise Unavailable(f"{path} cannot be written: {why}.") from None


_PERSON = Arg("--person", "the shifts of this person alone", required=False)
_WHOSE = Arg("--person", "whose the entries are, whatever they say", required=False)
_FROM = Arg("--from", "from when on: 2026-05-04, Mon, tomorrow; now if left out", required=False)
_AHEAD = Arg("--days", f"how many days, 1 to {MOST_DAYS}; 90 if left out", required=False)
_GAPS = Arg("--gaps", "also when nobody is on call", kind="flag", required=False)

ACTIONS = {
    "oncall export": Action(
        "shifts as iCalendar, as they really are",
        export,
        (
            Arg("FILE", "the file to write; - or none: standard output", required=False, path=True),
            Arg("--schedule", "these schedules alone", required=False, several=True),
            _PERSON, _FROM, _AHEAD, _GAPS, ZONE,
        ),
    ),
    "oncall import": Action(
        "entries of an iCalendar file as absences, or as overrides of a schedule",
        bring,
        (
            Arg("FILE", "the calendar (.ics), 1 MiB at most", path=True),
            Arg("--into", "absences or overrides"),
            Arg("--schedule", "the schedule that is overridden", required=False),
            Arg("--add", "leave on call whoever is", kind="flag", required=False),
            _WHOSE, _AHEAD, ZONE,
        ),
    ),
}  # fmt: skip
