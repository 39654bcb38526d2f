"""Other people's runbooks, imported: `make corpus DIR=…` prints how much of them comes across, folder by folder.

A folder of past incidents goes to `corpus_past` instead.

What must come across is counted here once more, over the tokens of the Markdown parser, and not with anything that the
importer is made of: every line of code with its indentation aside, and every list item's own first line as it would be
rendered. It fails below 100 % of the files, or 99 % of the code and the items. Times are printed, never judged.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests import corpus_past
from warroom.domain.offers import offers
from warroom.domain.runbook import Runbook
from warroom.playbook import library
from warroom.playbook.document import BadFile
from warroom.playbook.markdown.coverage import Coverage, texts_of, together
from warroom.playbook.markdown.reader import read_markdown
from warroom.playbook.markdown.source import shown

LEAST = 99.0
_SHOWN = 10
_ROW = "{:<46} {:>6} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8}"
_WORD = re.compile(r"[^\W_]+")
_BOX = re.compile(r"^\[[ xX]\]\s")
_ITEM = re.compile(r"^\d+[.)]\s")
_PROMPT = re.compile(r"^\S{0,60}\s?\$ ")
_FRONT = re.compile(r"\A(---|\+\+\+)\n(?:.*\n){0,500}?(?:\1|\.\.\.)[ \t]*$\n?", re.MULTILINE)
_parser = MarkdownIt("commonmark", {"maxNesting": 1000}).enable("table")


class Count(msgspec.Struct):
    """How many there are, and how many were found again; `lost`: some of the others."""

    all: int = 0
    found: int = 0
    lost: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """How much was found, rounded down: 100 is all of it."""
        return int(10_000 * self.found / self.all) / 100 if self.all else 100.0

    def add(self, found: bool, what: str) -> None:
        """Count one."""
        self.all += 1
        self.found += found
        self.lost += () if found else (what,)

    def join(self, other: "Count") -> None:
        """Count another count's."""
        self.all += other.all
        self.found += other.found
        self.lost += other.lost


class Told(msgspec.Struct):
    """What became of a folder."""

    files: int = 0
    runbooks: list[Runbook] = msgspec.field(default_factory=list)
    failed: int = 0
    crashes: int = 0
    lines: Coverage = Coverage()
    codes: Count = msgspec.field(default_factory=Count)
    items: Count = msgspec.field(default_factory=Count)
    seconds: float = 0.0
    wrong: list[str] = msgspec.field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether enough of it came across."""
        return not (self.failed or self.crashes) and min(self.codes.percent, self.items.percent) >= LEAST


def counts(data: bytes, books: tuple[Runbook, ...]) -> tuple[Count, Count]:
    """The fences of a text, and its list items, and how many of each are found in the runbooks' texts."""
    text = shown(data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n"))
    text = _FRONT.sub("", text, count=1)
    texts = [each for book in books for each in texts_of(book)]
    lines = {line.strip() for each in texts for line in each.split("\n")}
    words = _sequence(" ".join(texts))
    codes, items = Count(), Count()
    tokens = _parser.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "fence" and token.content.strip():
            codes.add(all(_line_stands(line, lines, words) for line in token.content.split("\n")), token.content)
        elif token.type == "list_item_open" and (pieces := _own_line(tokens[place + 1 : place + 3])):
            items.add(all(_sequence(piece) in words for piece in pieces), " ".join(pieces))
    return codes, items


def _line_stands(line: str, lines: set[str], words: str) -> bool:
    """Whether a line of code stands somewhere as it is, without its prompt, or (in prose after all) word for word."""
    bare = line.strip()
    if not bare or bare in lines or _PROMPT.sub("", bare) in lines:
        return True
    said = _sequence(_ITEM.sub("", bare))
    return not said or said in words


def _own_line(tokens: Sequence[Token]) -> list[str]:
    """The first line of a list item's own text, as it would be rendered, in pieces that end where a link's address is.

    Nothing, where the item begins with something else, such as code or another list.
    """
    pieces = [""]
    if len(tokens) < 2 or tokens[0].type not in ("paragraph_open", "heading_open"):
        return []
    for child in tokens[1].children or ():
        if child.type in ("softbreak", "hardbreak"):
            break
        pieces[-1] += child.content if child.type in ("text", "html_inline", "image") else f" {child.content} "
        if child.type in ("link_close", "image"):
            pieces.append("")
    pieces[0] = _BOX.sub("", pieces[0])
    return [piece for piece in pieces if _sequence(piece)]


def _sequence(text: str) -> str:
    """A text's words so that one sequence is found in another only where whole words are the same."""
    return "".join(f" {word} " for word in _WORD.findall(text.casefold()))


def run(folder: Path) -> Told:
    """Import everything below a folder."""
    told = Told()
    covered: list[Coverage] = []
    for place in library.files([folder]):
        told.files += 1
        began = time.perf_counter()
        try:
            found = read_markdown(place.path, place.label)
        except BadFile as bad:
            told.failed += 1
            told.wrong += [str(problem) for problem in bad.problems]
            continue
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            told.crashes += 1
            told.wrong.append(f"{place.label}: {type(error).__name__}: {error}")
            continue
        finally:
            told.seconds += time.perf_counter() - began
        told.runbooks += found.runbooks
        covered.append(found.coverage)
        codes, items = counts(place.path.read_bytes(), found.runbooks)
        told.wrong += [f"{place.label}: code: {lost.splitlines()[0][:80]}" for lost in codes.lost[:_SHOWN]]
        told.wrong += [f"{place.label}: item: {lost[:80]}" for lost in items.lost[:_SHOWN]]
        told.codes.join(codes)
        told.items.join(items)
    told.lines = together(covered)
    told.wrong += [f"{each.file}:{each.line}: missing: {each.text[:80]}" for each in told.lines.missing]
    return told


def alerts(books: Sequence[Runbook]) -> Iterator[tuple[str, int, int]]:
    """For each file of many alerts: how many it has, and how many of them find a file of their own elsewhere."""
    alone = [book for book in books if "#" not in book.source]
    files = Counter(book.source.partition("#")[0] for book in books if "#" in book.source)
    for file in sorted(files):
        mine = [book for book in books if book.source.startswith(f"{file}#")]
        matched = sum(1 for book in mine if any("alert" in each.why for each in offers(alone, "", alerts=book.alerts)))
        yield file, len(mine), matched


def main(folder: Path) -> int:
    """Print a line for each folder in this one; 1 where one of them falls short."""
    began = time.perf_counter()
    parts = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    if not parts or any(place.path.parent == folder for place in library.files([folder])):
        parts = [folder]
    print(_ROW.format("folder", "files", "runbooks", "failed", "crashed", "lines %", "code %", "items %", "seconds"))
    found = [(part.name, run(part)) for part in parts]
    for name, told in found:
        shares = (f"{share:.2f}" for share in (told.lines.percent, told.codes.percent, told.items.percent))
        many = (told.files, len(told.runbooks), told.failed, told.crashes)
        print(_ROW.format(name[:46], *many, *shares, f"{told.seconds:.2f}"))
        for text in told.wrong:
            print(f"  {text}")
    for file, all_of_them, matched in alerts([book for _, told in found for book in told.runbooks]):
        print(f"{file}: {matched} of {all_of_them} alerts find a runbook of their own")
    print(f"{time.perf_counter() - began:.1f} s in all, with the counting")
    return 0 if all(told.good for _, told in found) else 1


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sys.exit(corpus_past.main(place) if corpus_past.is_past(place) else main(place))
