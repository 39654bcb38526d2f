"""One YAML file as a tree that knows where everything stands.

Only plain data gets through: one document of at most 256 KiB and 32 levels, in UTF-8, without anchors,
aliases, tags, repeated fields or hidden characters. The tree is built from the parser's events and not by a
loader: the fast loader resolves aliases where no hook can stop it, and scalars are to stay text until a field
says what it wants (so `no` can be a name, and 1e3 is never a number by accident).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import yaml

from warroom.domain.errors import Refused
from warroom.domain.text import PICTURES
from warroom.playbook.paths import Unreadable, contents

LARGEST = 256 * 1024
DEEPEST = 32
_SHOWN = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HIDDEN = re.compile("[" + "".join(map(re.escape, map(chr, PICTURES.keys() - {0x09, 0x0A, 0x0D}))) + "]")
_NULL = ("", "~", "null", "Null", "NULL")


class Problem(msgspec.Struct, frozen=True):
    """What is wrong in a file, and where: `services.yaml:14: services[3].tier: is …`."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        """The problem as one line."""
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.field, self.text) if part)


class BadFile(Refused):
    """Files that cannot be used; nothing of them was taken over. `problems`: all, file by file."""

    code = "bad-file"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"… and {len(self.problems) - _SHOWN} more.")
        super().__init__("\n".join(shown), hint="Correct this and try again; nothing was changed.")


class Scalar(msgspec.Struct, frozen=True):
    """One value, as it is written; `null` where nothing is."""

    line: int
    text: str
    null: bool = False


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    line: int
    items: tuple["Node", ...]


class Mapping(msgspec.Struct, frozen=True):
    """Named fields, in the order of the file: name -> (line of the name, value)."""

    line: int
    fields: dict[str, tuple[int, "Node"]]


Node = Scalar | Sequence | Mapping


def load(path: Path, file: str = "") -> Node:
    """The tree of a file, which problems call `file` (else by its bare name); BadFile if it cannot be read."""
    name = file or path.name
    try:
        data = contents(path, LARGEST + 1)
    except Unreadable as why:
        raise BadFile([Problem(name, 1, "", str(why))]) from None
    return parse(name, data)


def parse(file: str, data: bytes) -> Node:
    """The tree of the bytes of a file, which problems call `file`; BadFile with all that is wrong with it."""
    text = _text(file, data)
    composer = _Composer(file, yaml.parse(text, Loader=_LOADER))
    try:
        tree = composer.document()
    except yaml.YAMLError as error:
        raise BadFile([*composer.problems, _syntax(file, text, error)]) from None
    except (ValueError, OverflowError):  # the parser without C trips over absurd escapes and version numbers
        raise BadFile([*composer.problems, Problem(file, 1, "", "this is not YAML")]) from None
    if composer.problems:
        raise BadFile(composer.problems)
    return tree


def _text(file: str, data: bytes) -> str:
    if len(data) > LARGEST:
        raise BadFile([Problem(file, 1, "", f"the file is larger than {LARGEST // 1024} KiB")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(file, line, "", "this is not text in UTF-8")]) from None
    if found := _HIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadFile([Problem(file, line, "", _hidden(found.group()))])
    return text


def _hidden(character: str) -> str:
    return f"there is a hidden character (U+{ord(character):04X}); leave it out"


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Problem:
    """Where the parser gave up. What is missing at the end is told of the last line that says something."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "it cannot be parsed"
    last = text.rstrip().count("\n")
    return Problem(file, min(mark.line, last) + 1 if mark else 1, "", f"this is not YAML: {what}")


class _Composer:
    """Builds the tree from the parser's events; goes on after a problem where it can, to find the others."""

    def __init__(self, file: str, events: Iterator[yaml.Event]) -> None:
        self.file = file
        self.events = events
        self.problems: list[Problem] = []

    def document(self) -> Node:
        """The only document of the file."""
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise BadFile([Problem(self.file, 1, "", "the file is empty")])
        tree = self.node(next(self.events), "", 1)
        next(self.events)
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            self.add(_line(after), "", "a second document begins here; a file holds one")
        return tree

    def node(self, event: yaml.Event, path: str, depth: int) -> Node:
        """The tree that begins with this event."""
        line = _line(event)
        if depth > DEEPEST:
            self.add(line, path, f"is nested deeper than {DEEPEST} levels")
            raise BadFile(self.problems)
        if isinstance(event, yaml.AliasEvent):
            self.add(line, path, "aliases are not allowed; write the value out")
            return Scalar(line, "", null=True)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self.add(line, path, "anchors are not allowed; leave it out")
        if event.tag is not None:
            self.add(line, path, "tags are not allowed; leave it out")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(line, path, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(line, path, depth)
        assert isinstance(event, yaml.ScalarEvent)
        return self.scalar(event, line, path)

    def scalar(self, event: yaml.ScalarEvent, line: int, path: str) -> Scalar:
        """A value. Between double quotes an escape can smuggle in what the text itself did not contain."""
        text: str = event.value
        if event.style == '"' and (found := _HIDDEN.search(text)):
            self.add(line, path, _hidden(found.group()))
        return Scalar(line, text, null=not event.style and text in _NULL)

    def sequence(self, line: int, path: str, depth: int) -> Sequence:
        """A list, up to its end."""
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, f"{path}[{len(items)}]", depth + 1))
        return Sequence(line, tuple(items))

    def mapping(self, line: int, path: str, depth: int) -> Mapping:
        """Named fields, up to their end."""
        fields: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = _line(event)
            key = self.node(event, path, depth + 1)
            name = key.text if isinstance(key, Scalar) else "?"
            inner = f"{path}.{name}" if path else name
            value = self.node(next(self.events), inner, depth + 1)
            if not isinstance(key, Scalar):
                self.add(at, path, "the name of a field must be plain text")
            elif name in fields:
                self.add(at, inner, f"is given twice, first on line {fields[name][0]}")
            else:
                fields[name] = (at, value)
        return Mapping(line, fields)

    def add(self, line: int, field: str, text: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, line, field, text))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
