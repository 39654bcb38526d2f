"""Changes in the text of a runbook's YAML (see `amend`): an expected time, a step more, a comment above a step."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import yaml

from warroom.domain.feedback import Suggestion
from warroom.domain.runbook import Runbook, Step, walk
from warroom.playbook.amend import LeftOut, Try, find, fitting, remark, timed
from warroom.playbook.document import BadFile
from warroom.playbook.dumper import written_duration
from warroom.playbook.runbook import parse_runbook
from warroom.playbook.writer import write_step

_BEHIND = ("who", "needs", "run", "steps")
"The fields of a step that stand behind `expected`."


class _Edit(NamedTuple):
    """Characters `start` to `end` of the text become `text`."""

    start: int
    end: int
    text: str


class _Place(NamedTuple):
    """A step in the tree: its own node, the list that it is in, and its place there."""

    node: Any
    rows: Any
    order: int


def change(file: str) -> Try:
    """What changes the text of that file."""

    def changed(text: str, suggestion: Suggestion) -> str:
        book = _read(file, text)
        step = find(book, suggestion)
        tree = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader)
        places = _places(tree)
        if suggestion.added is not None:
            added = fitting(suggestion.added)
            if any(added.title == each.title for _, each in walk(book)):
                raise LeftOut("the file has a step of that title already")
            edits, wanted = _add(text, places, step, added), _with(book, step, added)
        elif suggestion.expected is not None:
            written = written_duration(suggestion.expected)
            edits, wanted = _time(text, places[step], written), _timed(book, step, suggestion)
        else:
            edits, wanted = _comment(text, places[step], remark(suggestion)), book
        shift = len(text) - len(text.removeprefix("\ufeff"))
        made = _applied(text, edits, shift)
        try:
            good = _read(file, made) == wanted
        except BadFile:
            good = False
        if not good:
            raise LeftOut("the file is written in a way that it cannot be changed in safely")
        return made

    return changed


def _read(file: str, text: str) -> Runbook:
    return parse_runbook(file, text.encode())


def _applied(text: str, edits: list[_Edit], shift: int) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start + shift] + edit.text + text[edit.end + shift :]
    return text


# What the runbook is to become.


def _timed(book: Runbook, step: str, suggestion: Suggestion) -> Runbook:
    assert suggestion.expected is not None
    expected = suggestion.expected

    def each(place: str, found: Step) -> Step:
        own = tuple(each(f"{place}.{n}", child) for n, child in enumerate(found.steps, 1))
        found = msgspec.structs.replace(found, steps=own)
        return timed(found, expected) if place == step else found

    return _mapped(book, each)


def _with(book: Runbook, step: str, added: Step) -> Runbook:
    """The runbook with one more step; gates that wait for those behind it go on waiting for the same."""

    def each(place: str, found: Step) -> Step:
        own = tuple(each(f"{place}.{n}", child) for n, child in enumerate(found.steps, 1))
        gate = found.gate
        if gate is not None:
            gate = msgspec.structs.replace(gate, steps=tuple(_moved(wanted, step) for wanted in gate.steps))
        return msgspec.structs.replace(found, steps=own, gate=gate)

    mapped = _mapped(book, each)
    number, index = _numbers(step)
    phase = mapped.phases[number - 1]
    steps = (*phase.steps[:index], added, *phase.steps[index:])
    phases = (*mapped.phases[: number - 1], msgspec.structs.replace(phase, steps=steps), *mapped.phases[number:])
    return msgspec.structs.replace(mapped, phases=phases)


def _mapped(book: Runbook, each: Any) -> Runbook:
    phases = tuple(
        msgspec.structs.replace(phase, steps=tuple(each(f"{p}.{s}", step) for s, step in enumerate(phase.steps, 1)))
        for p, phase in enumerate(book.phases, 1)
    )
    return msgspec.structs.replace(book, phases=phases)


def _moved(step: str, after: str) -> str:
    """What a step is called once there is one more after another: those behind it in its phase count one up."""
    phase, _, rest = step.partition(".")
    place, dot, own = rest.partition(".")
    number, index = _numbers(after)
    return f"{phase}.{int(place) + 1}{dot}{own}" if int(phase) == number and int(place) > index else step


def _numbers(step: str) -> tuple[int, int]:
    """The phase and the place of a step of a phase."""
    phase, _, place = step.partition(".")
    return int(phase), int(place)


# Where things stand in the text. Marks count characters of the text without its byte order mark.


def _places(tree: Any) -> dict[str, _Place]:
    found = {}
    for p, phase in enumerate(_rows(tree, "phases"), 1):
        for s, step in enumerate(_rows(phase, "steps"), 1):
            found[f"{p}.{s}"] = _Place(step, _value(phase, "steps"), s - 1)
            for n, own in enumerate(_rows(step, "steps"), 1):
                found[f"{p}.{s}.{n}"] = _Place(own, _value(step, "steps"), n - 1)
    return found


def _rows(node: Any, field: str) -> Iterator[Any]:
    value = _value(node, field)
    yield from value.value if isinstance(value, yaml.SequenceNode) else ()


def _value(node: Any, field: str) -> Any:
    return next((value for key, value in node.value if key.value == field), None)


def _end(text: str, node: Any) -> int:
    """Where a node's last character is; its end mark may lie behind blank lines and comments."""
    if isinstance(node, yaml.ScalarNode):
        end: int = node.end_mark.index
        return len(text[:end].rstrip()) if node.style in ("|", ">") else end
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return max(_end(text, last[0]), _end(text, last[1])) if isinstance(last, tuple) else _end(text, last)


