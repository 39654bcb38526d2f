"""The organisation as a folder of YAML files; `sample_data/organisation` is the pattern.

`organisation.yaml` and `severities.yaml` are required; the other files and the folders `runbooks` and `modules` may be
left out. Names are checked across all files. Cycles of dependencies are allowed: real catalogues have them.
"""

from collections.abc import Collection
from pathlib import Path

import msgspec

from warroom.domain.org import Audience, Playbook
from warroom.domain.runbook import Runbook
from warroom.domain.services import Service
from warroom.playbook.channels import named, read_channels
from warroom.playbook.document import Problem
from warroom.playbook.fields import Fields, check, nearest, open_file
from warroom.playbook.glossary import read_glossary
from warroom.playbook.ladders import Names, read_ladders
from warroom.playbook.modules import Folder, open_modules, read_modules, runbooks_of
from warroom.playbook.people import read_people
from warroom.playbook.permissions import read_permissions
from warroom.playbook.rows import distinct, rows_of
from warroom.playbook.runbook import collect, yaml_files
from warroom.playbook.schedules import read_schedules
from warroom.playbook.severities import read_severities
from warroom.playbook.steps import Known

FILES = (
    "organisation.yaml", "severities.yaml", "services.yaml", "people.yaml", "glossary.yaml",
    "channels.yaml", "schedules.yaml", "ladders.yaml", "permissions.yaml",
)  # fmt: skip
_REQUIRED = FILES[:2]


class _Files(msgspec.Struct, frozen=True):
    """The files that can be used; `lost`: those that are there and cannot."""

    found: dict[str, Fields]
    lost: frozenset[str]

    def get(self, name: str) -> Fields | None:
        return self.found.get(name)


def read_organisation(folder: Path, runbooks: Path | None = None) -> Playbook:
    """The playbook in a folder; BadFile with everything that is wrong in any of its files.

    Runbooks are read from `runbooks`, else from the folder's own `runbooks/`, else there are none, but for those of
    modules. Names of what cannot be read are not checked: that would bury one problem under its consequences; nor are
    those of people, services and runbooks where the organisation has no file of them.
    """
    problems: list[Problem] = []
    _strangers(folder, problems)
    files = _open(folder, problems)
    modules = open_modules(folder / "modules", problems)
    name, audiences = _organisation(files.get("organisation.yaml"))
    rows = rows_of(files.get("services.yaml"), "services")
    services = distinct(rows, "name")
    known = Known(
        services=services if files.get("services.yaml") else None,
        audiences=[audience.name for audience in audiences] if files.get("organisation.yaml") else None,
    )
    own = runbooks or (folder / "runbooks" if (folder / "runbooks").is_dir() else None)
    books, titles = _runbooks(own, modules, known, problems)
    channels = read_channels(files.get("channels.yaml"))
    reached = None if "channels.yaml" in files.lost else named(channels)
    people = read_people(files.get("people.yaml"), reached)
    members = [each.name for each in people] if files.get("people.yaml") else None
    schedules = read_schedules(files.get("schedules.yaml"), members)
    rosters = None if "schedules.yaml" in files.lost else [each.name for each in schedules if each.name]
    severities = read_severities(files.get("severities.yaml"))
    names = Names(
        people=members,
        schedules=rosters,
        rotations=None
        if rosters is None
        else [f"{each.name}/{layer.name}" for each in schedules for layer in each.layers],
        channels=reached,
        services=known.services,
        runbooks=titles,
        levels={each.level for each in severities} if files.get("severities.yaml") else None,
    )
    ladders = read_ladders(files.get("ladders.yaml"), names)
    theirs = None if "ladders.yaml" in files.lost else [each.name for each in ladders.ladders]
    playbook = Playbook(
        name=name,
        severities=severities,
        services=tuple(
            _service(each, own, services, titles, rosters) for each, own in zip(rows, services, strict=True)
        ),
        people=people,
        audiences=audiences,
        runbooks=books,
        glossary=read_glossary(files.get("glossary.yaml")),
        channels=channels,
        schedules=schedules,
        ladders=ladders.ladders,
        routes=ladders.routes,
        checklists=ladders.checklists,
        permissions=read_permissions(files.get("permissions.yaml"), people if members is not None else None),
        modules=read_modules(modules, msgspec.structs.replace(names, ladders=theirs)),
    )
    check(sorted(problems, key=_place))
    return playbook


def _strangers(folder: Path, problems: list[Problem]) -> None:
    """A file of another name would be passed over in silence: most likely its name is misspelt."""
    if not folder.is_dir():
        check([Problem(str(folder), 1, "", "there is no such folder")])
    names = [path.name for path in yaml_files(folder) if path.name not in FILES]
    problems.extend(Problem(name, 1, "", f"no such file belongs here{nearest(name, FILES)}") for name in names)


def _place(problem: Problem) -> int:
    """Where the files of an organisation are told of: in the order in which people write them."""
    return FILES.index(problem.file) if problem.file in FILES else len(FILES)


def _open(folder: Path, problems: list[Problem]) -> _Files:
    wanted = [name for name in FILES if name in _REQUIRED or (folder / name).exists()]
    opened = {name: open_file(folder / name, problems) for name in wanted}
    found = {name: fields for name, fields in opened.items() if fields is not None}
    return _Files(found, frozenset(wanted) - found.keys())


def _runbooks(
    own: Path | None, modules: tuple[Folder, ...], known: Known, problems: list[Problem]
) -> tuple[tuple[Runbook, ...], list[str] | None]:
    """The runbooks of the organisation and its modules, by name, and the names; None where not all are known."""
    before = len(problems)
    seen: dict[str, str] = {}
    found = collect(own, known, problems, seen=seen) if own else ()
    found = (*found, *runbooks_of(modules, known, problems, seen))
    complete = own is not None and len(problems) == before
    return tuple(sorted(found, key=lambda book: book.name)), [book.name for book in found] if complete else None


def _organisation(fields: Fields | None) -> tuple[str, tuple[Audience, ...]]:
    if fields is None:
        return "", ()
    name = fields.text("name", required=True, longest=80)
    rows = fields.maps("audiences")
    audiences = []
    for row, own in zip(rows, distinct(rows, "name"), strict=True):
        audiences.append(Audience(own, row.text("title", longest=80)))
        row.close()
    fields.close()
    return name, tuple(audiences)


def _service(
    fields: Fields,
    name: str,
    services: Collection[str],
    runbooks: Collection[str] | None,
    schedules: Collection[str] | None,
) -> Service:
    service = Service(
        name=name,
        title=fields.text("title", longest=80),
        tier=fields.integer("tier", 1, 9) or 3,
        owner=fields.text("owner", longest=64),
        description=fields.text("description", lines=True),
        depends_on=fields.names("depends_on", "service", services),
        runbooks=fields.names("runbooks", "runbook", runbooks),
        schedules=fields.names("schedules", "schedule", schedules),
    )
    fields.close()
    if name and name in service.depends_on:
        fields.problem("depends_on", f'"{name}" cannot depend on itself')
    return service
