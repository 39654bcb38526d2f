"""The one-line form of an incident, for lists."""

import re
from datetime import datetime

import msgspec

from warroom.domain.exercise import MARK
from warroom.domain.incident import Exercise, Incident
from warroom.domain.roles import COMMANDER

TEST = "TEST of the ladder"
"What the title of a ladder's test begins with."

_LIKE_DRILL = re.compile(r"\s*(?:(?i:drill)\s*[:\u02d0\u2236\ua789]|DRILL\b)")
_LIKE_TEST = re.compile(rf"\s*{TEST}".replace(" ", r"\s+"), re.IGNORECASE)
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"Letters and signs without any ink, which Unicode does not count as invisible."


class Overview(msgspec.Struct, frozen=True):
    """What a list shows. `origin`: what T+ counts from, and its name; `ended`: the resolution, None while it lasts."""

    title: str
    status: str
    level: int
    severity: str
    commander: str
    declared: datetime
    origin: datetime
    origin_name: str
    ended: datetime | None


def overview(incident: Incident) -> Overview:
    """The overview of a declared incident."""
    clock = incident.clock
    origin, origin_name = clock.origin
    if clock.declared is None or origin is None:
        raise ValueError("the incident is not declared")
    ended = clock.get("resolution")
    return Overview(
        incident.title,
        clock.status,
        incident.severity.level,
        incident.severity.now.name,
        incident.roles.holder(COMMANDER) or "",
        clock.declared,
        origin,
        origin_name,
        ended.happened if ended else None,
    )


def marked(title: str) -> Exercise:
    """What an incident is by its title alone, "" = real: a declaration lets nothing real bear a mark."""
    if title.startswith(MARK):
        return "drill"
    return "ladder-test" if title.startswith(TEST) else ""


def resembles(title: str) -> Exercise:
    """What a reader may take a title for, "" = real: a mark in other letters of its own script, or with unseen ones."""
    seen = _inked(title)
    if _LIKE_DRILL.match(seen):
        return "drill"
    return "ladder-test" if _LIKE_TEST.match(seen) else ""


def _inked(text: str) -> str:
    """A text in plain forms of its letters, without accents, controls and whatever is not seen."""
    import unicodedata

    def seen(letter: str) -> bool:
        hidden = letter in _UNSEEN or unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me")
        return letter.isspace() or not hidden

    return "".join(filter(seen, unicodedata.normalize("NFKD", text)))
