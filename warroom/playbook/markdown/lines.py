"""Lines of a Markdown file: where their text begins, and what marks them as items."""

import re
from collections.abc import Sequence

MARKER = re.compile(r"([ \t]*)([-+*]|\d{1,9}[.)])(?:([ \t]+)|$)")
"What an item of a list begins with."
ROW = re.compile(r"\s*\|")
"What a row of a table begins with."


def dedented(lines: Sequence[str]) -> list[str]:
    """The lines without the indentation that all of them have; tabs at their beginning are four columns wide."""
    spread = [untabbed(line) for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in spread if line.strip()), default=0)
    return [line[margin:] if line.strip() else "" for line in spread]


def untabbed(line: str) -> str:
    """The line with the tabs of its indentation as blanks."""
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(4) + body


def paragraph(lines: Sequence[str]) -> str:
    """The first paragraph of lines, as one; of a table, the cells of its first row."""
    kept: list[str] = []
    for line in lines:
        text = line.strip()
        if ROW.match(line) and not kept:
            return ", ".join(cell.strip() for cell in text.strip("|").split("|"))
        if kept and (not text or ROW.match(line)):
            break
        kept += [text] if text else []
    return " ".join(kept)
