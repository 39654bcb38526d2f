"""Rosters: who is on call at a moment.

Times of day are wall-clock times in an IANA zone, and turns are counted on the calendar, never by adding 24 hours: a
handoff at 09:00 stays at 09:00 through a change of clocks. Moments are timezone-aware UTC.
"""

from datetime import datetime, time
from typing import Literal

import msgspec

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

    A replacement applies only while `instead` is on call, an addition always (GoAlert's overrides).
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


class Swap(msgspec.Struct, frozen=True):
    """`person` asks to be replaced from `start` until `end`. `to`: who is asked, "" = anybody; `taken_by`: who will."""

    id: str
    schedule: str
    person: str
    start: datetime
    end: datetime
    to: str = ""
    taken_by: str = ""
    because: str = ""


class Absence(msgspec.Struct, frozen=True):
    """Nobody pages `person` by any schedule from `start` until `end`. Who stands in is said by overrides and swaps."""

    id: str
    person: str
    start: datetime
    end: datetime
    because: str = ""


class Changes(msgspec.Struct, frozen=True):
    """What people have changed about the schedules of the playbook."""

    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()


class Shift(msgspec.Struct, frozen=True):
    """Somebody is on call from `start` until `end`. `layer`: by which rotation; "" = by an override or a swap."""

    person: str
    start: datetime
    end: datetime
    schedule: str
    layer: str = ""


def on_call(schedule: Schedule, changes: Changes, at: datetime) -> tuple[str, ...]:
    """Who is on call by a schedule at a moment, each once; none = a gap."""
    raise NotImplementedError


def turn_of(schedule: Schedule, layer: str, at: datetime) -> tuple[str, ...]:
    """Whose turn it is in one rotation, whatever overrides, other layers and absences say."""
    raise NotImplementedError


def shifts(schedule: Schedule, changes: Changes, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Who is on call from `start` until `end`, in order, each as long as it lasts without a break, cut to the span."""
    raise NotImplementedError


def next_manned(schedule: Schedule, changes: Changes, at: datetime, until: datetime) -> datetime | None:
    """The first moment from `at` on, before `until`, at which somebody is on call; None = nobody by then."""
    raise NotImplementedError
