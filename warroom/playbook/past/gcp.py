"""Incidents of Google Cloud's status feed: the list, or one incident.

`begin` and `end` are the vendor's; when the first update was posted lies beside them, and may come before the one or
after the other. Older incidents have no `id` and write `most-recent-update`.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from warroom.domain.clock import Name
from warroom.domain.services import Service
from warroom.domain.text import one_line
from warroom.playbook.incident import MILESTONES, PastEntry, PastIncident, When
from warroom.playbook.past.feeds import Doubts, LeftOut, convert, cut, moment, read_title, slug


class _Update(msgspec.Struct, frozen=True):
    when: str | None = None
    created: str | None = None
    text: str | None = ""


class _Product(msgspec.Struct, frozen=True):
    title: str = ""


class _Incident(msgspec.Struct, frozen=True):
    number: str | int
    begin: str | None = None
    end: str | None = None
    id: str = ""
    external_desc: str | None = ""
    severity: str | None = ""
    status_impact: str | None = ""
    service_name: str | None = ""
    uri: str | None = ""
    updates: tuple[_Update, ...] | None = None
    most_recent_update: _Update | None = None
    most_recent_dashed: _Update | None = msgspec.field(default=None, name="most-recent-update")
    affected_products: tuple[_Product, ...] | None = None


def is_gcp(item: Any) -> bool:
    """Whether a value of JSON is an incident of this feed."""
    return isinstance(item, dict) and "external_desc" in item and "begin" in item


def read_gcp(file: str, item: Any) -> PastIncident:
    """The past incident that an item of the feed tells; LeftOut where it has other types, or says no time at all."""
    found = convert(item, _Incident)
    title = read_title("external_desc", found.external_desc or "")
    name = found.id or str(found.number)
    doubts = Doubts(file, name)
    began, ended = moment(found.begin, doubts, "begin"), moment(found.end, doubts, "end")
    entries = _entries(found, doubts)
    _compare(began, ended, entries, doubts)
    if not entries and began:
        entries = [PastEntry(When(began), "note", "the feed names no update", 0, found.begin or "")]
    if not entries:
        raise LeftOut("begin", "it has no time at all")
    known: dict[Name, datetime | None] = {"impact": began, "resolution": ended}
    products = [each.title for each in found.affected_products or ()] or [found.service_name or ""]
    return PastIncident(
        id=slug(f"gcp-{name}"),
        title=title or f"incident {name}",
        severity=one_line(found.severity or "", 80),
        severity_note=one_line(found.status_impact or "", 200),
        source_time_zone="UTC",
        fidelity="status feed",
        source=tuple(filter(None, (found.uri, file))),
        services=tuple(Service(each) for each in dict.fromkeys(slug(each) for each in products if each)),
        milestones=tuple((each, When(at) if (at := known.get(each)) else None) for each in MILESTONES),
        timeline=tuple(entries),
        warnings=doubts.told(),
        reasons=tuple((each, "as the feed states") for each, at in known.items() if at),
        origin=f"gcp:{name}",
    )


def _entries(found: _Incident, doubts: Doubts) -> list[PastEntry]:
    """The updates, oldest first: the feed begins with the newest. Without a list of them, the most recent one."""
    last = found.most_recent_update or found.most_recent_dashed
    updates = found.updates or ((last,) if last else ())
    entries = []
    for number, update in enumerate(updates, 1):
        written = update.when or update.created
        text = update.text or ""
        at = moment(written, doubts, f"update {number}")
        if at is None:
            doubts.add(f"update {number} has no time; left out: {one_line(text, 80)}")
            continue
        if cut(text) != text:
            doubts.add(f"update {number} is long; its end was cut off")
        entries.append(PastEntry(When(at), "comms", cut(text) or "an update without words", 0, written or ""))
    return sorted(entries, key=lambda entry: entry.when.at)


def _compare(began: datetime | None, ended: datetime | None, entries: list[PastEntry], doubts: Doubts) -> None:
    """Say what is odd about the vendor's times; they are kept as they are."""
    if began is None:
        doubts.add("the feed never says when it began")
    if ended is None:
        doubts.add("the feed never says that it ended")
    if began and ended and ended < began:
        doubts.add("it ended before it began; both are kept as they are written")
    if entries and began and entries[0].when.at < began:
        doubts.add(f"first posted {_minutes(began - entries[0].when.at)} min before it began, as the feed has it")
    if entries and ended and entries[0].when.at > ended:
        doubts.add(f"first posted {_minutes(entries[0].when.at - ended)} min after it had ended")


def _minutes(gap: timedelta) -> str:
    return f"{gap.total_seconds() / 60:.0f}"
