"""Which row of a report tells a milestone, and how that agrees with the times that the report states itself.

The rule, in the order in which it is applied; whatever it does not settle stays unknown:

1. A row tells the *beginning* where it says that the outage, problem, incident, issue or impact began or started.
2. A row tells the *detection* where it says that something was detected, noticed or witnessed, that an alarm came, or
   that users, customers or developers reported it. The first such row counts.
3. A row tells the *resolution* where it says that the outage ended, or that service is restored, resolved, back to
   normal, operational or working again; and the *containment* where it says that the problem was mitigated. A row that
   says that something does *not* work tells neither. Only rows after the beginning count.
4. Where no row tells the beginning, the report's own “time to recovery”, counted back from such a row, may lead to
   the very minute of another row: that one is the beginning, marked approximate. Else the same with its “time to
   detection”. Where several rows tell the resolution, the one from which this works counts, else the first.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from warroom.domain.clock import Name
from warroom.playbook.incident import PastEntry, When
from warroom.playbook.past.dating import Tell

_THING = r"(?:outage|problem|incident|issue|impact)s?"
_SAYS: dict[Name, re.Pattern[str]] = {
    "impact": re.compile(rf"\b{_THING}\s+(?:begins?|began|starts?|started)\b", re.IGNORECASE),
    "detection": re.compile(
        r"\b(?:detected|detects|noticed|notices|witnessed|first alert|alarm received|became aware|notified us)\b|"
        r"\b(?:users?|customers?|developers?)\s+report(?:s|ed|ing)?\b|\breport(?:s|ed)?\s+(?:of|by)\b",
        re.IGNORECASE,
    ),
    "containment": re.compile(r"\bmitigated\b", re.IGNORECASE),
    "resolution": re.compile(
        rf"\b{_THING}\s+(?:ends|ended|is over)\b|\b(?:restored|resolved|operational|back to normal)\b|"
        rf"\b(?:solved|fixed) the {_THING}\b|\bworking (?:again|as intended)\b|\bconfirmed working\b|"
        r"\bconfirmed to be functional\b|\bresolution is confirmed\b|\bit works\b",
        re.IGNORECASE,
    ),
}
_NOT = re.compile(r"\b(?:not|no|never|un\w+|isn't|aren't|wasn't|still|investigat\w+)\b", re.IGNORECASE)
_STATED = re.compile(
    r"^\s*[-*+]?\s*\**Time to (detection|detect|recovery|recover|resolution|resolve)\**\s*:\s*\**(.*)$", re.IGNORECASE
)
_SPAN = re.compile(r"(\d{1,7}(?:\.\d+)?)\s*(minutes?|mins?|m|hours?|hrs?|h|days?|d)\b\.?", re.IGNORECASE)
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LONGEST = 10 * 365 * 1440
"Minutes; what is longer is no time to anything."


class Stated(msgspec.Struct, frozen=True):
    """A span that the report states: minutes, or None where it says that they are not known."""

    line: int
    text: str
    minutes: float | None


class _Counted(msgspec.Struct, frozen=True):
    """A row that tells an end, the row to which a stated span leads back from it, and that span."""

    start: PastEntry
    end: PastEntry
    stated: Stated


class Told(msgspec.Struct, frozen=True):
    """What the rows tell. `reasons`: by milestone, which row says so. `expected`: stated spans, by metric."""

    milestones: dict[Name, When] = {}
    reasons: tuple[tuple[Name, str], ...] = ()
    expected: tuple[tuple[str, float | None], ...] = ()


def read_stated(number: int, line: str) -> tuple[str, Stated] | None:
    """`Time to detection: 54 minutes` as ("detection", …); None for any other line."""
    match = _STATED.match(line)
    if match is None:
        return None
    kind = "detection" if match[1].lower().startswith("detect") else "recovery"
    spans = _SPAN.findall(match[2])
    minutes = sum(float(size) * _MINUTES[unit[0].lower()] for size, unit in spans)
    return kind, Stated(number, match[2].strip(), minutes if spans and minutes <= _LONGEST else None)


def tell(entries: Sequence[PastEntry], stated: dict[str, Stated], report: Tell) -> Told:
    """The milestones that the rows tell, by the rule above. `report` hears why something says nothing here."""
    usable = [entry for entry in entries if not entry.when.day]
    begun, counted = _beginning(usable, stated)
    found: dict[Name, PastEntry] = {} if begun is None else {"impact": begun}
    for name in ("detection", "containment", "resolution"):
        row = _first(usable if begun is None else [each for each in usable if each.when.at >= begun.when.at], name)
        if row is not None:
            found[name] = row
        elif begun and (early := _first(usable, name)):
            where = f"before the beginning (line {begun.line})"
            report(early.line, f"this row tells the {name}, but lies {where}; not used")
    if counted is not None and _says(counted.end, "resolution"):
        found["resolution"] = counted.end
    milestones = {name: row.when for name, row in found.items()}
    reasons: dict[Name, str] = {name: f"line {row.line}" for name, row in found.items()}
    if counted is not None:
        milestones["impact"] = replace(milestones["impact"], approximate=True)
        reasons["impact"] += f", counted back {counted.stated.text} from line {counted.end.line}"
    expected = tuple(_expected(milestones, stated.get("detection"), stated.get("recovery"), report))
    return Told(milestones, tuple(reasons.items()), expected)


def _beginning(usable: Sequence[PastEntry], stated: dict[str, Stated]) -> tuple[PastEntry | None, _Counted | None]:
    """The row that tells the beginning, and how it was counted back to, if no row says so itself."""
    if told := _first(usable, "impact"):
        return told, None
    counted = _count_back(usable, stated.get("recovery"), ("containment", "resolution"))
    counted = counted or _count_back(usable, stated.get("detection"), ("detection",))
    return (counted.start, counted) if counted else (None, None)


def _first(entries: Sequence[PastEntry], name: Name) -> PastEntry | None:
    return min((entry for entry in entries if _says(entry, name)), key=lambda entry: entry.when.at, default=None)


def _says(entry: PastEntry, name: Name) -> bool:
    """Whether the clause in which a milestone's words stand says so without a “not” in it."""
    for clause in re.split(r"[.;,!?](?:\s|$)", entry.fact):
        match = _SAYS[name].search(clause)
        if match and not _NOT.search(clause[: match.start()]):
            return True
    return False


