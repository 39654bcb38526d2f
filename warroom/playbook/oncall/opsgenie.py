"""Opsgenie's schedules, rotations and escalations, as its API writes them and as Terraform does.

All rotations of a schedule are on call at once, so they join one another here. The delay of an escalation's rule counts
from the alert on, while ours counts from rung to rung.
"""

import itertools
from datetime import datetime, timedelta
from typing import cast

from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.roster import Layer, Schedule, Turn
from warroom.domain.text import one_line
from warroom.playbook.oncall.shapes import (
    DAY,
    WEEK,
    Desk,
    Row,
    bare,
    ended,
    free,
    moment,
    rows,
    slug,
    text,
    whole,
    windows,
    zone,
)  # fmt: skip

_ZONE = "America/New_York"
"The zone of a schedule that names none."
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABOUT = {"id", "name", "description", "label", "enabled", "ownerTeam", "owner_team_id", "schedule_id", "_readOnly"}
_LAST = 5
"Minutes that the last rung waits, where nothing says how long."
_MINUTES = {"minutes": 1, "hours": 60, "days": DAY}


def schedule(desk: Desk, row: Row, taken: list[str]) -> Schedule | None:
    """A schedule with its rotations; None, with a note, where none of them can be taken over."""
    title = text(row, "name", "label")
    where = f"schedule “{title}”"
    desk.rest(where, row, _ABOUT | {"timezone", "rotations"})
    if row.get("enabled") == "false":
        desk.leave(where, "it is switched off, so it is left out")
        return None
    if not text(row, "timezone"):
        desk.leave(where, f"it names no time zone; that is {_ZONE} there")
    time_zone = zone(desk, where, text(row, "timezone") or _ZONE)
    layers: list[Layer] = []
    for number, each in enumerate(rows(row, "rotations"), 1):
        if layer := _layer(desk, where, each, time_zone, f"rotation-{number}", [one.name for one in layers]):
            layers.append(layer)
    if not layers:
        desk.leave(where, "no rotation of it can be taken over, so it is left out")
        return None
    team = text(next(iter(rows(row, "ownerTeam")), {}), "name") or desk.teams.get(bare(text(row, "owner_team_id")), "")
    return Schedule(free(slug(title), taken), tuple(layers), time_zone, one_line(title, 80), one_line(team, 64))


def ladder(desk: Desk, row: Row, taken: list[str]) -> Ladder | None:
    """An escalation; None, with a note, where it pages nobody that is known here."""
    title = text(row, "name", "label")
    where = f"escalation “{title}”"
    desk.rest(where, row, _ABOUT | {"rules", "repeat"})
    due: dict[int, list[Target]] = {}
    for number, each in enumerate(rows(row, "rules"), 1):
        place = f"{where}, rule {number}"
        if target := _target(desk, place, each):
            due.setdefault(_delay(desk, place, each), []).append(target)
    if not due:
        desk.leave(where, "no rule of it can be taken over, so it is left out")
        return None
    repeat, wait = _repeat(desk, where, row)
    return Ladder(free(slug(title), taken), _rungs(desk, where, due, wait), one_line(title, 80), repeat)


def _layer(desk: Desk, schedule: str, row: Row, time_zone: str, default: str, taken: list[str]) -> Layer | None:
    name = text(row, "name", "label") or default
    where = f"{schedule}, rotation “{name}”"
    desk.rest(where, row, _ABOUT | {
        "startDate", "start_date", "endDate", "end_date", "type", "length", "participant", "participants",
        "timeRestriction", "time_restriction",
    })  # fmt: skip
    if ended(desk, where, text(row, "endDate", "end_date"), time_zone):
        return None
    start = moment(text(row, "startDate", "start_date"), time_zone)
    turn = text(row, "type")
    every = whole(row, "length") or 1
    members = tuple(_participant(desk, where, each) for each in rows(row, "participant", "participants"))
    if start is None or turn not in ("hourly", "daily", "weekly") or every > 366 or not any(members):
        desk.leave(where, "it has no start or turn that can be read, or nobody in it; it is left out")
        return None
    first = _half(desk, where, start)
    parts = _restrictions(desk, where, row)
    own = windows(parts) if parts else ()
    return Layer(free(slug(name), taken), members, first, cast(Turn, turn), every, windows=own, joins=bool(taken))


def _participant(desk: Desk, where: str, row: Row) -> str:
    """Whose turn it is; "" = nobody's, which keeps the others' turns where they are."""
    match text(row, "type"):
        case "user":
            key = bare(text(row, "id"))
            return desk.person(key, row)
        case "none":
            return ""
        case other:
            desk.leave(
                where, f"a turn of a {other} (“{text(row, 'name') or bare(text(row, 'id'))}”) is a turn of nobody here"
            )
            return ""


