"""The host's allow-list: which commands runbooks may run here. Without one, commands are off on this host.

`commands.toml` is the administrator's; it is read anew each time, so that taking a command out works at once:

    [commands]
    uptime = "/usr/bin/uptime"

    [commands.kubectl]
    path = "/usr/local/bin/kubectl"
    environment = ["KUBECONFIG"]           # names of variables that are handed on
    arguments = ["get", "pods|events", "--namespace=[a-z-]+"]   # each argument must fully match one of these
"""

import os
import re
from pathlib import Path
from typing import Any

import msgspec

from warroom.domain.errors import Invalid, Refused, Unknown
from warroom.domain.text import one_line
from warroom.runner.forbidden import check as check_name
from warroom.runner.supervised import minimum
from warroom.runner.trusted import settle

_LARGEST = 256 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)
_LOADERS = ("LD_", "DYLD_", "BASH_", "PYTHON", "PERL", "RUBY", "NODE_", "GIT_")
_KEYS = ("path", "environment", "arguments")


class Allowed(msgspec.Struct, frozen=True):
    """A command that may run. `path`: as it was written; `file`: at the end of all links, what is really executed."""

    name: str
    path: Path
    file: Path
    environment: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None


class Barred(msgspec.Struct, frozen=True):
    """An entry of the list that may not run, and why."""

    name: str
    why: str
    hint: str


class AllowList(msgspec.Struct, frozen=True):
    """What the file says, checked against this host. `exists` False: there is no file, and commands are off."""

    place: Path
    exists: bool
    allowed: dict[str, Allowed]
    barred: dict[str, Barred]

    def find(self, name: str) -> Allowed:
        """The command of this name. Unknown where it is not in the list, Refused where it may not run."""
        if found := self.allowed.get(name):
            return found
        if barred := self.barred.get(name):
            raise Refused(barred.why, hint=barred.hint)
        shown = one_line(name, 60)
        if not self.exists:
            raise Refused(
                "Commands are switched off on this host: it has no allow-list.",
                hint=f'Its administrator can make one in {self.place}, with the line: {shown} = "/path/of/it"',
            )
        raise Unknown(
            f"“{shown}” is not in this host's allow-list.",
            hint=f"Its administrator can add it to {self.place}, below [commands].",
        )


def load(place: Path) -> AllowList:
    """Read the list. Invalid (file and key) or Refused where the whole file cannot be used.

    A single entry that this host will not run is no error: it is among `barred`, with the reason.
    """
    try:
        exists = place.exists()
    except OSError as error:
        raise _unreadable(place, error.strerror or str(error)) from None
    if not exists:
        return AllowList(place, False, {}, {})
    commands = _commands(place)
    allowed: dict[str, Allowed] = {}
    barred: dict[str, Barred] = {}
    for name, entry in commands.items():
        try:
            allowed[name] = _entry(place, name, entry)
        except Refused as reason:
            barred[name] = Barred(name, f"{place}, commands.{one_line(name, 60)}: {reason.message}", reason.hint)
    return AllowList(place, True, allowed, barred)


def _commands(place: Path) -> dict[str, Any]:
    import tomllib

    try:
        real, _ = settle(place.absolute())
        if real.stat().st_size > _LARGEST:
            raise Invalid(f"{place} is larger than {_LARGEST // 1024} KiB.", hint="An allow-list is a short file.")
        found = tomllib.loads(real.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(place, getattr(error, "strerror", None) or str(error)) from None
    for key in found:
        if key != "commands":
            raise Invalid(f"{place}: there is no section “{one_line(key, 60)}”.", hint="There is: [commands].")
    commands = found.get("commands", {})
    if not isinstance(commands, dict):
        raise Invalid(f"{place}: “commands” must be a section.", hint='Write [commands], then: name = "/path/of/it"')
    return commands


def _unreadable(place: Path, why: str) -> Invalid:
    return Invalid(f"{one_line(str(place), 200)} cannot be read: {why}.", hint="Correct the file, or remove it.")


def _entry(place: Path, name: str, entry: object) -> Allowed:
    if not _NAME.fullmatch(name):
        raise Invalid("that is no name for a command.", hint="Letters, digits and ._+- are fine.")
    table = {"path": entry} if isinstance(entry, str) else entry
    if not isinstance(table, dict) or not isinstance(table.get("path"), str):
        raise Invalid("it needs a path.", hint=f'Write: {name} = "/path/of/it"')
    for key in table:
        if key not in _KEYS:
            raise Invalid(f"there is no key “{one_line(key, 60)}”.", hint=f"There is: {', '.join(_KEYS)}.")
    check_name(name)
    path = Path(table["path"])
    file, names = settle(path)
    for each in names:
        check_name(each)
    if not os.access(file, os.X_OK):
        raise Refused(f"{file} is not executable.", hint=f"chmod a+x {file}")
    environment = _texts(table, "environment") or ()
    for variable in environment:
        _check_variable(variable)
    arguments = _texts(table, "arguments")
    for pattern in arguments or ():
        _check_pattern(pattern)
    return Allowed(name, path, file, environment, arguments)


def _texts(table: dict[str, Any], key: str) -> tuple[str, ...] | None:
    found = table.get(key)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Invalid(f"“{key}” must be a list of texts.", hint=f'Write: {key} = ["…", "…"]')
    return tuple(found)


def _check_variable(name: str) -> None:
    if not _VARIABLE.fullmatch(name):
        raise Invalid(f"“{one_line(name, 60)}” is no name of a variable.", hint='Write: environment = ["KUBECONFIG"]')
    if name in minimum() or name.startswith(_LOADERS) or name in ("ENV", "IFS", "SHELLOPTS", "EDITOR", "PAGER"):
        raise Refused(
            f"the variable {name} is never handed on: it is fixed, or it decides what a program loads.",
            hint="Leave it out.",
        )


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        shown = one_line(pattern, 60)
        raise Invalid(f"“{shown}” is no regular expression: {error}.", hint="Correct it in “arguments”.") from None
