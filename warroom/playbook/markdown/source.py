"""A Markdown file as lines of text that can be shown: what is hidden in it becomes visible, and is warned about."""

import re
from pathlib import Path

import msgspec

from warroom.domain.text import PICTURES
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.paths import Unreadable, contents

LARGEST = 1024 * 1024
_PLACES = PICTURES | dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
_SHOWN = {code: picture for code, picture in _PLACES.items() if code not in (0x09, 0x0A)}
_HIDDEN = re.compile("[" + "".join(map(re.escape, map(chr, _SHOWN))) + "]")


class Source(msgspec.Struct, frozen=True):
    """The lines of a file, without their ends; `warnings`: what was made visible or could not be read, and where."""

    file: str
    lines: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


def read_source(path: Path, file: str = "") -> Source:
    """The text of a file, which problems call `file` (else by its bare name). BadFile where there is none to read."""
    name = file or path.name
    try:
        data = contents(path, LARGEST + 1)
    except Unreadable as why:
        raise BadFile([Problem(name, 1, "", str(why))]) from None
    return source_of(name, data)


def source_of(name: str, data: bytes) -> Source:
    """The text of the bytes of a file."""
    if len(data) > LARGEST:
        raise BadFile([Problem(name, 1, "", f"the file is larger than {LARGEST // 1024} KiB; split it")])
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise BadFile([Problem(name, line, "", "this is not text: there are NUL bytes in it")])
    warnings = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        warnings.append(Problem(name, line, "", "this is not text in UTF-8; what could not be read became �"))
        text = data.decode("utf-8-sig", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _HIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        count = len(_HIDDEN.findall(text))
        more = f", and {count - 1} more in this file" if count > 1 else ""
        what = f"there is a hidden character (U+{ord(found.group()):04X}){more}; it was made visible"
        warnings.append(Problem(name, line, "", what))
        text = shown(text)
    return Source(name, tuple(text.split("\n")), tuple(warnings))


def shown(text: str) -> str:
    """The text with every hidden character but tab and line feed made visible."""
    return text.translate(_SHOWN)
