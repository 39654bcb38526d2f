"""Declaring an incident: its services decide what is pinned, its ladder begins, its checklists are attached."""

from datetime import datetime

from msgspec.structs import replace

from warroom.domain import conducting, modules, paging
from warroom.domain.case import Case
from warroom.domain.checklist import RunbookAttached
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Invalid, Refused
from warroom.domain.escalation import Escalation
from warroom.domain.event import Event
from warroom.domain.exercise import DrillStarted
from warroom.domain.incident import Declared, Exercise
from warroom.domain.ladder import Ladder
from warroom.domain.services import Board, Service
from warroom.domain.services import resolve as resolve_service
from warroom.domain.severity import SeverityState
from warroom.domain.severity import find as find_severity
from warroom.domain.summary import TEST, resembles


def declare(
    case: Case,
    title: str,
    severity: str = "3",
    services: tuple[str, ...] = (),
    at: datetime | None = None,
    approximate: bool = False,
    catalogue: tuple[Service, ...] = (),
    source: str = "",
    clock: ClockMapped | None = None,
    exercise: Exercise = "",
    walk: Ladder | None = None,
    drill: DrillStarted | None = None,
) -> list[Event]:
    """Begin an incident. `at`: when the impact began, if known. A service that no catalogue knows is accepted.

    `walk`: the ladder to be tested, in place of the one that would be climbed. `drill`: the scenario that is played,
    of an exercise that is a drill.
    """
    if case.incident.seq:
        raise Refused(f"{case.incident.name} is already declared.")
    if not title.strip():
        raise Invalid("An incident needs a title.", hint='Say what fails: warroom declare "card payments fail".')
    if len(title) > 200:
        raise Invalid("The title is longer than 200 characters.")
    title = " ".join(title.split())
    check_mark(title, exercise)
    if at is not None and at > case.now:
        raise Refused("The impact cannot lie in the future.")
    known = catalogue or case.org.playbook.services
    affected = tuple(dict.fromkeys(resolve_service(known, name) for name in services))
    table = modules.severities_of(case.org, affected)
    level = find_severity(table, severity).level
    # An incident that brings its own services along (an import, the demo) is none of the playbook's.
    policy = modules.policy_of(case.org, affected) if not catalogue else modules.policy_of(case.org, ())
    declared = Declared(
        title, level, table, affected, at, approximate, catalogue, source, clock, policy, exercise
    )  # fmt: skip
    started = replace(
        case.incident,
        severity=SeverityState(table, level),
        services=Board(affected, catalogue),
        escalation=Escalation(policy),
    )
    begun = replace(case, incident=started)
    ladder = paging.walk(begun, walk) if walk else paging.start(begun)
    books = () if exercise == "ladder-test" else modules.runbooks_for(case.org, affected, level)
    played: tuple[Event, ...] = ()
    if drill:
        conducting.check_start(case, drill)
        played = (drill,)
    return [declared, *played, *ladder, *(RunbookAttached(book) for book in books)]


def check_mark(title: str, exercise: Exercise = "") -> None:
    """Invalid where a title bears the mark of a drill, or of a ladder's test, that it is not, or looks like it."""
    match resembles(title):
        case "drill" if exercise != "drill":
            raise Invalid("“DRILL:” marks drills.", hint="Begin one with: warroom drill start SCENARIO")
        case "ladder-test" if exercise != "ladder-test":
            raise Invalid(f"“{TEST}” marks tests of ladders.", hint="Begin one with: warroom drill ladder")
