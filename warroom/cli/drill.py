"""Drills on the command line: playing them (`drill_play`), their scenarios (`scenario`), and tests of ladders."""

from warroom.cli import drill_play, drill_report, drill_schedule, scenario
from warroom.cli.acts import acts
from warroom.cli.confirming import confirm
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.playbooks import NO_PLAYBOOK_HINT
from warroom.cli.session import Session
from warroom.domain import drill, modules, services, severity
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident
from warroom.domain.ladder import Ladder
from warroom.domain.moments import read_duration, span
from warroom.domain.summary import TEST
from warroom.room.plain import View, seconds
from warroom.room.views import VERSION

_POLL = 1.0
_MEANT = "INC-4, 4 or a UUID; the drill that runs, else the last one, if left out"


def ladder(session: Session, values: Values) -> int:
    """Walk every rung with marked test pages, wait until the ladder is through, and report who answered."""
    from warroom.room.engines import engines

    room, out = session.room(), session.out
    org = room.feed(None).refresh().org
    hurt = services.known(org.playbook.services, values.get("service", []))
    level = severity.find(modules.severities_of(org, hurt), values.get("sev", "1"))
    found = modules.policy_of(org, hurt).ladder(level.level, hurt)
    if (found is None or not found.rungs) and not org.version:
        raise Refused("No playbook is in force, so there is no ladder to test.", hint=NO_PLAYBOOK_HINT)
    if found is None or not found.rungs:
        raise Refused(f"No ladder answers for {level.name}.", hint="Name a service, or another severity.")
    walk = drill.for_test(found, read_duration(values["wait"]) if "wait" in values else None)
    confirm(
        session, values, "This pages people", f"Page everybody on the ladder {found.name}, {_rungs(found)}, as a test?"
    )
    if not engines(room.store).leads:
        out.say("No engine runs; nothing goes out until one does: warroom engine")
    title = f"{TEST} {found.name}"
    outcome = room.do(
        "declare", None, title=title, severity=str(level.level), services=hurt, exercise="ladder-test", walk=walk
    )
    room.store.ring()
    out.say(f"{outcome.incident.name}: {title}. Whoever is paged answers with: warroom ack {outcome.incident.name}")
    if "detach" in values:
        out.line(outcome.incident.name)
        return 0
    incident = _follow(session, outcome.incident.id)
    room.do("resolve", incident.id)
    room.do("close", incident.id)
    return _report(session, incident)


def report(session: Session, values: Values) -> int:
    """The report on a drill; of a test of the ladder who answered, and when, so far while it goes on."""
    room = session.room()
    named = drill_report.meant(session, values.get("incident"))
    incident = room.feed(named).state.incident
    if incident is None or incident.exercise != "ladder-test":
        return drill_report.report(session, {**values, "incident": named})
    if strange := [each.name for each in drill_report.REPORT if each.key in values]:
        raise Usage(f"{strange[0]} is for reports on drills.", hint="That on a ladder's test is one table.")
    return _report(session, incident)


def _rungs(known: Ladder) -> str:
    return "1 rung" if len(known.rungs) == 1 else f"{len(known.rungs)} rungs"


def _follow(session: Session, incident: str) -> Incident:
    """The incident when its ladder is through; what happens to it meanwhile is said."""
    room, shown = session.room(), 0
    while True:
        state = room.feed(incident).refresh().incident
        assert state is not None
        for entry in list(state.timeline)[shown:]:
            session.out.say(f"{entry.happened:%H:%M:%S} {entry.text}")
        shown = len(state.timeline)
        if state.escalation.going == "ended" or not state.clock.running:
            return state
        room.store.wait(_POLL)


def _report(session: Session, incident: Incident) -> int:
    """The table; 1 where somebody who was paged has not answered."""
    out = session.out
    found = drill.answers(incident.escalation)
    people = [each for each in found if each.person]
    if out.json:
        out.data(_view(incident, found))
    else:
        out.table([_row(each) for each in found], ("rung", "who", "by", "answered after"))
        for rung in drill.by_rung(found):
            if rung.paged:
                middle = f", median {span(rung.median)}" if rung.median is not None else ""
                out.line(f"rung {rung.rung}: {rung.answered} of {rung.paged} answered{middle}")
    return 0 if people and all(each.after is not None for each in people) else 1


def _row(each: drill.Answer) -> tuple[str, str, str, str]:
    ways = ", ".join(f"{name} {outcome or 'not tried'}" if each.person else outcome for name, outcome in each.ways)
    answered = "" if not each.person else "no answer" if each.after is None else span(each.after)
    return str(each.rung), each.person or each.channel, ways, answered


def _view(incident: Incident, found: tuple[drill.Answer, ...]) -> View:
    return {
        "version": VERSION,
        "incident": incident.name,
        "ladder": incident.escalation.ladder.name if incident.escalation.ladder else None,
        "finished": incident.escalation.going == "ended",
        "answers": [
            {
                "rung": each.rung,
                "person": each.person or None,
                "channel": each.channel or None,
                "contacts": [{"name": name, "outcome": outcome or None} for name, outcome in each.ways],
                "answered_after": seconds(each.after),
            }
            for each in found
        ],
        "rungs": [
            {
                "rung": each.rung,
                "paged": each.paged,
                "answered": each.answered,
                "median_seconds": seconds(each.median),
            }
            for each in drill.by_rung(found)
        ],
    }


ACTIONS = {
    **drill_play.ACTIONS,
    **drill_schedule.ACTIONS,
    **acts("drill"),
    "drill ladder": Action(
        "page every rung with marked test pages, and report who answers and when",
        ladder,
        (
            Arg("--sev", "the severity whose ladder is tested; SEV1 if left out", required=False),
            Arg("--service", "the service whose ladder is tested", required=False, several=True),
            Arg(
                "--wait",
                "how long each rung has to answer, up to a day, in place of the ladder's own delays",
                required=False,
            ),
            Arg(
                "--detach",
                "do not wait: drill report shows it later, and somebody closes it",
                kind="flag",
                required=False,
            ),
            Arg("--yes", "page without asking", kind="flag", required=False),
        ),
    ),
    "drill report": Action(
        "what a drill was meant to be, what became of it, and what to change; of a ladder's test, who answered when",
        report,
        (Arg("INC", _MEANT, dest="incident", required=False), *drill_report.REPORT),
    ),
    **drill_report.ACTIONS,
    **scenario.ACTIONS,
}
