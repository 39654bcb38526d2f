"""Typed reading of the fields of a YAML mapping.

An accessor that meets something wrong notes a `Problem` and returns an empty value, so that one reading finds
all the problems of a file. What has been asked for is what is valid: `close` reports every other field.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from warroom.domain.errors import Refused
from warroom.domain.moments import read_duration
from warroom.domain.text import one_line
from warroom.playbook.document import BadFile, Mapping, Node, Problem, Scalar, Sequence, load

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
NAMES = 'lower-case letters, digits, ".", "_" and "-"'
"What names are made of, in words."
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_LONGEST_SCALAR = 64
_LONGEST_SPAN = timedelta(days=366)
_LISTED = 12


class Fields:
    """The fields of one mapping, found at `path` ("" = the whole file). Problems go to `sink`."""

    def __init__(self, node: Mapping, file: str, path: str, sink: list[Problem]) -> None:
        self.line = node.line
        self._node = node
        self._file = file
        self._path = path
        self._sink = sink
        self._asked: set[str] = set()

    def into(self, sink: list[Problem]) -> "Fields":
        """The same fields, with problems going elsewhere from here on."""
        self._sink = sink
        return self

    def problem(self, field: str, text: str, line: int | None = None) -> None:
        """Note a problem with a field ("" = the mapping itself), on its line unless another is given."""
        at = line or self._node.fields.get(field, (self.line, None))[0]
        self._sink.append(Problem(self._file, at, self._at(field), text))

    def line_of(self, field: str) -> int:
        """The line on which a field stands; that of the mapping if it is missing."""
        return self._node.fields.get(field, (self.line, None))[0]

    def close(self) -> None:
        """Report every field that nobody asked for, with the nearest valid one."""
        for name in self._node.fields:
            if name not in self._asked:
                self.problem(name, f"there is no such field{nearest(name, sorted(self._asked))}")

    # One value.

    def text(self, field: str, *, required: bool = False, longest: int = 8192, lines: bool = False) -> str:
        """A text; one line of it unless `lines`. "" where it is missing."""
        scalar = self._scalar(field, required)
        if scalar is None:
            return ""
        return self._text(field, scalar, longest, lines)

    def name(self, field: str, *, required: bool = True) -> str:
        """A name: lower-case letters, digits, `.`, `_` and `-`."""
        text = self.text(field, required=required)
        if text and not is_name(text):
            self.problem(field, f'"{_short(text)}" is not a name of {NAMES}')
            return ""
        return text

    def choice(self, field: str, words: Collection[str], *, default: str = "", required: bool = False) -> str:
        """One of `words`; `default` where it is missing."""
        scalar = self._scalar(field, required)
        if scalar is None:
            return default
        if scalar.text not in words:
            text = f'"{_short(scalar.text)}" is not valid here{nearest(scalar.text, words)}'
            self.problem(field, text, scalar.line)
            return default
        return scalar.text

    def integer(self, field: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number from `low` to `high`."""

        def read(text: str) -> int:
            number = int(text) if _WHOLE.fullmatch(text) else high + 1
            if not low <= number <= high:
                raise ValueError(text)
            return number

        return self.read(field, read, f"a whole number from {low} to {high}", required=required)

    def number(self, field: str, low: float, high: float, *, required: bool = False) -> float | None:
        """A number from `low` to `high`."""

        def read(text: str) -> float:
            number = float(text) if _DECIMAL.fullmatch(text) else high + 1
            if not low <= number <= high:
                raise ValueError(text)
            return number

        return self.read(field, read, f"a number from {low:g} to {high:g}", required=required)

    def boolean(self, field: str) -> bool:
        """`true` or `false`; false where it is missing."""
        return self.choice(field, ("true", "false"), default="false") == "true"

    def duration(self, field: str, *, required: bool = False) -> timedelta | None:
        """A duration such as `90s`, `5m`, `1h30m`, `2d`, up to a year."""

        def read(text: str) -> timedelta:
            if (span := read_duration(text)) > _LONGEST_SPAN:
                raise ValueError(text)
            return span

        return self.read(field, read, "a duration up to a year such as 90s, 5m, 1h30m or 2d", required=required)

    def date(self, field: str, *, required: bool = False) -> date | None:
        """A date such as `2026-10-01`."""
        return self.read(field, read_date, "a date such as 2026-10-01", required=required)

    def moment(self, field: str, *, required: bool = False) -> datetime | None:
        """A moment in ISO 8601 with its zone, in UTC."""
        return self.read(
            field, read_moment, "a moment with its time zone such as 2026-10-01T14:05:00Z", required=required
        )

    def read(self, field: str, reader: Callable[[str], T], valid: str, *, required: bool = False) -> T | None:
        """What `reader` makes of a field's text. It raises ValueError or Refused for what is not `valid`."""
        scalar = self._scalar(field, required)
        if scalar is None:
            return None
        try:
            if len(scalar.text) > _LONGEST_SCALAR:
                raise ValueError(scalar.text)
            return reader(scalar.text)
        except (ValueError, Refused):
            self.problem(field, f'"{_short(scalar.text)}" is not {valid}', scalar.line)
            return None

    # Several.

    def texts(self, field: str, *, longest: int = 500) -> tuple[str, ...]:
        """A list of texts of one line."""
        return tuple(text for text, _ in self._texts(field, longest))

    def names(self, field: str, what: str, among: Collection[str] | None, *, repeated: bool = False) -> tuple[str, ...]:
        """A list of names of `what` (such as "service"), `among` those that exist if known, each once or `repeated`."""
        found: list[str] = []
        for text, line in self._texts(field, 64):
            if among is not None and text not in among:
                self.problem(field, f'no {what} is called "{_short(text)}"{nearest(text, among)}', line)
            elif text in found and not repeated:
                self.problem(field, f'"{text}" is listed twice', line)
            else:
                found.append(text)
        return tuple(found)

    def words(self, field: str, *, longest: int = 4096) -> tuple[str, ...]:
        """A list of texts exactly as they are written, blanks and lines included: the arguments of a command."""
        found = []
        for index, item in enumerate(self._items(field, required=True)):
            at = f"{field}[{index}]"
            if not isinstance(item, Scalar) or item.null:
                self.problem(at, "must be one word", item.line)
            elif len(item.text) > longest:
                self.problem(at, f"is longer than {longest} characters", item.line)
            else:
                found.append(item.text)
        return tuple(found)

    def pairs(self, field: str) -> list[tuple[str, str, int]]:
        """A list of pairs `[a, b]`, each with its line."""
        found = []
        for index, item in enumerate(self._items(field, required=False)):
            parts = item.items if isinstance(item, Sequence) else ()
            texts = [part.text for part in parts if isinstance(part, Scalar) and part.text]
            if len(texts) == len(parts) == 2:
                found.append((texts[0], texts[1], item.line))
            else:
                self.problem(f"{field}[{index}]", "must be a pair such as [a, b]", item.line)
        return found

    def maps(self, field: str, *, required: bool = False) -> list["Fields"]:
        """A list of mappings. A required one has at least one row."""
        rows: list[Fields] = []
        for index, item in enumerate(self._items(field, required)):
            at = f"{field}[{index}]"
            if isinstance(item, Mapping):
                rows.append(Fields(item, self._file, self._at(at), self._sink))
            else:
                self.problem(at, "must be a mapping of fields", item.line)
        return rows

    def map(self, field: str) -> "Fields | None":
        """A mapping; None where it is missing."""
        node = self._ask(field, required=False)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.problem(field, "must be a mapping of fields", node.line)
            return None
        return Fields(node, self._file, self._at(field), self._sink)

    # How.

    def shape(self, field: str) -> str:
        """What stands in a field: "single value", "list" or "mapping"; "" where the field is not there at all."""
        self._asked.add(field)
        found = self._node.fields.get(field)
        return _kind(found[1]) if found else ""

    def empty(self, field: str) -> bool:
        """Whether a field is there and nothing stands in it."""
        _, node = self._node.fields.get(field, (0, None))
        return isinstance(node, Scalar) and node.null

    def _at(self, field: str) -> str:
        return f"{self._path}.{field}" if self._path and field else self._path or field

    def _ask(self, field: str, required: bool) -> Node | None:
        self._asked.add(field)
        _, node = self._node.fields.get(field, (0, None))
        if node is None or (isinstance(node, Scalar) and node.null):
            if required:
                self.problem(field, "is missing")
            return None
        return node

    def _scalar(self, field: str, required: bool) -> Scalar | None:
        node = self._ask(field, required)
        if isinstance(node, Sequence | Mapping):
            self.problem(field, f"must be one value, not a {_kind(node)}", node.line)
            return None
        if node is not None and not node.text.strip():
            self.problem(field, "must not be empty", node.line)
            return None
        return node

    def _text(self, field: str, scalar: Scalar, longest: int, lines: bool) -> str:
        text = block(scalar.text) if lines else scalar.text.strip()
        if len(text) > longest:
            self.problem(field, f"is longer than {longest} characters", scalar.line)
            return ""
        if not lines and "\n" in text:
            self.problem(field, "must be one line", scalar.line)
            return ""
        return text

    def _texts(self, field: str, longest: int) -> list[tuple[str, int]]:
        found = []
        for index, item in enumerate(self._items(field, required=False)):
            at = f"{field}[{index}]"
            if not isinstance(item, Scalar):
                self.problem(at, f"must be one value, not a {_kind(item)}", item.line)
            elif item.null or not item.text.strip():
                self.problem(at, "must not be empty", item.line)
            elif text := self._text(at, item, longest, lines=False):
                found.append((text, item.line))
        return found

    def _items(self, field: str, required: bool) -> tuple[Node, ...]:
        node = self._ask(field, required)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self.problem(field, f"must be a list, not a {_kind(node)}", node.line)
            return ()
        if required and not node.items:
            self.problem(field, "must have at least one row", node.line)
        return node.items


