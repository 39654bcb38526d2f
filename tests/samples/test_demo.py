"""The script of the demo: true to the incident, possible by the rules, and never dull."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from warroom.domain import checklist, clock, fold, paging, record, roles, services, steps
from warroom.domain.case import Case
from warroom.domain.declaration import declare
from warroom.domain.event import Event, Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.script import Line, Script
from warroom.playbook import samples
from warroom.playbook.incident import PastIncident, read_incident
from warroom.playbook.organisation import read_organisation
from warroom.playbook.runbook import read_runbook
from warroom.playbook.script import COMMANDS, read_script

Do = Callable[..., list[Event]]
RULES: dict[str, Do] = {
    "ack": paging.acknowledge,
    "milestone": lambda case, name, at: paging.mark(case, name, at),
    "sev": lambda case, level, because: paging.change(case, str(level), because),
    "role.take": roles.take,
    "role.offer": roles.offer,
    "role.accept": roles.accept,
    "role.decline": roles.decline,
    "role.release": roles.release,
    "runbook.attach": lambda case, runbook: checklist.attach(
        case, read_runbook(samples.runbooks() / f"{runbook}.yaml")
    ),
    "step.claim": steps.claim,
    "step.done": steps.finish,
    "step.skip": steps.skip,
    "step.fail": steps.fail,
    "step.note": steps.annotate,
    "note": record.note,
    "decide": record.decide,
    "service.health": services.judge,
    "resolve": clock.resolve,
    "close": clock.close,
}


@cache
def script() -> Script:
    return read_script(samples.demo())


@cache
def facts() -> PastIncident:
    return read_incident(samples.incident(script().incident))


@cache
def org() -> Org:
    return Org(read_organisation(samples.organisation(), samples.runbooks()), version=1)


@cache
def played() -> Incident:
    """The incident after the whole script; a line that breaks a rule raises Refused."""
    state, stream = Incident(id="demo"), incident_stream("demo")
    for line in script().lines:
        for event in act(line, Case(state, org(), line.by, line.at)):
            place = state.seq + 1
            fact = Fact(place, stream, place, event, line.by, "asserted", line.at, line.at, line.at)
            state = fold.evolve(state, fact)
    return state


def act(line: Line, case: Case) -> list[Event]:
    values: dict[str, Any] = line.parameters()
    if line.command == "declare":
        return declare(
            case, values["title"], str(values["severity"]), values["services"], values["impact"],
            catalogue=facts().services,
        )  # fmt: skip
    return RULES[line.command](case, **values)


def test_every_command_of_a_script_has_a_rule() -> None:
    assert RULES.keys() | {"declare"} == COMMANDS.keys()


def test_no_line_breaks_a_rule_and_the_incident_ends() -> None:
    assert played().clock.status == "closed"


def test_the_clock_agrees_with_the_facts() -> None:
    for name, when in facts().milestones:
        known = played().clock.get(name)
        if name == "review":
            assert known is None
        else:
            assert when is not None
            assert known is not None
            assert known.happened == when.at, name


def test_nearly_every_step_is_dealt_with_and_what_was_skipped_is_not_called_done() -> None:
    (run,) = played().checklist.runs
    assert run.runbook.name == script().runbook
    outcomes = [step.outcome for step in run.steps]
    assert outcomes.count("todo") == 0
    assert {"done", "skipped"} <= set(outcomes)


def test_only_known_people_and_services_take_part() -> None:
    people = {person.name for person in org().playbook.people}
    named = {line.by for line in script().lines}
    named |= {str(line.parameters()["to"]) for line in script().lines if line.command == "role.offer"}
    assert {"ana", "bo", "cy", "di"} <= named <= people
    known = {service.name for service in facts().services}
    assert {service.name for service in services.catalogue(played().services, ())} == known


@pytest.mark.parametrize(
    "at",
    [entry.when.at for entry in facts().timeline if not entry.when.day],
    ids=lambda at: f"{at:%H:%M}",
)
def test_the_script_tells_each_fact_when_it_happened(at: datetime) -> None:
    """The impact began before anybody noticed; it is told when the incident is declared."""
    told = max(at, script().starts)
    assert any(abs(line.at - told) < timedelta(minutes=1) for line in script().lines)


def test_it_takes_about_eight_minutes_and_something_happens_every_few_seconds() -> None:
    seconds = [script().seconds(line.at) for line in script().lines]
    assert 7 * 60 <= seconds[-1] <= 9 * 60
    assert all(3 <= later - earlier <= 8.1 for earlier, later in pairwise(seconds))
