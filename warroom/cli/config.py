"""The settings: what is in force, and where it comes from."""

import msgspec

from warroom.cli.options import Action, Values
from warroom.cli.session import Session
from warroom.settings import commands_path, config_path
from warroom.store.address import without_secrets


def show(session: Session, values: Values) -> int:
    """Every setting, as it is in force; a password in a URL is left out."""
    found = msgspec.structs.asdict(session.settings)
    found["db"] = without_secrets(found["db"])
    if session.out.json:
        session.out.data(found)
    else:
        session.out.table([(name, _written(value)) for name, value in found.items()])
    return 0


def validate(session: Session, values: Values) -> int:
    """Whether the settings can be read; they had to be, to get here."""
    path = config_path()
    if session.out.json:
        session.out.data({"ok": True, "path": str(path), "exists": path.exists()})
    elif path.exists():
        session.out.line(f"{path}: ok")
    else:
        session.out.line(f"{path}: there is none; the defaults are in force")
    return 0


def path(session: Session, values: Values) -> int:
    """Where the configuration file is, or would be."""
    found = config_path()
    if session.out.json:
        session.out.data({"path": str(found), "exists": found.exists()})
    else:
        session.out.line(str(found))
    return 0


def commands(session: Session, values: Values) -> int:
    """Which commands steps may run on this host, and why others in its list may not. Exit 1 where one may not."""
    from warroom.bootstrap import host_commands

    place, lines = commands_path(), host_commands()
    out = session.out
    if out.json:
        found = [
            {"name": each.name, "path": each.path or None, "allowed": each.allowed, "why": each.why or None}
            for each in lines
        ]
        out.data({"path": str(place), "exists": place.exists(), "commands": found})
    elif not lines:
        out.line(f"{place}: there is nothing in it; no step runs a command on this host")
    else:
        rows = [(each.name, each.path if each.allowed else f"refused: {each.why} {each.hint}") for each in lines]
        out.table(rows, ("command", "where"))
    return 0 if all(each.allowed for each in lines) else 1


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or "-"


ACTIONS = {
    "config show": Action("every setting, as it is in force", show),
    "config validate": Action("check the configuration file", validate),
    "config path": Action("where the configuration file is", path),
    "config commands": Action("which commands steps may run on this host", commands),
}