def _count_back(entries: Sequence[PastEntry], stated: Stated | None, ends: tuple[Name, ...]) -> _Counted | None:
    """The row to which a stated span leads back from a row that tells its end."""
    if stated is None or stated.minutes is None:
        return None
    starts = {entry.when.at: entry for entry in reversed(entries)}
    for end in (entry for entry in entries if any(_says(entry, name) for name in ends)):
        start = starts.get(end.when.at - timedelta(minutes=stated.minutes))
        if start is not None and start is not end:
            return _Counted(start, end, stated)
    return None


def _expected(
    known: dict[Name, When], detection: Stated | None, recovery: Stated | None, report: Tell
) -> Iterator[tuple[str, float | None]]:
    """The stated spans by metric: a recovery that fits the containment is one. Why one cannot be compared is told."""
    if detection is not None:
        if detection.minutes is not None:
            _comparable("detection", detection, known, ("detection",), report)
        yield "ttd_min", detection.minutes
    if recovery is not None:
        if recovery.minutes is not None:
            _comparable("recovery", recovery, known, ("containment", "resolution"), report)
        contained = _gap(known, "containment") == recovery.minutes != _gap(known, "resolution")
        yield "tt_contain_min" if contained else "ttr_min", recovery.minutes


def _gap(known: dict[Name, When], end: Name) -> float | None:
    start, at = known.get("impact"), known.get(end)
    return None if start is None or at is None else _minutes(start.at, at.at)


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


def _comparable(kind: str, stated: Stated, known: dict[Name, When], ends: tuple[Name, ...], report: Tell) -> None:
    missing = [] if "impact" in known else ["when it began"]
    if not any(end in known for end in ends):
        missing.append("when it was detected" if kind == "detection" else "when it was over")
    if missing:
        report(
            stated.line,
            f"time to {kind} is stated as {stated.text}, but no row says {' or '.join(missing)}; it stays unknown",
        )
