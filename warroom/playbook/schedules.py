"""`schedules.yaml`: rosters as layers of rotations."""

from collections.abc import Collection
from datetime import datetime
from typing import cast, get_args

from warroom.domain.roster import Layer, Schedule, Turn
from warroom.playbook.fields import Fields
from warroom.playbook.people import NOBODY
from warroom.playbook.rows import distinct, rows_of
from warroom.playbook.times import read_start, read_windows, read_zone

TURNS: tuple[Turn, ...] = get_args(Turn)
_LONGEST = 366
_NEVER = datetime(1970, 1, 5)  # noqa: DTZ001 - a wall-clock time, and only where the file has none that can be used


def read_schedules(fields: Fields | None, people: Collection[str] | None) -> tuple[Schedule, ...]:
    """The schedules of a file; `people`: who may be a member, None = not known."""
    rows = rows_of(fields, "schedules")
    return tuple(_schedule(row, name, people) for row, name in zip(rows, distinct(rows, "name"), strict=True))


def _schedule(row: Fields, name: str, people: Collection[str] | None) -> Schedule:
    layers = row.maps("layers", required=True)
    schedule = Schedule(
        name=name,
        layers=tuple(_layer(each, own, people) for each, own in zip(layers, distinct(layers, "name"), strict=True)),
        time_zone=read_zone(row),
        title=row.text("title", longest=80),
        team=row.text("team", longest=64),
    )
    row.close()
    return schedule


def _layer(row: Fields, name: str, people: Collection[str] | None) -> Layer:
    layer = Layer(
        name=name,
        members=_members(row, people),
        start=read_start(row, "start") or _NEVER,
        turn=cast(Turn, row.choice("turn", TURNS, default="weekly")),
        every=row.integer("every", 1, _LONGEST) or 1,
        time_zone=read_zone(row, default=""),
        windows=read_windows(row, "windows"),
        joins=row.boolean("joins"),
    )
    row.close()
    return layer


def _members(row: Fields, people: Collection[str] | None) -> tuple[str, ...]:
    """Who takes turns. The same person may have several; `nobody` is a turn that nobody has ("" in the value)."""
    among = None if people is None else [*people, NOBODY]
    names = row.names("members", "person", among, repeated=True)
    if not set(names) - {NOBODY} and row.shape("members") in ("", "list"):
        row.problem("members", "nobody is in this rotation; name at least one person")
    return tuple("" if name == NOBODY else name for name in names)
