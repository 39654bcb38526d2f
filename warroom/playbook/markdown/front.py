"""What stands before a Markdown text: YAML between `---`, or TOML between `+++`.

Other people's front matter is anything, so only single lines of it are understood; all of it is kept as text.
"""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from warroom.playbook.fields import read_date

_MARKS = {"---": ("---", "..."), "+++": ("+++",)}
_FIELD = re.compile(r"([A-Za-z][\w .-]{0,40}?)\s*[:=](?:\s+(.*)|(?=\s*$)|(?<==)(.*))")
_LONGEST = 500
_WORDS = {
    "title": ("title",),
    "about": ("description", "symptom"),
    "owner": ("owner", "team"),
    "reviewed": ("reviewed", "last_reviewed", "last-reviewed"),
    "services": ("service", "services"),
    "alerts": ("alert", "alerts", "alertname"),
}


class Front(msgspec.Struct, frozen=True):
    """What is understood of it; `lines`: all of it, without its marks; `end`: the first line after it."""

    title: str = ""
    about: str = ""
    owner: str = ""
    reviewed: date | None = None
    services: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    end: int = 0


def read_front(lines: Sequence[str]) -> Front:
    """The front matter of a file's lines; nothing, where it has none."""
    marks = _MARKS.get(lines[0].rstrip() if lines else "", ())
    end = next((place for place, line in enumerate(lines[:_LONGEST]) if place and line.rstrip() in marks), 0)
    inside = [line for line in lines[1:end] if line.strip()]
    first = next((line for line in inside if not line.startswith("#")), "")
    if not _FIELD.match(first) and not first.startswith("["):
        return Front()
    found: dict[str, str] = {}
    for line in inside:
        if match := _FIELD.match(line):
            value = _unquoted(match.group(2) or match.group(3) or "")
            found.setdefault(match.group(1).lower(), value)
    named = {ours: next((found[each] for each in theirs if found.get(each)), "") for ours, theirs in _WORDS.items()}
    return Front(
        named["title"],
        named["about"],
        named["owner"],
        _day(named["reviewed"]),
        _several(named["services"]),
        _several(named["alerts"]),
        tuple(inside),
        end + 1,
    )


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _several(text: str) -> tuple[str, ...]:
    parts = (_unquoted(part) for part in text.strip("[]").split(","))
    return tuple(dict.fromkeys(part for part in parts if part and part.isprintable() and len(part) <= 64))


def _day(text: str) -> date | None:
    try:
        return read_date(text[:10])
    except ValueError:
        return None
