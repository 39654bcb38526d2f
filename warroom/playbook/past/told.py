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


class Stated(msgspec.Struct, frozen=True):
    """A span that the report states: minutes, or None where it says that they are not known."""

    line: int
    text: str
    minutes: float | None


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
    minutes = sum(float(size) * _MINUTES[unit[0].lower()] for size, unit in spans) if spans else None
    return kind, Stated(number, match[2].strip(), minutes)


def tell(entries: Sequence[PastEntry], stated: dict[str, Stated], report: Tell) -> Told:
    """The milestones that the rows tell, by the rule above. `report` hears why a stated span says nothing here."""
    usable = [entry for entry in entries if not entry.when.day]
    detection, recovery = (stated.get(kind) for kind in ("detection", "recovery"))
    begun = _first(usable, "impact")
    found: dict[Name, tuple[PastEntry, str]] = {}
    counted = None
    if begun is not None:
        found["impact"] = (begun, "")
    else:
        counted = _count_back(usable, recovery, ("containment", "resolution")) or _count_back(
            usable, detection, ("detection",)
        )
        if counted is not None:
            begun, end, said = counted
            found["impact"] = (begun, f"counted back {said.text} from line {end.line}")
    after = [entry for entry in usable if begun is None or entry.when.at >= begun.when.at]
    for name in ("detection", "containment", "resolution"):
        if row := _first(after, name):
            found[name] = (row, "")
    if counted is not None and _says(counted[1], "resolution"):
        found["resolution"] = (counted[1], "")
    milestones = {
        name: replace(row.when, approximate=row.when.approximate or bool(how)) for name, (row, how) in found.items()
    }
    reasons = tuple((name, _reason(row, how)) for name, (row, how) in found.items())
    expected = tuple(_expected(milestones, detection, recovery, report))
    return Told(milestones, reasons, expected)


def _reason(row: PastEntry, how: str) -> str:
    return f"line {row.line}" + (f", {how}" if how else "")


def _first(entries: Sequence[PastEntry], name: Name) -> PastEntry | None:
    return min((entry for entry in entries if _says(entry, name)), key=lambda entry: entry.when.at, default=None)


def _says(entry: PastEntry, name: Name) -> bool:
    """Whether the clause in which a milestone's words stand says so without a “not” in it."""
    for clause in re.split(r"[.;,!?](?:\s|$)", entry.fact):
        match = _SAYS[name].search(clause)
        if match and not _NOT.search(clause[: match.start()]):
            return True
    return False


def _count_back(
    entries: Sequence[PastEntry], stated: Stated | None, ends: tuple[Name, ...]
) -> tuple[PastEntry, PastEntry, Stated] | None:
    """The row to which a stated span leads back from a row that tells its end, that row, and the span."""
    if stated is None or stated.minutes is None:
        return None
    for end in (entry for entry in entries if any(_says(entry, name) for name in ends)):
        start = end.when.at - timedelta(minutes=stated.minutes)
        for row in entries:
            if row.when.at == start and row is not end:
                return row, end, stated
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
