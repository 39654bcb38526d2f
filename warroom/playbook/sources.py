"""Files of runbooks: of folders, to be linted, with what is wrong with them; and of a runbook, to be changed.

What counts in a folder is the library's rule (see `library.files`), so that what is linted is what is imported.
"""

from collections.abc import Iterable
from pathlib import Path

from warroom.domain.runbook import Runbook
from warroom.playbook import library, samples
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.lint import Source
from warroom.playbook.location import locate
from warroom.playbook.markdown.reader import read_markdown
from warroom.playbook.paths import is_file, is_folder
from warroom.playbook.runbook import read_runbook, yaml_files


def read_sources(places: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
    """The runbooks of files and folders, in the order of the files, and all problems."""
    found: list[Source] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    named = list(places)
    for path in dict.fromkeys(each.path for each in library.files(named, problems, checked=True)):
        if path not in named and _about_others(path):
            continue
        try:
            found += _read(path, seen, problems)
        except BadFile as bad:
            problems += bad.problems
    return found, problems


def _about_others(path: Path) -> bool:
    """Whether a file of a folder is the README of YAML runbooks, and none itself."""
    return path.stem.lower() == "readme" and bool(yaml_files(path.parent))


def _read(path: Path, seen: dict[str, Path], problems: list[Problem]) -> list[Source]:
    """The runbooks of one file. A library tells Markdown of one name apart by its folders; YAML has to do so itself."""
    if path.suffix.lower() not in library.YAML:
        books = read_markdown(path, library.written(path)).runbooks
        return [Source(str(path), book, locate(path, book)) for book in books]
    label = library.written(path)
    book = read_runbook(path, label)
    if (first := seen.setdefault(book.name, path)) != path:
        problems.append(Problem(label, 1, "runbook", f'"{book.name}" is already the name of {first}'))
    return [Source(str(path), book, locate(path, book))]


def file_of(runbook: Runbook, folders: Iterable[Path]) -> Path | None:
    """The file that a runbook was read from, as far as it is here: by its source, else by its name; None = it is not.

    Looked for in the working folder, in its `runbooks`, in these folders, and among the starter runbooks.
    """
    shelves = [Path("runbooks"), *folders]
    source = Path(runbook.source.partition("#")[0])
    if source.suffix.lower() in (*library.YAML, *library.MARKDOWN) and not source.is_absolute():
        for folder in (Path(), *shelves):
            if is_file(folder / source):
                return folder / source
    for suffix in (*library.YAML, *library.MARKDOWN):
        for folder in (*shelves, samples.runbooks()):
            if is_file(path := folder / f"{runbook.name}{suffix}"):
                return path
    place = library.index(each for each in shelves if is_folder(each)).get(runbook.name)
    return place.path if place else None
