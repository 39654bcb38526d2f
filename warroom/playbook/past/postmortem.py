"""Post-mortems in Markdown: tables of times, lists of times, or prose in which whole moments stand.

The title, one sentence (“All times in CET, on February 5th 2019”) and the headings above the rows give what the rows
themselves leave out. A row without a usable time becomes a remark, so that no word of it is lost.
"""

import html
import re
import tomllib
from datetime import date
from pathlib import PurePath

from warroom.domain.text import one_line
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.incident import MILESTONES, PastEntry, PastIncident, wrong_mark
from warroom.playbook.past import told
from warroom.playbook.past.dating import Around, Dated, establish
from warroom.playbook.past.feeds import cut, slug
from warroom.playbook.past.rows import HEADING, Line, find_rows, time_header
from warroom.playbook.past.stamps import find_dates
from warroom.playbook.past.zones import UNSTATED, Zone, find_zone

_ALL = re.compile(r"\ball times\b(.*)", re.IGNORECASE)
_FENCE = re.compile(r"\s*(```|~~~)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def read_postmortem(file: str, text: str, zone: Zone | None = None, today: date | None = None) -> PastIncident:
    """The past incident that a Markdown text tells; BadFile where no time in it can be placed.

    `file`: its bare name. `zone`: the one that counts where the text states none. `today`: the day of the import, after
    which nothing can have happened; None = not known.
    """
    problems: list[Problem] = []

    def tell(line: int, what: str) -> None:
        problems.append(Problem(file, line, "", what))

    front, lines = _front(text)
    title = html.unescape(_title(front, lines)) or PurePath(file).stem
    if mark := wrong_mark(one_line(title)):
        raise BadFile([Problem(file, 1, "title", mark)])
    around = _around(file, title, lines, zone)
    rows = find_rows(lines, tell)
    dated = establish(rows.rows, around, tell, today)
    entries = tuple(_entry(each) for each in dated if each.when is not None)
    for each in rows.rows:
        if cut(each.text) != each.text:
            tell(each.line, "this row is long; its end was cut off")
    if not entries:
        raise BadFile([*problems, Problem(file, 1, "", "no row of a timeline says when it was")])
    stated = dict(filter(None, (told.read_stated(line.number, line.text) for line in lines)))
    found = told.tell(entries, stated, tell)
    remarks = [f"line {each.row.line}, {each.row.stamp.written}: {each.row.text}" for each in dated if not each.when]
    return PastIncident(
        id=slug(PurePath(file).stem),
        title=one_line(title, 200),
        source_time_zone=around.zone.word,
        source=(file,),
        milestones=tuple((name, found.milestones.get(name)) for name in MILESTONES),
        expected=found.expected,
        timeline=entries,
        notes=tuple(cut(each) for each in (*remarks, *rows.loose)),
        warnings=tuple(str(each) for each in sorted(problems, key=lambda problem: problem.line)),
        reasons=found.reasons,
    )


def _entry(dated: Dated) -> PastEntry:
    assert dated.when is not None  # only those are asked for
    stamp = dated.row.stamp
    until = f" (until {stamp.until})" if stamp.until else ""
    return PastEntry(dated.when, "note", cut(dated.row.text + until), dated.row.line, stamp.written)


# What stands around the rows.


def _front(text: str) -> tuple[str, list[Line]]:
    """The title of the front matter, if any, and the lines after it that are no code."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = lines[0].strip()
    begin, title = 0, ""
    if mark in ("+++", "---") and mark in (each.strip() for each in lines[1:]):
        begin = next(place for place, each in enumerate(lines[1:], 1) if each.strip() == mark) + 1
        title = _front_title(mark, lines[1 : begin - 1])
    found, fenced = [], ""
    for number, line in enumerate(lines[begin:], begin + 1):
        fence = _FENCE.match(line)
        if fence and (not fenced or fence[1] == fenced):
            fenced = "" if fenced else fence[1]
        elif not fenced:
            found.append(Line(number, line))
    return title, found


def _front_title(mark: str, lines: list[str]) -> str:
    if mark == "+++":
        try:
            title = tomllib.loads("\n".join(lines)).get("title", "")
        except (tomllib.TOMLDecodeError, RecursionError):
            return ""
        return title if isinstance(title, str) else ""
    named = (line.partition(":")[2].strip().strip("\"'") for line in lines if line.startswith("title:"))
    return next(named, "")


def _title(front: str, lines: list[Line]) -> str:
    headings = (match[2] for line in lines if (match := HEADING.match(line.text)) and len(match[1]) == 1)
    return front or next(headings, "")


def _around(file: str, title: str, lines: list[Line], zone: Zone | None) -> Around:
    """The report's day, from the sentence about its times, else its title, else its name; and its zone."""
    said = next((match[1] for line in lines if (match := _ALL.search(line.text))), "")
    column = next((cell for line in lines if (cell := time_header(line.text))), "")
    places = ((said, "the sentence about all times"), (title, "the title"), (PurePath(file).stem, "the file's name"))
    day, where = next(((dates[0], place) for text, place in places if len(dates := find_dates(text)) == 1), (None, ""))
    years = frozenset(int(year) for text in (title, file) for year in _YEAR.findall(text))
    stated = find_zone(said) or find_zone(column)
    if zone is not None and (stated is None or stated.doubt):
        stated = zone
    return Around(day, where, years, stated or UNSTATED)
