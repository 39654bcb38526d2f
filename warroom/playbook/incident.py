"""Past incidents as files: what is known of a real one, to import and to replay.

The reader is strict about what identifies the incident and lenient about the rest: a row or a field that it
cannot read becomes a warning, and everything else is kept. What nobody published stays unknown (None).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from warroom.domain.clock import Name
from warroom.domain.declaration import check_mark
from warroom.domain.errors import Invalid
from warroom.domain.services import Service
from warroom.playbook.document import Node, Problem, load
from warroom.playbook.fields import Fields, check, fields_of, nearest, read_date, read_moment

MILESTONES: dict[Name, str] = {
    "impact": "impact_start",
    "detection": "detection",
    "acknowledgment": "acknowledgment",
    "escalation": "escalation",
    "containment": "containment",
    "resolution": "resolution",
    "review": "review",
}
KINDS = (
    "action", "change", "impact", "impact_start", "detection", "declared", "acknowledgment", "escalation",
    "diagnosis", "containment", "restored", "resolution", "comms", "review", "note",
)  # fmt: skip
METRICS = ("ttd_min", "tta_min", "tt_contain_min", "ttr_min", "tt_escalate_min")


class When(msgspec.Struct, frozen=True):
    """A moment as far as it is known, in UTC. `day`: only the date is known, and `at` is its midnight."""

    at: datetime
    approximate: bool = False
    day: bool = False


class PastEntry(msgspec.Struct, frozen=True):
    """One row of the timeline. `kind` is one of KINDS.

    `line`: where it stands in its file, 0 = not in lines; `written`: its time as the source writes it, "" = in UTC.
    """

    when: When
    kind: str
    fact: str
    line: int = 0
    written: str = ""


class PastIncident(msgspec.Struct, frozen=True):
    """A real incident as its sources tell it.

    `severity`: the source's own word, "" if it gave none. `services`: a catalogue of its own. `milestones`:
    all seven in order, None = unknown. `expected`: minutes between milestones as a check, None = unknown.
    `timeline`: in the order of the file. `warnings`: what of the file could not be used, or only with a doubt.
    `reasons`: why a milestone is what it is, where no field of the source says so itself. `origin`: the source's own
    id, unique in the world, by which an incident that comes again is known (`statuspage:abc`); "" = it has none.
    """

    id: str
    title: str
    severity: str = ""
    severity_note: str = ""
    source_time_zone: str = ""
    fidelity: str = ""
    source: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    roles: tuple[str, ...] = ()
    milestones: tuple[tuple[Name, When | None], ...] = ()
    expected: tuple[tuple[str, float | None], ...] = ()
    timeline: tuple[PastEntry, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reasons: tuple[tuple[Name, str], ...] = ()
    origin: str = ""

    def milestone(self, name: Name) -> When | None:
        """When a milestone was reached, or None = unknown."""
        return dict(self.milestones).get(name)


def read_incident(path: Path) -> PastIncident:
    """The past incident in a file; BadFile if it has no id, no title or no timeline, or is no plain YAML."""
    return parse_incident(path.name, load(path))


def parse_incident(file: str, tree: Node) -> PastIncident:
    """The past incident that a tree of YAML tells, out of a file of that name; BadFile as above."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fields = fields_of(tree, file, problems)
    name = fields.name("id") if fields else ""
    title = fields.text("title", required=True, longest=200) if fields else ""
    rows = fields.maps("timeline", required=True) if fields else []
    if fields and (mark := wrong_mark(title)):
        fields.problem("title", mark)
    check(problems)
    assert fields is not None  # or there was a problem
    fields.into(warnings)
    timeline = _timeline(rows, warnings)
    incident = PastIncident(
        id=name,
        title=title,
        severity=fields.text("severity", longest=80),
        severity_note=fields.text("severity_note", longest=500),
        source_time_zone=fields.text("source_time_zone", longest=80),
        fidelity=fields.text("fidelity", longest=80),
        source=fields.texts("source"),
        services=read_services(fields),
        roles=fields.texts("roles"),
        milestones=_milestones(fields.map("milestones"), timeline),
        expected=_expected(fields.map("expected_metrics")),
        timeline=timeline,
        notes=fields.texts("notes"),
    )
    fields.text("depends_on_note", lines=True)
    fields.close()
    shown = sorted(warnings, key=lambda problem: problem.line)
    return msgspec.structs.replace(incident, warnings=tuple(map(str, shown)))


def wrong_mark(title: str) -> str:
    """What is wrong with a title that bears the mark of a drill, "" = it bears none: what happened is no drill."""
    try:
        check_mark(title)
    except Invalid as wrong:
        return wrong.message
    return ""


def read_when(text: str) -> When:
    """A moment with its zone, or a date; ValueError for anything else."""
    if len(text) == len("2026-10-01"):
        day = read_date(text)
        return When(datetime(day.year, day.month, day.day, tzinfo=UTC), approximate=True, day=True)
    return When(read_moment(text))


def _when(fields: Fields, field: str, *, required: bool = False) -> When | None:
    return fields.read(field, read_when, "a moment with its time zone, or a date", required=required)


def _timeline(rows: Iterable[Fields], warnings: list[Problem]) -> tuple[PastEntry, ...]:
    found = []
    for row in rows:
        row.into(warnings)
        when = _when(row, "at", required=True)
        fact = row.text("fact", required=True, lines=True)
        kind = row.choice("kind", KINDS, default="note")
        approximate = row.boolean("approx")
        row.close()
        if when and fact:
            when = msgspec.structs.replace(when, approximate=when.approximate or approximate)
            found.append(PastEntry(when, kind, fact))
    return tuple(found)


def read_services(fields: Fields) -> tuple[Service, ...]:
    """The services with what each needs. An edge to a service that is not listed becomes a warning."""
    needs: dict[str, list[str]] = {name: [] for name in fields.names("services", "service", None)}
    for service, needed, line in fields.pairs("depends_on"):
        for name in (service, needed):
            if name not in needs:
                fields.problem("depends_on", f'no service is called "{name}"{nearest(name, needs)}', line)
        if service in needs and needed in needs and needed not in needs[service]:
            needs[service].append(needed)
    return tuple(Service(name, depends_on=tuple(needed)) for name, needed in needs.items())


def _milestones(fields: Fields | None, timeline: tuple[PastEntry, ...]) -> tuple[tuple[Name, When | None], ...]:
    """The milestones; one is approximate if the timeline says so of an entry of that very moment."""
    if fields is None:
        return tuple((name, None) for name in MILESTONES)
    vague = {entry.when.at for entry in timeline if entry.when.approximate}
    found: list[tuple[Name, When | None]] = []
    for name, field in MILESTONES.items():
        when = _when(fields, field)
        if when and when.at in vague:
            when = msgspec.structs.replace(when, approximate=True)
        found.append((name, when))
    fields.close()
    return tuple(found)


def _expected(fields: Fields | None) -> tuple[tuple[str, float | None], ...]:
    if fields is None:
        return ()
    found = tuple((name, fields.number(name, 0, 10_000_000)) for name in METRICS)
    fields.close()
    return found
