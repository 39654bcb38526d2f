"""What is wrong with a scenario before anybody plays it: what never comes, contradicts itself or names what is missing.

A rule about names is silent where the organisation has none of that kind. The commands are handed in, for they lie on
a floor above.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import assert_never

import msgspec

from warroom.domain import clock, modules
from warroom.domain.errors import unknown
from warroom.domain.org import Org
from warroom.domain.roles import ROLES
from warroom.domain.runbook import walk
from warroom.domain.scenario import (
    EASIEST,
    HARDEST,
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
    earliest,
    traced,
)
from warroom.domain.services import HEALTHS, words

_ROLES = tuple(role.id for role in ROLES)
_NONE = timedelta(0)


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong, and where: the path of a field as scenario files write it, such as `injects[2].when.role`."""

    where: str
    text: str


def problems(scenario: Scenario, org: Org, commands: Mapping[str, Collection[str]]) -> tuple[Flaw, ...]:
    """Everything that is wrong with a scenario. `commands`: each command that people can give, with its parameters."""
    check = _Check(scenario, org, commands)
    return tuple(
        Flaw(where, text)
        for part in (check.head, check.start, check.injects, check.contradictions, check.expected, check.end)
        for where, text in part()
    )


_Found = Iterator[tuple[str, str]]


