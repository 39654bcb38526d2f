"""What keeps the log worthy of belief, and what is taken out of it."""

import sys

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid


def redact(session: Session, values: Values) -> int:
    """Take what an entry says out of the database, for good, and say so in the log."""
    from warroom.room import redaction, views

    out, given = session.out, values["entry"].removeprefix("#")
    if not (given.isascii() and given.isdecimal() and len(given) < 18):
        raise Invalid(f"ENTRY: “{values['entry']}” is no whole number.", hint="Its number stands in: warroom follow")
    incident = session.incident(values.get("incident"))
    room = session.room()
    if not values.get("yes"):
        if not sys.stdin.isatty():
            raise Usage("This cannot be undone, and nobody is here to ask.", hint="Say --yes to do it all the same.")
        if not out.ask(f"Redact entry {given}? Its bytes are gone for good."):
            out.say("Nothing was done.")
            return 1
    done = redaction.redact(room, incident, int(given), values["because"])
    entries = [done.incident.timeline[fact.seq - 1] for fact in done.facts]
    if out.json:
        out.data(views.acted(done.state, entries, not entries) | {"warnings": list(done.remarks)})
        return 0
    for remark in done.remarks:
        out.say(remark)
    for entry in entries:
        out.line(f"{done.incident.name} {entry.seq} {entry.text}")
    return 0


ACTIONS = {
    "redact": Action(
        "take a pasted secret out of the database; that it was, by whom and why stays",
        redact,
        (
            Arg("ENTRY", "its number on the timeline"),
            Arg("--because", "the reason, without what is to be taken away"),
            Arg("--yes", "do it without asking", kind="flag", required=False),
        ),
        incident=True,
    ),
}
