"""What can be done about rosters and planned drills: a registry like that of incidents, and the door into the
organisation's stream.

Every rule is called with the organisation, who acts, the database's time and its parameters. Times are plans, so they
may lie in the future: a `start` and an `end`, read in the zone in which the person sees them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

import msgspec

from warroom.domain import oncall, record, restored, rights, scheduled, verified
from warroom.domain.errors import Invalid, Refused, unknown
from warroom.domain.event import ORG, Event
from warroom.domain.moments import micros, moment
from warroom.domain.org import Org
from warroom.domain.permissions import Right
from warroom.domain.planned import read_planned
from warroom.room.commands import Param
from warroom.room.feed import State
from warroom.room.reminders import drill_parcels
from warroom.room.roster_words import words
from warroom.room.writing import draft, roster_parcels
from warroom.store import codec
from warroom.store.contract import Append, Appended, Conflict, Log

if TYPE_CHECKING:
    from warroom.room.room import Outcome, Room


class Arrangement(msgspec.Struct, frozen=True):
    """One thing that can be done to the rosters, or to planned drills.

    `makes`: what it makes is named by an `id`, its number in the organisation's stream. `internal`: no front end
    offers it. `besides`: what a front end passes besides the parameters that people see.
    """

    name: str
    title: str
    rule: Callable[..., list[Event]]
    params: tuple[Param, ...] = ()
    right: Right = "respond"
    makes: bool = False
    internal: bool = False
    besides: tuple[str, ...] = ()


def _need(name: str, help: str) -> Param:
    return Param(name, help, required=True)


_SCHEDULE = _need("schedule", "the schedule")
_START = Param("start", "when it begins: 14:05, tomorrow 09:00, Mon 09:00, 2026-05-04 14:05; now if left out", "moment")
_END = Param("end", "when it ends, in the same manner, or how long after its beginning: +8h", "moment", required=True)
_WHY = Param("because", "the reason, in a few words")

ALL: tuple[Arrangement, ...] = (
    Arrangement(
        "oncall.override", "Override a schedule", oncall.override,
        (
            _SCHEDULE,
            _need("change", "add, remove or replace"),
            _need("person", "whom to put on call, or to take off"),
            _END,
            _START,
            Param("instead", "whose place they take, of a replacement"),
            _WHY,
        ),
        makes=True,
    ),
    Arrangement("oncall.drop", "Take an override back", oncall.drop, (_need("id", "the override's id"),)),
    Arrangement(
        "oncall.swap", "Ask somebody to stand in for you", oncall.offer,
        (_SCHEDULE, _END, _START, Param("to", "whom you ask; anybody if left out"), _WHY), makes=True,
    ),
    Arrangement("oncall.take", "Take a swap that somebody offers", oncall.take, (_need("id", "the swap's id"),)),
    Arrangement("oncall.withdraw", "Withdraw a swap that you offered", oncall.withdraw, (_need("id", "its id"),)),
    Arrangement(
        "oncall.away", "Say that somebody is away", oncall.away,
        (_END, _START, Param("person", "who is away; you if left out"), _WHY), makes=True,
    ),
    Arrangement(
        "oncall.back", "Say that somebody is back", oncall.back,
        (Param("id", "the absence's id; your own that runs now if left out"),),
    ),
    Arrangement(
        "oncall.verified", "Note that a contact answered a test page", verified.verify,
        (_need("person", "who answered"), _need("contact", "the contact's name")), internal=True,
    ),
    Arrangement(
        "drill.schedule", "Plan a drill", scheduled.schedule,
        (
            Param("start", "when it begins: tomorrow 14:00, Mon 09:00, 2026-05-04 14:05, +2d", "moment", required=True),
            Param("team", "whose drill it is: its people take part"),
            Param("invite", "who takes part, where it is not the team's people", "names"),
            Param("controller", "who leads it; you if left out", "names"),
            Param("unannounced", "tell only those who lead it", "flag"),
        ),
        "command", makes=True, besides=("scenario",),
    ),
    Arrangement(
        "drill.cancel", "Call off a drill that is planned", scheduled.cancel,
        (_need("id", "the drill's id"), _need("because", "the reason, in a few words")), "command",
    ),
    Arrangement(
        "drill.held", "Note that a planned drill has begun", scheduled.hold,
        (_need("id", "the drill's id"), _need("incident", "the UUID of its incident")), "command", internal=True,
    ),
    Arrangement(
        "restore.release", "Let a restored log send again", restored.release,
        (_need("because", "the reason, in a few words"), Param("goes_on", "what was held is sent", "flag")),
        "administer", internal=True,
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in ALL}


def find(name: str) -> Arrangement:
    """The arrangement of that name; Unknown with candidates."""
    if name not in BY_NAME:
        raise unknown("command", name, BY_NAME)
    return BY_NAME[name]


def arrange(
    room: Room, name: str, command_id: str, zone: tzinfo, given: Mapping[str, object], batch: str = ""
) -> Outcome:
    """Carry out a command on the organisation, as `Room.do` does on an incident (see `Room.arrange`)."""
    from warroom.room.room import Outcome  # the room itself offers this as a method

    command, actor = find(name), room.actor
    command_id = command_id or str(uuid.uuid4())
    feed = room.feed(None)

    def decide(state: State) -> Append:
        rights.check(actor.via, command.right, actor.person, state.org)
        now = moment(room.store.now())
        values = _values(command, state.org, now, zone, given)
        events = command.rule(state.org, actor.person, now, **values)
        drafts = tuple(draft(event) for event in events)
        told = words(state.org, actor.person, events, several=bool(batch))
        outbox = (
            *roster_parcels(batch or command_id, state.org, told, micros(now)),
            *drill_parcels(command_id, state.org, actor.person, events, now),
        )
        mine = (actor.person, actor.via, drafts)
        return Append(command_id, ORG, state.org.seq, *mine, outbox=outbox, epoch=state.cursor.epoch)

    state = feed.refresh()
    try:
        try:
            appended = _append(room.store, decide(state))
        except Conflict:
            with feed.exclusive() as held:
                appended = _append(held, decide(feed.state))
    except Refused:
        rows = tuple(row for row in room.store.stream(ORG).rows if row.command_id == command_id)
        if not rows:
            raise
        appended = Appended(rows, 0, duplicate=True)
    if any((row.stream, row.actor) != (ORG, actor.person) for row in appended.rows):
        raise Invalid("This command id was already used for something else.", hint="Make a new one for each act.")
    room.store.ring()
    return Outcome(feed.refresh(), tuple(codec.facts(appended.rows)), appended.duplicate)


def _append(log: Log, append: Append) -> Appended:
    """Write it, unless the rule found that there is nothing new to write."""
    return log.append(append) if append.drafts else Appended((), 0)


def _values(
    command: Arrangement, org: Org, now: datetime, zone: tzinfo, given: Mapping[str, object]
) -> dict[str, object]:
    """The rule's arguments from what a front end passed."""
    known = [param.name for param in command.params]
    if strangers := set(given) - {*known, *command.besides}:
        raise unknown("parameter", min(strangers), known)
    values: dict[str, object] = {"id": str(org.seq + 1)} if command.makes else {}
    # A plan's end is counted from its start, whichever comes first among the parameters.
    for param in sorted(command.params, key=lambda each: each.name == "end"):
        raw = given.get(param.name)
        if raw is None or raw in ("", (), []):
            if param.required:
                raise Invalid(f"{command.title}: {param.name} is missing ({param.help}).")
            continue
        values[param.name] = _value(param, raw, now, zone, values.get("start"))
    return values | {name: given[name] for name in command.besides}


def _value(param: Param, raw: object, now: datetime, zone: tzinfo, start: object) -> object:
    if param.kind == "flag":
        return bool(raw)
    if param.kind == "names" and isinstance(raw, list | tuple):
        return tuple(_text(each) for each in raw)
    if param.kind != "moment":
        return _text(raw)
    if isinstance(raw, datetime):
        return raw.astimezone(UTC)
    return read_planned(str(raw), now, zone, start if isinstance(start, datetime) else None)


def _text(raw: object) -> str:
    record.check(str(raw))
    return str(raw)
