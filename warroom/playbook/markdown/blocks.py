"""The blocks of a Markdown text, with the lines on which they stand.

Only the block structure is parsed; the text is taken from the source lines themselves, so that nothing can get lost
between the tokens.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from warroom.playbook.markdown.lines import MARKER, dedented

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

T = TypeVar("T", "Block", "Code")

DEEPEST = 100
"Levels of nesting that are told apart; what lies deeper is text of the level above."
_MENDS = 20
_CHAPTER = re.compile(r"#{2,6}[ \t]+\S")


class Code(msgspec.Struct, frozen=True):
    """A fence, or indented code: its lines in the file (from `start`, before `end`) and what stands in it."""

    start: int
    end: int
    text: str
    info: str = ""
    fenced: bool = True
    level: int = 0


class Block(msgspec.Struct, frozen=True):
    """A block at the top level: a heading, a list, code, or prose of any kind.

    `items`: the lines of a list's items; `codes`: the code in it; `number`: what an ordered list begins with, 0 = none.
    `level`: a heading's; `table`: it is one.
    """

    kind: Literal["heading", "list", "code", "prose"]
    start: int
    end: int
    level: int = 0
    text: str = ""
    items: tuple[tuple[int, int], ...] = ()
    codes: tuple[Code, ...] = ()
    number: int = 0
    table: bool = False


class Parsed(msgspec.Struct, frozen=True):
    """The blocks of a text in order; `unclosed`: the lines (from 0) of fences that nothing closes."""

    blocks: tuple[Block, ...]
    unclosed: tuple[int, ...]


class _Gap(msgspec.Struct, frozen=True):
    """The line of a fence that is open, a blank line on which it may end, and what ends it."""

    fence: int
    line: int
    mark: str


def parse(lines: Sequence[str]) -> Parsed:
    """The blocks of the lines. A fence that nothing closes ends before the next chapter, if there is one."""
    mended = list(lines)
    unclosed: list[int] = []
    tokens = _tokens(mended)
    for _ in range(_MENDS):
        gap = next((gap for token in _open(tokens, mended) if (gap := _gap(token, mended))), None)
        if gap is None:
            break
        unclosed.append(gap.fence)
        mended[gap.line] = gap.mark
        tokens = _tokens(mended)
    unclosed += [token.map[0] for token in _open(tokens, mended) if token.map]
    return Parsed(tuple(_blocks(tokens, lines)), tuple(sorted(set(unclosed))))


def _tokens(lines: Sequence[str]) -> "list[Token]":
    return _parser().parse("\n".join(lines))


_made: "list[MarkdownIt]" = []


def _parser() -> "MarkdownIt":
    """Made once, and only where Markdown is read."""
    if not _made:
        from markdown_it import MarkdownIt

        made = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table").disable("reference")
        made.core.ruler.enableOnly(["normalize", "block"])
        _made.append(made)
    return _made[0]


def _open(tokens: "Sequence[Token]", lines: Sequence[str]) -> "list[Token]":
    """The fences whose last line is not their end."""
    found = []
    for token in tokens:
        if token.type == "fence" and token.map:
            start, end = token.map
            last = lines[min(end, len(lines)) - 1].lstrip(" \t>") if end - 1 > start else ""
            if not (last.startswith(token.markup) and not last.strip().strip(token.markup[0])):
                found.append(token)
    return found


def _gap(token: "Token", lines: Sequence[str]) -> _Gap | None:
    """Where an open fence may be closed: on a blank line before a heading that no shell has for a comment."""
    if token.level or not token.map:
        return None
    start, end = token.map
    for line in range(start + 2, min(end, len(lines))):
        if _CHAPTER.match(lines[line]) and not lines[line - 1].strip():
            return _Gap(start, line - 1, token.markup)
    return None


def _blocks(tokens: "Sequence[Token]", lines: Sequence[str]) -> list[Block]:
    found: list[Block] = []
    reached = 0
    place = 0
    while place < len(tokens):
        token = tokens[place]
        last = _closing(tokens, place)
        if token.map:
            start, end = token.map[0], min(token.map[1], len(lines))
            found += _uncovered(lines, reached, start)
            found += _block(tokens[place : last + 1], start, end)
            reached = max(reached, end)
        place = last + 1
    return found + _uncovered(lines, reached, len(lines))


def _closing(tokens: "Sequence[Token]", place: int) -> int:
    """Where the block ends that begins at this token."""
    if tokens[place].nesting != 1:
        return place
    while tokens[place + 1].level:
        place += 1
    return place + 1


def _uncovered(lines: Sequence[str], start: int, end: int) -> list[Block]:
    """Lines that no token has."""
    said = any(line.strip() for line in lines[start:end])
    return [Block("prose", start, end)] if said else []


def _block(tokens: "Sequence[Token]", start: int, end: int) -> list[Block]:
    token = tokens[0]
    match token.type:
        case "hr":
            return []
        case "heading_open":
            return [Block("heading", start, end, int(token.tag[1:]), tokens[1].content)]
        case "code_block" if MARKER.match(token.content):
            return _indented_list(token.content, start)
        case "fence" | "code_block":
            return [Block("code", start, end, codes=(_code(token),))]
        case "bullet_list_open" | "ordered_list_open":
            number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0
            rows = (each for each in tokens if each.type == "list_item_open" and each.level == 1)
            items = tuple((each.map[0], each.map[1]) for each in rows if each.map)
            codes = tuple(_code(each) for each in tokens if each.type in ("fence", "code_block") and each.map)
            return [Block("list", start, end, items=items, codes=codes, number=number)]
        case _:
            return [Block("prose", start, end, table=token.type == "table_open")]


def _indented_list(content: str, start: int) -> list[Block]:
    """A list that is indented so deep that it counts as code: its blocks, as if it were not."""
    lines = dedented(content.rstrip("\n").split("\n"))
    inner = [token for token in _tokens(lines) if token.type != "code_block" or token.level]
    found = []
    for block in _blocks(inner, lines):
        codes = tuple(
            msgspec.structs.replace(each, start=each.start + start, end=each.end + start) for each in block.codes
        )
        items = tuple((first + start, last + start) for first, last in block.items)
        place = {"start": block.start + start, "end": block.end + start}
        found.append(msgspec.structs.replace(block, items=items, codes=codes, **place))
    return found


def _code(token: "Token") -> Code:
    start, end = token.map or (0, 0)
    fenced = token.type == "fence"
    return Code(start, end, token.content.rstrip("\n"), token.info.strip(), fenced, token.level)
