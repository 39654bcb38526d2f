"""What a drill expects of its people, as far as the incident as it stands tells: since when, until when, done by whom.

This is what those who lead a drill look at while it runs. The report after it reads the log itself, which tells more.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from warroom.domain.incident import Incident
from warroom.domain.scenario import Expected

Seen = tuple[datetime, str]
"""When something was done, and by whom."""

TOLD = frozenset(
    (
        "ack",
        "role.take",
        "milestone",
        "resolve",
        "step.done",
        "sev",
        "runbook.attach",
        "service.health",
        "note",
        "decide",
    )
)
"The commands of which the state tells whether they were given."


class Expectation(msgspec.Struct, frozen=True):
    """An expected action as it stands.

    `since`, `due`: from when, until when; None = its inject has not come. `done`: when and by whom; None = not seen.
    """

    expected: Expected
    since: datetime | None = None
    due: datetime | None = None
    done: Seen | None = None

    @property
    def told(self) -> bool:
        """Whether the state tells if it is done; of the rest somebody has to see it."""
        return self.expected.command in TOLD


def expectations(incident: Incident) -> tuple[Expectation, ...]:
    """What is expected in a drill, in the scenario's order; none where it plays no scenario."""
    scenario = incident.drill.scenario
    return tuple(_stands(incident, each) for each in scenario.expected) if scenario else ()


def _stands(incident: Incident, expected: Expected) -> Expectation:
    drill = incident.drill
    after = drill.progress(expected.after) if expected.after else None
    since = after.made if after else None if expected.after else drill.started
    if since is None:
        return Expectation(expected)
    return Expectation(expected, since, since + expected.within, _done(incident, expected, since))


def _done(incident: Incident, expected: Expected, since: datetime) -> Seen | None:
    """What was done before its time came counts as well, but for words: those are an answer to what came."""
    given = dict(expected.match)
    match expected.command:
        case "ack":
            return _milestone(incident, "acknowledgment")
        case "resolve":
            return _milestone(incident, "resolution")
        case "milestone":
            return _milestone(incident, given.get("milestone", ""))
        case "role.take":
            return _first((each.since, each.person) for each in incident.roles.held if each.role == given.get("role"))
        case "step.done":
            return _first(_steps(incident, given.get("step", "")))
        case "sev":
            return _first((at, by) for level, at, by in incident.severity.history if given.get("level") == str(level))
        case "runbook.attach":
            runs = incident.checklist.runs
            return _first((each.attached, each.by) for each in runs if each.runbook.name == given.get("runbook"))
        case "service.health":
            return _service(incident, given)
        case "note" | "decide":
            return _first(_words(incident, expected, since))
        case _:
            return None


def _first(found: Iterable[Seen]) -> Seen | None:
    return min(found, default=None)


def _milestone(incident: Incident, name: str) -> Seen | None:
    found = next((each for known, each in incident.clock.known if known == name), None)
    return (found.recorded, found.by) if found else None


def _steps(incident: Incident, step: str) -> Iterator[Seen]:
    """A step is `RUNBOOK STEP`; a runbook that is attached twice counts twice."""
    book, _, number = step.partition(" ")
    for run in incident.checklist.runs:
        if run.runbook.name == book:
            states = (each for each in run.steps if each.id == run.prefix + number)
            yield from ((each.at, each.by) for each in states if each.outcome == "done" and each.at)


def _service(incident: Incident, given: Mapping[str, str]) -> Seen | None:
    condition = incident.services.condition(given.get("service", ""))
    if condition is None or given.get("health", condition.health) != condition.health:
        return None
    return condition.since, condition.by


def _words(incident: Incident, expected: Expected, since: datetime) -> Iterator[Seen]:
    """Notes and decisions since a moment; where a role is expected to write, only of who holds it now."""
    kind = "note" if expected.command == "note" else "decision"
    holders = {each.person for each in incident.roles.held if each.role == expected.who}
    for each in incident.timeline:
        counts = each.kind == kind and each.recorded >= since and not each.retracted and each.via != "import"
        if counts and (not expected.who or each.actor in holders):
            yield each.recorded, each.actor
