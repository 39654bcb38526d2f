"""Runbooks as files: one YAML file each, `runbooks/README.md` shows the format."""

from pathlib import Path
from typing import cast, get_args

from warroom.domain.errors import Invalid
from warroom.domain.runbook import Parameter, ParameterKind, Runbook, placeholders, read_value
from warroom.playbook.document import BadFile, Problem, parse
from warroom.playbook.fields import Fields, check, fields_of, nearest, open_file
from warroom.playbook.steps import LONGEST_TEXT, Known, Steps

PARAMETER_KINDS: tuple[ParameterKind, ...] = get_args(ParameterKind)


def read_runbook(path: Path, file: str = "") -> Runbook:
    """The runbook in a file, which problems call `file` (else by its bare name); BadFile with all that is wrong."""
    problems: list[Problem] = []
    runbook = _file(path, Known(), problems, {}, file)
    check(problems)
    assert runbook is not None  # a file without problems was read
    return runbook


def parse_runbook(file: str, data: bytes) -> Runbook:
    """The runbook in the bytes of a file, which problems call `file`; BadFile with everything that is wrong with it."""
    problems: list[Problem] = []
    fields = fields_of(parse(file, data), file, problems)
    runbook = _runbook(fields, Known()) if fields else None
    check(problems)
    assert runbook is not None  # a text without problems was read
    return runbook


def read_runbooks(folder: Path, known: Known | None = None) -> tuple[Runbook, ...]:
    """All runbooks of a folder (YAML, and Markdown as it is), by name; BadFile with everything that is wrong."""
    problems: list[Problem] = []
    runbooks = collect(folder, known or Known(), problems)
    check(problems)
    return runbooks


def collect(
    folder: Path, known: Known, problems: list[Problem], *, seen: dict[str, str] | None = None, label: str = ""
) -> tuple[Runbook, ...]:
    """The runbooks of a folder, as far as they can be read; what is wrong goes to `problems`.

    `seen`: name -> file of runbooks from elsewhere, to which these are added; `label`: how problems begin their names.
    """
    seen = {} if seen is None else seen
    found = [_file(path, known, problems, seen, label + path.name) for path in yaml_files(folder)]
    files = [(path, label + path.name) for path in _markdown_files(folder)]
    written = [book for path, file in files for book in _markdown(path, known, problems, seen, file)]
    return tuple(sorted((book for book in [*found, *written] if book), key=lambda book: book.name))


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _markdown_files(folder: Path) -> list[Path]:
    """The Markdown files of a folder but its README, which tells about the others."""
    found = (path for path in folder.iterdir() if path.suffix.lower() in (".md", ".markdown"))
    return sorted(path for path in found if path.stem.lower() != "readme")


def _markdown(path: Path, known: Known, problems: list[Problem], seen: dict[str, str], file: str) -> list[Runbook]:
    """The runbooks of a Markdown file, as far as they can be read and their names are free."""
    from warroom.playbook.markdown.reader import read_markdown

    try:
        books = read_markdown(path, file).runbooks
    except BadFile as bad:
        problems += bad.problems
        return []
    for book in books:
        if book.name in seen:
            problems.append(Problem(file, 1, "", f'"{book.name}" is already the name of {seen[book.name]}'))
        for name in book.services if known.services is not None else ():
            if name not in (known.services or ()):
                text = f'no service is called "{name}"{nearest(name, known.services or ())}'
                problems.append(Problem(file, 1, "services", text))
        seen.setdefault(book.name, file)
    return list(books)


def _file(path: Path, known: Known, problems: list[Problem], seen: dict[str, str], file: str = "") -> Runbook | None:
    """The runbook of a file, or None; `seen` is name -> file of those before it."""
    fields = open_file(path, problems, file)
    if fields is None:
        return None
    runbook = _runbook(fields, known)
    if runbook.name in seen:
        fields.problem("runbook", f'"{runbook.name}" is already the name of {seen[runbook.name]}')
    elif runbook.name:
        seen[runbook.name] = file or path.name
    return runbook


def _runbook(fields: Fields, known: Known) -> Runbook:
    parameters = _parameters(fields.maps("parameters"))
    runbook = Runbook(
        name=fields.name("runbook"),
        title=fields.text("title", required=True, longest=80),
        symptom=fields.text("symptom", longest=200),
        summary=fields.text("summary", longest=LONGEST_TEXT, lines=True),
        owner=fields.text("owner", longest=64),
        reviewed=fields.date("reviewed"),
        services=fields.names("services", "service", known.services),
        phases=Steps(known, parameters).phases(fields.maps("phases", required=True)),
        alerts=fields.texts("alerts", longest=200),
        source=fields.text("source", longest=500),
        parameters=parameters,
    )
    fields.close()
    return runbook


def _parameters(rows: list[Fields]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for row in rows:
        parameter = _parameter(row)
        if parameter.name in found:
            row.problem("name", f'"{parameter.name}" is declared twice')
        elif parameter.name:
            found[parameter.name] = parameter
    return tuple(found.values())


def _parameter(fields: Fields) -> Parameter:
    """One thing to fill in; its name stands in texts as `<name>`."""
    parameter = Parameter(
        name=fields.text("name", required=True, longest=40),
        help=fields.text("help", longest=200),
        kind=cast(ParameterKind, fields.choice("kind", PARAMETER_KINDS, default="word")),
        choices=fields.texts("choices", longest=200),
        default=fields.text("default", longest=200),
    )
    fields.close()
    if parameter.name and placeholders(f"<{parameter.name}>") != [parameter.name]:
        fields.problem("name", "must begin with a letter and go on with letters, digits, blanks, “_”, “.” and “-”")
    if (parameter.kind == "choice") != bool(parameter.choices):
        fields.problem("choices", "a parameter of kind choice has choices, and no other has")
    elif parameter.default:
        try:
            read_value(parameter, parameter.default)
        except Invalid as bad:
            fields.problem("default", f"does not fit its kind: {bad.message}")
    return parameter
