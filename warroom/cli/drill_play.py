"""Drills on the command line: beginning one from a scenario, where it stands, and all there were."""

from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli import drill_pages, engines, playbooks, timeline
from warroom.cli.acts import COMMAND_ID, command_id
from warroom.cli.confirming import confirm
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused
from warroom.domain.moments import brief, moment
from warroom.room import drill_views, scheduled, views
from warroom.room.drills import commands, drills
from warroom.room.drills import start as begin

if TYPE_CHECKING:
    from warroom.domain.org import Org
    from warroom.domain.scenario import Scenario
    from warroom.room.room import Outcome, Room

_SETTLED = {"scenario", "controller", "team", "unannounced", "command_id"}


def start(session: Session, values: Values) -> int:
    """Begin a drill, and print what happens in it until it is over."""
    room, out = session.room(create=True), session.out
    outcome = _as_planned(session, room, values) if "scheduled" in values else _unplanned(room, values)
    incident = outcome.incident
    warnings = [each for each in (playbooks.missing(outcome.state.org), engines.unplayed(session)) if each]
    if out.json:
        entries = [incident.timeline[fact.seq - 1] for fact in outcome.facts]
        out.data(views.acted(outcome.state, entries, outcome.repeated) | {"warnings": warnings})
        return 0
    out.line(incident.name)
    out.say(f"{incident.title}. To take part: warroom join {incident.name}")
    out.say(f"To lead it: warroom drill status {incident.name}. To stop it: warroom drill abort {incident.name}")
    for warning in warnings:
        out.say(warning)
    if "detach" in values:
        return 0
    out.say("What happens is printed here until the drill is over; ^C stops the printing, and the drill goes on.")
    return timeline.follow(session, {"incident": incident.id, "until_closed": True})


def _unplanned(room: "Room", values: Values) -> "Outcome":
    """Begin a drill as the words say."""
    if "scenario" not in values:
        raise Usage("Which scenario is missing.", hint="Name a file or a sample, or a planned drill with --scheduled.")
    return begin(
        room,
        read(values["scenario"], room.feed(None).refresh().org),
        controllers=values.get("controller", ()),
        evaluators=values.get("evaluator", ()),
        team=values.get("team", ""),
        announced="unannounced" not in values,
        live=values.get("live", ()),
        command_id=command_id(values),
    )


def _as_planned(session: Session, room: "Room", values: Values) -> "Outcome":
    """Begin a drill as it was planned; well before its time only if that is meant, as others were told that time."""
    if _SETTLED & set(values):
        raise Usage("What a planned drill is like was settled when it was planned.", hint="Say --scheduled ID alone.")
    if early := scheduled.early(room, values["scheduled"]):
        about = f"Drill {values['scheduled']} is planned to begin in {brief(early)}"
        confirm(session, values, about, f"{about}. Begin it now?")
    return scheduled.begin(room, values["scheduled"], values.get("evaluator", ()), values.get("live", ()))


def read(given: str, org: "Org") -> "Scenario":
    """The scenario in a file, or of that name among the samples. BadFile where it cannot be played as it is."""
    from warroom.playbook import samples
    from warroom.playbook.document import BadFile
    from warroom.playbook.paths import is_file
    from warroom.playbook.scenario import lint_scenario

    path = Path(given) if is_file(Path(given)) or given.endswith((".yaml", ".yml")) else samples.scenario(given)
    found = lint_scenario(path, org, commands())
    if found.scenario is None or found.problems:
        raise BadFile(found.problems)
    return found.scenario


def status(session: Session, values: Values) -> int:
    """Where a drill stands: to those who lead or watch it all, to others what has come."""
    room = session.room()
    incident = room.feed(session.incident(values.get("incident"))).refresh().incident
    assert incident is not None  # it was found
    now = incident.clock.time(moment(room.store.now()))
    view = drill_views.drill(incident, now, room.actor.person)
    if view is None:
        raise Refused(f"{incident.name} is no drill.", hint="Begin one: warroom drill start SCENARIO")
    if session.out.json:
        session.out.data({"version": views.VERSION, "id": incident.name, "title": incident.title, **view})
    else:
        drill_pages.page(session.out, incident, view)
    return 0


def listed(session: Session, values: Values) -> int:
    """Every drill, the newest first: its scenario, its team and how it went."""
    from warroom.bootstrap import Missing

    out = session.out
    try:
        room = session.room()
        found = [drill_views.listed(each, room.actor.person) for each in drills(room)]
    except Missing:
        found = []
    if out.json:
        out.data(found)
    elif found:
        out.table([drill_pages.row(each) for each in found], drill_pages.HEADER)
    else:
        out.say("There is none. Begin one: warroom drill start SCENARIO")
    return 0


ACTIONS = {
    "drill start": Action(
        "begin a drill from a scenario, and print what happens in it",
        start,
        (
            Arg("SCENARIO", "a file, or the name of a sample such as expired-certificate", required=False, path=True),
            Arg("--scheduled", "the id of a planned drill, in place of a scenario", required=False),
            Arg("--controller", "who leads it; you, if left out", required=False, several=True),
            Arg("--evaluator", "who watches it and takes private notes", required=False, several=True),
            Arg("--team", "the team that is trained", required=False),
            Arg("--unannounced", "nobody was told of it before", kind="flag", required=False),
            Arg(
                "--live", "a channel on which it pages people for real, marked as a drill", required=False, several=True
            ),
            Arg("--detach", "do not print what happens", kind="flag", required=False),
            Arg("--yes", "begin a planned drill long before its time without asking", kind="flag", required=False),
            COMMAND_ID,
        ),
    ),
    "drill status": Action(
        "where a drill stands; to those who lead or watch it also what is to come", status, incident=True
    ),
    "drill list": Action("every drill, the newest first", listed),
}
