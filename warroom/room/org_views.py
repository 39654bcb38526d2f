"""The organisation as data: what a playbook holds, in the manner of `views`."""

from warroom.domain import services
from warroom.domain.org import Org, Playbook
from warroom.domain.runbook import Gate, Runbook, Step
from warroom.domain.services import Service
from warroom.domain.severity import Severity
from warroom.room.checklist_views import automation
from warroom.room.plain import View, maybe, seconds
from warroom.room.views import VERSION, severity


def severity_row(row: Severity) -> View:
    """A row of the taxonomy; targets in seconds, null = none."""
    return severity(row) | {
        "title": row.title,
        "definition": row.definition,
        "examples": list(row.examples),
        "acknowledge_within": seconds(row.acknowledge_within),
        "escalate_within": seconds(row.escalate_within),
        "contain_within": seconds(row.contain_within),
        "resolve_within": seconds(row.resolve_within),
        "update_every": seconds(row.update_every),
        "roles": list(row.roles),
    }


def service(row: Service, rows: tuple[Service, ...]) -> View:
    """One row of a catalogue, with everything it needs and everything that needs it, directly or not."""
    return {
        "name": row.name,
        "title": row.title or None,
        "tier": row.tier,
        "owner": row.owner or None,
        "description": row.description or None,
        "depends_on": list(row.depends_on),
        "runbooks": list(row.runbooks),
        "schedules": list(row.schedules),
        "downstream": sorted(services.downstream(rows, row.name)),
        "upstream": sorted(services.upstream(rows, row.name)),
    }


def runbook(book: Runbook) -> View:
    """A runbook, whole."""
    return {
        "name": book.name,
        "title": book.title,
        "symptom": book.symptom or None,
        "summary": book.summary or None,
        "owner": book.owner or None,
        "reviewed": book.reviewed.isoformat() if book.reviewed else None,
        "services": list(book.services),
        "alerts": list(book.alerts),
        "source": book.source or None,
        "parameters": [
            {
                "name": each.name,
                "help": each.help or None,
                "kind": each.kind,
                "choices": list(each.choices),
                "default": each.default or None,
            }
            for each in book.parameters
        ],
        "phases": [
            {
                "name": phase.name,
                "steps": [_step(f"{p}.{s}", step) for s, step in enumerate(phase.steps, 1)],
            }
            for p, phase in enumerate(book.phases, 1)
        ],
    }


def _step(name: str, step: Step) -> View:
    return {
        "id": name,
        "title": step.title,
        "kind": step.kind,
        "detail": step.detail or None,
        "command": step.command or None,
        "inform": list(step.inform),
        "who": step.who,
        "to": step.to or None,
        "expected": seconds(step.expected),
        "gate": _gate(step.gate) if step.gate else None,
        "run": automation(step.run) if step.run else None,
        "steps": [_step(f"{name}.{n}", each) for n, each in enumerate(step.steps, 1)],
    }


def _gate(gate: Gate) -> View:
    """What a gate waits for; `steps` by their ids in the runbook."""
    return {
        "steps": list(gate.steps),
        "healthy": list(gate.healthy),
        "dependencies": gate.dependencies,
        "approvals": gate.approvals,
        "roles": list(gate.roles),
    }


def playbook(book: Playbook) -> View:
    """What a playbook holds, by name; runbooks and services have views of their own."""
    return {
        "name": book.name,
        "severities": [severity_row(row) for row in book.severities],
        "services": [row.name for row in book.services],
        "people": [{"name": each.name, "team": each.team or None, "time_zone": each.time_zone} for each in book.people],
        "audiences": [each.name for each in book.audiences],
        "runbooks": [each.name for each in book.runbooks],
        "glossary": [each.name for each in book.glossary],
        "channels": [each.name for each in book.channels],
        "schedules": [each.name for each in book.schedules],
        "ladders": [each.name for each in book.ladders],
        "modules": [each.name for each in book.modules],
    }


def org(known: Org) -> View:
    """The playbook in force: which version (0 = built in), who published it, when, and what it holds."""
    return {
        "version": VERSION,
        "playbook_version": known.version,
        "published": maybe(known.published),
        "by": known.published_by or None,
        **playbook(known.playbook),
    }
