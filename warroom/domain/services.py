"""Services: the catalogue, what depends on what, and how each is doing.

`depends_on` points downstream: `checkout` depends on `payments`, so `payments` is downstream of `checkout` (a suspect
when checkout is ill) and `checkout` is upstream of `payments` (hurt when payments is ill). Cycles are allowed: real
catalogues have them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, assert_never, get_args

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Invalid, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago

Health = Literal["unknown", "operational", "degraded", "partial-outage", "major-outage", "maintenance"]
HEALTHS: tuple[Health, ...] = get_args(Health)
ILL: tuple[Health, ...] = ("degraded", "partial-outage", "major-outage")


class Service(msgspec.Struct, frozen=True):
    """One row of the catalogue. `tier` 1 = most critical; `owner` is a team; `schedules`: primary, secondary."""

    name: str
    title: str = ""
    tier: int = 3
    owner: str = ""
    description: str = ""
    depends_on: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()


class HealthSet(Event, frozen=True, tag="health-set.v1"):
    """Somebody judged the health of a service."""

    service: str
    health: Health
    because: str = ""


ServiceEvent = HealthSet


class Condition(msgspec.Struct, frozen=True):
    """How a service is doing, since when, and who says so."""

    health: Health
    since: datetime
    by: str
    because: str = ""


class Board(msgspec.Struct, frozen=True):
    """The services of an incident: those it hurts, a catalogue of its own (imports) if any, and known conditions."""

    affected: tuple[str, ...] = ()
    catalogue: tuple[Service, ...] = ()
    conditions: tuple[tuple[str, Condition], ...] = ()

    @property
    def hurt(self) -> tuple[str, ...]:
        """The services that the incident hurts: those it was declared for, and those that somebody found ill."""
        ill = (name for name, condition in self.conditions if condition.health in ILL)
        return tuple(dict.fromkeys((*self.affected, *ill)))

    def condition(self, service: str) -> Condition | None:
        """The last known condition, or None = nobody said."""
        return next((found for name, found in self.conditions if name == service), None)

    def health(self, service: str) -> Health:
        """The health, `unknown` where nobody said."""
        found = self.condition(service)
        return found.health if found else "unknown"


def evolve(state: Board, fact: Fact, event: ServiceEvent) -> Board:
    """The board after one event."""
    match event:
        case HealthSet(service=service, health=health, because=because):
            known = dict(state.conditions)
            known[service] = Condition(health, fact.happened, fact.actor, because)
            return msgspec.structs.replace(state, conditions=tuple(known.items()))
        case _:
            assert_never(event)


def catalogue(board: Board, published: Iterable[Service]) -> tuple[Service, ...]:
    """The services to show: the incident's own catalogue, else the published one; strangers that it names come last.

    A stranger whose health nobody knows (any more) is not shown: it was misspelt, and taken back.
    """
    rows = list(board.catalogue or published)
    known = {service.name for service in rows}
    named = [*board.affected, *(name for name, found in board.conditions if found.health != "unknown")]
    rows += [Service(name) for name in dict.fromkeys(named) if name not in known]
    return tuple(rows)


def judge(case: Case, service: str, health: str, because: str = "", at: datetime | None = None) -> list[Event]:
    """Set the health of a service by hand, now or since `at`; what is known of a later moment stands.

    A service that no catalogue knows is accepted (the caller warns).
    """
    name = resolve(catalogue(case.incident.services, case.org.playbook.services), service)
    wanted = health.strip().lower().replace(" ", "-").replace("_", "-")
    found = next((each for each in HEALTHS if each == wanted), None)
    if found is None:
        raise unknown("health", health, HEALTHS)
    before = case.incident.services.condition(name)
    if before and before.health == found:
        raise Already(f"{name} is already marked {words(found)} ({ago(before.since, case.now)}, by {before.by}).")
    if before and at and at < before.since:
        raise Refused(
            f"{name} is marked {words(before.health)} since {before.since:%H:%M} UTC, which is later.",
            hint="Write a note about how it was before.",
        )
    return [HealthSet(name, found, because.strip())]


def resolve(rows: Iterable[Service], text: str) -> str:
    """The catalogue's spelling of a name; an unknown name as it was typed."""
    typed = text.strip()
    if not typed:
        raise Invalid("A service needs a name.")
    return next((row.name for row in rows if row.name.lower() == typed.lower()), typed)


