"""`ladders.yaml`: whom an incident pages and how fast, which incident takes which ladder, and what is attached to it.

A target is two words, `KIND NAME`: `person ana`, `schedule payments-primary`, `rotation payments-primary/europe`,
`role commander`, `channel ops-chat`, `service primary`.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import cast, get_args

import msgspec

from warroom.domain.contacts import Urgency
from warroom.domain.ladder import Checklist, Ladder, Nobody, Route, Rung, Target, TargetKind
from warroom.playbook.fields import Fields, nearest
from warroom.playbook.people import URGENCIES
from warroom.playbook.rows import distinct
from warroom.playbook.steps import ROLE_IDS
from warroom.playbook.times import read_span, read_windows, read_zone, whole_week

KINDS: tuple[TargetKind, ...] = get_args(TargetKind)
WHICH = ("primary", "secondary", "dependencies")
FOREVER = "forever"
_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(days=7)
_MOST_ROUNDS = 99


class Names(msgspec.Struct, frozen=True):
    """What ladders, routes and checklists may name; None = not known, so not checked. `rotations`: `SCHEDULE/LAYER`."""

    people: Collection[str] | None = None
    schedules: Collection[str] | None = None
    rotations: Collection[str] | None = None
    channels: Collection[str] | None = None
    services: Collection[str] | None = None
    runbooks: Collection[str] | None = None
    levels: Collection[int] | None = None
    ladders: Collection[str] | None = ()

    def of(self, kind: TargetKind) -> Collection[str] | None:
        """The names that a target of a kind may have."""
        match kind:
            case "person":
                return self.people
            case "schedule":
                return self.schedules
            case "rotation":
                return self.rotations
            case "channel":
                return self.channels
            case "role":
                return ROLE_IDS
            case "service":
                return WHICH


class Ladders(msgspec.Struct, frozen=True):
    """What a file of ladders holds."""

    ladders: tuple[Ladder, ...] = ()
    routes: tuple[Route, ...] = ()
    checklists: tuple[Checklist, ...] = ()


def read_ladders(fields: Fields | None, names: Names) -> Ladders:
    """The ladders, routes and checklists of a file. Routes may name its ladders, and `names.ladders` besides."""
    if fields is None:
        return Ladders()
    rows = fields.maps("ladders")
    own = distinct(rows, "name")
    known = None if names.ladders is None else [*(name for name in own if name), *names.ladders]
    found = Ladders(
        tuple(_ladder(row, name, names) for row, name in zip(rows, own, strict=True)),
        _routes(fields.maps("routes"), names, known),
        tuple(_checklist(row, names) for row in fields.maps("checklists")),
    )
    fields.close()
    return found


def _ladder(row: Fields, name: str, names: Names) -> Ladder:
    ladder = Ladder(
        name=name,
        rungs=tuple(_rung(each, names) for each in row.maps("rungs", required=True)),
        title=row.text("title", longest=80),
        repeat=row.read("repeat", _rounds, f"a number of repeats from 0 to {_MOST_ROUNDS}, or {FOREVER}") or 0,
        urgency=cast(Urgency, row.choice("urgency", URGENCIES, default="high")),
        nobody=cast(Nobody, row.choice("nobody", get_args(Nobody), default="skip")),
        quiet=read_windows(row, "quiet"),
        time_zone=read_zone(row),
        silent_after=read_span(row, "silent_after", _MINUTE, _LONGEST),
    )
    row.close()
    if whole_week(ladder.quiet):
        row.problem("quiet", "leaves no minute of the week, so that this ladder would never page anybody")
    return ladder


def _rounds(text: str) -> int:
    if text == FOREVER:
        return -1
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= _MOST_ROUNDS):
        raise ValueError(text)
    return int(text)


def _rung(row: Fields, names: Names) -> Rung:
    texts = row.texts("page", longest=160)
    if not texts and row.shape("page") in ("", "list"):
        row.problem("page", "this rung pages nobody; name at least one target such as person ana")
    found = tuple(target for text in texts if (target := _target(row, text, names)))
    for twice in {target for target in found if found.count(target) > 1}:
        row.problem("page", f'"{twice.kind} {twice.name}" is listed twice')
    rung = Rung(found, read_span(row, "delay", _MINUTE, _LONGEST, required=True) or _MINUTE)
    row.close()
    return rung


def _target(row: Fields, text: str, names: Names) -> Target | None:
    kind, _, name = (part.strip() for part in text.partition(" "))
    if kind not in KINDS:
        row.problem("page", f'"{text}" does not begin with a kind of target{nearest(kind, KINDS)}')
        return None
    target = Target(kind, name)
    known = names.of(target.kind)
    if not name:
        row.problem("page", f'"{text}" needs a name after the kind of target, such as person ana')
    elif known is not None and name not in known:
        what = "turn of a service" if kind == "service" else kind
        row.problem("page", f'no {what} is called "{name}"{nearest(name, known)}')
    return target


def _routes(rows: list[Fields], names: Names, ladders: Collection[str] | None) -> tuple[Route, ...]:
    """Routes, the first that fits first. What stands below one that fits everything would never be taken."""
    found: list[Route] = []
    whole = 0
    for row in rows:
        ladder = row.name("ladder")
        if ladder and ladders is not None and ladder not in ladders:
            row.problem("ladder", f'no ladder is called "{ladder}"{nearest(ladder, ladders)}')
        route = Route(ladder, _levels(row, names), row.names("services", "service", names.services))
        row.close()
        if whole:
            row.problem("", f"is never taken, for the route on line {whole} fits every incident")
        if not (row.shape("levels") or row.shape("services")):
            whole = whole or row.line
        found.append(route)
    return tuple(found)


def _checklist(row: Fields, names: Names) -> Checklist:
    books = row.names("runbooks", "runbook", names.runbooks)
    if not row.shape("runbooks"):
        row.problem("runbooks", "is missing")
    checklist = Checklist(books, _levels(row, names))
    row.close()
    return checklist


def _levels(row: Fields, names: Names) -> tuple[int, ...]:
    among = None if names.levels is None else [str(level) for level in sorted(names.levels)]
    return tuple(
        int(text) for text in row.names("levels", "severity level", among) if text.isdecimal() and len(text) < 3
    )
