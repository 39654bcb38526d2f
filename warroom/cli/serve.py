"""`warroom serve`: an engine and acknowledge links, for a host that is always there; and the unit that keeps it so."""

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session

_BIND = "127.0.0.1:8008"


def serve(session: Session, values: Values) -> int:
    """Run engine and web until they are stopped; or only print the unit."""
    bind, url = values.get("bind", _BIND), values.get("url", "")
    if "print_unit" in values:
        session.out.text(session.unit(bind, url).rstrip())
        return 0
    return session.serve(session.settings, bind, url, session.out.say)


ACTIONS = {
    "serve": Action(
        "run an engine and answer acknowledge links, until it is stopped",
        serve,
        (
            Arg("--bind", f"HOST:PORT to listen on; {_BIND} if left out", required=False),
            Arg("--url", "the public address of links, https://…; without it pages bear none", required=False),
            Arg(
                "--print-unit",
                "print a unit for systemd, with these options, and do nothing",
                "print_unit",
                "flag",
                False,
            ),
        ),
    ),
}
