"""What people may say about the rosters: overrides, swaps, absences, and contacts that answered.

Rules look at the organisation, who acts and the database's time, and give events, or refuse with a sentence. What was
is never changed: what is said to begin in the past begins now. `id`s are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, get_args

from warroom.domain.changes import (
    AbsenceAdded,
    AbsenceRemoved,
    OverrideAdded,
    OverrideRemoved,
    SwapOffered,
    SwapTaken,
    SwapWithdrawn,
)
from warroom.domain.errors import Already, Invalid, Refused, unknown
from warroom.domain.event import Event
from warroom.domain.moments import ago
from warroom.domain.roster import Absence, Change, Changes, Override, Schedule, Swap, shifts

if TYPE_CHECKING:
    from warroom.domain.org import Org

LONGEST = timedelta(days=366)
CHANGES: tuple[Change, ...] = get_args(Change)
_Known = TypeVar("_Known", Override, Swap, Absence)


def override(
    org: Org,
    by: str,
    now: datetime,
    id: str,
    schedule: str,
    change: str,
    person: str,
    end: datetime,
    start: datetime | None = None,
    instead: str = "",
    because: str = "",
) -> list[Event]:
    """Add or remove a person, or put them in the place of `instead`, from `start` (None = now) until `end`."""
    name = find_schedule(org, schedule).name
    kind = _change(change)
    who, other = org.person(person), org.person(instead) if instead.strip() else ""
    if kind == "replace" and not other:
        raise Invalid("A replacement needs somebody to be replaced.", hint="Say instead of whom.")
    if kind != "replace" and other:
        raise Invalid(f"Only a replacement is instead of somebody; this one is to {kind}.")
    if who == other:
        raise Invalid(f"{who} cannot take the place of {who}.")
    since, until = _span(now, start, end)
    if kind != "remove":
        _check_present(org, who, since, until)
    added = OverrideAdded(id, name, kind, since, until, who, other, because.strip())
    for known in org.changes.overrides:
        same = (known.schedule, known.change, known.person, known.instead) == (name, kind, who, other)
        if same and known.start <= since and until <= known.end:
            raise Already(f"Override {known.id} of {known.by} says so already.")
    return [added]


def drop(org: Org, by: str, now: datetime, id: str) -> list[Event]:
    """Take an override back. One that runs ends now."""
    return [OverrideRemoved(_running(org.changes, org.changes.overrides, "override", id, now).id)]


def offer(
    org: Org,
    by: str,
    now: datetime,
    id: str,
    schedule: str,
    end: datetime,
    start: datetime | None = None,
    to: str = "",
    because: str = "",
) -> list[Event]:
    """Ask somebody (`to`; "" = anybody) to stand in for oneself from `start` (None = now) until `end`."""
    found, who = find_schedule(org, schedule), org.person(by)
    other = org.person(to) if to.strip() else ""
    if who == other:
        raise Invalid("You cannot swap with yourself.", hint="Ask somebody else, or leave out whom you ask.")
    since, until = _span(now, start, end)
    # Whether they are absent does not matter: that is when people ask.
    planned = Changes(org.changes.overrides, org.changes.swaps)
    if all(shift.person != who for shift in shifts(found, planned, since, until)):
        raise Refused(f"{who} is not on call by {found.name} in that time.", hint="Run: warroom oncall calendar")
    return [SwapOffered(id, found.name, who, since, until, other, because.strip())]


def take(org: Org, by: str, now: datetime, id: str) -> list[Event]:
    """Stand in for whoever offered a swap."""
    swap, who = _running(org.changes, org.changes.swaps, "swap", id, now), org.person(by)
    if swap.taken_by:
        raise Already(f"Swap {swap.id} was already taken by {swap.taken_by}.")
    if swap.person == who:
        raise Refused(f"Swap {swap.id} is your own: somebody else has to take it.")
    if swap.to and swap.to != who:
        raise Refused(f"Swap {swap.id} asks {swap.to}.", hint=f"{swap.person} can offer it to you, or to anybody.")
    _check_present(org, who, max(now, swap.start), swap.end)
    return [SwapTaken(swap.id, who)]


def withdraw(org: Org, by: str, now: datetime, id: str) -> list[Event]:
    """Take back a swap that one offered, even a taken one. Whoever took it cannot: they offer one of their own."""
    swap = _running(org.changes, org.changes.swaps, "swap", id, now)
    if swap.person != org.person(by):
        mine = swap.taken_by == org.person(by)
        hint = "Offer a swap of your own, so that somebody takes over from you." if mine else ""
        raise Refused(f"Swap {swap.id} was offered by {swap.person}, who alone can withdraw it.", hint=hint)
    return [SwapWithdrawn(swap.id)]


def away(
    org: Org,
    by: str,
    now: datetime,
    id: str,
    end: datetime,
    start: datetime | None = None,
    person: str = "",
    because: str = "",
) -> list[Event]:
    """Say that a person ("" = oneself) is absent from `start` (None = now) until `end`."""
    who = org.person(person or by)
    since, until = _span(now, start, end)
    for known in org.changes.absences:
        if known.person == who and known.start <= since and until <= known.end:
            raise Already(f"{who} is already down as away then (absence {known.id}).")
    return [AbsenceAdded(id, who, since, until, because.strip())]


def back(org: Org, by: str, now: datetime, id: str = "") -> list[Event]:
    """End an absence, or take it back before it begins; "" = one's own that runs now."""
    if id.strip():
        return [AbsenceRemoved(_running(org.changes, org.changes.absences, "absence", id, now).id)]
    who = org.person(by)
    mine = [each for each in org.changes.absences if each.person == who and each.start <= now < each.end]
    if not mine:
        raise Refused(f"{who} is not away.", hint="To take a later absence back, name it by its id.")
    return [AbsenceRemoved(each.id) for each in mine]


