"""Settings: where they come from, and what each means. The text under each field is its manual.

Precedence: command line, environment (`WARROOM_…`), configuration file, default.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from warroom.domain.errors import Invalid

_SWITCHES = ("ascii", "mouse", "bell", "kiosk_commands")
_INNER = ("kiosk",)
"Fields that the program sets for itself; no file, no variable and no option does."
THEMES = ("dark", "light", "high-contrast", "colour-blind")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set."""

    db: str = ""
    "The database: a path, `sqlite:///PATH`, or `postgresql://…`. Default: warroom.db in the XDG state folder."

    person: str = ""
    "Who you are (`--as`). Default: your login. Works only on SQLite, where nothing enforces identity; events say so."

    runbooks: str = ""
    "Folders of runbooks that are used as they are, YAML or Markdown; several with a colon between them."

    signing_key: str = ""
    "The key that signs checkpoints of the log, for `ssh-keygen -Y sign`. Without one, none are made."

    checkpoints: str = ""
    "Where copies of checkpoints go: files or folders of git repositories; several with a colon between them."

    theme: str = "dark"
    "dark, light, high-contrast or colour-blind."

    ascii: bool = False
    "Draw with plain ASCII only: no line drawing, no symbols."

    mouse: bool = True
    "Whether the console listens to the mouse."

    bell: bool = True
    "Whether the terminal's bell rings when you are paged."

    kiosk_commands: bool = False
    "Whether steps may run commands of this host in sessions that a key opened (`warroom bastion`)."

    kiosk: bool = False
    "This is such a session: `person` is who the key says, and nothing of this host is within reach. Cannot be set."


def config_path() -> Path:
    """The configuration file: `config.toml` in the XDG configuration folder, or what WARROOM_CONFIG names."""
    if named := os.environ.get("WARROOM_CONFIG"):
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "warroom" / "config.toml"


def commands_path() -> Path:
    """The list of commands that steps may run on this host: `commands.toml` beside the configuration file, or what
    WARROOM_COMMANDS names. Where there is none, no step runs a command here."""
    if named := os.environ.get("WARROOM_COMMANDS"):
        return Path(named)
    return config_path().with_name("commands.toml")


def secrets_path() -> Path:
    """The folder of secrets of this host, one file each: `secrets` beside the configuration file."""
    return config_path().with_name("secrets")


def state_path() -> Path:
    """The folder for what the program keeps: the default database, unsent notes."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "warroom"


def load(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force. Invalid names the file and the key where one is wrong."""
    fields = tuple(field for field in Settings.__struct_fields__ if field not in _INNER)
    values: dict[str, Any] = {}
    path = config_path()
    if path.exists():
        values |= _file(path, fields)
    for field in fields:
        name = f"WARROOM_{'AS' if field == 'person' else field.upper()}"
        if environ.get(name):
            values[field] = environ[name]
    values |= {key: value for key, value in given.items() if key in fields and value not in (None, "")}
    for switch in _SWITCHES:
        if isinstance(values.get(switch), str):
            values[switch] = values[switch].lower() not in ("0", "no", "off", "false")
    settings = Settings(**values)
    if settings.theme not in THEMES:
        raise Invalid(f"There is no theme “{settings.theme}”.", hint=f"There is: {', '.join(THEMES)}.")
    return settings


def _file(path: Path, fields: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}.") from None
    for key, value in found.items():
        if key not in fields:
            near = get_close_matches(key, fields, n=1)
            raise Invalid(
                f"{path}: there is no setting “{key}”.",
                hint=f"Did you mean “{near[0]}”?" if near else f"There is: {', '.join(fields)}.",
            )
        wanted = bool if key in _SWITCHES else str
        if not isinstance(value, wanted):
            raise Invalid(f"{path}: “{key}” must be {'true or false' if wanted is bool else 'a text'}.")
    return found
