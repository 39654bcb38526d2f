"""The rows of a Markdown timeline, as they stand: tables and lists with times, and whole moments in prose."""

import html
import re
from collections.abc import Iterator

import msgspec

from warroom.playbook.past.dating import Row, Tell
from warroom.playbook.past.stamps import IN_PROSE, TIME_IN_PROSE, find_dates, read_stamp, split_item

_TIMELINE = re.compile(r"time ?line|chronology|sequence of events|what happened when", re.IGNORECASE)
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(\S.*)")
_RULE = re.compile(r"\|?[\s|:\-]+\|?\s*$")
_TIME_COLUMN = re.compile(r"\b(?:time|date|when)\b", re.IGNORECASE)
_CELL = re.compile(r"(?<!\\)\|")
_LONGEST_HEADER = 60
_LONGEST_DAY = 40


class Line(msgspec.Struct, frozen=True):
    """One line of a text, with its number in the file."""

    number: int
    text: str


class Found(msgspec.Struct, frozen=True):
    """The rows of a report; `loose`: what its timeline says without a time."""

    rows: tuple[Row, ...]
    loose: tuple[str, ...]


def find_rows(lines: list[Line], tell: Tell) -> Found:
    """The rows of the section that is headed as a timeline, else of the whole report, else what prose says whole."""
    section = _section(lines)
    reader = _Reader(section is not None, tell)
    for line in lines if section is None else section:
        reader.line(line)
    reader.finish()
    if not reader.rows and not reader.loose:
        return Found(tuple(_prose(lines, tell)), ())
    return Found(tuple(reader.rows), tuple(reader.loose))


def time_header(line: str) -> str:
    """The heading of a table's column of times; "" for any other line."""
    cells = _cells(line)
    named = (cell for cell in cells if _TIME_COLUMN.search(cell) and len(cell) < _LONGEST_HEADER)
    return next(named, "") if len(cells) > 1 else ""


def _section(lines: list[Line]) -> list[Line] | None:
    """The lines below the heading that says that it is the timeline, up to the next heading of its rank."""
    inside: list[Line] | None = None
    rank = 0
    for line in lines:
        match = HEADING.match(line.text)
        if inside is None:
            if match and len(match[1]) > 1 and _TIMELINE.search(match[2]):
                inside, rank = [], len(match[1])
        elif match and len(match[1]) <= rank:
            break
        else:
            inside.append(line)
    return inside


class _Reader:
    """Reads line after line; an item goes on until a blank line, a heading or the next item."""

    def __init__(self, named: bool, tell: Tell) -> None:
        """`named`: a heading says that these lines are the timeline, so that every item belongs to it."""
        self.rows: list[Row] = []
        self.loose: list[str] = []
        self._named = named
        self._tell = tell
        self._day: tuple[int, int, int] | None = None
        self._column = -1
        self._item: Line | None = None

    def line(self, line: Line) -> None:
        cells = _cells(line.text)
        if len(cells) > 1:
            self.finish()
            self._table(line, cells)
            return
        self._column = -1
        if bullet := _BULLET.match(line.text):
            self.finish()
            self._item = Line(line.number, bullet[1])
        elif self._item and line.text.strip() and not HEADING.match(line.text):
            self._item = Line(self._item.number, f"{self._item.text.rstrip()} {line.text.strip()}")
        else:
            self.finish()
            self._day = _day(line.text) or self._day

    def finish(self) -> None:
        """The item that was being read is complete."""
        item, self._item = self._item, None
        if item is None:
            return
        plain = html.unescape(" ".join(item.text.split()))
        if split := split_item(plain):
            self.rows.append(Row(item.number, read_stamp(split[0]), split[1], self._day))
        elif self._named:
            self._tell(item.number, "this item begins with no time; kept as a remark")
            self.loose.append(f"line {item.number}: {plain}")

    def _table(self, line: Line, cells: list[str]) -> None:
        if self._column < 0:
            self._column = next((at for at, cell in enumerate(cells) if _TIME_COLUMN.search(cell)), -1)
            return
        if _RULE.fullmatch(line.text.strip()):
            return
        when = cells[self._column] if self._column < len(cells) else ""
        said = " | ".join(cell for at, cell in enumerate(cells) if at != self._column and cell)
        if said:
            self.rows.append(Row(line.number, read_stamp(when), said, self._day))
        elif when:
            self._tell(line.number, "this row says nothing beside its time; left out")


def _day(text: str) -> tuple[int, int, int] | None:
    """The day of a line that says little else, such as `### 2023-07-19`."""
    dates = find_dates(text) if len(text.strip("# *\t")) < _LONGEST_DAY else []
    return dates[0] if len(dates) == 1 else None


def _cells(line: str) -> list[str]:
    """The cells of a table's row; [] for a line that is none."""
    bare = line.strip()
    if not bare.startswith("|"):
        return []
    parts = _CELL.split(bare[1:])
    if not parts[-1].strip():
        parts = parts[:-1]
    return [html.unescape(part.replace("\\|", "|").strip()) for part in parts]


def _prose(lines: list[Line], tell: Tell) -> Iterator[Row]:
    """Sentences of a report without rows in which date, time and zone stand together."""
    for line in lines:
        rest = line.text
        for match in IN_PROSE.finditer(line.text):
            rest = rest.replace(match[0], "")
            stamp = read_stamp(match[0])
            tell(line.number, f"“{stamp.written}” stands in prose; its line is taken as a row")
            yield Row(line.number, stamp, html.unescape(line.text.strip()))
        for time in TIME_IN_PROSE.findall(rest):
            tell(line.number, f"“{time}” stands in prose without its day; not used")
