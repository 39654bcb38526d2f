"""Drills that are to come, on the command line: planned, listed, called off, and as entries of a calendar."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.cli.acts import COMMAND_ID, command_id
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.cli.zones import ZONE, zone_of
from warroom.domain import scheduled
from warroom.domain.errors import Unavailable
from warroom.domain.moments import moment
from warroom.domain.scheduled import Scheduled
from warroom.room import arrangements, reminders
from warroom.room.commands import Param
from warroom.room.roster_views import clock
from warroom.room.scheduled import state, view
from warroom.room.views import VERSION

if TYPE_CHECKING:
    from warroom.room.room import Outcome


def plan(session: Session, values: Values) -> int:
    """Plan a drill, and say when it is and who is told of it."""
    from warroom.cli.drill_play import read

    org = session.room().feed(None).refresh().org
    outcome = _arrange(session, values, "drill.schedule", scenario=read(str(values["scenario"]), org))
    planned = _planned(session, outcome)
    org = outcome.state.org
    if session.out.json:
        session.out.data(view(planned, session.room().actor.person) | {"repeated": outcome.repeated})
        return 0
    zone = zone_of(session, values, org)
    session.out.line(f"{planned.id} {clock(planned.start, zone)} {planned.scenario.title}")
    if told := reminders.told_at_once(org, session.room().actor.person, planned):
        session.out.say(f"Told of it now: {', '.join(told)}.")
    session.out.say(f"Reminded of it a day and 15 minutes before: {', '.join(scheduled.audience(planned))}.")
    session.out.say(f"To begin it: warroom drill start --scheduled {planned.id}")
    return 0


def cancel(session: Session, values: Values) -> int:
    """Call a drill off."""
    outcome = _arrange(session, values, "drill.cancel")
    planned = _planned(session, outcome)
    if session.out.json:
        session.out.data(view(planned, session.room().actor.person) | {"repeated": outcome.repeated})
        return 0
    session.out.line(f"{planned.id} called off: {planned.because}")
    if told := reminders.told_at_once(outcome.state.org, session.room().actor.person, planned):
        session.out.say(f"They are told: {', '.join(told)}.")
    return 0


def listed(session: Session, values: Values) -> int:
    """The drills that are still to come, or all of them, as a table or a calendar."""
    room, out = session.room(), session.out
    org, me = room.feed(None).refresh().org, room.actor.person
    known = scheduled.visible(org, me)
    if "ical" in values:
        return _calendar(session, known, str(values["ical"]))
    found = [each for each in known if each.open or values.get("all")]
    if out.json:
        out.data({"version": VERSION, "drills": [view(each, me) for each in found]})
        return 0
    zone = zone_of(session, values, org)
    rows = [
        (
            each.id,
            clock(each.start, zone),
            each.scenario.title if each.leads(me) else "-",
            each.team or ", ".join(each.invited) or "-",
            ", ".join(each.controllers),
            "announced" if each.announced else "unannounced",
            f"held {clock(each.begun, zone)}" if each.begun else state(each),
        )
        for each in found
    ]
    if rows:
        out.table(rows, ("id", "begins", "scenario", "for", "led by", "", "state"))
    else:
        out.say("No drill is planned.")
    return 0


def _calendar(session: Session, known: tuple[Scheduled, ...], to: str) -> int:
    """All that is known, with what was called off, so that a calendar takes that out again."""
    from warroom.playbook.calendar import write_calendar

    room = session.room()
    entries = [scheduled.appointment(each, room.actor.person) for each in known]
    text = write_calendar((), moment(room.store.now()), entries)
    if to == "-":
        session.out.exact(text)
        return 0
    try:
        Path(to).write_bytes(text.encode())
    except (OSError, ValueError) as error:
        raise Unavailable(f"{to} cannot be written: {getattr(error, 'strerror', error)}.") from None
    session.out.say(f"{len(entries)} drills in {to}.")
    return 0


def _arrange(session: Session, values: Values, name: str, **besides: Any) -> "Outcome":
    room = session.room()
    zone = zone_of(session, values, room.feed(None).refresh().org)
    names = (param.name for param in arrangements.find(name).params)
    given = {each: values[each] for each in names if each in values}
    return room.arrange(name, command_id=command_id(values), zone=zone, **given, **besides)


def _planned(session: Session, outcome: "Outcome") -> Scheduled:
    """The drill that a command was about."""
    name = str(getattr(outcome.facts[0].event, "id", ""))
    return scheduled.find(outcome.state.org, session.room().actor.person, name)


def _arg(param: Param) -> Arg:
    spelt = {"start": "--at", "id": "ID"}.get(param.name, f"--{param.name}")
    return Arg(
        spelt,
        param.help,
        dest=param.name,
        kind="flag" if param.kind == "flag" else "text",
        required=param.required,
        several=param.kind == "names",
    )


def _args(name: str) -> tuple[Arg, ...]:
    return tuple(map(_arg, arrangements.find(name).params))


ACTIONS = {
    "drill schedule": Action(
        "plan a drill: who takes part, and who leads it, is told and reminded",
        plan,
        (
            Arg("SCENARIO", "a scenario file, or the name of one that came with warroom"),
            *_args("drill.schedule"),
            ZONE,
            COMMAND_ID,
        ),
    ),
    "drill scheduled": Action(
        "the drills that are to come, with their ids",
        listed,
        (
            Arg("--all", "also those that were held or called off", kind="flag", required=False),
            Arg("--ical", "all of them as iCalendar, into this file; - for standard output", required=False, path=True),
            ZONE,
        ),
    ),
    "drill cancel": Action("call off a drill that is planned", cancel, (*_args("drill.cancel"), ZONE, COMMAND_ID)),
}
