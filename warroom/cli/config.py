"""The settings: what is in force, and where it comes from."""

import msgspec

from warroom.cli.options import Action, Values
from warroom.cli.session import Session
from warroom.settings import config_path
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


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or "-"


ACTIONS = {
    "config show": Action("every setting, as it is in force", show),
    "config validate": Action("check the configuration file", validate),
    "config path": Action("where the configuration file is", path),
}
