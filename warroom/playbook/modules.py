"""`modules/NAME/`: what one stack does differently, as a folder that can be swapped whole.

`module.yaml` says for which services it answers. `severities.yaml`, `ladders.yaml`, `channels.yaml` and the folder
`runbooks` are like the organisation's, and each may be left out.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from warroom.domain.ladder import Module
from warroom.domain.runbook import Runbook
from warroom.playbook.channels import named, read_channels
from warroom.playbook.document import Problem
from warroom.playbook.fields import NAMES, Fields, is_name, nearest, open_file
from warroom.playbook.ladders import Ladders, Names, read_ladders
from warroom.playbook.paths import is_folder
from warroom.playbook.runbook import collect, yaml_files
from warroom.playbook.severities import read_severities
from warroom.playbook.steps import Known

FILES = ("module.yaml", "severities.yaml", "ladders.yaml", "channels.yaml")
_REQUIRED = FILES[0]


class Folder(msgspec.Struct, frozen=True):
    """A module's folder with its files open; `lost`: those that cannot be used."""

    path: Path
    label: str
    files: dict[str, Fields]
    lost: frozenset[str]

    @property
    def name(self) -> str:
        """The module's name."""
        return self.path.name


def open_modules(folder: Path, problems: list[Problem]) -> tuple[Folder, ...]:
    """The modules in a folder, by name; none where there is no such folder."""
    if not is_folder(folder):
        return ()
    text = "a module is a folder with a module.yaml in it"
    problems.extend(Problem(f"{folder.name}/{path.name}", 1, "", text) for path in yaml_files(folder))
    found = sorted(path for path in folder.iterdir() if is_folder(path) and not path.name.startswith("."))
    return tuple(_open(path, f"{folder.name}/{path.name}", problems) for path in found)


def runbooks_of(
    modules: Iterable[Folder], known: Known, problems: list[Problem], seen: dict[str, str]
) -> tuple[Runbook, ...]:
    """The runbooks of modules; `seen`: name -> file of those that the organisation has already."""
    folders = ((each.path / "runbooks", f"{each.label}/runbooks/") for each in modules)
    return tuple(
        book
        for path, label in folders
        if is_folder(path)
        for book in collect(path, known, problems, seen=seen, label=label)
    )


def read_modules(modules: Iterable[Folder], names: Names) -> tuple[Module, ...]:
    """The modules; no two of them may answer for one service. `names`: what the organisation has."""
    owners: dict[str, str] = {}
    return tuple(_module(each, names, owners) for each in modules)


def _open(path: Path, label: str, problems: list[Problem]) -> Folder:
    """A module's files; one of another name would be passed over in silence, most likely it is misspelt."""
    if not is_name(path.name):
        problems.append(Problem(f"{label}/{_REQUIRED}", 1, "", f'"{path.name}" is not a name of {NAMES}'))
    for each in yaml_files(path):
        if each.name not in FILES:
            text = f"no such file belongs here{nearest(each.name, FILES)}"
            problems.append(Problem(f"{label}/{each.name}", 1, "", text))
    wanted = [name for name in FILES if name == _REQUIRED or (path / name).exists()]
    opened = {name: open_file(path / name, problems, f"{label}/{name}") for name in wanted}
    found = {name: fields for name, fields in opened.items() if fields is not None}
    return Folder(path, label, found, frozenset(wanted) - found.keys())


def _module(folder: Folder, names: Names, owners: dict[str, str]) -> Module:
    title, services = _about(folder, names.services, owners)
    severities = read_severities(folder.files.get("severities.yaml"))
    channels = read_channels(folder.files.get("channels.yaml"))
    levels = {each.level for each in severities} if severities else names.levels
    inner = msgspec.structs.replace(
        names,
        levels=None if "severities.yaml" in folder.lost else levels,
        channels=None
        if names.channels is None or "channels.yaml" in folder.lost
        else [*named(channels), *names.channels],
    )
    found: Ladders = read_ladders(folder.files.get("ladders.yaml"), inner)
    return Module(folder.name, services, title, severities, found.ladders, found.routes, channels, found.checklists)


def _about(folder: Folder, known: Collection[str] | None, owners: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Title and services."""
    fields = folder.files.get(_REQUIRED)
    if fields is None:
        return "", ()
    title = fields.text("title", longest=80)
    services = fields.names("services", "service", known)
    if fields.shape("services") in ("", "list") and not services:
        fields.problem("services", "must name at least one service that this module answers for")
    for name in services:
        if owners.setdefault(name, folder.name) != folder.name:
            fields.problem("services", f'module {owners[name]} answers for "{name}" already')
    fields.close()
    return title, services
