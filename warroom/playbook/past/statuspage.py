"""Incidents of a Statuspage feed, version 2: the list, a summary with its `incidents`, or one incident.

The feed says when an incident began and what was posted when. It says neither when anybody noticed nor who acted, and a
summary drops an incident before it says that it is resolved: all of that stays unknown.
"""

from datetime import datetime
from typing import Any

import msgspec

from warroom.domain.clock import Name
from warroom.domain.services import Service
from warroom.domain.text import one_line
from warroom.playbook.incident import MILESTONES, PastEntry, PastIncident, When
from warroom.playbook.past.feeds import Doubts, LeftOut, convert, cut, moment, read_title, slug


class _Component(msgspec.Struct, frozen=True):
    name: str
    group: bool = False


class _Changed(msgspec.Struct, frozen=True):
    name: str
    old_status: str = ""
    new_status: str = ""


class _Update(msgspec.Struct, frozen=True):
    status: str = ""
    body: str | None = ""
    display_at: str | None = None
    created_at: str | None = None
    affected_components: tuple[_Changed, ...] | None = None


class _Incident(msgspec.Struct, frozen=True):
    id: str
    name: str
    incident_updates: tuple[_Update, ...]
    status: str = ""
    impact: str | None = ""
    created_at: str | None = None
    started_at: str | None = None
    resolved_at: str | None = None
    shortlink: str | None = None
    components: tuple[_Component, ...] | None = None


def is_statuspage(item: Any) -> bool:
    """Whether a value of JSON is an incident of such a feed."""
    return isinstance(item, dict) and "incident_updates" in item


def read_statuspage(file: str, item: Any) -> PastIncident:
    """The past incident that an item of the feed tells; LeftOut where it has other types, or says no time at all."""
    found = convert(item, _Incident)
    title = read_title("name", found.name)
    doubts = Doubts(file, found.id)
    began = moment(found.started_at, doubts, "started_at") or moment(found.created_at, doubts, "created_at")
    entries = tuple(_entries(found, doubts))
    ended = moment(found.resolved_at, doubts, "resolved_at") or _posted(entries, "resolved")
    if ended is None:
        doubts.add(f"the feed ends with “{found.status}” and never says that it was resolved")
    if found.impact == "maintenance":
        doubts.add("the feed calls it a maintenance, not an incident")
    if ended and began and ended < began:
        doubts.add("it was resolved before it began; both are kept as they are written")
    if not entries and began:
        entries = (PastEntry(When(began), "note", "the feed names no update"),)
    known: dict[Name, datetime | None] = {
        "impact": began,
        "resolution": ended,
        "review": _posted(entries, "postmortem"),
    }
    if not entries:
        raise LeftOut("started_at", "it has no time at all")
    names = dict.fromkeys(slug(each.name) for each in found.components or () if not each.group)
    return PastIncident(
        id=slug(f"statuspage-{found.id}"),
        title=title or found.id,
        severity=one_line(found.impact or "", 80),
        severity_note="the impact that the status page states" if found.impact else "",
        source_time_zone="UTC",
        fidelity="status feed",
        source=tuple(filter(None, (found.shortlink, file))),
        services=tuple(Service(name) for name in names),
        milestones=tuple((name, When(at) if (at := known.get(name)) else None) for name in MILESTONES),
        timeline=entries,
        warnings=doubts.told(),
        reasons=tuple((name, "as the feed states") for name, at in known.items() if at),
        origin=f"statuspage:{found.id}",
    )


def _entries(found: _Incident, doubts: Doubts) -> list[PastEntry]:
    """The updates, oldest first: feeds begin with the newest."""
    entries = []
    for number, update in enumerate(found.incident_updates, 1):
        written = update.display_at or update.created_at
        at = moment(written, doubts, f"update {number}")
        if at is None:
            doubts.add(f"update {number} has no time; left out: {one_line(update.body or '', 80)}")
            continue
        said = ": ".join(filter(None, (update.status, update.body)))
        changes = ", ".join(
            f"{each.name} {each.old_status} → {each.new_status}"
            for each in update.affected_components or ()
            if each.old_status != each.new_status
        )
        fact = f"{said} [{changes}]" if changes else said
        if cut(fact) != fact:
            doubts.add(f"update {number} is long; its end was cut off")
        entries.append(PastEntry(When(at), "comms", cut(fact) or "an update without words", 0, written or ""))
    return sorted(entries, key=lambda entry: entry.when.at)


def _posted(entries: tuple[PastEntry, ...], status: str) -> datetime | None:
    """When the first update with that status was posted."""
    return next((entry.when.at for entry in entries if entry.fact.partition(":")[0] == status), None)
