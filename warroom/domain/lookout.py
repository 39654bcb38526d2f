"""What a ladder sees of an organisation at a moment: whom its targets are, who has a contact, when a rung is manned."""

from datetime import datetime, timedelta

from warroom.domain import reach, roster
from warroom.domain.climb import Lookout
from warroom.domain.contacts import Urgency
from warroom.domain.ladder import Rung, Target
from warroom.domain.manning import roster_of
from warroom.domain.org import Org
from warroom.domain.roster import Changes

_AHEAD = timedelta(days=7)


def lookout(
    org: Org,
    at: datetime,
    urgency: Urgency,
    services: tuple[str, ...] = (),
    roles: tuple[tuple[str, str], ...] = (),
) -> Lookout:
    """What a ladder of this urgency sees at `at`, in an incident that hurts `services`, with (role, person) held."""

    def manned(rung: Rung) -> datetime | None:
        moments = (_manned(org, target, services, at) for target in rung.targets)
        return min((moment for moment in moments if moment), default=None)

    return Lookout(
        lambda target: reach.resolve(target, org, at, services, roles),
        lambda person: bool(reach.contacts(org, person, urgency)),
        manned,
    )


def _manned(org: Org, target: Target, services: tuple[str, ...], at: datetime) -> datetime | None:
    """When somebody will be on call by a target, within a week."""
    names: tuple[str, ...] = ()
    if target.kind == "service":
        names = reach.schedules_of(org, target.name, services)
    elif target.kind == "schedule":
        names = (target.name,)
    elif target.kind == "rotation":
        name, _, layer = target.name.partition("/")
        whole = reach.schedule(org, name)
        return roster.next_manned(roster_of(whole, layer), Changes(), at, at + _AHEAD) if whole else None
    found = (reach.schedule(org, name) for name in names)
    moments = (roster.next_manned(each, org.changes, at, at + _AHEAD) for each in found if each)
    return min((moment for moment in moments if moment), default=None)
