"""Rosters: who is on call, a calendar as text, and what people change about them.

Times are shown, and read, in the zone of whoever looks (`--zone` for another), with UTC beside it.
"""

import re
import shutil
from collections.abc import Iterable
from functools import partial
from zoneinfo import ZoneInfo

from warroom.cli import calendar as calendars
from warroom.cli import verified
from warroom.cli.acts import COMMAND_ID, command_id
from warroom.cli.options import Action, Arg, Values
from warroom.cli.out import Out, to_ascii
from warroom.cli.session import Session
from warroom.cli.zones import ZONE, zone_of
from warroom.domain.errors import Invalid
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.planned import read_planned
from warroom.domain.roster import Absence, Override, Swap
from warroom.domain.text import visible, width
from warroom.room import arrangements, roster_views
from warroom.room.arrangements import Arrangement
from warroom.room.commands import Param
from warroom.room.room import Outcome
from warroom.room.roster_views import Calendar, Cell, Row

_WIDEST_NAME = 16
_MOST_GAPS = 10
_SPELT = {"start": "--from", "end": "--until", "id": "ID"}


def now(session: Session, values: Values) -> int:
    """Who is on call, by schedule."""
    org, out = _org(session), session.out
    zone = zone_of(session, values, org)
    at = read_planned(values.get("at", "now"), moment(session.room().store.now()), zone)
    schedules = roster_views.chosen(org, values.get("schedule", ""), values.get("service", ""))
    found = roster_views.now(org, schedules, at)
    if out.json:
        out.data([roster_views.now_view(each) for each in found])
        return 0
    rows = [
        (
            each.schedule.name,
            ", ".join(each.people) or "nobody",
            roster_views.clock(each.until, zone) if each.until else "for a month at least",
        )
        for each in found
    ]
    if rows:
        out.table(rows, ("schedule", "on call", "until"))
    else:
        out.say(f"No schedule is there{' for that service' if values.get('service') else ' yet'}.")
    return 0


def calendar(session: Session, values: Values) -> int:
    """Some days of every schedule, as a picture."""
    org, out = _org(session), session.out
    zone = zone_of(session, values, org)
    at = moment(session.room().store.now())
    first = read_planned(values["from"], at, zone) if "from" in values else at
    schedules = roster_views.chosen(org, values.get("schedule", ""))
    shown = roster_views.calendar(org, schedules, first.astimezone(zone).date(), _days(values), zone.key)
    if out.json:
        out.data(roster_views.calendar_view(shown))
    elif not shown.rows:
        out.say("No schedule is there yet.")
    else:
        for line in picture(shown, shutil.get_terminal_size((80, 24)).columns, out.ascii):
            out.line(line)
        _gaps(out, shown.rows, zone)
    return 0


