"""A library: folders of runbooks as they are, YAML beside other people's Markdown, used without conversion.

A Markdown runbook is named after its file (or its alert), a YAML one names itself. `index` finds out what there is
without reading the files whole; `read` reads everything, and no file stops the others.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath

import msgspec

from warroom.domain.errors import Refused, unknown
from warroom.domain.runbook import Runbook
from warroom.domain.text import visible
from warroom.playbook.document import LARGEST, BadFile, Mapping, Problem, Scalar, parse
from warroom.playbook.markdown.coverage import Coverage, together
from warroom.playbook.markdown.names import slug, unique
from warroom.playbook.markdown.reader import Imported, read_markdown
from warroom.playbook.markdown.source import LARGEST as LARGEST_MARKDOWN
from warroom.playbook.paths import Unreadable, at_home, contents, is_folder
from warroom.playbook.runbook import read_runbook

MARKDOWN = (".md", ".markdown")
YAML = (".yaml", ".yml")
_HEAD = 4096
_OURS = re.compile(rb"^(?:runbook|\"runbook\"|'runbook')[ \t]*:(?=\s|\Z)", re.MULTILINE)
_NAME = re.compile(rb"[ \t]*([\"']?)([a-z0-9][a-z0-9._-]{0,63})\1[ \t]*(?:[ \t]#[^\n]*)?\r?(?=\n|\Z)")
_INLINE = re.compile(rb"(?:\s*(?:#[^\n]*|---[ \t]*)\n)*\s*\{.*?[\"']?runbook[\"']?\s*:", re.DOTALL)
_ALERTS = re.compile(rb"^#{1,6}[ \t]+alert[^:\n]{0,8}:", re.IGNORECASE | re.MULTILINE)
_TITLED = re.compile(rb"\s*#{1,6}[ \t]+\S")
_MARKED = re.compile(rb"^(?:#{2,6}[ \t]|[-*][ \t]|\d+\.[ \t]|```)", re.MULTILINE)
_FOREIGN = ("node_modules", "__pycache__")


class Place(msgspec.Struct, frozen=True):
    """Where a runbook is: its file, the name for problems, its path in the library, and which of the file's it is."""

    path: Path
    label: str
    inside: PurePath
    number: int = 0