class _Check:
    """A scenario, and every name that it may use."""

    def __init__(self, scenario: Scenario, org: Org, commands: Mapping[str, Collection[str]]) -> None:
        self._scenario = scenario
        self._org = org
        self._commands = commands
        self._services = [each.name for each in scenario.catalogue or org.playbook.services]
        self._levels = [each.level for each in modules.severities_of(org, scenario.start.services)]
        self._people = [each.name for each in org.playbook.people]
        self._runbooks = [each.name for each in org.runbooks]
        self._injects = scenario.by_id

    def head(self) -> _Found:
        if not EASIEST <= self._scenario.difficulty <= HARDEST:
            yield "difficulty", f"lies outside {EASIEST} to {HARDEST}"
        for place, role in enumerate(self._scenario.roles):
            yield from _named(f"roles[{place}]", "role", role, _ROLES)

    def start(self) -> _Found:
        start = self._scenario.start
        yield from self._level("start.severity", start.level)
        for place, name in enumerate(start.services):
            yield from self._service(f"start.services[{place}]", name)
        if start.impact is not None and start.impact < _NONE:
            yield "start.impact", "begins after the start; say how long before the start it began"

    def injects(self) -> _Found:
        first: dict[str, int] = {}
        for place, inject in enumerate(self._scenario.injects):
            at = f"injects[{place}]"
            if first.setdefault(inject.id, place) != place:
                yield f"{at}.id", f'"{inject.id}" is given to two injects'
            yield from self._condition(f"{at}.when", inject.when)
            yield from self._time(at, inject)
            yield from self._content(at, inject)

    def _time(self, at: str, inject: Inject) -> _Found:
        if inject.delay < _NONE:
            field = "at" if isinstance(inject.when, Begun) else "delay"
            yield f"{at}.{field}", "lies before the start" if field == "at" else "is negative"
        if isinstance(inject.when, InjectMade) and inject.when.inject not in self._injects:
            return
        first = earliest(self._injects, inject)
        if first is None:
            yield f"{at}.when", "never comes, because the injects that it waits for wait for each other or for nothing"
        elif first > self._scenario.end.limit:
            yield at, "comes after the limit of the drill at the earliest"

    def _content(self, at: str, inject: Inject) -> _Found:
        if inject.service:
            yield from self._service(f"{at}.service", inject.service)
        if inject.kind == "service" and not (inject.service and inject.health):
            yield at, "a change of a service needs service and health"
        if inject.kind != "service" and inject.health:
            yield f"{at}.health", "only an inject of the kind service marks a health"
        if inject.kind == "unreachable" and not inject.person:
            yield at, "needs the person who is unreachable"
        if inject.kind != "unreachable" and inject.person:
            yield f"{at}.person", "only an inject of the kind unreachable names a person"
        if inject.person and self._people:
            yield from _named(f"{at}.person", "person", inject.person, self._people)

    def contradictions(self) -> _Found:
        """Two injects that mark a service differently at the very same moment: which of them holds would be chance."""
        marked: dict[tuple[Condition, timedelta, str], Inject] = {}
        for place, inject in enumerate(self._scenario.injects):
            found = traced(self._injects, inject)
            if inject.kind != "service" or found is None or not inject.health:
                continue
            first = marked.setdefault((*found, inject.service), inject)
            if first.health and first.health != inject.health:
                text = (
                    f'contradicts "{first.id}", which marks {inject.service} {words(first.health)} at the same moment'
                )
                yield f"injects[{place}].health", text

    def expected(self) -> _Found:
        for place, each in enumerate(self._scenario.expected):
            at = f"expect[{place}]"
            if each.after:
                yield from _named(f"{at}.after", "inject", each.after, self._injects)
            if each.who:
                yield from _named(f"{at}.who", "role", each.who, _ROLES)
            yield from self._command(at, each)
            yield from self._within(at, each)

    def _command(self, at: str, each: Expected) -> _Found:
        if each.command not in self._commands:
            yield from _named(f"{at}.do", "command", each.command, self._commands)
            return
        taken = self._commands[each.command]
        for name, value in each.match:
            field = f"{at}.match.{name}"
            if name not in taken:
                yield field, f"{each.command} has no such parameter"
            else:
                yield from self._value(field, name, value)

    def _value(self, field: str, name: str, value: str) -> _Found:
        match name:
            case "role":
                yield from _named(field, "role", value, _ROLES)
            case "milestone":
                yield from _named(field, "milestone", value, clock.NAMES)
            case "health":
                yield from _named(field, "health", value, HEALTHS)
            case "service":
                yield from self._service(field, value)
            case "level":
                yield from _named(field, "severity level", value, [str(level) for level in self._levels])
            case "runbook" if self._runbooks:
                yield from _named(field, "runbook", value, self._runbooks)
            case "step":
                runbook, _, step = value.partition(" ")
                yield from self._step(field, runbook, step.strip())

    def _within(self, at: str, each: Expected) -> _Found:
        if each.within <= _NONE:
            yield f"{at}.within", "leaves no time"
            return
        after = self._injects.get(each.after)
        first = earliest(self._injects, after) if after else _NONE
        if first is not None and first + each.within > self._scenario.end.limit:
            yield f"{at}.within", "ends after the limit of the drill"

    def end(self) -> _Found:
        end = self._scenario.end
        if end.limit <= _NONE:
            yield "end.limit", "leaves no time"
        if end.when is None:
            return
        yield from self._condition("end.when", end.when)
        if self._holds_at_once(end.when):
            yield "end.when", "is so from the start, so that the drill would end at once"
        if isinstance(end.when, InjectMade):
            last = self._injects.get(end.when.inject)
            if last and traced(self._injects, last) is None:
                yield "end.when", f'never comes, because "{last.id}" never comes; the drill would only run out of time'
            elif last and traced(self._injects, last) == (Begun(), _NONE):
                yield "end.when", f'is met as soon as the drill begins, because "{last.id}" comes at once'

    def _holds_at_once(self, condition: Condition) -> bool:
        """Whether a condition about the incident holds as soon as it is declared."""
        start = self._scenario.start
        match condition:
            case SeverityReached(level=level):
                return start.level <= level
            case MilestoneReached(milestone="impact"):
                return start.impact is not None
            case _:
                return isinstance(condition, Begun)

    def _condition(self, at: str, condition: Condition) -> _Found:
        match condition:
            case Begun():
                return
            case StepFinished(runbook=runbook, step=step):
                yield from self._step(f"{at}.step", runbook, step)
            case SeverityReached(level=level):
                yield from self._level(f"{at}.severity", level)
            case RoleHeld(role=role):
                yield from _named(f"{at}.role", "role", role, _ROLES)
            case MilestoneReached(milestone=milestone):
                yield from _named(f"{at}.milestone", "milestone", milestone, clock.NAMES)
            case HealthIs(service=service):
                yield from self._service(f"{at}.service", service)
            case InjectMade(inject=inject):
                yield from _named(f"{at}.inject", "inject", inject, self._injects)
            case Unacknowledged(span=span):
                if span <= _NONE:
                    yield f"{at}.unacknowledged", "is no time at all"
            case _:
                assert_never(condition)

    def _level(self, at: str, level: int) -> _Found:
        yield from _named(at, "severity level", str(level), [str(each) for each in self._levels])

    def _service(self, at: str, name: str) -> _Found:
        if self._services:
            yield from _named(at, "service", name, self._services)

    def _step(self, at: str, runbook: str, step: str) -> _Found:
        """A step of an imported runbook is taken as it is: its text is not at hand."""
        if not self._runbooks:
            return
        book = self._org.runbook(runbook)
        if book is not None:
            yield from _named(at, f"step of {runbook}", step, [known for known, _ in walk(book)])
        elif runbook not in self._runbooks:
            yield from _named(at, "runbook", runbook, self._runbooks)


def _named(where: str, kind: str, name: str, known: Collection[str]) -> _Found:
    if name not in known:
        refused = unknown(kind, name, known)
        yield where, f"{refused.message} {refused.hint}"
