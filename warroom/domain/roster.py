"""Rosters: who is on call at a moment.

Times of day are wall-clock times in an IANA zone, and turns are counted on the calendar, never by adding 24 hours: a
handoff at 09:00 stays at 09:00 through a change of clocks. Moments are timezone-aware UTC.
"""

from datetime import datetime, time
from itertools import chain, pairwise
from typing import Literal

import msgspec

from warroom.domain import rotation

Turn = Literal["hourly", "daily", "weekly", "monthly"]
Change = Literal["add", "remove", "replace"]


class Window(msgspec.Struct, frozen=True):
    """A part of the week, in wall-clock time: on each of `days` (0 = Monday) from `start` until `end`.

    An `end` that is not after `start` lies on the next day; equal ones are a whole day. A window belongs to the day on
    which it starts.
    """

    days: tuple[int, ...]
    start: time
    end: time


class Layer(msgspec.Struct, frozen=True):
    """A rotation: `members` take turns in this order, each for `every` hours, days, weeks or months.

    `start`: the first handoff, a naive wall-clock time in `time_zone` (`""` = the schedule's); before it nobody is on
    call. An empty member is a turn that nobody has. `windows`: only then (follow the sun); none = always. A later
    layer of a schedule takes the place of the earlier ones while it has somebody; with `joins` its people are on call
    besides them.
    """

    name: str
    members: tuple[str, ...]
    start: datetime
    turn: Turn = "weekly"
    every: int = 1
    time_zone: str = ""
    windows: tuple[Window, ...] = ()
    joins: bool = False


class Schedule(msgspec.Struct, frozen=True):
    """Layers, the lowest first, in one IANA zone."""

    name: str
    layers: tuple[Layer, ...]
    time_zone: str = "UTC"
    title: str = ""
    team: str = ""


class Override(msgspec.Struct, frozen=True):
    """From `start` until `end` a schedule differs: `person` is added, removed, or takes the place of `instead`.

    A replacement applies only while it is the turn of `instead`, even of one who is absent; an addition always
    (GoAlert's overrides). `order`: its place among all that was said, 0 = before everything that has one.
    """

    id: str
    schedule: str
    change: Change
    start: datetime
    end: datetime
    person: str
    instead: str = ""
    by: str = ""
    because: str = ""
    order: int = 0


class Swap(msgspec.Struct, frozen=True):
    """`person` asks to be replaced from `start` until `end`. `to`: who is asked, "" = anybody; `taken_by`: who will.

    Once taken it replaces the person, not a turn: when rotations change it neither moves nor hits anybody else.
    `order`: as in an override, from when it was taken.
    """

    id: str
    schedule: str
    person: str
    start: datetime
    end: datetime
    to: str = ""
    taken_by: str = ""
    because: str = ""
    order: int = 0


class Absence(msgspec.Struct, frozen=True):
    """Nobody pages `person` by any schedule from `start` until `end`. Who stands in is said by overrides and swaps."""

    id: str
    person: str
    start: datetime
    end: datetime
    because: str = ""


class Dropped(msgspec.Struct, frozen=True):
    """A change that was taken back: who did it, and when."""

    id: str
    by: str
    at: datetime


class Changes(msgspec.Struct, frozen=True):
    """What people have changed about the schedules of the playbook. `dropped`: what was taken back, by its id."""

    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()
    dropped: tuple[Dropped, ...] = ()


