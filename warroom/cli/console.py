"""The console, and the demo in it."""

import sys

from warroom.cli.options import INCIDENT_HELP, Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid, Refused
from warroom.room.views import OPEN


def join(session: Session, values: Values) -> int:
    """Open the console on an incident: the one named, else the only open one, else the list of all."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("The console needs a terminal.", hint="Without one: warroom show INC, or warroom follow INC")
    room = session.room(create="incident" not in values)
    if "incident" in values:
        return session.console(room, room.find(values["incident"]), session.settings, "")
    waiting = [str(row.number) for row in room.store.summaries() if row.status in OPEN]
    only = room.find(waiting[0]) if len(waiting) == 1 else None
    return session.console(room, only, session.settings, "")


def demo(session: Session, values: Values) -> int:
    """Play the demo, in the console or, without a terminal, as text."""
    from warroom.cli import demo

    return demo.run(session, read_speed(values), "keep" in values)


def read_speed(values: Values) -> float:
    """How many times as fast `--speed` says that something plays, 1 where it says nothing."""
    try:
        speed = float(values.get("speed", "1"))
    except ValueError:
        raise Invalid(f"--speed: “{values['speed']}” is no number.", hint="10 plays ten times as fast.") from None
    if not 0.1 <= speed <= 100:
        raise Invalid("--speed is 0.1 to 100 times as fast.")
    return speed


ACTIONS = {
    "join": Action(
        "open the console on an incident; without one, on the only open one, or on the list",
        join,
        (Arg("INC", INCIDENT_HELP, dest="incident", required=False),),
    ),
    "demo": Action(
        "play a real past incident live, in a database file of its own",
        demo,
        (
            Arg("--speed", "how many times as fast, 0.1 to 100", required=False),
            Arg("--keep", "in the last demo's file, where the incident happens once more", kind="flag", required=False),
        ),
    ),
}
