"""Drills that are to come: planned with whoever takes part, announced or not, called off, or held.

Who takes part in an unannounced drill is not told of it, and neither is anybody else but those who lead it. What its
scenario holds is told to nobody else in any case: not even its title, which may give the cause away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

import msgspec
from msgspec.structs import replace

from warroom.domain.errors import Already, Invalid, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago
from warroom.domain.scenario import Scenario

if TYPE_CHECKING:
    from warroom.domain.org import Org

FARTHEST = timedelta(days=366)
EARLY = timedelta(hours=1)
"How long before its time a drill may begin without anybody wondering."


class DrillScheduled(Event, frozen=True, tag="drill-scheduled.v1"):
    """A drill is to begin at `start`; its scenario is pinned whole, as files change.

    `invited`: who takes part, as people; of a team those who were in it by then.
    """

    id: str
    scenario: Scenario
    start: datetime
    controllers: tuple[str, ...]
    invited: tuple[str, ...] = ()
    team: str = ""
    announced: bool = True


class DrillCancelled(Event, frozen=True, tag="drill-cancelled.v1"):
    """A drill will not take place."""

    id: str
    because: str


class DrillHeld(Event, frozen=True, tag="drill-held.v1"):
    """A drill that was to come has begun, as this incident (a UUID)."""

    id: str
    incident: str


ScheduledEvent = DrillScheduled | DrillCancelled | DrillHeld


class Scheduled(msgspec.Struct, frozen=True):
    """A drill that was planned. `made`, `by`: when and by whom; `uid`: the event that planned it, unique everywhere.

    `cancelled`, `dropped_by`, `because`: when, by whom and why it was called off; `held`, `begun`: the incident that
    came of it, and when.
    """

    id: str
    scenario: Scenario
    start: datetime
    controllers: tuple[str, ...]
    invited: tuple[str, ...]
    team: str
    announced: bool
    by: str
    made: datetime
    uid: str
    cancelled: datetime | None = None
    dropped_by: str = ""
    because: str = ""
    held: str = ""
    begun: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to take place."""
        return self.cancelled is None and not self.held

    @property
    def end(self) -> datetime:
        """When it is over at the latest."""
        return self.start + self.scenario.end.limit

    def early(self, now: datetime) -> timedelta | None:
        """How long there is until its time, where it would begin noticeably too early; None = it may begin."""
        left = self.start - now
        return left if left > EARLY else None

    def leads(self, person: str) -> bool:
        """Whether somebody may call it off or begin it, and read what it is about: so may whoever planned it."""
        return person in self.controllers or person == self.by

    def known_to(self, person: str) -> bool:
        """Whether somebody may know that it is planned."""
        return self.announced or self.leads(person)


