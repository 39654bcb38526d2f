"""What a ladder sees of an organisation at a moment: whom its targets are, who has a contact, when a rung is manned."""

from collections.abc import Callable
from datetime import datetime, timedelta

from warroom.domain import reach, roster
from warroom.domain.climb import Lookout
from warroom.domain.contacts import Urgency
from warroom.domain.ladder import Rung, Target
from warroom.domain.manning import roster_of
from warroom.domain.org import Org
from warroom.domain.roster import Changes, Schedule

_AHEAD = timedelta(days=7)


def lookout(
    org: Org,
    at: datetime,
    urgency: Urgency,
    services: tuple[str, ...] = (),
    roles: tuple[tuple[str, str], ...] = (),
) -> Lookout:
    """What a ladder of this urgency sees at `at`, in an incident that hurts `services`, with (role, person) held."""

    def reachable(person: str) -> bool:
        return bool(reach.contacts(org, person, urgency))

    def manned(rung: Rung) -> datetime | None:
        rosters = (each for target in rung.targets for each in _rosters(org, target, services))
        moments = (_reached(schedule, changes, at, reachable) for schedule, changes in rosters)
        return min((moment for moment in moments if moment), default=None)

    return Lookout(lambda target: reach.resolve(target, org, at, services, roles), reachable, manned)


def _rosters(org: Org, target: Target, services: tuple[str, ...]) -> list[tuple[Schedule, Changes]]:
    """The schedules that a target draws on, and what people have changed about them."""
    names: tuple[str, ...] = ()
    if target.kind == "service":
        names = reach.schedules_of(org, target.name, services)
    elif target.kind == "schedule":
        names = (target.name,)
    elif target.kind == "rotation":
        name, _, layer = target.name.partition("/")
        whole = reach.schedule(org, name)
        return [(roster_of(whole, layer), Changes())] if whole else []
    return [(each, org.changes) for name in names if (each := reach.schedule(org, name))]


def _reached(schedule: Schedule, changes: Changes, at: datetime, reachable: Callable[[str], bool]) -> datetime | None:
    """When somebody who has a contact will be on call, within a week."""
    found = roster.stretches(schedule, changes, at, at + _AHEAD)
    return next((each.start for each in found if any(map(reachable, each.people))), None)
