"""Times as people write them in reports, as far as each says anything: nothing is filled in here."""

import re
from datetime import date

import msgspec

from warroom.playbook.past.feeds import EARLIEST, LATEST
from warroom.playbook.past.zones import PATTERN, Zone, find_zone

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9}
_MONTHS |= {"oct": 10, "nov": 11, "dec": 12}
_NAMED = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ISO = r"(?<!\d)\d{4,6}[-/]\w{2}[-/](?:\d{2}|DD|\?\?)(?!\d)|(?<!\d)\d{4,6}[-/]\?\?[-/]\?\?"
_DATE = rf"(?:{_ISO}|{_NAMED}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4,6}})?|\d{{1,2}}\s+{_NAMED}(?:\s+\d{{4,6}})?)"
_CLOCK = r"(?:\d{1,2}|HH|\?\?|--):(?:\d{2}|mm|MM|\?\?|--)(?!\d)(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_VAGUE = r"(?:[~±≈]|\b(?:about|around|approximately|approx\.?|circa|ca\.|roughly)(?=[\s\d]))"
_TIME = rf"{_VAGUE}?\s*{_CLOCK}\s*[~±≈]?(?:\s*(?:-|–|—|to|until)\s*{_CLOCK}\s*[~±≈]?)?"
_ZONED = rf"(?:\s*\(?{PATTERN}\)?)?"

_find_iso = re.compile(r"(\d{4,6})[-/](\w{2}|\?\?)[-/](\d{2}|DD|\?\?)")
_find_named = re.compile(
    rf"({_NAMED})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4,6}})\b)?|"
    rf"\b(\d{{1,2}})\s+({_NAMED})(?:\s+(\d{{4,6}}))?\b"
)
_find_short = re.compile(rf"(\d{{2}})-(\d{{2}})\s+(?={_CLOCK})")
_find_clock = re.compile(_CLOCK)
_find_vague = re.compile(_VAGUE, re.IGNORECASE)
_ITEM = re.compile(
    rf"(?P<open>\*\*|__)?(?P<bracket>\[)?(?P<when>(?:(?:{_DATE}|\d{{2}}-\d{{2}}),?\s+)?{_TIME}{_ZONED}|{_DATE})"
    r"\s*(?:\]|(?<!\])(?=\s*[:–—-]|\s))\s*[:–—-]?\s+(?P<text>\S.*)",
    re.DOTALL,
)
IN_PROSE = re.compile(
    rf"(?:{_DATE}(?:,|\s+(?:at|around|about|~))?\s+{_CLOCK}\s*{PATTERN}|{_CLOCK}\s*{PATTERN},?\s+(?:on\s+)?{_DATE})"
)
"A whole moment inside a sentence: date, time and zone together."
TIME_IN_PROSE = re.compile(rf"{_CLOCK}\s*{PATTERN}")
"A time with its zone inside a sentence."


class Stamp(msgspec.Struct, frozen=True):
    """What a time says of itself. Numbers are None where it says nothing; `year` is as written, five digits included.

    `until`: the end of a range. `half`: the hour is known and the minute is not. `wrong`: why it is no time at all.
    `names_day`: whether it names a day, one that cannot be read included.
    """

    written: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int = 0
    second: int = 0
    until: str = ""
    half: bool = False
    vague: bool = False
    zone: Zone | None = None
    wrong: str = ""
    names_day: bool = False

    @property
    def dated(self) -> bool:
        """Whether it names a day that can be read, with or without a year."""
        return self.day is not None


def read_stamp(text: str) -> Stamp:
    """A time as it is written, such as `2020-11-17 10:45~`, `[03-26 23:04]`, `2:54 PM PST`, `HH:??`."""
    written = " ".join(text.split())
    year, month, day, rest, wrong = _date(written)
    names_day = day is not None or bool(wrong)
    clocks = _find_clock.findall(rest)
    hour, minute, second, half, bad = _clock(clocks[0]) if clocks else (None, 0, 0, False, "")
    until = clocks[1] if len(clocks) > 1 else ""
    if hour is None and day is None and not (wrong or bad):
        wrong = "it says neither a day nor a time"
    vague = bool(_find_vague.search(rest))
    return Stamp(
        written, year, month, day, hour, minute, second, until, half, vague, find_zone(rest), wrong or bad, names_day
    )  # fmt: skip


def split_item(text: str) -> tuple[str, str] | None:
    """The time that a list's item begins with, and what it says; None where it begins with none."""
    match = _ITEM.match(text)
    if match is None:
        return None
    said = match["text"].removesuffix(match["open"]).rstrip() if match["open"] else match["text"]
    return match["when"], said


def find_dates(text: str) -> list[tuple[int, int, int]]:
    """Every whole date in a text as (year, month, day), each once; what is no date of the calendar is left out."""
    found = [
        (int(match[1]), int(match[2]), int(match[3]))
        for match in _find_iso.finditer(text)
        if match[2].isdecimal() and match[3].isdecimal()
    ]
    for match in _find_named.finditer(text):
        if year := match[3] or match[6]:
            month = _MONTHS[(match[1] or match[5])[:3].lower()]
            found.append((int(year), month, int(match[2] or match[4])))
    return [each for each in dict.fromkeys(found) if EARLIEST <= each[0] <= LATEST and is_date(*each)]


def is_date(year: int, month: int, day: int) -> bool:
    """Whether the calendar has that day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _date(text: str) -> tuple[int | None, int | None, int | None, str, str]:
    """Year, month, day, the text without them, and what is wrong with them."""
    if match := _find_iso.search(text):
        rest = text[: match.start()] + " " + text[match.end() :]
        if not (match[2].isdecimal() and match[3].isdecimal()):
            return None, None, None, rest, "its day is not known"
        return int(match[1]), int(match[2]), int(match[3]), rest, ""
    if match := _find_named.search(text):
        month = _MONTHS[(match[1] or match[5])[:3].lower()]
        year = match[3] or match[6]
        rest = text[: match.start()] + " " + text[match.end() :]
        return int(year) if year else None, month, int(match[2] or match[4]), rest, ""
    if match := _find_short.search(text):
        return None, int(match[1]), int(match[2]), text[match.end() :], ""
    if re.search(r"\d{1,4}[/.]\d{1,2}[/.]\d{2,4}", text):
        return None, None, None, text, "day and month cannot be told apart, or it is no date"
    return None, None, None, text, ""


def _clock(text: str) -> tuple[int | None, int, int, bool, str]:
    """Hour, minute, second, whether the minute is unknown, and what is wrong. No hour: the time is not known."""
    digits = re.findall(r"\d+", text.partition(".")[0])
    head, _, tail = text.partition(":")
    if not head.isdecimal():
        return None, 0, 0, False, ""
    hour, minute = int(head), int(tail[:2]) if tail[:2].isdecimal() else 0
    half = text.lower().replace(".", "")
    if half.endswith(("am", "pm")):
        if not 1 <= hour <= 12:
            return None, 0, 0, False, f"{text} is no time of day"
        hour = hour % 12 + (12 if half.endswith("pm") else 0)
    second = int(digits[2]) if len(digits) > 2 else 0
    if hour > 23 or minute > 59 or second > 59:
        return None, 0, 0, False, f"{text} is no time of day"
    return hour, minute, second, not tail[:2].isdecimal(), ""
