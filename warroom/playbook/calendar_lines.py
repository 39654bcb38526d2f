"""The lines of an iCalendar file: whether it is a calendar at all, and on which line each event begins."""

import re
from collections.abc import Iterator

from warroom.playbook.document import BadFile, Problem

LARGEST = 1024 * 1024
MOST_EVENTS = 10_000
_PROPERTY = re.compile(r"[A-Za-z0-9-]+[;:]")


def find_events(file: str, raw: bytes) -> tuple[int, ...]:
    """The line, counted from 1, on which each event begins. BadFile where this is no calendar that can be read."""
    if len(raw) > LARGEST:
        raise BadFile([Problem(file, 1, "", f"the file is larger than {LARGEST // 1024} KiB; export a shorter time")])
    found: list[int] = []
    within: list[str] = []
    number = 0
    for number, line in _unfolded(_text(file, raw)):
        name, _, value = line.partition(":")
        name, value = name.strip().upper(), value.strip().upper()
        if not within and (name, value) != ("BEGIN", "VCALENDAR"):
            raise _bad(file, number, "this is no calendar: it has to begin with BEGIN:VCALENDAR")
        if name == "BEGIN":
            within.append(value)
            found += [number] if value == "VEVENT" else []
        elif name == "END":
            if within.pop() != value:
                raise _bad(file, number, f"END:{value[:40]} ends what has not begun")
        elif within == ["VCALENDAR"] and not _PROPERTY.match(line):
            raise _bad(file, number, "this is no line of a calendar, such as VERSION:2.0")
    if within or not number:
        raise _bad(file, number or 1, f"the file ends before END:{within[-1][:40]}" if within else "the file is empty")
    if len(found) > MOST_EVENTS:
        raise _bad(file, found[MOST_EVENTS], f"there are more than {MOST_EVENTS} events; export a shorter time")
    return tuple(found)


def _text(file: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(file, raw.count(b"\n", 0, error.start) + 1, "this is not UTF-8") from None


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not empty and continue no other, with their numbers."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip() and line[0] not in " \t":
            yield number, line


def _bad(file: str, line: int, text: str) -> BadFile:
    return BadFile([Problem(file, line, "", text)])
