"""What a runbook's `<places>` stand for: filled in once, shown in every step of every runbook on the incident."""

from collections.abc import Mapping
from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.checklist import Checklist, Run
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.runbook import Parameter, placeholders, read_value


class ParameterSet(Event, frozen=True, tag="parameter-set.v1"):
    """From here on `<name>` stands for `value`; "" = for nothing again."""

    name: str
    value: str


ParameterEvent = ParameterSet


class Values(msgspec.Struct, frozen=True):
    """What was filled in: (name, value, by whom), in the order of first filling."""

    known: tuple[tuple[str, str, str], ...] = ()

    def get(self, name: str) -> str:
        """The value that somebody filled in, "" where nobody did."""
        return next((value for each, value, _ in self.known if each == name), "")

    def of(self, run: Run | None) -> dict[str, str]:
        """Every value that holds in a run: what was filled in, else the runbook's defaults."""
        defaults = {each.name: each.default for each in run.runbook.parameters if each.default} if run else {}
        return defaults | {name: value for name, value, _ in self.known}


def evolve(state: Values, fact: Fact, event: ParameterEvent) -> Values:
    """The values after one event."""
    match event:
        case ParameterSet(name=name, value=value):
            known = {each: (each, old, by) for each, old, by in state.known}
            known[name] = (name, value, fact.actor)
            return Values(tuple(each for each in known.values() if each[1]))
        case _:
            assert_never(event)


def fill_in(case: Case, name: str, value: str) -> list[Event]:
    """Fill in a parameter of an attached runbook. It may be changed later: every step shows the new value."""
    declared = parameters(case.incident.checklist)
    wanted = name.strip().removeprefix("<").removesuffix(">")
    found = [each for run in case.incident.checklist.runs for each in run.runbook.parameters if each.name == wanted]
    if not found:
        if not declared:
            raise Refused("The runbooks of this incident have nothing to fill in.")
        raise unknown("parameter", wanted, [each.name for each in declared])
    # Several runbooks may have it, and the strictest of them counts.
    (text,) = {read_value(each, value) for each in found}
    if case.incident.parameters.get(wanted) == text:
        raise Already(f"<{wanted}> is {text} already.")
    return [ParameterSet(wanted, text)]


def parameters(checklist: Checklist) -> list[Parameter]:
    """The parameters of all attached runbooks, each name once, in order."""
    found: dict[str, Parameter] = {}
    for run in checklist.runs:
        for each in run.runbook.parameters:
            found.setdefault(each.name, each)
    return list(found.values())


def used(run: Run, step: str, values: Mapping[str, str]) -> list[str]:
    """The declared parameters that a step's texts name and that have no value: what to ask for first."""
    state = next((each for each in run.steps if each.id == step), None)
    if state is None:
        return []
    texts = [state.step.title, state.step.detail, state.step.command]
    texts += [*state.step.run.args, state.step.run.expect] if state.step.run else []
    declared = {each.name for each in run.runbook.parameters}
    names = (name for text in texts for name in placeholders(text))
    return [name for name in dict.fromkeys(names) if name in declared and name not in values]


def describe(event: ParameterEvent, state: Values) -> str:
    """The timeline's sentence."""
    match event:
        case ParameterSet(name=name, value=value):
            old = state.get(name)
            return f"<{name}> is {value or 'not filled in'}" + (f" (was {old})" if old else "")
        case _:
            assert_never(event)


def compensate(event: ParameterEvent, before: Values, now: Values) -> list[Event]:
    """The events that undo one, if nothing has changed since."""
    match event:
        case ParameterSet(name=name, value=value):
            return [ParameterSet(name, before.get(name))] if now.get(name) == value else []
        case _:
            assert_never(event)
