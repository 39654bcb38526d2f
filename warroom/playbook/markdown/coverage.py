"""How much of a file its runbooks represent, found by comparing texts: it knows nothing of how they were made.

A line is represented where its words stand in the runbooks' texts one after the other, as often as in the file. Words
are runs of letters and digits; a line without any (a brace, an emoji) is looked for as it is. A link whose text is its
address says it once. What carries no content is not counted: blank lines, rules, the marks of lists, fences and front
matter.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from warroom.domain.runbook import Runbook

_WORD = re.compile(r"[^\W_]+")
_LEAD = re.compile(r"^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])(?=\s|$)\s*)*(?:\[[ xX]\](?=\s|$))?(?:#{1,6}(?=\s))?")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[\w.+#-]*\s*")
_MARKS = re.compile(r"[\s#>*_=+~`|:.\-\\\[\]]+")
_TWICE = re.compile(r"\[([^\[\]]*)\]\(\1\)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Missing(msgspec.Struct, frozen=True):
    """A line (from 1) of a file that its runbooks do not represent."""

    file: str
    line: int
    text: str


class Coverage(msgspec.Struct, frozen=True):
    """How many lines with content there are, how many of them are represented, and which are not."""

    lines: int = 0
    represented: int = 0
    missing: tuple[Missing, ...] = ()

    @property
    def percent(self) -> float:
        """How much is represented, rounded down to two digits: 100 is all of it."""
        return int(10_000 * self.represented / self.lines) / 100 if self.lines else 100.0


def cover(file: str, lines: Sequence[str], runbooks: Iterable[Runbook]) -> Coverage:
    """What the runbooks of a file represent of its lines."""
    texts = [_unescaped(line) for book in runbooks for text in texts_of(book) for line in text.split("\n")]
    said = _sequence(_WORD.findall(" ".join(texts).casefold()))
    symbols = {_signs(text) for text in texts}
    wanted: Counter[str] = Counter()
    count = represented = 0
    missing = []
    for number, line in enumerate(lines, 1):
        if not has_content(line):
            continue
        count += 1
        if _stands(line, said, symbols, wanted):
            represented += 1
        else:
            missing.append(Missing(file, number, line.strip()[:200]))
    return Coverage(count, represented, tuple(missing))


def together(parts: Iterable[Coverage]) -> Coverage:
    """Several files' coverage as one."""
    found = list(parts)
    missing = tuple(each for part in found for each in part.missing)
    return Coverage(sum(part.lines for part in found), sum(part.represented for part in found), missing)


def has_content(line: str) -> bool:
    """Whether a line says something, apart from marking up others."""
    bare = _LEAD.sub("", _TWICE.sub(r"\1", line), count=1)
    return bool(_signs(bare)) and not _FENCE.fullmatch(bare)


def texts_of(runbook: Runbook) -> Iterator[str]:
    """Every text of a runbook that a reader sees, in order."""
    yield from (runbook.title, runbook.symptom, runbook.summary, runbook.owner)
    for phase in runbook.phases:
        yield phase.name
        for step in phase.steps:
            yield from (step.title, step.detail, step.command)


def _stands(line: str, said: str, symbols: set[str], wanted: Counter[str]) -> bool:
    """Whether a line's words, or its signs, stand in the texts once more than for the same lines before it."""
    bare = _unescaped(_LEAD.sub("", _TWICE.sub(r"\1", line), count=1))
    words = _WORD.findall(bare.casefold())
    if not words:
        return any(_signs(bare) in symbol for symbol in symbols)
    row = _sequence(words)
    wanted[row] += 1
    return said.count(row) >= wanted[row]


def _unescaped(text: str) -> str:
    """A text with the signs that HTML has names for; one may stand in another (`&amp;lt;`)."""
    for _ in range(3):
        if "&" in text:
            text = _ENTITY.sub(lambda found: html.unescape(found.group()) or found.group(), text)
    return text


def _signs(text: str) -> str:
    """A text without blanks and what Markdown marks things up with."""
    return _MARKS.sub("", text)


def _sequence(words: Sequence[str]) -> str:
    """Words so that one sequence is found in another only where whole words are the same."""
    return "".join(f" {word} " for word in words)
