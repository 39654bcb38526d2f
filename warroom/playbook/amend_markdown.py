"""Changes in the text of a runbook's Markdown (see `amend`): an item more in a list, a comment in a step's item.

Markdown has no place for an expected time. Only steps that are items of a list can be changed, for there it is plain
where one ends.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from warroom.domain.feedback import Suggestion
from warroom.domain.runbook import Runbook, Step, walk
from warroom.playbook.amend import LeftOut, Try, find, fitting, remark
from warroom.playbook.document import BadFile
from warroom.playbook.location import in_markdown
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.blocks import Block, parse
from warroom.playbook.markdown.front import read_front
from warroom.playbook.markdown.lines import MARKER, untabbed
from warroom.playbook.markdown.reader import read_text
from warroom.playbook.markdown.source import source_of

_BOX = re.compile(r"\[[ xX]\][ \t]+")
_NUMBER = re.compile(r"(\d+)([.)])")
_SIGNS = re.compile(r"([\\*_\[\]<>&~{])")


class _Item(msgspec.Struct, frozen=True):
    """A step's item: its lines (from `start`, before `end`, without blank ones at the end), counted from 0.

    `margin`: the columns that its text is indented by; `behind`: other places behind which the next item may stand.
    """

    start: int
    end: int
    margin: int
    loose: bool
    behind: tuple[int, ...] = ()


def change(file: str, part: str) -> Try:
    """What changes the text of that file; `part`: the alert whose runbook is meant, "" = the file's own."""

    def changed(text: str, suggestion: Suggestion) -> str:
        books = _read(file, text)
        place = next((n for n, book in enumerate(books) if book.source.partition("#")[2] == part), None)
        if place is None:
            raise LeftOut("the file has no such runbook any more")
        step = find(books[place], suggestion)
        if suggestion.expected is not None:
            raise LeftOut("Markdown has no place for an expected time; write the runbook as YAML to keep it")
        if suggestion.added and any(fitting(suggestion.added).title == each.title for _, each in walk(books[place])):
            raise LeftOut("the file has a step of that title already")
        lines = text.split("\n")
        item = _item(lines, in_markdown([line.rstrip("\r") for line in lines], books[place]).get(step))
        if suggestion.remark and f"<!-- {_comment(suggestion)} -->" in "\n".join(lines[item.start : item.end]):
            return text
        for made, wanted in _tries(lines, item, suggestion):
            after = _read(file, made)
            if len(after) == len(books) and all(
                _same(old, new, step, wanted) if n == place else old == new
                for n, (old, new) in enumerate(zip(books, after, strict=True))
            ):
                return made
        raise LeftOut("the file is written in a way that it cannot be changed in safely")

    return changed


def _read(file: str, text: str) -> tuple[Runbook, ...]:
    try:
        return read_text(source_of(file, text.encode())).runbooks
    except BadFile as bad:
        raise LeftOut(bad.problems[0].text) from None


def _tries(lines: Sequence[str], item: _Item, suggestion: Suggestion) -> Iterator[tuple[str, Step | None]]:
    """Ways to write a suggestion, the plainest first, and the step that comes of it; None = a remark."""
    end = "\r" if lines[item.start].endswith("\r") else ""
    indent = " " * item.margin
    if suggestion.added is None:
        at = _paragraph_end(lines, item)
        yield _with(lines, at, ["", f"{indent}<!-- {_comment(suggestion)} -->"], end), None
        return
    added = fitting(suggestion.added)
    for title in (added.title, _SIGNS.sub(r"\\\1", added.title)):
        for at in (item.end, *item.behind):
            yield _with(lines, at, _new_item(lines[item.start], item, title, added), end), added


def _with(lines: Sequence[str], at: int, new: Sequence[str], end: str) -> str:
    return "\n".join([*lines[:at], *(f"{line}{end}" for line in new), *lines[at:]])


def _same(old: Runbook, new: Runbook, step: str, added: Step | None) -> bool:
    """Whether a runbook is the same but for a step more behind one, or but for a remark in one step's detail."""
    phase, place = (int(part) for part in step.split(".")[:2])
    if len(old.phases) != len(new.phases):
        return False
    for number, (before, after) in enumerate(zip(old.phases, new.phases, strict=True), 1):
        steps = list(after.steps)
        if number == phase and added is not None:
            found = steps.pop(place) if len(steps) > place else None
            if found is None or not inline.same(added.title, found.title) or found.command != added.command:
                return False
        elif number == phase and len(steps) == len(before.steps):
            steps[place - 1] = msgspec.structs.replace(steps[place - 1], detail=before.steps[place - 1].detail)
        if before.name != after.name or tuple(steps) != before.steps:
            return False
    return True


def _item(lines: Sequence[str], line: int | None) -> _Item:
    """The item that begins on a line (from 1)."""
    if line is None:
        raise LeftOut("the place of the step in the file cannot be found")
    bare = [each.rstrip("\r") for each in lines]
    front = read_front(bare).end
    blocks = parse([""] * front + bare[front:]).blocks
    for number, block in enumerate(blocks):
        for start, end in block.items:
            found = MARKER.match(untabbed(bare[start]))
            if start == line - 1 and found:
                while not bare[end - 1].strip():
                    end -= 1
                margin = found.end() if found.group(3) else found.end() + 1
                return _Item(start, end, margin, _is_loose(bare, block), _codes_behind(blocks[number:], block, start))
    raise LeftOut("the step is no item of a list in the file, so it is not plain where another may stand")


def _is_loose(lines: Sequence[str], block: Block) -> bool:
    """Whether blank lines stand between the items."""
    return any(not lines[end - 1].strip() for _, end in block.items[:-1])


def _codes_behind(blocks: Sequence[Block], block: Block, start: int) -> tuple[int, ...]:
    """The ends of the code below a list, which belongs to its last item."""
    if start != block.items[-1][0]:
        return ()
    found = []
    for each in blocks[1:]:
        if each.kind != "code":
            break
        found.append(each.end)
    return tuple(reversed(found))


def _paragraph_end(lines: Sequence[str], item: _Item) -> int:
    at = item.start + 1
    while at < item.end and (line := lines[at].strip()) and not (MARKER.match(line) or line.startswith(("```", "~~~"))):
        at += 1
    return at


def _new_item(first: str, item: _Item, title: str, added: Step) -> list[str]:
    """The lines of an item like the one that begins with this line."""
    found = MARKER.match(untabbed(first))
    assert found is not None  # an item begins so
    lead, mark = found.group(1), found.group(2)
    if number := _NUMBER.fullmatch(mark):
        mark = f"{int(number.group(1)) + 1}{number.group(2)}"
    box = "[ ] " if _BOX.match(untabbed(first)[found.end() :]) else ""
    margin = len(lead) + len(mark) + 1
    lines = [""] * item.loose + [f"{lead}{mark} {box}{title}"]
    for text in filter(None, (added.detail,)):
        lines += ["", *_indented(text.split("\n"), margin)]
    if added.command:
        fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", added.command)), default=0))
        lines += ["", *_indented([fence, *added.command.split("\n"), fence], margin)]
    return lines


def _indented(lines: Sequence[str], margin: int) -> list[str]:
    return [f"{' ' * margin}{line}" if line else "" for line in lines]


def _comment(suggestion: Suggestion) -> str:
    """A remark that no sign in it can end."""
    return re.sub(r"-{2,}>?|>", "·", remark(suggestion))