def known(rows: tuple[Service, ...], given: Iterable[str]) -> tuple[str, ...]:
    """The catalogue's spelling of names, each once; Unknown with candidates for one that it has not."""
    names = [row.name for row in rows]
    found = tuple(dict.fromkeys(resolve(rows, each) for each in given))
    for name in found:
        if name not in names:
            raise unknown("service", name, names)
    return found


def words(health: Health) -> str:
    """`partial-outage` as people read it."""
    return health.replace("-", " ")


def describe(event: ServiceEvent, state: Board) -> str:
    """The timeline's sentence."""
    match event:
        case HealthSet(service=service, health=health, because=because):
            text = f"{service}: {words(state.health(service))} → {words(health)}"
            return f"{text} ({because})" if because else text
        case _:
            assert_never(event)


def compensate(event: ServiceEvent, before: Board, now: Board) -> list[Event]:
    """The events that undo one, if nothing has changed since."""
    match event:
        case HealthSet(service=service, health=health):
            current = now.health(service)
            return [HealthSet(service, before.health(service), "undo")] if current == health else []
        case _:
            assert_never(event)


# The graph.


def downstream(rows: Iterable[Service], start: str) -> frozenset[str]:
    """Everything that `start` needs, directly or not: the suspects. Without `start` itself, unless it is in a cycle."""
    return _reach({row.name: row.depends_on for row in rows}, start)


def upstream(rows: Iterable[Service], start: str) -> frozenset[str]:
    """Everything that needs `start`, directly or not: the impacted."""
    return _reach(_reversed(rows), start)


def blast_radius(rows: Iterable[Service], ill: Iterable[str]) -> frozenset[str]:
    """The ill services and everything upstream of them."""
    graph = _reversed(rows)
    found = set(ill)
    for name in tuple(found):
        found |= _reach(graph, name)
    return frozenset(found)


def layers(rows: Iterable[Service]) -> tuple[tuple[str, ...], ...]:
    """The services in rows by longest path from the top: layer 0 is what nothing depends on.

    Services of one cycle share a layer. Names keep the catalogue's order within a layer; edges to services that are
    not in the catalogue are ignored.
    """
    rows = list(rows)
    names = {row.name for row in rows}
    graph = {row.name: tuple(name for name in row.depends_on if name in names) for row in rows}
    component = _components(graph)
    level: dict[int, int] = dict.fromkeys(component.values(), 0)
    # _components numbers each component after all that it can reach, so the highest number comes first from the top.
    for number in sorted(level, reverse=True):
        for name, member in component.items():
            if member == number:
                for needed in graph[name]:
                    if component[needed] != number:
                        level[component[needed]] = max(level[component[needed]], level[number] + 1)
    depth = max(level.values(), default=-1) + 1
    return tuple(tuple(row.name for row in rows if level[component[row.name]] == at) for at in range(depth))


def _reversed(rows: Iterable[Service]) -> dict[str, tuple[str, ...]]:
    graph: dict[str, tuple[str, ...]] = {}
    for row in rows:
        for needed in row.depends_on:
            graph[needed] = (*graph.get(needed, ()), row.name)
    return graph


def _reach(graph: Mapping[str, tuple[str, ...]], start: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(graph.get(name, ()))
    return frozenset(found)


def _components(graph: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Tarjan's strongly connected components, without recursion; a component's number exceeds those it reaches."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    component: dict[str, int] = {}
    count = 0
    for root in graph:
        work = [(root, 0)]
        while work:
            name, edge = work.pop()
            if edge == 0:
                if name in order:
                    continue
                order[name] = low[name] = len(order)
                stack.append(name)
            for at in range(edge, len(graph[name])):
                needed = graph[name][at]
                if needed not in order:
                    work += [(name, at + 1), (needed, 0)]
                    break
                if needed not in component:
                    low[name] = min(low[name], low[needed])
            else:
                if low[name] == order[name]:
                    while (member := stack.pop()) != name:
                        component[member] = count
                    component[name] = count
                    count += 1
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[name])
    return component
