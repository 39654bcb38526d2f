"""PagerDuty's schedules and escalation policies, as its API writes them and as Terraform does.

Of several layers the one that was added last takes precedence, as here. Terraform lists them in the order in which they
were added, but the API answers with the last one first.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.roster import Layer, Schedule, Turn
from warroom.domain.text import one_line
from warroom.playbook.oncall.hcl import Formula
from warroom.playbook.oncall.shapes import (
    DAY,
    WEEK,
    Desk,
    Row,
    anchored,
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

_TURNS: tuple[tuple[int, Turn], ...] = ((7 * 86_400, "weekly"), (86_400, "daily"), (3600, "hourly"))
"Seconds of a turn, the longest first."
_MOST = 366
_CLOCK = re.compile(r"(\d{2}):(\d{2})(?::(\d{2}))?")
_ABOUT = {
    "id", "type", "self", "html_url", "summary", "name", "description", "label", "web_cal_url", "http_cal_url",
    "escalation_policies", "services", "on_call_handoff_notifications", "final_schedule", "overrides_subschedule",
    "personal", "privilege", "next_oncall_for_user", "rendered_schedule_entries", "rendered_coverage_percentage",
    "overflow", "users",
}  # fmt: skip
"Fields that say nothing about who is paged when."
_LAYER = {
    "start", "end", "rotation_virtual_start", "rotation_turn_length_seconds",
    "users", "restriction", "restrictions",
}  # fmt: skip


def schedule(desk: Desk, row: Row, taken: list[str]) -> Schedule | None:
    """A schedule; None, with a note, where no layer of it can be taken over."""
    where = f"schedule “{text(row, 'name', 'summary', 'label')}”"
    time_zone = zone(desk, where, text(row, "time_zone") or "UTC")
    desk.rest(where, row, _ABOUT | {"time_zone", "teams", "layer", "schedule_layers"})
    written = rows(row, "layer") or rows(row, "schedule_layers")[::-1]
    layers: list[Layer] = []
    for number, each in enumerate(written, 1):
        if layer := _layer(desk, where, each, time_zone, f"layer-{number}", [one.name for one in layers]):
            layers.append(layer)
    if not layers:
        desk.leave(where, "no layer of it can be taken over, so it is left out")
        return None
    title = text(row, "name", "summary", "label")
    return Schedule(free(slug(title), taken), tuple(layers), time_zone, one_line(title, 80), _team(desk, row))


def ladder(desk: Desk, row: Row, taken: list[str]) -> Ladder | None:
    """An escalation policy; None, with a note, where it pages nobody that is known here."""
    title = text(row, "name", "summary", "label")
    where = f"escalation policy “{title}”"
    desk.rest(where, row, _ABOUT | {"teams", "num_loops", "rule", "escalation_rules"})
    rungs = [
        rung
        for number, each in enumerate(rows(row, "rule", "escalation_rules"), 1)
        if (rung := _rung(desk, f"{where}, rule {number}", each))
    ]
    if not rungs:
        desk.leave(where, "no rule of it can be taken over, so it is left out")
        return None
    return Ladder(free(slug(title), taken), tuple(rungs), one_line(title, 80), min(whole(row, "num_loops") or 0, 99))


def _team(desk: Desk, row: Row) -> str:
    """The first team of a schedule, if its name is known."""
    for each in row.get("teams") or ():
        if isinstance(each, dict):
            return one_line(text(each, "summary", "name"), 64)
        if isinstance(each, str):
            return one_line(desk.teams.get(bare(each), ""), 64)
    return ""


def _layer(desk: Desk, schedule: str, row: Row, time_zone: str, default: str, taken: list[str]) -> Layer | None:
    name = text(row, "name") or default
    where = f"{schedule}, layer “{name}”"
    desk.rest(where, row, _ABOUT | _LAYER)
    if ended(desk, where, text(row, "end"), time_zone):
        return None
    length = _turn(whole(row, "rotation_turn_length_seconds"))
    if length is None:
        desk.leave(where, "its turns are not whole hours, days or weeks, up to a year; it is left out")
        return None
    start = moment(text(row, "start"), time_zone)
    anchor = moment(text(row, "rotation_virtual_start"), time_zone) or start
    users = row.get("users")
    members = tuple(_user(desk, where, each) for each in users) if isinstance(users, list) else ()
    if start is None or anchor is None or not any(members):
        desk.leave(where, "it has no start that can be read, or nobody in it; it is left out")
        return None
    turn, every, span = length
    first, order = anchored(start, anchor, span, members)
    if first < start and start > _wall(desk, time_zone):
        late = f"it begins in the middle of a turn, at {start:%Y-%m-%d %H:%M}"
        desk.leave(where, f"{late}; here with the turn, on {first:%Y-%m-%d %H:%M}")
    parts = _restrictions(desk, where, row)
    return Layer(free(slug(name), taken), order, first, turn, every, windows=windows(parts) if parts else ())


def _wall(desk: Desk, time_zone: str) -> datetime:
    return moment(desk.now.isoformat(), time_zone) or datetime.max  # noqa: DTZ901 - as naive as what it is compared with


def _turn(seconds: int | None) -> tuple[Turn, int, timedelta] | None:
    """A turn of so many seconds in our words; a week is a week on the calendar, however long it is."""
    for size, turn in _TURNS:
        if seconds and seconds % size == 0 and seconds // size <= _MOST:
            return turn, seconds // size, timedelta(seconds=seconds)
    return None


def _user(desk: Desk, where: str, value: Any) -> str:
    """A user of a layer: a reference, or in the API a row around a row; "" = a turn of nobody."""
    if isinstance(value, dict):
        inner = value.get("user")
        row = inner if isinstance(inner, dict) else value
        return desk.person(text(row, "id"), row)
    if isinstance(value, str) and not isinstance(value, Formula):
        return desk.person(bare(value), {})
    desk.leave(where, "a member is computed, which is not carried out; that turn is nobody's here")
    return ""


def _restrictions(desk: Desk, where: str, row: Row) -> list[tuple[int, int]]:
    """The parts of the week in which a layer is on call; none = always."""
    found: list[tuple[int, int]] = []
    for each in rows(row, "restriction", "restrictions"):
        clock = _CLOCK.match(text(each, "start_time_of_day"))
        seconds = whole(each, "duration_seconds")
        day = whole(each, "start_day_of_week")
        weekly = text(each, "type") == "weekly_restriction"
        if clock is None or not seconds or (weekly and day not in range(1, 8)):
            desk.leave(where, "a restriction of it cannot be read, so it is on call at that time, too")
            continue
        start, rest = int(clock[1]) * 60 + int(clock[2]), int(clock[3] or 0)
        length = round((seconds + rest) / 60)
        if (seconds + rest) % 60 or rest:
            desk.leave(where, f"times are whole minutes here; from {clock[0]} for {seconds} s is rounded")
        if weekly:
            found.append(((((day or 1) - 1) * DAY) + start, min(length, WEEK)))
        else:
            found += [(number * DAY + start, min(length, DAY)) for number in range(7)]
    return found


def _rung(desk: Desk, where: str, row: Row) -> Rung | None:
    desk.rest(
        where, row, {"id", "escalation_delay_in_minutes", "target", "targets", "escalation_rule_assignment_strategy"}
    )
    strategy = row.get("escalation_rule_assignment_strategy")
    kinds = [text(each, "type") for each in rows(row, "escalation_rule_assignment_strategy")]
    if "round_robin" in (strategy, *kinds):
        desk.leave(where, "it deals incidents round among its targets; here all of them are paged")
    targets = [target for each in rows(row, "target", "targets") if (target := _target(desk, where, each))]
    delay = whole(row, "escalation_delay_in_minutes")
    if not targets:
        desk.leave(where, "it pages nobody that is known here, so it is left out")
        return None
    if not delay or delay > WEEK:
        desk.leave(where, "its delay cannot be read; 30 minutes stand in its place")
        delay = 30
    return Rung(tuple(dict.fromkeys(targets)), timedelta(minutes=delay))


def _target(desk: Desk, where: str, row: Row) -> Target | None:
    key = bare(text(row, "id"))
    if text(row, "type").startswith("schedule"):
        if key in desk.schedules:
            return Target("schedule", desk.schedules[key])
        desk.leave(where, f"the schedule “{text(row, 'summary') or key}” is not among what was imported")
        return None
    return Target("person", desk.person(key, row))