class Appointment(msgspec.Struct, frozen=True):
    """A drill as an entry of a calendar. `sequence`: how often it was changed."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    sequence: int = 0
    cancelled: bool = False


def audience(drill: DrillScheduled | Scheduled) -> tuple[str, ...]:
    """Everybody who is told of a drill, each once, those who lead it first."""
    return (*drill.controllers, *(drill.invited if drill.announced else ()))


def appointment(drill: Scheduled, person: str) -> Appointment:
    """A drill as `person` may read of it in a calendar."""
    about = drill.scenario.title if drill.leads(person) else drill.team
    summary = f"DRILL: {about}" if about else "DRILL"
    off = drill.cancelled is not None
    return Appointment(drill.uid, drill.start, drill.end, summary, int(off), off)


def evolve(state: tuple[Scheduled, ...], fact: Fact, event: ScheduledEvent) -> tuple[Scheduled, ...]:
    """What is planned after one event."""
    match event:
        case DrillScheduled():
            planned = Scheduled(
                event.id, event.scenario, event.start, event.controllers, event.invited, event.team, event.announced,
                fact.actor, fact.happened, fact.id,
            )  # fmt: skip
            return (*state, planned)
        case DrillCancelled(id=name, because=because):
            dropped = {"cancelled": fact.happened, "dropped_by": fact.actor, "because": because}
            return tuple(replace(each, **dropped) if each.id == name else each for each in state)
        case DrillHeld(id=name, incident=incident):
            return tuple(
                replace(each, held=incident, begun=fact.happened) if each.id == name else each for each in state
            )
        case _:
            assert_never(event)


def schedule(
    org: Org,
    by: str,
    now: datetime,
    id: str,
    scenario: Scenario,
    start: datetime,
    team: str = "",
    invite: tuple[str, ...] = (),
    controller: tuple[str, ...] = (),
    unannounced: bool = False,
) -> list[Event]:
    """Plan a drill for `start`. Those invited are `invite`, else the people of `team`; it is led by `controller`.

    Where nobody is named to lead it, whoever plans it does.
    """
    if start <= now:
        raise Invalid("A drill is planned for a time that is still to come.", hint="Begin one now: warroom drill start")
    if start - now > FARTHEST:
        raise Invalid("That is more than 366 days away.")
    leading = _people(org, controller or (by,))
    found, members = team_of(org, team)
    invited = tuple(each for each in (_people(org, invite) or members) if each not in leading)
    if not (invited or unannounced):
        raise Invalid(
            "Nobody would be told of this drill but those who lead it.",
            hint="Say who takes part with --invite or --team, or that it is --unannounced.",
        )
    return [DrillScheduled(id, scenario, start, leading, invited, found, not unannounced)]


def cancel(org: Org, by: str, now: datetime, id: str, because: str) -> list[Event]:
    """Call a drill off."""
    return [DrillCancelled(leading(org, by, now, id).id, because.strip())]


def hold(org: Org, by: str, now: datetime, id: str, incident: str) -> list[Event]:
    """Note that a drill has begun, as this incident (a UUID)."""
    return [DrillHeld(leading(org, by, now, id).id, incident)]


def leading(org: Org, by: str, now: datetime, id: str) -> Scheduled:
    """The drill of that id, which is still to take place and which `by` leads; Refused where it is not so."""
    who, found = org.known_as(by), find(org, org.known_as(by), id)
    if not found.leads(who):
        raise Refused(f"Drill {found.id} is led by {' and '.join(found.controllers)}, not by {who}.")
    if found.cancelled:
        raise Already(f"Drill {found.id} was already called off by {found.dropped_by} ({ago(found.cancelled, now)}).")
    if found.held:
        raise Already(f"Drill {found.id} has already been held.", hint="Run: warroom drill list")
    return found


def find(org: Org, person: str, id: str) -> Scheduled:
    """The drill of that id as `person` may know it; Unknown, with those that are still to come, where there is none."""
    known = visible(org, person)
    found = next((each for each in known if each.id == id.strip()), None)
    if found is None:
        still = sorted((each.id for each in known if each.open), key=lambda name: (len(name), name))
        raise unknown("scheduled drill", id, still)
    return found


def visible(org: Org, person: str) -> tuple[Scheduled, ...]:
    """All the drills of which `person` may know, soonest first."""
    return tuple(sorted((each for each in org.drills if each.known_to(person)), key=lambda each: each.start))


def concerning(org: Org, person: str, asking: str) -> tuple[Scheduled, ...]:
    """The drills that `person` leads or is told of, as far as `asking` may know of them, soonest first."""
    return tuple(each for each in visible(org, asking) if person in audience(each))


def _people(org: Org, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(org.person(name) for name in names))


def team_of(org: Org, name: str) -> tuple[str, tuple[str, ...]]:
    """A team as the playbook spells it, and its people; where the playbook knows no teams, any name will do.

    Unknown where it knows teams, and none of that name.
    """
    wanted = name.strip()
    known = {each.team for each in org.playbook.people if each.team}
    if not wanted or not known:
        return wanted, ()
    found = next((each for each in sorted(known) if each.lower() == wanted.lower()), None)
    if found is None:
        raise unknown("team", name, sorted(known))
    return found, tuple(each.name for each in org.playbook.people if each.team == found)
