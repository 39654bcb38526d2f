"""An incident as data: pure functions from state to values that JSON can carry.

The shapes are a promise, kept under `VERSION`: keys may be added, none is renamed, removed or given another meaning
without a new version. Moments are ISO 8601 in UTC with `Z`; null means unknown, never zero; durations are seconds.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from warroom.domain import services
from warroom.domain.case import Case
from warroom.domain.clock import NAMES, Clock, ClockMapped, Milestone, targets
from warroom.domain.event import incident_of
from warroom.domain.incident import Incident
from warroom.domain.moments import elapsed, moment
from warroom.domain.org import Org
from warroom.domain.roles import ROLES, Roles
from warroom.domain.services import Board, Service
from warroom.domain.severity import Severity
from warroom.domain.summary import marked
from warroom.domain.timeline import Entry
from warroom.room import checklist_views, drill_views, escalation_views
from warroom.room.engines import Engines
from warroom.room.feed import State
from warroom.room.plain import View, maybe, stamp
from warroom.store import codec
from warroom.store.contract import Summary

VERSION = 1
OPEN = ("active", "contained")
_ILL = ("degraded", "partial-outage", "major-outage")


def show(state: State, database: datetime, engines: Engines | None = None, asker: str | None = None) -> View:
    """One incident, whole, at the database's time. `engines`: those that run; None = nobody looked.

    `asker`: who looks, for what only those who lead a drill may see; None = nobody of them.
    """
    incident = _incident(state)
    now = incident.clock.time(database)
    return {
        "version": VERSION,
        "id": incident.name,
        "uuid": incident.id,
        "title": incident.title,
        "status": incident.clock.status,
        "severity": severity(incident.severity.now),
        "declared": {"at": maybe(incident.clock.declared), "by": incident.declared_by},
        "source": incident.source or None,
        "exercise": incident.exercise or None,
        "drill": drill_views.drill(incident, now, asker),
        "clock": clock(incident.clock, now),
        "milestones": {name: _milestone(incident.clock.get(name)) for name in NAMES},
        "targets": _targets(incident, now),
        "roles": roles(incident.roles, incident.severity.now),
        "escalation": escalation_views.escalation(Case(incident, state.org, "", now), engines or Engines()),
        "runbooks": [checklist_views.runbook(run) for run in incident.checklist.runs],
        "steps": checklist_views.steps(incident, state.org, database),
        "parameters": checklist_views.values(incident),
        **_services(incident.services, state.org),
        "evidence": [
            {"name": kept.name, "digest": kept.digest, "size": kept.size, "step": kept.step or None, "by": kept.by}
            for kept in incident.evidence
        ],
        "timeline": [entry(each) for each in incident.timeline],
        "head": head(state),
    }


def acted(state: State, entries: list[Entry], repeated: bool) -> View:
    """What came of a command: the entries it added, and where the incident stands now."""
    incident = _incident(state)
    return {
        "version": VERSION,
        "incident": incident.name,
        "uuid": incident.id,
        "status": incident.clock.status,
        "severity": severity(incident.severity.now),
        "entries": [entry(each) for each in entries],
        "repeated": repeated,
        "head": head(state),
    }


def summary(row: Summary, database: datetime) -> View:
    """One incident in a list."""
    mapped = codec.decode(ClockMapped.tag(), row.clock.encode()) if row.clock else None
    now = mapped.time(database) if isinstance(mapped, ClockMapped) else database
    ended = None if row.ended is None else moment(row.ended)
    since = moment(row.origin)
    closed = row.status == "closed"
    passed = None if closed and ended is None else (ended or now) - since
    return {
        "id": f"INC-{row.number}",
        "uuid": incident_of(row.stream),
        "title": row.title,
        "exercise": marked(row.title) or None,
        "status": row.status,
        "severity": {"level": row.level, "name": row.severity},
        "commander": row.commander or None,
        "declared": stamp(moment(row.declared)),
        "ended": maybe(ended),
        "clock": _elapsed(since, row.origin_name, passed, not closed and ended is None),
    }


def head(state: State) -> View:
    """The place in the log that a view was made at; `seq` and `hash` of two terminals agree, or one is behind."""
    seq = state.incident.seq if state.incident else state.org.seq
    return {
        "log_id": state.log_id,
        "epoch": state.cursor.epoch,
        "pos": state.cursor.pos,
        "seq": seq,
        "hash": state.cursor.hash.hex(),
    }


def severity(row: Severity) -> View:
    """A severity by level and name."""
    return {"level": row.level, "name": row.name}


def clock(known: Clock, now: datetime) -> View:
    """T+ and what it counts from, at the incident's time `now`; it stands still once the incident is resolved.

    Null where it is unknown: closed without a known resolution.
    """
    since, name = known.origin
    reached = _elapsed(since, name, known.elapsed(now), known.running)
    return reached | {"now": stamp(now), "mapped": known.map is not None, "reopened": known.reopened}


def _elapsed(since: datetime | None, name: str, passed: timedelta | None, running: bool) -> View:
    return {
        "t_plus": None if passed is None else elapsed(passed),
        "seconds": None if passed is None else max(0, int(passed.total_seconds())),
        "since": maybe(since),
        "origin": name,
        "running": running,
    }


def _milestone(known: Milestone | None) -> View | None:
    if known is None:
        return None
    return {
        "happened": stamp(known.happened),
        "recorded": stamp(known.recorded),
        "by": known.by,
        "approximate": known.approximate,
    }


def _targets(incident: Incident, now: datetime) -> list[View]:
    ended = incident.clock.status in ("resolved", "closed")
    return [
        {
            "milestone": each.milestone,
            "due": stamp(each.due),
            "met": each.met,
            "overdue": each.met is None and not ended and now > each.due,
            "left": None if each.met is not None or ended else int((each.due - now).total_seconds()),
        }
        for each in targets(incident.clock, incident.severity.now)
    ]


def roles(known: Roles, row: Severity) -> View:
    """Every role by its id: who holds it, to whom it is offered, and whether the severity requires it."""
    return {
        seat.id: {
            "title": seat.title,
            "required": seat.id in row.roles,
            "held": [
                {"person": each.person, "since": stamp(each.since), "subject": each.subject or None}
                for each in known.held
                if each.role == seat.id
            ],
            "offered": [
                {"to": each.to, "by": each.by, "since": stamp(each.since), "subject": each.subject or None}
                for each in known.offers
                if each.role == seat.id
            ],
        }
        for seat in ROLES
    }


def _services(board: Board, org: Org) -> View:
    """`services`, what the incident or the playbook knows; `blast_radius`, the ill ones and all that needs them."""
    rows = services.catalogue(board, org.playbook.services)
    named = dict.fromkeys([*board.affected, *(name for name, _ in board.conditions)])
    ill = [name for name in named if _ill(board, name)]
    hurt = services.blast_radius(rows, ill)
    listed = {row.name for row in board.catalogue or org.playbook.services}
    return {
        "services": [_service(row, board, hurt, listed) for row in rows],
        "blast_radius": {"ill": ill, "services": sorted(hurt), "known": len(rows)},
    }


def _ill(board: Board, name: str) -> bool:
    health = board.health(name)
    return health in _ILL or (health == "unknown" and name in board.affected)


def _service(row: Service, board: Board, hurt: frozenset[str], listed: set[str]) -> View:
    known = board.condition(row.name)
    return {
        "name": row.name,
        "title": row.title or None,
        "tier": row.tier if row.name in listed else None,
        "owner": row.owner or None,
        "health": board.health(row.name),
        "since": stamp(known.since) if known else None,
        "by": known.by if known else None,
        "because": (known.because or None) if known else None,
        "affected": row.name in board.affected,
        "in_blast_radius": row.name in hurt,
        "in_catalogue": row.name in listed,
        "depends_on": list(row.depends_on),
    }


def entry(known: Entry) -> View:
    """One line of the timeline."""
    return {
        "seq": known.seq,
        "pos": known.pos,
        "happened": stamp(known.happened),
        "recorded": stamp(known.recorded),
        "actor": known.actor,
        "via": known.via,
        "kind": known.kind,
        "text": known.text,
        "corrected": known.corrected or None,
        "retracted": known.retracted,
        "approximate": known.approximate,
        "late": known.late,
    }


def problem(code: str, message: str, hint: str) -> Mapping[str, View]:
    """An error."""
    return {"error": {"code": code, "message": message, "hint": hint}}


def _incident(state: State) -> Incident:
    if state.incident is None:
        raise ValueError("this view needs an incident")
    return state.incident
