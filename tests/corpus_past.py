"""Other people's past incidents, imported: `make corpus DIR=…` says what becomes of each row, and of the stated times.

Rows are counted here once more, by their bare shape and not with anything that the importer is made of; each must come
across as an entry or as a remark. Where a `…_stated_metrics.json` lies beside the reports, the times computed from the
rows are held against it; one that cannot be computed needs a reason.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from warroom.playbook.document import BadFile
from warroom.playbook.incident import PastIncident
from warroom.playbook.past.reader import load, read_past

_TIMELINE = re.compile(r"^(#{2,6})\s.*timeline.*$\n((?:(?!^#{1,2}\s).*\n?)*)", re.IGNORECASE | re.MULTILINE)
_TABLE_ROW = re.compile(r"^[ \t]*\|(?![\s:|-]*$)", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\|[\s:|-]*-[\s:|-]*$", re.MULTILINE)
_ITEM = re.compile(r"^\s*[-*+]\s+\S", re.MULTILINE)
_NUMBER = re.compile(r"(\d+) minutes")
_FEED_ID = re.compile(r"^\w{4,24}: ")
_VALUE = re.compile(r"“[^”]*”|\d+")
_SPANS = {"detection": ("detection",), "recovery": ("containment", "resolution")}
_SHOWN = 160


class Told(msgspec.Struct):
    """What became of a folder."""

    files: int = 0
    incidents: int = 0
    rows: int = 0
    entries: int = 0
    remarks: int = 0
    reported: int = 0
    refused: list[str] = msgspec.field(default_factory=list)
    wrong: list[str] = msgspec.field(default_factory=list)
    said: list[str] = msgspec.field(default_factory=list)
    metrics: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether every row came across, and every stated time is equal or has a reason."""
        return not self.wrong and self.incidents > 0


def files(folder: Path) -> list[Path]:
    """The reports and feeds below a folder."""
    wanted = (".md", ".json", ".json.gz", ".yaml")
    found = (path for path in folder.rglob("*") if path.is_file() and path.name.endswith(wanted))
    return sorted(path for path in found if not path.name.endswith("_stated_metrics.json"))


def is_past(folder: Path) -> bool:
    """Whether a folder holds past incidents rather than runbooks: feeds, or reports with a timeline in most of them."""
    reports = [path for path in folder.rglob("*.md") if path.is_file()]
    timed = [path for path in reports if _TIMELINE.search(path.read_text(encoding="utf-8", errors="replace"))]
    return 2 * len(timed) > len(reports) or (not reports and bool(files(folder)))


def rows_of(text: str) -> int | None:
    """How many rows the timeline of a report has, by their shape; None where no heading says that there is one."""
    found = _TIMELINE.search(text.replace("\r\n", "\n"))
    if found is None:
        return None
    part = found[2]
    return len(_TABLE_ROW.findall(part)) - len(_TABLE.findall(part)) + len(_ITEM.findall(part))


def updates_of(value: Any) -> tuple[int, int]:
    """How many incidents a feed has, and how many updates."""
    items = value if isinstance(value, list) else value.get("incidents", [value])
    many = sum(len(item.get("incident_updates") or item.get("updates") or ()) for item in items)
    return len(items), many


def run(folder: Path) -> Told:
    """Import everything below a folder."""
    told = Told()
    stated = dict(
        pair for path in folder.rglob("*_stated_metrics.json") for pair in json.loads(path.read_text()).items()
    )
    for path in files(folder):
        told.files += 1
        try:
            read = read_past(*load(path))
        except BadFile as bad:
            told.refused.append(f"{path.name}: {bad.problems[-1].text}")
            continue
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            told.wrong.append(f"{path.name}: {type(error).__name__}: {error}")
            continue
        warnings = [*read.warnings, *(warning for past in read.incidents for warning in past.warnings)]
        told.said += warnings
        told.reported += len(warnings)
        told.incidents += len(read.incidents)
        told.entries += sum(len(past.timeline) for past in read.incidents)
        told.remarks += sum(len(past.notes) for past in read.incidents if path.suffix == ".md")
        told.wrong += _rows(path, read.incidents, read.warnings, told)
        if path.name in stated:
            _metrics(path.name, read.incidents[0], stated[path.name], told)
    return told