class Library(msgspec.Struct, frozen=True):
    """What became of folders: runbooks by name, what could not be read, and how much is represented of what was."""

    files: int
    runbooks: tuple[Runbook, ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    coverage: Coverage


def files(places: Iterable[Path], failed: list[Problem] | None = None, checked: bool = False) -> list[Place]:
    """The files of runbooks in folders, at any depth, and the files that are named themselves; in a fixed order.

    `failed` hears of the folders that cannot be read. `checked`: every YAML file right inside a folder counts, as in
    an organisation's `runbooks/`, whatever it says.
    """
    found = []
    for place in places:
        if not is_folder(place):
            found.append(Place(place, written(place), PurePath(place.name)))
            continue
        found += [
            Place(path, written(path), PurePath(place.resolve().name) / path.relative_to(place))
            for path in sorted(_below(place, [] if failed is None else failed, checked))
        ]
    return found


def read(places: Iterable[Path], progress: Callable[[int, int], None] = lambda done, all: None) -> Library:
    """Everything in folders and files. `progress` hears how many files have been read, of how many."""
    failed: list[Problem] = []
    found = files(places, failed)
    read_ones: list[tuple[Place, Imported]] = []
    for number, place in enumerate(found, 1):
        try:
            read_ones.append((place, _read(place)))
        except BadFile as bad:
            failed += bad.problems
        progress(number, len(found))
    books = _named(read_ones, failed)
    return Library(
        len(found),
        tuple(sorted(books, key=lambda book: book.name)),
        tuple(failed),
        tuple(warning for _, each in read_ones for warning in each.warnings),
        together(each.coverage for _, each in read_ones),
    )


def write(folder: Path, books: Iterable[Runbook]) -> tuple[list[Runbook], list[Problem]]:
    """Write runbooks into a folder, a YAML file each, over none. Those that are there now, and problems."""
    from warroom.playbook.writer import write_runbook

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [], [Problem(written(folder), 1, "", f"the folder cannot be made: {error.strerror}")]
    there, failed = [], []
    for book in books:
        path = folder / f"{book.name}.yaml"
        if problem := _write(path, write_runbook(book).encode()):
            failed.append(Problem(written(path), 1, "", problem))
        else:
            there.append(book)
    return there, failed


def index(places: Iterable[Path]) -> dict[str, Place]:
    """Which runbooks there are, by name, and where; only files of several runbooks are read whole."""
    own: dict[str, Place] = {}
    wanted: list[tuple[str, Place]] = []
    for place in files(places):
        if place.path.suffix.lower() in YAML:
            if name := _own_name(place.path):
                own.setdefault(name, place)
        else:
            wanted += [
                (name, msgspec.structs.replace(place, number=number)) for number, name in enumerate(_names(place))
            ]
    names = unique([(name, place.inside) for name, place in wanted], own)
    return own | {name: place for name, (_, place) in zip(names, wanted, strict=True)}


def load(name: str, place: Place) -> Runbook:
    """The runbook that the index calls `name`; BadFile where it cannot be read."""
    return msgspec.structs.replace(_read(place).runbooks[place.number], name=name)


def read_named(path: Path, part: str = "") -> Runbook:
    """The runbook of a file; `part`: which, in a file of several, by its name or alert. Refused says what there is."""
    books = _read(files([path])[0]).runbooks
    if part:
        wanted = part.casefold()
        for book in books:
            if wanted in (book.name, *(alert.casefold() for alert in book.alerts)):
                return book
        raise unknown("runbook", part, [book.name for book in books])
    if len(books) > 1:
        shown = ", ".join(book.source.partition("#")[2] or book.name for book in books[1:6])
        raise Refused(
            f"{path.name} holds {len(books)} runbooks.", hint=f"Say which: {path.name}#PART; there is {shown}, …"
        )
    return books[0]


def find(name: str, folders: Sequence[Path] = ()) -> Runbook | None:
    """The runbook that a name means: a file (`wiki/a.md`, `alerts.md#DiskFull`, `a.yaml`), else one in the folders.

    None where it means neither; BadFile, or Refused, where it means a file and the file is no help.
    """
    whole, (file, _, part) = at_home(Path(name)), name.partition("#")
    if whole.suffix.lower() in YAML:
        return read_runbook(whole)
    if is_markdown(whole):
        return read_named(whole)
    if is_markdown(path := at_home(Path(file))):
        return read_named(path, part)
    return among(name, folders)


def among(name: str, folders: Sequence[Path]) -> Runbook | None:
    """The runbook that the folders call so; whatever the name looks like, no other file is touched."""
    place = index(folders).get(name) if folders else None
    return load(name, place) if place else None


def is_markdown(path: Path) -> bool:
    """Whether a file counts as Markdown by its name."""
    return path.suffix.lower() in MARKDOWN


def _below(folder: Path, failed: list[Problem], checked: bool) -> Iterator[Path]:
    """The files of runbooks below a folder; hidden folders and other tools' are left out."""

    def fail(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename or folder))
        failed.append(Problem(written(path), 1, "", f"the folder cannot be read: {error.strerror}"))

    for root, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _FOREIGN)
        for name in names:
            path = Path(root, name)
            given = checked and path.parent == folder and path.suffix.lower() in YAML
            if given or (not name.startswith(".") and _counts(path)):
                yield path