def _line_end(text: str, index: int) -> int:
    """The end of the line of a character, before what ends it."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if end > index and text[end - 1] == "\r" else end


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# The edits.


def _time(text: str, place: _Place, written: str) -> list[_Edit]:
    """An expected time: in the place of the old one, else behind the fields that come before it."""
    bare = text.removeprefix("\ufeff")
    node = place.node
    old = _value(node, "expected")
    if old is not None:
        return [_Edit(old.start_mark.index, old.end_mark.index, written)]
    if node.flow_style:
        at = max(_end(bare, part) for part in node.value[-1])
        return [_Edit(at, at, f", expected: {written}")]
    names = [key.value for key, _ in node.value]
    behind = next((n for n, name in enumerate(names) if name in _BEHIND), len(names)) or len(names)
    at = _line_end(bare, max(_end(bare, part) for part in node.value[behind - 1]))
    return [_Edit(at, at, f"{_break(text)}{' ' * node.start_mark.column}expected: {written}")]


def _comment(text: str, place: _Place, words: str) -> list[_Edit]:
    """A comment on the line above the one on which a step begins; nothing where it stands there already."""
    bare = text.removeprefix("\ufeff")
    rows, node = place.rows, place.node
    at = _line_start(bare, (rows if rows.flow_style else node).start_mark.index)
    if rows.flow_style:
        line = bare[at : _line_end(bare, at)]
        indent = line[: len(line) - len(line.lstrip(" "))]
    else:
        indent = " " * rows.start_mark.column
        while bare[at : at + len(indent) + 1] != f"{indent}-" and at > rows.start_mark.index:
            at = _line_start(bare, at - 1)
    above = at
    while above and bare[(start := _line_start(bare, above - 1)) : above].lstrip().startswith("#"):
        if bare[start:above].strip() == f"# {words}":
            return []
        above = start
    return [_Edit(at, at, f"{indent}# {words}{_break(text)}")]


def _add(text: str, places: dict[str, _Place], step: str, added: Step) -> list[_Edit]:
    """One more item behind a step, and the new numbers of the steps that gates wait for."""
    bare, eol, place = text.removeprefix("\ufeff"), _break(text), places[step]
    edits = list(_renumbered(bare, places, step))
    if place.rows.flow_style:
        at = _end(bare, place.node)
        return [*edits, _Edit(at, at, f", {write_step(added, flow=True)}")]
    at = _line_end(bare, _end(bare, place.node))
    indent = " " * place.rows.start_mark.column
    lines = [f"{indent}{line}" if line else "" for line in write_step(added).split("\n")]
    gap = [""] if _apart(bare, place, at) else []
    return [*edits, _Edit(at, at, eol + eol.join([*gap, *lines]))]


def _apart(text: str, place: _Place, end: int) -> bool:
    """Whether blank lines stand between the steps of this list."""
    items = place.rows.value
    if place.order + 1 < len(items):
        between = text[end : items[place.order + 1].start_mark.index]
    elif place.order:
        before = items[place.order - 1]
        between = text[_end(text, before) : place.node.start_mark.index]
    else:
        return False
    return any(not line.strip() for line in between.split("\n")[1:-1])


def _renumbered(text: str, places: dict[str, _Place], step: str) -> Iterator[_Edit]:
    for place in places.values():
        needs = _value(place.node, "needs")
        for wanted in _rows(needs, "steps") if needs is not None else ():
            old = wanted.value
            if old in places and (new := _moved(old, step)) != old:
                start, end = wanted.start_mark.index, wanted.end_mark.index
                yield _Edit(start, end, text[start:end].replace(old, new))