def _rows(path: Path, found: tuple[PastIncident, ...], left_out: tuple[str, ...], told: Told) -> Iterator[str]:
    """What is missing of a file's rows."""
    if path.suffix == ".md":
        rows = rows_of(path.read_text(encoding="utf-8"))
        came = len(found[0].timeline) + len(found[0].notes)
        told.rows += came if rows is None else rows
        if rows is not None and rows != came:
            yield f"{path.name}: {rows} rows, of which {came} came across"
        return
    if path.suffix == ".yaml":
        told.rows += len(found[0].timeline)
        return
    data = path.read_bytes()
    incidents, updates = updates_of(json.loads(gzip.decompress(data) if path.suffix == ".gz" else data))
    told.rows += updates
    came = len(found) + len(left_out)
    if incidents != came:
        yield f"{path.name}: {incidents} incidents, of which {came} were told of"
    bare = sum(entry.kind == "note" for past in found for entry in past.timeline)
    entries = sum(len(past.timeline) for past in found) - bare
    if entries < updates and not left_out:
        yield f"{path.name}: {updates} updates, of which {entries} came across"


def _metrics(name: str, past: PastIncident, stated: dict[str, str | None], told: Told) -> None:
    """Hold the computed times of one report against those that it states."""
    known: dict[str, datetime] = {each: when.at for each, when in past.milestones if when}
    counted = dict(past.reasons).get("impact", "")
    for kind, ends in _SPANS.items():
        match = _NUMBER.fullmatch(stated[f"stated_time_to_{kind}"] or "")
        if match is None:
            told.metrics[f"{kind}: none stated"] += 1
            continue
        wanted = int(match[1])
        gaps = [(known[end] - known["impact"]).total_seconds() / 60 for end in ends if {"impact", end} <= known.keys()]
        if wanted in gaps:
            how = " by counting back" if f"counted back {wanted} " in counted else ""
            told.metrics[f"{kind}: equal{how}"] += 1
            continue
        missing = [each for each in ("impact", *ends) if each not in known]
        if gaps:
            why = f"computed as {', '.join(f'{gap:g}' for gap in gaps)}, by {dict(past.reasons)}"
        else:
            why = f"no row tells the {' or the '.join(missing)}"
            if not any(f"time to {kind} is stated" in warning for warning in past.warnings):
                told.wrong.append(f"{name}: time to {kind} is not compared, and no reason is given")
        told.metrics[f"{kind}: {'differs' if gaps else 'unknown'}"] += 1
        told.refused.append(f"{name}: time to {kind} is stated as {wanted} minutes, {why}")


def _kind(warning: str) -> str:
    """What a warning says, without its place and its values."""
    said = _FEED_ID.sub("", warning.partition(": ")[2])
    return _VALUE.sub("…", said)[:_SHOWN]


def main(folder: Path) -> int:
    """Print what became of each folder in this one; 1 where something was lost without a word."""
    parts = [each for each in sorted(folder.iterdir()) if each.is_dir()]
    if any(path.parent == folder for path in files(folder)):
        parts = []
    told = run(folder)
    names = ", ".join(part.name for part in parts)
    print(f"{folder.name}{f' ({names})' if names else ''}: {told.files} files, {told.incidents} incidents")
    print(f"rows {told.rows}, entries {told.entries}, remarks {told.remarks}, reported {told.reported}")
    for what, many in sorted(told.metrics.items()):
        print(f"time to {what}: {many}")
    for text in (*told.refused, *(f"WRONG: {text}" for text in told.wrong)):
        print(f"  {text}")
    kinds = Counter(_kind(text) for text in told.said)
    for text, many in kinds.most_common():
        print(f"  {many:>5} x {text}")
    return 0 if told.good else 1