def find_schedule(org: Org, name: str) -> Schedule:
    """The schedule of that name, in any case; Unknown with candidates."""
    rows = org.playbook.schedules
    found = next((row for row in rows if row.name.lower() == name.strip().lower()), None)
    if found is None:
        raise unknown("schedule", name, [row.name for row in rows])
    return found


def _change(text: str) -> Change:
    wanted = text.strip().lower()
    found = next((each for each in CHANGES if each == wanted), None)
    if found is None:
        raise unknown("kind of override", text, CHANGES)
    return found


def _span(now: datetime, start: datetime | None, end: datetime) -> tuple[datetime, datetime]:
    """From when until when, and never from before now."""
    if start is not None and end <= start:
        raise Invalid("That ends before it begins.", hint="The end has to lie after the start.")
    if end <= now:
        raise Invalid("That is over already: only what is still to come can be changed.")
    since = max(now, start or now)
    if end - since > LONGEST:
        raise Invalid("That is longer than 366 days.", hint="What is to last belongs into the schedule itself.")
    return since, end


def _check_present(org: Org, person: str, start: datetime, end: datetime) -> None:
    """Refuse to put somebody on call who is absent for any part of the time: nobody would be paged then."""
    for absence in org.changes.absences:
        if absence.person == person and absence.start < end and start < absence.end:
            raise Refused(
                f"{person} is away from {absence.start:%Y-%m-%d %H:%M} until {absence.end:%Y-%m-%d %H:%M} UTC.",
                hint=f"Choose another time or person, or end the absence: warroom oncall back {absence.id}",
            )


def _running(changes: Changes, rows: Iterable[_Known], kind: str, id: str, now: datetime) -> _Known:
    """The change of that id, which is not over yet; Already where it was taken back, Unknown where it never was."""
    wanted, known = id.strip(), list(rows)
    for dropped in changes.dropped:
        if dropped.id == wanted:
            raise Already(f"“{wanted}” was already taken back by {dropped.by} ({ago(dropped.at, now)}).")
    found = next((each for each in known if each.id == wanted), None)
    if found is None:
        raise unknown(kind, id, [each.id for each in known if each.end > now])
    if found.end <= now:
        raise Refused(f"The {kind} {found.id} is over.")
    return found
