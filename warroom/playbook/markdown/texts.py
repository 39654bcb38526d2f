"""Lines of Markdown as the plain text of a step: code taken out or set apart, everything else as people read it."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from warroom.playbook.fields import block
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.blocks import Code
from warroom.playbook.markdown.lines import MARKER, ROW, dedented, untabbed

_BOX = re.compile(r"\[[ xX]\](?:\s+|$)")
_PROMPT = re.compile(r"\s*(?:[\w.@:~/-]{1,60}\s?)?\$ (?=\S)")
_BARE = re.compile(r"\s*\$ ")
_RULE = re.compile(r"[|:\s-]+")
_BLANKS = re.compile(r"(?<=\S) {2,}")
_DASHES = re.compile(r"-{4,}")
_LANGUAGE = re.compile(r"[\w.+#-]*")
_NAME = re.compile(r'"?name"?\s*[:=]\s*"?([^",}\s]{1,60})')
_SET_APART = "    "


class Script(msgspec.Struct, frozen=True):
    """Code as a step has it: what is copied, and what is kept of the rest, in words. `name`: a title given to it."""

    command: str
    kept: str = ""
    name: str = ""


def item_lines(lines: Sequence[str], start: int, end: int) -> list[str]:
    """The lines of a list's item, without its marker, its check-box and the indentation that the marker asks for."""
    first = untabbed(lines[start])
    found = MARKER.match(first)
    if found is None:
        return dedented(lines[start:end])
    blanks = found.group(3) or ""
    wide = len(blanks.expandtabs(4)) > 4  # the item begins with indented code
    margin = found.end() - len(blanks) + (1 if wide or not blanks else len(blanks))
    rest = []
    for line in map(untabbed, lines[start + 1 : end]):
        indent = len(line) - len(line.lstrip())
        rest.append(line[min(margin, indent) :])
    text = first[found.end() :]
    box = _BOX.match(text)
    return [text[box.end() :] if box else text, *rest]


def prose(lines: Iterable[str]) -> str:
    """Lines as plain text: markup gone, tables squeezed, at most one blank line at a time, indentation as it is."""
    found: list[str] = []
    for line in lines:
        text = _squeezed(line) if ROW.match(line) else line
        text = inline.plain(text).rstrip()
        if text or (found and found[-1]):
            found.append(text)
    return "\n".join(found).strip("\n")


def trimmed(text: str) -> str:
    """A text of several lines without blank margins, as a runbook's file keeps it."""
    return block("\n".join(line.rstrip() for line in text.split("\n")))


def with_codes(body: Sequence[str], start: int, codes: Sequence[Code]) -> str:
    """The plain text of lines (the first is number `start`) in order, their code set apart by its indentation."""
    parts: list[str] = []
    reached = 0
    for code in codes:
        at, after = code.start - start, code.end - start
        if at < reached:  # code that stands in other code's lines
            continue
        parts += [prose(body[reached:at]), code_apart(code, _indent(body[at]) if at < len(body) else "")]
        reached = after
    parts.append(prose(body[reached:]))
    return "\n".join(part for part in parts if part.strip())


def code_apart(code: Code, indent: str = "") -> str:
    """Code inside a text: indented, below what its fence says about it."""
    said = [f"{indent}{about(code.info)}"] if about(code.info) else []
    return "\n".join([*said, *(f"{indent}{_SET_APART}{line}".rstrip() for line in code.text.split("\n"))])


def script(code: Code) -> Script:
    """Code as a command: prompts gone. What a prompt says, and the output among the commands, is kept as text."""
    said = about(code.info)
    named = _NAME.search(said)
    name = named.group(1) if named else ""
    lines = code.text.split("\n")
    if not any(_PROMPT.match(line) for line in lines):
        return Script(trimmed("\n".join(dedented(lines))), said, name)
    commands = list(_commands(lines))
    bare = all(_BARE.match(line) for line in lines if _PROMPT.match(line))
    kept = "" if bare and len(commands) == len([line for line in lines if line.strip()]) else code_apart(code)
    return Script(trimmed("\n".join(commands)), kept or said, name)


def about(info: str) -> str:
    """What a fence says besides its language: the attributes of runme and its like; else nothing."""
    return "" if _LANGUAGE.fullmatch(info) else info


def _commands(lines: Sequence[str]) -> Iterator[str]:
    """What was typed at a prompt, with the lines that a backslash carries on."""
    carried = False
    for line in lines:
        found = _PROMPT.match(line)
        if found or carried:
            yield line[found.end() :] if found else line
            carried = line.rstrip().endswith("\\")


def _squeezed(row: str) -> str:
    """A row of a table without its padding."""
    return _DASHES.sub("---", _BLANKS.sub(" ", row)) if _RULE.fullmatch(row) else _BLANKS.sub(" ", row)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
