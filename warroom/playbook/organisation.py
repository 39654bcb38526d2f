"""The organisation as a folder of YAML files; `sample_data/organisation` is the pattern.

`organisation.yaml` and `severities.yaml` are required; `services.yaml`, `people.yaml`, `glossary.yaml` and the folder
`runbooks` may be left out. Names are checked across all files. Cycles of dependencies are allowed: real
catalogues have them.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from warroom.domain.org import Audience, Person, Playbook
from warroom.domain.services import Service
from warroom.domain.severity import Severity
from warroom.playbook.document import Problem
from warroom.playbook.fields import Fields, check, nearest, open_file
from warroom.playbook.glossary import read_glossary
from warroom.playbook.runbook import collect, yaml_files
from warroom.playbook.steps import ROLE_IDS, Known

FILES = ("organisation.yaml", "severities.yaml", "services.yaml", "people.yaml", "glossary.yaml")
_REQUIRED = FILES[:2]


def read_organisation(folder: Path, runbooks: Path | None = None) -> Playbook:
    """The playbook in a folder; BadFile with everything that is wrong in any of its files.

    Runbooks are read from `runbooks`, else from the folder's own `runbooks/`, else there are none. Names of
    what is left out or cannot be read are not checked: that would bury one problem under its consequences.
    """
    problems: list[Problem] = []
    _strangers(folder, problems)
    opened = {name: _open(folder / name, name in _REQUIRED, problems) for name in FILES}
    name, audiences = _organisation(opened["organisation.yaml"])
    rows = _rows(opened["services.yaml"], "services")
    names = _distinct(rows, "name")
    books = runbooks or (folder / "runbooks" if (folder / "runbooks").is_dir() else None)
    known = Known(
        services=names if opened["services.yaml"] else None,
        audiences=[audience.name for audience in audiences] if opened["organisation.yaml"] else None,
    )
    before = len(problems)
    found = collect(books, known, problems) if books else ()
    complete = books is not None and len(problems) == before
    titles = [book.name for book in found] if complete else None
    playbook = Playbook(
        name=name,
        severities=_severities(opened["severities.yaml"]),
        services=tuple(_service(each, own, names, titles) for each, own in zip(rows, names, strict=True)),
        people=_people(opened["people.yaml"]),
        audiences=audiences,
        runbooks=found,
        glossary=read_glossary(opened["glossary.yaml"]),
    )
    check(problems)
    return playbook


def _strangers(folder: Path, problems: list[Problem]) -> None:
    """A file of another name would be passed over in silence: most likely its name is misspelt."""
    if not folder.is_dir():
        check([Problem(str(folder), 1, "", "there is no such folder")])
    names = [path.name for path in yaml_files(folder) if path.name not in FILES]
    problems.extend(Problem(name, 1, "", f"no such file belongs here{nearest(name, FILES)}") for name in names)


def _open(path: Path, required: bool, problems: list[Problem]) -> Fields | None:
    return open_file(path, problems) if required or path.exists() else None


def _rows(fields: Fields | None, field: str) -> list[Fields]:
    """The rows of a file that holds one list and nothing else."""
    if fields is None:
        return []
    rows = fields.maps(field, required=True)
    fields.close()
    return rows


def _distinct(rows: Iterable[Fields], field: str) -> list[str]:
    """The names of rows, with a problem for each that an earlier row bears."""
    names: list[str] = []
    lines: dict[str, int] = {}
    for row in rows:
        name = row.name(field)
        if name in lines:
            row.problem(field, f'"{name}" is already the name on line {lines[name]}')
        elif name:
            lines[name] = row.line_of(field)
        names.append(name)
    return names


def _organisation(fields: Fields | None) -> tuple[str, tuple[Audience, ...]]:
    if fields is None:
        return "", ()
    name = fields.text("name", required=True, longest=80)
    rows = fields.maps("audiences")
    audiences = []
    for row, own in zip(rows, _distinct(rows, "name"), strict=True):
        audiences.append(Audience(own, row.text("title", longest=80)))
        row.close()
    fields.close()
    return name, tuple(audiences)


def _severities(fields: Fields | None) -> tuple[Severity, ...]:
    """The taxonomy, the worst first."""
    found: list[Severity] = []
    for row in _rows(fields, "severities"):
        severity = Severity(
            level=row.integer("level", 1, 9, required=True) or 0,
            name=row.text("name", required=True, longest=20),
            title=row.text("title", required=True, longest=40),
            definition=row.text("definition", required=True, lines=True),
            examples=row.texts("examples"),
            acknowledge_within=row.duration("acknowledge_within"),
            escalate_within=row.duration("escalate_within"),
            contain_within=row.duration("contain_within"),
            resolve_within=row.duration("resolve_within"),
            update_every=row.duration("update_every"),
            roles=row.names("roles", "role", ROLE_IDS),
        )
        row.close()
        if severity.level and any(severity.level == other.level for other in found):
            row.problem("level", f"{severity.level} is given to two severities")
        if severity.name and any(severity.name.lower() == other.name.lower() for other in found):
            row.problem("name", f'"{severity.name}" is given to two severities')
        found.append(severity)
    return tuple(sorted(found, key=lambda severity: severity.level))


def _service(fields: Fields, name: str, services: Collection[str], runbooks: Collection[str] | None) -> Service:
    service = Service(
        name=name,
        title=fields.text("title", longest=80),
        tier=fields.integer("tier", 1, 9) or 3,
        owner=fields.text("owner", longest=64),
        description=fields.text("description", lines=True),
        depends_on=fields.names("depends_on", "service", services),
        runbooks=fields.names("runbooks", "runbook", runbooks),
    )
    fields.close()
    if name and name in service.depends_on:
        fields.problem("depends_on", f'"{name}" cannot depend on itself')
    return service


def _people(fields: Fields | None) -> tuple[Person, ...]:
    rows = _rows(fields, "people")
    people: list[Person] = []
    owners: dict[str, str] = {}
    for row, name in zip(rows, _distinct(rows, "name"), strict=True):
        person = Person(
            name=name,
            full_name=row.text("full_name", longest=80),
            time_zone=_time_zone(row),
            team=row.text("team", longest=64),
            logins=row.texts("logins", longest=64),
            expertise=row.texts("expertise", longest=80),
        )
        row.close()
        for login in {name, *person.logins} - {""}:
            if owners.setdefault(login, name) != name:
                row.problem("logins", f'"{login}" already belongs to {owners[login]}')
        people.append(person)
    return tuple(people)


def _time_zone(fields: Fields) -> str:
    """An IANA name. The list of all of them is made for advice only: it takes longer than everything else."""
    zone = fields.text("time_zone", longest=64) or "UTC"
    try:
        return ZoneInfo(zone).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        advice = nearest(zone, sorted(available_timezones()), listed=False)
        fields.problem("time_zone", f'"{zone}" is not a time zone such as Europe/Berlin{advice}')
        return "UTC"
