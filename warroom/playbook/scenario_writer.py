"""A scenario as the YAML that `scenario.py` reads, for people to read and change; defaults are left out."""

from datetime import timedelta
from typing import Any, assert_never

from warroom.domain.scenario import (
    Begun,
    Condition,
    Expected,
    HealthIs,
    Inject,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    Scenario,
    SeverityReached,
    StepFinished,
    Unacknowledged,
)
from warroom.playbook.dumper import dump, filled, listed, written_duration


def write_scenario(scenario: Scenario) -> str:
    """The text of a scenario's file."""
    start, end = scenario.start, scenario.end
    tree = filled(
        {
            "scenario": scenario.name,
            "title": scenario.title,
            "difficulty": scenario.difficulty,
            "summary": scenario.summary,
            "roles": listed(scenario.roles),
            "services": listed([each.name for each in scenario.catalogue]),
            "depends_on": [listed((each.name, need)) for each in scenario.catalogue for need in each.depends_on],
            "start": filled(
                {
                    "title": start.title,
                    "severity": start.level,
                    "services": listed(start.services),
                    "impact": None if start.impact is None else _offset(start.impact),
                }
            ),
            "injects": [_inject(each) for each in scenario.injects],
            "expect": [_expected(each) for each in scenario.expected],
            "end": filled({"when": _condition(end.when) if end.when else None, "limit": written_duration(end.limit)}),
        }
    )
    return dump(tree)


def _inject(inject: Inject) -> dict[str, Any]:
    timed = isinstance(inject.when, Begun)
    return filled(
        {
            "id": inject.id,
            "at": _offset(inject.delay) if timed else "",
            "when": None if timed else _condition(inject.when),
            "delay": "" if timed else written_duration(inject.delay),
            "kind": inject.kind,
            "by": inject.by,
            "service": inject.service,
            "health": inject.health,
            "person": inject.person,
            "text": inject.text,
        }
    )


def _expected(expected: Expected) -> dict[str, Any]:
    return filled(
        {
            "title": expected.title,
            "do": expected.command,
            "match": dict(expected.match),
            "within": written_duration(expected.within),
            "after": expected.after,
            "who": expected.who,
        }
    )


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case Begun():
            return {}
        case StepFinished(runbook=runbook, step=step):
            return {"step": f"{runbook} {step}"}
        case SeverityReached(level=level):
            return {"severity": level}
        case RoleHeld(role=role):
            return {"role": role}
        case MilestoneReached(milestone=milestone):
            return {"milestone": milestone}
        case HealthIs(service=service, health=health):
            return {"service": service, "health": health}
        case InjectMade(inject=inject):
            return {"inject": inject}
        case Unacknowledged(span=span):
            return {"unacknowledged": written_duration(span)}
        case _:
            assert_never(condition)


def _offset(span: timedelta) -> str:
    sign = "-" if span < timedelta(0) else ""
    return sign + (written_duration(abs(span)) or "0s")
