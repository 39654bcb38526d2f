"""The incident clock: milestones, targets, and what is due.

A milestone keeps when it happened apart from when it was recorded, so times can be back-dated and corrected without
rewriting anything. A milestone that nobody recorded is unknown (None), never zero and never inferred.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never, get_args

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago
from warroom.domain.severity import Severity

Name = Literal["impact", "detection", "acknowledgment", "escalation", "containment", "resolution", "review"]
Status = Literal["active", "contained", "resolved", "closed"]
NAMES: tuple[Name, ...] = get_args(Name)


class Milestone(msgspec.Struct, frozen=True):
    """When something happened, when that was known, and who said so."""

    happened: datetime
    recorded: datetime
    by: str
    approximate: bool = False


class MilestoneSet(Event, frozen=True, tag="milestone-set.v1"):
    """A milestone was reached, or its time corrected. `at` is when it happened."""

    milestone: Name
    at: datetime
    approximate: bool = False
    because: str = ""


class MilestoneCleared(Event, frozen=True, tag="milestone-cleared.v1"):
    """A milestone is unknown again."""

    milestone: Name
    because: str = ""


class Reopened(Event, frozen=True, tag="reopened.v1"):
    """The incident is active again: containment and resolution are open once more."""

    because: str


class Closed(Event, frozen=True, tag="closed.v1"):
    """Nothing more will be done in this incident.

    `end_unknown`: nobody says when it was over (imports); its fact then stands at the last moment that is known.
    """

    end_unknown: bool = False


class ClockMapped(Event, frozen=True, tag="clock-mapped.v1"):
    """From the database's time `since` on, the incident's time is `origin` + `rate` x what has passed. Drills, demo."""

    since: datetime
    origin: datetime
    rate: float

    def time(self, database: datetime) -> datetime:
        """The incident's time at the database's time."""
        return self.origin + (database - self.since) * self.rate

    def database(self, time: datetime) -> datetime | None:
        """The database's time at the incident's time; None where that never comes, because the clock stands still."""
        return self.since + (time - self.origin) / self.rate if self.rate else None


ClockEvent = MilestoneSet | MilestoneCleared | Reopened | Closed | ClockMapped


class Clock(msgspec.Struct, frozen=True):
    """Milestones that are known, how often the incident was reopened, and how its time runs.

    `turned`: who last closed or reopened it, and when.
    """

    declared: datetime | None = None
    known: tuple[tuple[Name, Milestone], ...] = ()
    earlier: tuple[tuple[Name, Milestone], ...] = ()
    closed: bool = False
    reopened: int = 0
    turned: tuple[str, datetime] | None = None
    map: ClockMapped | None = None

    def get(self, name: str) -> Milestone | None:
        """The milestone, or None = unknown."""
        for known, milestone in self.known:
            if known == name:
                return milestone
        return None

    @property
    def status(self) -> Status:
        """active, contained, resolved or closed."""
        if self.closed:
            return "closed"
        if self.get("resolution"):
            return "resolved"
        return "contained" if self.get("containment") else "active"

    def time(self, database: datetime) -> datetime:
        """The incident's time at the database's time: the same, unless a drill or a demo maps it."""
        return database if self.map is None else self.map.time(database)

    def database(self, time: datetime) -> datetime | None:
        """The database's time at the incident's time, None where a mapped clock stands still."""
        return time if self.map is None else self.map.database(time)

    @property
    def origin(self) -> tuple[datetime | None, str]:
        """What T+ counts from, and its name: impact, else detection, else declaration."""
        for name in ("impact", "detection"):
            if milestone := self.get(name):
                return milestone.happened, name
        return self.declared, "declaration"

    @property
    def running(self) -> bool:
        """Whether T+ still counts."""
        return not self.closed and self.get("resolution") is None

    def elapsed(self, now: datetime) -> timedelta | None:
        """T+ at the incident's time `now`; it stands still at the resolution.

        None = unknown: not declared yet, or closed without anybody knowing when it was over.
        """
        since, _ = self.origin
        resolution = self.get("resolution")
        if since is None or (self.closed and resolution is None):
            return None
        return (resolution.happened if resolution else now) - since


class Target(msgspec.Struct, frozen=True):
    """A milestone that the severity wants by `due`; `met` is None while it is open."""

    milestone: Name
    due: datetime
    met: bool | None


def targets(clock: Clock, severity: Severity) -> tuple[Target, ...]:
    """What the severity asks of the clock. Counted from detection, else from declaration."""
    detection = clock.get("detection")
    start = detection.happened if detection else clock.declared
    if start is None:
        return ()
    wanted: tuple[tuple[Name, timedelta | None], ...] = (
        ("acknowledgment", severity.acknowledge_within),
        ("escalation", severity.escalate_within),
        ("containment", severity.contain_within),
        ("resolution", severity.resolve_within),
    )
    found = []
    for name, within in wanted:
        if within is not None:
            reached = clock.get(name)
            due = start + within
            found.append(Target(name, due, None if reached is None else reached.happened <= due))
    return tuple(found)


def evolve(clock: Clock, fact: Fact, event: ClockEvent) -> Clock:
    """The clock after one event."""
    match event:
        case MilestoneSet(milestone=name, at=at, approximate=approximate):
            return _put(clock, name, Milestone(at, fact.recorded, fact.actor, approximate))
        case MilestoneCleared(milestone=name):
            return _put(clock, name, None)
        case Reopened():
            again = _put(_put(clock, "containment", None), "resolution", None)
            turned = (fact.actor, fact.happened)
            return msgspec.structs.replace(again, closed=False, reopened=clock.reopened + 1, turned=turned)
        case Closed():
            return msgspec.structs.replace(clock, closed=True, turned=(fact.actor, fact.happened))
        case ClockMapped():
            return msgspec.structs.replace(clock, map=event)
        case _:
            assert_never(event)


def _put(clock: Clock, name: Name, milestone: Milestone | None) -> Clock:
    """The clock with one milestone replaced; what stood there before is kept in `earlier`."""
    old = clock.get(name)
    known = dict(clock.known)
    known.pop(name, None)
    if milestone is not None:
        known[name] = milestone
    ordered = tuple((each, known[each]) for each in NAMES if each in known)
    earlier = (*clock.earlier, (name, old)) if old else clock.earlier
    return msgspec.structs.replace(clock, known=ordered, earlier=earlier)


def mark(case: Case, milestone: str, at: datetime | None = None, approximate: bool = False) -> list[Event]:
    """Record or correct a milestone. Refused in the future, before the impact, or (impact) after what followed it."""
    name = _name(milestone)
    happened = at or case.now
    clock = case.incident.clock
    if happened > case.now:
        raise Refused(f"The {name} cannot lie in the future.")
    before = clock.get(name)
    if before and before.happened == happened and before.approximate == approximate:
        when = ago(before.recorded, case.now)
        raise Already(f"The {name} was already set to {happened:%H:%M:%S} UTC {when} by {before.by}.")
    if disorder := _disorder(clock, name, happened):
        raise Refused(disorder)
    return [MilestoneSet(name, happened, approximate)]


def acknowledge(case: Case) -> list[Event]:
    """Somebody is on it: the acknowledgment milestone, now. The first one stands."""
    if known := case.incident.clock.get("acknowledgment"):
        raise Already(f"Already acknowledged by {known.by} at {known.happened:%H:%M} UTC.")
    return [MilestoneSet("acknowledgment", case.now)]


def resolve(case: Case, at: datetime | None = None) -> list[Event]:
    """The incident is over for those it hurt."""
    clock = case.incident.clock
    if known := clock.get("resolution"):
        raise Already(f"Already resolved by {known.by} at {known.happened:%H:%M} UTC.")
    return mark(case, "resolution", at)


def close(case: Case) -> list[Event]:
    """Nothing more to do. Only a resolved incident can be closed."""
    clock = case.incident.clock
    if clock.closed and clock.turned:
        raise Already(f"The incident was already closed {_turned(clock.turned, case)}.")
    if clock.get("resolution") is None:
        raise Refused("Only a resolved incident can be closed.", hint="Resolve it first.")
    return [Closed()]


def reopen(case: Case, because: str) -> list[Event]:
    """Back to active, with a reason; containment and resolution are open again and their times stay on record."""
    clock = case.incident.clock
    if clock.status == "active" and clock.turned:
        raise Already(f"The incident was already reopened {_turned(clock.turned, case)}.")
    if clock.status == "active":
        raise Already("The incident is active; there is nothing to reopen.")
    if not because.strip():
        raise Refused("Reopening needs a reason.", hint="Say what came back, in a few words.")
    return [Reopened(because.strip())]


def pace(case: Case, since: datetime, rate: float) -> list[Event]:
    """Let a mapped clock run at another rate from the database's time `since` on, without a jump."""
    mapped = case.incident.clock.map
    if mapped is None:
        raise Refused("The clock of a real incident cannot be paced.")
    if not 0 <= rate <= 100_000:
        raise Refused("A clock runs 0 to 100 000 times as fast.")
    return [ClockMapped(since, mapped.time(since), rate)]