def _counts(path: Path) -> bool:
    """Whether a file of a folder is a runbook: Markdown, YAML that says so, or Markdown without its extension.

    YAML that cannot be read counts: it may be one, so its reader says what is wrong with it.
    """
    if is_markdown(path):
        return True
    if path.suffix.lower() in YAML:
        try:
            return _is_ours(_yaml(path))
        except Unreadable:
            return True
    if path.suffix:
        return False
    head = _head(path)
    return b"\0" not in head and bool(_TITLED.match(head)) and bool(_MARKED.search(head))


def _yaml(path: Path) -> bytes:
    """A YAML file as far as it may go, without its byte order mark; Unreadable."""
    return contents(path, LARGEST).removeprefix(b"\xef\xbb\xbf")


def _is_ours(data: bytes) -> bool:
    """Whether YAML says that it is a runbook, by a field of that name: whatever its value is, it has to be read."""
    return bool(_OURS.search(data) or _INLINE.match(data))


def _own_name(path: Path) -> str:
    """The name that a YAML runbook gives itself, "" where the file is something else or the name is none."""
    try:
        data = _yaml(path)
    except Unreadable:
        return ""
    if (found := _OURS.search(data)) and (name := _NAME.match(data, found.end())):
        return name.group(2).decode()
    try:
        tree = parse("", data) if _is_ours(data) else None
    except BadFile:
        return ""
    _, node = tree.fields.get("runbook", (0, None)) if isinstance(tree, Mapping) else (0, None)
    return node.text.strip() if isinstance(node, Scalar) else ""


def _names(place: Place) -> list[str]:
    """The names that a Markdown file's runbooks want."""
    stem = place.path.stem if is_markdown(place.path) else place.path.name
    try:
        if len(_ALERTS.findall(contents(place.path, LARGEST_MARKDOWN + 1))) > 1:
            return [book.name for book in _read(place).runbooks]
    except (Unreadable, BadFile):
        return []
    return [slug(stem)]


def _head(path: Path, size: int = _HEAD) -> bytes:
    """How a file begins; b"" where it is none, or cannot be read."""
    try:
        return contents(path, size)
    except Unreadable:
        return b""


def _read(place: Place) -> Imported:
    """The runbooks of a file; what is their `source` is the file's path inside the library."""
    if place.path.suffix.lower() in YAML:
        return Imported((read_runbook(place.path, place.label),), Coverage())
    found = read_markdown(place.path, place.label)
    source = written(PurePath(*place.inside.parts[1:]) if len(place.inside.parts) > 1 else place.inside)
    books = (
        msgspec.structs.replace(book, source=source + book.source.removeprefix(place.label)) for book in found.runbooks
    )
    return msgspec.structs.replace(found, runbooks=tuple(books))


def _write(path: Path, data: bytes) -> str:
    """Write a new file; why it could not be, or ""."""
    if len(data) > LARGEST:
        return f"would be larger than {LARGEST // 1024} KiB; use the Markdown as it is, or split it"
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        return "" if _head(path, len(data) + 1) == data else "there is another file of that name; it was left alone"
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    return ""


def _named(found: Sequence[tuple[Place, Imported]], failed: list[Problem]) -> list[Runbook]:
    """All runbooks under names of their own. A YAML runbook keeps its name; one whose name is taken has failed."""
    own: dict[str, Runbook] = {}
    wanted: list[tuple[Place, Runbook]] = []
    for place, imported in found:
        for book in imported.runbooks:
            if place.path.suffix.lower() not in YAML:
                wanted.append((place, book))
            elif book.name in own:
                failed.append(Problem(place.label, 1, "runbook", f'"{book.name}" is already the name of another file'))
            else:
                own[book.name] = book
    names = unique([(book.name, place.inside) for place, book in wanted], own)
    return [
        *own.values(),
        *(msgspec.structs.replace(book, name=name) for name, (_, book) in zip(names, wanted, strict=True)),
    ]


def written(path: PurePath) -> str:
    """A path as text that can be shown and stored, whatever its bytes are."""
    return visible(os.fsencode(path).decode(errors="replace"))