def _half(desk: Desk, where: str, wall: datetime) -> datetime:
    """The nearest full or half hour, as everything there begins."""
    found = wall.replace(minute=0) + timedelta(minutes=_to_half(wall.minute))
    if found != wall:
        desk.leave(where, f"{wall:%H:%M} counts as {found:%H:%M} there, and does so here")
    return found


def _to_half(minute: int) -> int:
    return (minute + 15) // 30 * 30


def _restrictions(desk: Desk, where: str, row: Row) -> list[tuple[int, int]]:
    """The parts of the week in which a rotation is on call; none = always."""
    found: list[tuple[int, int]] = []
    for outer in rows(row, "timeRestriction", "time_restriction"):
        for each in (*rows(outer, "restriction"), *rows(outer, "restrictions")):
            start, end = _clock(each, "start"), _clock(each, "end")
            first, last = (text(each, f"{side}Day", f"{side}_day").lower() for side in ("start", "end"))
            if start is None or end is None or ((first or last) and not {first, last} <= set(_DAYS)):
                desk.leave(where, "a restriction of it cannot be read, so it is on call at that time, too")
            elif first:
                begin = _DAYS.index(first) * DAY + start
                found.append((begin, (_DAYS.index(last) * DAY + end - begin) % WEEK or WEEK))
            else:
                found += [(day * DAY + start, (end - start) % DAY or DAY) for day in range(7)]
    return found


def _clock(row: Row, side: str) -> int | None:
    """Minutes since midnight."""
    hour = whole(row, f"{side}Hour", f"{side}_hour")
    minute = whole(row, f"{side}Min", f"{side}_min") or 0
    if hour is None or hour > 24 or minute > 59:
        return None
    return hour * 60 + _to_half(minute)


def _delay(desk: Desk, where: str, row: Row) -> int:
    """Minutes from the alert until a rule fires."""
    inner = next(iter(rows(row, "delay")), None)
    if inner is None:
        found = whole(row, "delay")
    else:
        unit = _MINUTES.get(text(inner, "timeUnit").lower() or "minutes")
        amount = whole(inner, "timeAmount")
        found = amount * unit if amount is not None and unit else None
    if found is None or found > WEEK:
        desk.leave(where, "its delay cannot be read; it counts as none")
        return 0
    return found


def _target(desk: Desk, where: str, row: Row) -> Target | None:
    desk.rest(where, row, {"condition", "notify_type", "notifyType", "recipient", "delay"})
    if text(row, "condition") == "if-not-closed":
        desk.leave(where, "it goes on until the alert is closed; here it ends when somebody acknowledges")
    notify = text(row, "notify_type", "notifyType") or "default"
    if notify not in ("default", "users"):
        desk.leave(where, f"it pages “{notify}” of its recipient; here it pages whoever is on call")
    recipient = next(iter(rows(row, "recipient")), {})
    key = bare(text(recipient, "id"))
    name = text(recipient, "name", "username") or key
    match text(recipient, "type"):
        case "user":
            return Target("person", desk.person(key, recipient))
        case "schedule" if found := desk.schedules.get(key) or desk.schedules.get(name):
            return Target("schedule", found)
        case "schedule":
            desk.leave(where, f"the schedule “{name}” is not among what was imported")
        case other:
            desk.leave(where, f"a recipient of kind “{other}” (“{name}”) has no counterpart here")
    return None


def _repeat(desk: Desk, where: str, row: Row) -> tuple[int, int]:
    """How often an escalation begins again, and the minutes before it does."""
    found = next(iter(rows(row, "repeat")), {})
    desk.rest(f"{where}, repeat", found, {
        "count", "wait_interval", "waitInterval", "reset_recipient_states", "resetRecipientStates",
    })  # fmt: skip
    wait = whole(found, "wait_interval", "waitInterval") or _LAST
    return min(whole(found, "count") or 0, 99), min(wait, WEEK)


def _rungs(desk: Desk, where: str, due: dict[int, list[Target]], wait: int) -> tuple[Rung, ...]:
    """Rules by when they fire as rungs, each with the time until the next one."""
    times = sorted(due)
    if times[0]:
        desk.leave(where, f"it waits {times[0]} minutes before it pages anybody; here the first rung pages at once")
    gaps = [after - before for before, after in itertools.pairwise(times)] + [wait]
    return tuple(
        Rung(tuple(dict.fromkeys(due[at])), timedelta(minutes=gap)) for at, gap in zip(times, gaps, strict=True)
    )
