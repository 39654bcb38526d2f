"""Time zones as people write them: abbreviations, offsets, and names of the IANA database.

An abbreviation is read as it is written. One with several meanings is never resolved by guessing, and one that clocks
did not show at that season is read as written and pointed out: the source may mean the wall clock.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import msgspec

_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4,
    "CDT": -5, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
_SEVERAL = {
    "CST": "North America or China",
    "IST": "India, Ireland or Israel",
    "AST": "the Atlantic or Arabia",
    "MST": "North America or Malaysia",
}
_SEASONS = {
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "BST": "Europe/London", "CET": "Europe/Paris",
    "CEST": "Europe/Paris", "EET": "Europe/Athens", "EEST": "Europe/Athens", "EST": "America/New_York",
    "EDT": "America/New_York", "CDT": "America/Chicago", "MDT": "America/Denver", "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
}  # fmt: skip
PATTERN = (
    r"(?:(?:UTC|GMT)\s?[+\-−]\d{1,2}(?::?\d{2})?|"
    + "|".join(sorted((*_HOURS, *_SEVERAL), key=len, reverse=True))
    + r"|(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|US|Etc)/[A-Z][A-Za-z_/+\-]+)(?![A-Za-z])"
)
"What a zone looks like, for expressions in which one may stand."
_WORD = re.compile(r"(?<![A-Za-z])" + PATTERN)
_OFFSET = re.compile(r"(?:UTC|GMT)\s?([+\-−])(\d{1,2}):?(\d{2})?")


class Zone(msgspec.Struct, frozen=True):
    """A zone as it is written, and what it stands for; `doubt`: why it could not be read ("" = it was)."""

    word: str
    rule: tzinfo
    doubt: str = ""

    def moment(self, wall: datetime) -> datetime:
        """The moment in UTC at which clocks show a naive `wall`: the first where they show it twice."""
        return wall.replace(tzinfo=self.rule).astimezone(UTC)

    def remark(self, wall: datetime) -> str:
        """What is doubtful about this zone at that time, as a sentence; "" = nothing."""
        if region := _SEASONS.get(self.word):
            shown = ZoneInfo(region).tzname(wall)
            if shown != self.word:
                return f"{self.word} is read as written, though clocks showed {shown} then: it may be an hour off"
        aware = wall.replace(tzinfo=self.rule)
        if aware.utcoffset() != aware.replace(fold=1).utcoffset():
            return f"clocks in {self.word} were changed then: the first reading of {wall:%H:%M} is taken"
        return ""


UNSTATED = Zone("", UTC, "no time zone is stated")


def find_zone(text: str) -> Zone | None:
    """The first zone that a text names, or None. A zone with a doubt counts as UTC, and its times as approximate."""
    match = _WORD.search(text)
    return read_zone(match[0]) if match else None


def read_zone(word: str) -> Zone:
    """What a zone's word stands for."""
    if word in _SEVERAL:
        return Zone(word, UTC, f"{word} has several meanings ({_SEVERAL[word]})")
    if word in _HOURS:
        return Zone(word, timezone(timedelta(hours=_HOURS[word])) if _HOURS[word] else UTC)
    if match := _OFFSET.fullmatch(word):
        gap = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if gap < timedelta(hours=15):
            return Zone(word, timezone(gap if match[1] == "+" else -gap))
    try:
        return Zone(word, ZoneInfo(word))
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of the database
        return Zone(word, UTC, f"no time zone is called {word}")