def open_file(path: Path, sink: list[Problem], file: str = "") -> Fields | None:
    """The fields of a file, which problems call `file`, else by its bare name.

    What is wrong with it goes to `sink`; None where nothing of it can be used.
    """
    try:
        node = load(path, file)
    except BadFile as bad:
        sink.extend(bad.problems)
        return None
    return fields_of(node, file or path.name, sink)


def fields_of(node: Node, file: str, sink: list[Problem]) -> Fields | None:
    """The fields of a file's tree; None, and a problem, where it has none."""
    if not isinstance(node, Mapping):
        sink.append(Problem(file, node.line, "", f"must be a mapping of fields, not a {_kind(node)}"))
        return None
    return Fields(node, file, "", sink)


def check(problems: list[Problem]) -> None:
    """Raise BadFile if there are problems: file by file, each in the order of its lines."""
    if problems:
        order = list(dict.fromkeys(problem.file for problem in problems))
        raise BadFile(sorted(problems, key=lambda problem: (order.index(problem.file), problem.line)))


def nearest(word: str, words: Iterable[str], *, listed: bool = True) -> str:
    """The end of a problem's text: `; did you mean "x"?`, else what is valid (if `listed`), else nothing."""
    known = {each.lower(): each for each in words}
    near = get_close_matches(word[:64].lower(), known, n=1, cutoff=0.5)
    if near:
        return f'; did you mean "{known[near[0]]}"?'
    shown = list(known.values())[:_LISTED] if listed else []
    return f"; valid: {', '.join(shown)}{', …' if len(known) > _LISTED else ''}" if shown else ""


def is_name(text: str) -> bool:
    """Whether a text can be a name."""
    return bool(_NAME.fullmatch(text))


def block(text: str) -> str:
    """A text of several lines without blank ones around it; its first line keeps its indentation."""
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and not lines[0].strip():
        del lines[0]
    return "\n".join(lines) if len(lines) > 1 else lines[0].strip()


def read_date(text: str) -> date:
    """`2026-10-01` as a date between 1970 and 2999; ValueError for anything else."""
    if not _DATE.fullmatch(text) or not 1970 <= (found := date.fromisoformat(text)).year < 3000:
        raise ValueError(text)
    return found


def read_moment(text: str) -> datetime:
    """ISO 8601 with a zone as a moment in UTC, after 1970 and before 2999; ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1970 < moment.year < 2999:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _kind(node: Node) -> str:
    match node:
        case Scalar():
            return "single value"
        case Sequence():
            return "list"
        case Mapping():
            return "mapping"


def _short(text: str) -> str:
    return one_line(text, 60)
