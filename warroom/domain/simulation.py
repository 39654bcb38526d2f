"""Who would be paged, and when, if nobody ever answered: the engine's own steps, taken in thought."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from warroom.domain import modules, reach
from warroom.domain.climb import Firing, Passed, Place, next_firing
from warroom.domain.contacts import Contact
from warroom.domain.ladder import Ladder, Target
from warroom.domain.lookout import lookout
from warroom.domain.org import Org
from warroom.domain.reach import Reached

LIMIT = timedelta(hours=24)


class Call(msgspec.Struct, frozen=True):
    """One person who is paged, and each contact with the moment at which it is used."""

    person: str
    contacts: tuple[tuple[datetime, Contact], ...]


class Fired(msgspec.Struct, frozen=True):
    """What happens to a rung at a moment.

    `fire`: it pages `calls` and posts to `channels`; `targets`: what each of them stood for. `hold`: it waits until
    then. `end`: the ladder is through. `passed`: rungs before it that reached nobody; `because`: why it waits or ends.
    """

    kind: Literal["fire", "hold", "end"]
    at: datetime
    round: int
    rung: int
    targets: tuple[tuple[Target, Reached], ...] = ()
    calls: tuple[Call, ...] = ()
    channels: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    until: datetime | None = None
    because: str = ""


def ladder_for(org: Org, services: tuple[str, ...], level: int) -> Ladder | None:
    """The ladder of an incident of this level that hurts these services; None = it has none."""
    return modules.policy_of(org, services).ladder(level, services)


def walk(
    org: Org,
    ladder: Ladder,
    services: tuple[str, ...],
    at: datetime,
    roles: tuple[tuple[str, str], ...] = (),
    limit: timedelta = LIMIT,
) -> tuple[Fired, ...]:
    """What a ladder does if the incident starts at `at` and nobody answers, until it ends or `limit` has passed.

    `roles`: (role, person) as they are held all the while. A wait is told once, however often it is looked at anew.
    """
    found: list[Fired] = []
    place, due = Place(), at
    while due <= at + limit:
        firing = next_firing(ladder, place, due, due, lookout(org, due, ladder.urgency, services, roles))
        if firing.kind == "fire":
            found.append(_fired(org, ladder, firing, services, due, roles))
            place, due = firing.place, due + ladder.rungs[firing.place.rung - 1].delay
        elif firing.kind == "hold" and firing.until:
            found.append(_waiting(firing, due, found.pop() if _goes_on(found, firing) else None))
            due = firing.until
        else:
            found.append(_plain(firing, due))
            break
    return tuple(found)


def _fired(
    org: Org,
    ladder: Ladder,
    firing: Firing,
    services: tuple[str, ...],
    at: datetime,
    roles: tuple[tuple[str, str], ...],
) -> Fired:
    targets = tuple(
        (target, reach.resolve(target, org, at, services, roles))
        for target in ladder.rungs[firing.place.rung - 1].targets
    )
    calls = tuple(
        Call(person, tuple((at + each.after, each) for each in reach.contacts(org, person, ladder.urgency)))
        for person in firing.people
    )
    return msgspec.structs.replace(_plain(firing, at), targets=targets, calls=calls, channels=firing.channels)


def _plain(firing: Firing, at: datetime) -> Fired:
    return Fired(
        firing.kind, at, firing.place.round, firing.place.rung,
        passed=firing.passed, until=firing.until, because=firing.because,
    )  # fmt: skip


def _goes_on(found: list[Fired], firing: Firing) -> bool:
    """Whether a wait is the one that was told last, looked at anew."""
    last = found[-1] if found else None
    return last is not None and (last.kind, last.round, last.rung, last.because) == (
        firing.kind, firing.place.round, firing.place.rung, firing.because,
    )  # fmt: skip


def _waiting(firing: Firing, at: datetime, before: Fired | None) -> Fired:
    """A wait; with the one before it, from its beginning."""
    return msgspec.structs.replace(before, until=firing.until) if before else _plain(firing, at)