def _name(text: str) -> Name:
    wanted = text.strip().lower()
    for name in NAMES:
        if name == wanted:
            return name
    raise unknown("milestone", text, NAMES)


def _turned(turned: tuple[str, datetime], case: Case) -> str:
    person, since = turned
    return f"{ago(since, case.now)} by {person}"


def _disorder(clock: Clock, name: Name, happened: datetime) -> str:
    """What speaks against a time; "" = nothing.

    Only the impact orders the others: real incidents are contained before they are escalated, and the like.
    """
    if name == "impact":
        for other, known in clock.known:
            if other != "impact" and known.happened < happened:
                return f"The impact cannot begin after the {other} ({known.happened:%H:%M:%S} UTC)."
    elif (impact := clock.get("impact")) and happened < impact.happened:
        return f"The {name} cannot lie before the impact ({impact.happened:%H:%M:%S} UTC)."
    return ""


def is_vague(event: ClockEvent) -> bool:
    """Whether the time of what an event tells is only roughly known."""
    return (isinstance(event, MilestoneSet) and event.approximate) or (isinstance(event, Closed) and event.end_unknown)


def describe(event: ClockEvent, clock: Clock) -> str:
    """The timeline's sentence."""
    match event:
        case MilestoneSet(milestone=name, at=at, approximate=approximate):
            about = "about " if approximate else ""
            if old := clock.get(name):
                return f"{name} corrected: {old.happened:%H:%M:%S} → {about}{at:%H:%M:%S} UTC"
            return f"{name} {about}{at:%H:%M:%S} UTC"
        case MilestoneCleared(milestone=name, because=because):
            return f"{name} is unknown again: {because}"
        case Reopened(because=because):
            return f"reopened: {because}"
        case Closed(end_unknown=end_unknown):
            return "closed: nobody says when it was over" if end_unknown else "closed"
        case ClockMapped(rate=rate):
            return f"from here on time runs x{rate:g}"
        case _:
            assert_never(event)


def compensate(event: ClockEvent, before: Clock, now: Clock) -> list[Event]:
    """The events that undo one, if nothing has changed since."""
    match event:
        case MilestoneSet(milestone=name, at=at):
            current, old = now.get(name), before.get(name)
            if now.closed or current is None or current.happened != at:
                return []
            if old is None:
                return [MilestoneCleared(name, "undo")]
            if _disorder(now, name, old.happened):
                return []
            return [MilestoneSet(name, old.happened, old.approximate, "undo")]
        case _:
            return []