class Stretch(msgspec.Struct, frozen=True):
    """A time in which nothing changes: who is on call, each with the layer by which ("" = an override or a swap)."""

    start: datetime
    end: datetime
    standing: tuple[tuple[str, str], ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Who is on call; none = a gap."""
        return tuple(person for person, _ in self.standing)


class Shift(msgspec.Struct, frozen=True):
    """Somebody is on call from `start` until `end`. `layer`: by which rotation; "" = by an override or a swap."""

    person: str
    start: datetime
    end: datetime
    schedule: str
    layer: str = ""


def on_call(schedule: Schedule, changes: Changes, at: datetime) -> tuple[str, ...]:
    """Who is on call by a schedule at a moment, each once; none = a gap.

    Layers say whose turn it is. Overrides and taken swaps then change that in the order in which they were said, so
    that the last word counts: whoever stands in can be replaced in turn. Whoever is absent is on call in no way, even
    where an override names them, and takes nobody's place. An absence calls no lower layer back, whose people do not
    expect it: it leaves a gap, or whom an override or a swap names.
    """
    return tuple(person for person, _ in _standing(schedule, changes, at))


def turn_of(schedule: Schedule, layer: str, at: datetime) -> tuple[str, ...]:
    """Whose turn it is in one rotation, whatever overrides, other layers and absences say; none outside its windows."""
    found = (each for each in schedule.layers if each.name == layer)
    people = (rotation.whose(each, schedule.time_zone, at) for each in found)
    return tuple(person for person in people if person)


def stretches(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """The whole span from `start` until `end` as stretches, one after the other, gaps among them; no two alike meet."""
    found: list[Stretch] = []
    changes = _touching(schedule, changes, start, end)
    bounds = [*_edges(schedule, changes, start, end), end] if start < end else []
    for since, until in pairwise(bounds):
        standing = _standing(schedule, changes, since)
        if found and found[-1].standing == standing:
            since = found.pop().start
        found.append(Stretch(since, until, standing))
    return tuple(found)


def shifts(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Who is on call from `start` until `end`, in order, each as long as it lasts without a break, cut to the span.

    Somebody who goes on by another layer begins another shift.
    """
    found: list[Shift] = []
    running: dict[tuple[str, str], int] = {}
    for stretch in stretches(schedule, changes, start, end):
        running = {known: place for known, place in running.items() if known in stretch.standing}
        for person, layer in stretch.standing:
            place = running.setdefault((person, layer), len(found))
            if place == len(found):
                found.append(Shift(person, stretch.start, stretch.end, schedule.name, layer))
            else:
                found[place] = msgspec.structs.replace(found[place], end=stretch.end)
    return tuple(found)


def _edges(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> list[datetime]:
    """`start`, and every later moment before `end` at which the answer may change, in order."""
    found = {start}
    for layer in schedule.layers:
        found.update(rotation.edges(layer, schedule.time_zone, start, end))
    dated: tuple[Override | Swap | Absence, ...] = (*changes.overrides, *changes.swaps, *changes.absences)
    for change in dated:
        found.update(edge for edge in (change.start, change.end) if start < edge < end)
    return sorted(found)


def _touching(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> Changes:
    """What matters to one schedule in a span: years of changes are not looked through at every moment of it."""

    def touches(change: Override | Swap | Absence) -> bool:
        return change.start < end and change.end > start

    return Changes(
        tuple(each for each in changes.overrides if each.schedule == schedule.name and touches(each)),
        tuple(each for each in changes.swaps if each.schedule == schedule.name and touches(each)),
        tuple(each for each in changes.absences if touches(each)),
    )


def _standing(schedule: Schedule, changes: Changes, at: datetime) -> tuple[tuple[str, str], ...]:
    """Who is on call at a moment, each with the layer by which."""
    standing: dict[str, str] = {}
    for layer in schedule.layers:
        if person := rotation.whose(layer, schedule.time_zone, at):
            standing = {**standing, person: standing.get(person, layer.name)} if layer.joins else {person: layer.name}
    absent = {each.person for each in changes.absences if each.start <= at < each.end}
    for change in _in_force(schedule, changes, at):
        standing = _changed(standing, change, absent)
    return tuple((person, layer) for person, layer in standing.items() if person not in absent)


def _in_force(schedule: Schedule, changes: Changes, at: datetime) -> list[Override]:
    """The overrides of a moment, in the order in which they were said; a swap that was taken is one, too."""
    taken = (_as_override(each) for each in changes.swaps if each.taken_by)
    found = (
        each
        for each in chain(changes.overrides, taken)
        if each.schedule == schedule.name and each.start <= at < each.end
    )
    return sorted(found, key=lambda each: each.order)


def _as_override(swap: Swap) -> Override:
    return Override(
        swap.id, swap.schedule, "replace", swap.start, swap.end, swap.taken_by, swap.person, order=swap.order
    )


def _changed(standing: dict[str, str], change: Override, absent: set[str]) -> dict[str, str]:
    """Who stands after one override. A stand-in takes the place of the one replaced, so that the order stays."""
    person, instead = change.person, change.instead
    match change.change:
        case "remove":
            return {each: layer for each, layer in standing.items() if each != person}
        case "add":
            return {**standing, person: standing.get(person, "")}
        case "replace" if instead in standing and person not in absent:
            place = (person, standing.get(person, ""))
            return dict(place if each == instead else (each, layer) for each, layer in standing.items())
    return standing