def picture(shown: Calendar, columns: int, ascii: bool = False) -> list[str]:
    """The calendar in so many columns: the days in the viewer's zone, when they begin in UTC, and a row a schedule."""
    names = [row.schedule.name for row in shown.rows]
    label = min(_WIDEST_NAME, max(len(name) for name in (*names, "UTC")))
    per_day = max(1, (columns - label - 1) // len(shown.days))
    days = (f"{roster_views.DAYS[day.weekday()]} {day:%d}" if per_day > 6 else f"{day:%d}" for day in shown.days)
    begins = (f"{at:%H:%M}" if per_day > 5 else f"{at:%H}" for at in shown.midnights[:-1])
    lines = [f"{shown.zone}, {shown.days[0]} to {shown.days[-1]}"]
    lines += [_heads(title, heads, label, per_day) for title, heads in (("", days), ("UTC", begins))]
    for row in shown.rows:
        drawn = "".join(_cell(cell, ascii) for cell in roster_views.cells(row, shown, per_day))
        lines.append(f"{_clip(row.schedule.name, label, ascii)} {drawn}".rstrip())
    return lines


def _heads(title: str, heads: Iterable[str], label: int, per_day: int) -> str:
    shown = "".join(_clip(head, per_day - 1) + " " for head in heads)
    return f"{_clip(title, label)} {shown}".rstrip()


def _cell(cell: Cell, ascii: bool) -> str:
    """`|ana      `, or `!nobody!!` where somebody is missing."""
    if cell.gap:
        return ("!nobody" if cell.width > len("!nobody") else "").ljust(cell.width, "!")
    return "|" + _clip("+".join(cell.stretch.people), cell.width - 1, ascii)


def _clip(text: str, size: int, ascii: bool = False) -> str:
    """A text in exactly so many cells of a terminal."""
    kept = ""
    for letter in to_ascii(visible(text)) if ascii else visible(text):
        if width(kept + letter) > size:
            break
        kept += letter
    return kept + " " * (size - width(kept))


def _gaps(out: Out, rows: Iterable[Row], zone: ZoneInfo) -> None:
    """The gaps of a calendar in words, since a column of the picture is hours wide."""
    found = [roster_views.nobody(row.schedule.name, gap, zone) for row in rows for gap in row.gaps]
    for line in found[:_MOST_GAPS]:
        out.line(line)
    if len(found) > _MOST_GAPS:
        out.line(f"… and {len(found) - _MOST_GAPS} more: --json has them all")


def listed(session: Session, values: Values) -> int:
    """The changes that run or are still to come."""
    org, out = _org(session), session.out
    zone = zone_of(session, values, org)
    found = roster_views.standing(org, moment(session.room().store.now()))
    if out.json:
        out.data([roster_views.change_view(each) for each in found])
        return 0
    rows = [
        (
            each.id,
            type(each).__name__.lower(),
            roster_views.words(each),
            roster_views.clock(each.start, zone),
            roster_views.clock(each.end, zone),
            each.because or "-",
        )
        for each in found
    ]
    if rows:
        out.table(rows, ("id", "what", "who", "from", "until", "because"))
    else:
        out.say("Nothing is changed: the schedules stand as they are.")
    return 0


def perform(command: Arrangement, session: Session, values: Values) -> int:
    """Carry out a change, and say what came of it, and who is missing then."""
    room, before = session.room(), _org(session)
    zone = zone_of(session, values, before)
    given = {param.name: values[param.name] for param in command.params if param.name in values}
    outcome = room.arrange(command.name, command_id=command_id(values), zone=zone, **given)
    _answer(session, command, before, outcome, zone)
    return 0


def _answer(session: Session, command: Arrangement, before: Org, outcome: Outcome, zone: ZoneInfo) -> None:
    out, after = session.out, outcome.state.org
    changed = [_changed(before, after, str(getattr(fact.event, "id", ""))) for fact in outcome.facts]
    missing = (
        []
        if outcome.repeated
        else [
            roster_views.nobody(name, gap, zone)
            for each in changed
            for name, gap in roster_views.new_gaps(before, after, each.start, each.end)
        ]
    )
    doubts = [
        doubt
        for each in changed
        if isinstance(each, Override) and command.name == "oncall.override" and not outcome.repeated
        for doubt in roster_views.doubts(before, after, each)
    ]
    if out.json:
        views = [roster_views.change_view(each) for each in changed]
        out.data({"did": command.name, "changes": views, "repeated": outcome.repeated, "warnings": doubts + missing})
        return
    if outcome.repeated:
        out.say("This was done before; nothing was changed.")
    for each in changed:
        out.line(f"{each.id} {roster_views.words(each)}")
        out.say(f"From {roster_views.clock(each.start, zone)} until {roster_views.clock(each.end, zone)}.")
    for doubt in doubts:
        out.say(doubt)
    for sentence in missing:
        out.say(f"Now {sentence}.")


def _changed(before: Org, after: Org, name: str) -> Override | Swap | Absence:
    """The change of that id; one that was taken back before it began is known from before only."""
    known = (*roster_views.all_changes(after), *roster_views.all_changes(before))
    return next(each for each in known if each.id == name)


def _org(session: Session) -> Org:
    return session.room().feed(None).refresh().org


def _days(values: Values) -> int:
    typed = str(values.get("days", "7"))
    if not (re.fullmatch("[0-9]{1,2}", typed) and 1 <= int(typed) <= roster_views.MOST_DAYS):
        raise Invalid(f"--days: “{typed}” is no number from 1 to {roster_views.MOST_DAYS}.")
    return int(typed)


def _arg(param: Param) -> Arg:
    """What is required is a word in its place, as for incidents; times are named, so that they read well."""
    name = _SPELT.get(param.name) or (param.name.upper() if param.required else f"--{param.name}")
    return Arg(name, param.help, dest=param.name, required=param.required)


def _action(command: Arrangement) -> Action:
    args = [_arg(param) for param in command.params]
    words = [arg for arg in args if not arg.option]
    options = [arg for arg in args if arg.option]
    about = command.title[0].lower() + command.title[1:]
    return Action(about, partial(perform, command), (*words, *options, ZONE, COMMAND_ID))


_SCHEDULE = Arg("--schedule", "this schedule alone", required=False)
_SERVICE = Arg("--service", "the schedules of this service, the primary first", required=False)
_AT = Arg("--at", "at another time: 14:05, tomorrow 09:00, Sun 03:00, 2026-05-04 14:05, -2h", required=False)
_FROM = Arg("--from", "the first day: 2026-05-04, Mon, tomorrow; today if left out", required=False)
_DAYS = Arg("--days", f"how many days, 1 to {roster_views.MOST_DAYS}; 7 if left out", required=False)

ACTIONS = (
    {
        "oncall now": Action("who is on call, and until when", now, (_SCHEDULE, _SERVICE, _AT, ZONE)),
        "oncall calendar": Action("who is on call when, as a picture", calendar, (_FROM, _DAYS, _SCHEDULE, ZONE)),
        "oncall list": Action("the changes that run or are to come, with their ids", listed, (ZONE,)),
    }
    | {
        each.name.replace(".", " "): _action(each)
        for each in arrangements.ALL
        if each.name.startswith("oncall.") and not each.internal
    }
    | verified.ACTIONS
    | calendars.ACTIONS
)
