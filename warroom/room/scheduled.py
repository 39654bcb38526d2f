"""Drills that are to come: beginning one, and what may be shown of it to whom."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid5

from warroom.domain import scheduled
from warroom.domain.errors import Invalid
from warroom.domain.moments import moment
from warroom.domain.scheduled import Scheduled
from warroom.room import drills
from warroom.room.plain import View, maybe, stamp
from warroom.room.room import Outcome, Room

_SPACE = UUID("6b1d0a52-3f0e-5f53-9d1c-7f3c1f0a8e21")


def begin(room: Room, id: str, evaluators: Iterable[str] = (), live: Iterable[str] = ()) -> Outcome:
    """Begin a drill that was planned, as `drills.start` does, and note that it was held.

    The command's id is made of the plan's: where somebody was cut off in between, or two begin it at once, it is one
    incident all the same.
    """
    planned = _ready(room, id)
    try:
        outcome = drills.start(
            room,
            planned.scenario,
            controllers=planned.controllers,
            evaluators=evaluators,
            team=planned.team,
            announced=planned.announced,
            live=live,
            command_id=str(uuid5(_SPACE, planned.uid)),
        )
    except Invalid:
        _ready(room, id)  # where somebody was faster, that is the reason to be told
        raise
    room.arrange("drill.held", id=planned.id, incident=outcome.incident.id)
    return outcome


def early(room: Room, id: str) -> timedelta | None:
    """How long there is until a planned drill's time, where it is too soon to begin it; None = it may begin.

    Refused and its kin where whoever acts may not begin it at all.
    """
    return _ready(room, id).early(moment(room.store.now()))


def _ready(room: Room, id: str) -> Scheduled:
    """The drill of that id as it stands now, if whoever acts may begin it."""
    org = room.feed(None).refresh().org
    return scheduled.leading(org, room.actor.person, moment(room.store.now()), id)


def view(drill: Scheduled, person: str) -> View:
    """A planned drill as JSON, as `person` may know it: what it is about is null but for those who lead it."""
    leads = drill.leads(person)
    return {
        "id": drill.id,
        "scenario": drill.scenario.name if leads else None,
        "title": drill.scenario.title if leads else None,
        "start": stamp(drill.start),
        "end": stamp(drill.end),
        "team": drill.team or None,
        "controllers": list(drill.controllers),
        "invited": list(drill.invited),
        "announced": drill.announced,
        "planned_by": drill.by,
        "state": state(drill),
        "cancelled": maybe(drill.cancelled),
        "cancelled_by": drill.dropped_by or None,
        "because": drill.because or None,
        "incident": drill.held or None,
        "begun": maybe(drill.begun),
    }


def state(drill: Scheduled) -> str:
    """`planned`, `cancelled` or `held`."""
    return "cancelled" if drill.cancelled else "held" if drill.held else "planned"
