"""The log as a whole: checking it, and bringing past incidents in."""

from pathlib import Path

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused

UNVERIFIED = 2


def check(session: Session, values: Values) -> int:
    """Derive both chains of everything again. 0: all of it holds; 1: something does not; 2: it cannot be read."""
    from warroom.bootstrap import open_store
    from warroom.cli import failure
    from warroom.room.verify import verify, view

    try:
        verdict = verify(open_store(session.settings.db, create=False))
    except Refused as refused:
        failure.tell(refused, session.out)
        return UNVERIFIED
    out, bad, end = session.out, verdict.bad, verdict.end
    if out.json:
        out.data(view(verdict))
    elif bad is None:
        out.line(f"ok: {verdict.events} events in {verdict.streams} streams, {verdict.redacted} redacted")
        out.line(f"head: position {end.pos}, {end.hash.hex()}, log {verdict.log_id}")
    else:
        where = [f"position {bad.pos}"] * bool(bad.pos) + [f"{bad.stream} number {bad.seq}"] * bool(bad.stream)
        out.line(f"broken: {' = '.join(where) or 'the log'}: {bad.problem}")
        out.say(f"The {verdict.events} events before it hold. Keep a copy of the database before anything else.")
    return 0 if bad is None else 1


def bring(session: Session, values: Values) -> int:
    """Import past incidents, all or none of them."""
    from warroom.playbook.incident import read_incident
    from warroom.room import imports

    past = [read_incident(Path(name)) for name in values["file"]]
    found = imports.bring(session.room(create=True), past)
    for warning in found.warnings:
        session.out.say(warning)
    if session.out.json:
        session.out.data({"incidents": list(found.incidents), "warnings": list(found.warnings)})
    else:
        for name, incident in zip(found.incidents, past, strict=True):
            session.out.line(f"{name} {incident.title}")
    return 0


ACTIONS = {
    "verify": Action("check that nothing in the log was changed, taken out or put in", check),
    "import": Action(
        "bring past incidents in, all or none of them",
        bring,
        (Arg("FILE", "YAML files of past incidents", several=True, path=True),),
    ),
}
