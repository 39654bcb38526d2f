"""What the feeds of vendors have in common: typed reading of an incident, moments in ISO 8601, names for services,
doubts with their place."""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from warroom.domain.text import one_line
from warroom.playbook.incident import wrong_mark

T = TypeVar("T")

EARLIEST, LATEST = 1970, 2199
"Years of computers' incidents; any other is a slip of the pen."
_LONGEST = 7000
"Bytes of an entry: what is said about it has to fit beside it."


_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")


class LeftOut(Exception):
    """An incident of a feed that cannot be used. `field`: where in it, such as `updates[0].when`; "" = all of it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.why = why


def convert(item: Any, kind: type[T]) -> T:
    """A value of JSON as an incident of a feed; LeftOut names the first field that is of another type, or missing."""
    try:
        return msgspec.convert(item, kind)
    except msgspec.ValidationError as error:
        placed = _PLACE.fullmatch(str(error))
        why, field = (placed[1], placed[2]) if placed else (str(error), "")
        if missing := _MISSING.fullmatch(why):
            raise LeftOut(".".join(filter(None, (field, missing[1]))), "it is missing") from None
        raise LeftOut(field, why.replace("`", "")) from None


def read_title(field: str, text: str) -> str:
    """A title of one line; LeftOut where it bears the mark of a drill."""
    title = one_line(text, 200)
    if mark := wrong_mark(title):
        raise LeftOut(field, mark)
    return title


class Doubts:
    """What could not be used of one incident of a feed, or only with a doubt."""

    def __init__(self, file: str, incident: str) -> None:
        self._place = f"{file}: {incident}"
        self._told: list[str] = []

    def add(self, text: str) -> None:
        """Note a sentence."""
        self._told.append(f"{self._place}: {text}")

    def told(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(self._told)


def moment(text: str | None, doubts: Doubts, field: str) -> datetime | None:
    """A moment in UTC; None where there is none, and a doubt where it cannot be read. Without a zone it is UTC."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            doubts.add(f"{field}: “{text}” has no time zone; read as UTC")
            found = found.replace(tzinfo=UTC)
        if not EARLIEST < found.year < LATEST:
            raise ValueError(text)
        return found.astimezone(UTC)
    except ValueError:
        doubts.add(f"{field}: “{text[:40]}” is no time; left unknown")
        return None


def slug(text: str) -> str:
    """A name of small letters, digits, dots and dashes, made of any text."""
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")[:64].rstrip("-._") or "incident"


def cut(text: str) -> str:
    """A text that fits into the record, with a sign where it had to be cut."""
    raw = text.encode()
    return text if len(raw) <= _LONGEST else raw[:_LONGEST].decode(errors="ignore") + "…"
