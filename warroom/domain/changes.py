"""What people change about the rosters, as events of the organisation's stream, and what stands after each.

Who was on call stays so: a change that is taken back while it runs ends then, and one that has not begun never was.
"""

from datetime import datetime
from typing import TypeVar, assert_never

import msgspec

from warroom.domain.event import Event, Fact
from warroom.domain.roster import Absence, Change, Changes, Dropped, Override, Swap


class OverrideAdded(Event, frozen=True, tag="override-added.v1"):
    """From `start` until `end` a schedule differs from its rotations (see `roster.Override`)."""

    id: str
    schedule: str
    change: Change
    start: datetime
    end: datetime
    person: str
    instead: str = ""
    because: str = ""


class OverrideRemoved(Event, frozen=True, tag="override-removed.v1"):
    """An override was taken back."""

    id: str


class SwapOffered(Event, frozen=True, tag="swap-offered.v1"):
    """`person` asks `to` ("" = anybody) to stand in from `start` until `end`."""

    id: str
    schedule: str
    person: str
    start: datetime
    end: datetime
    to: str = ""
    because: str = ""


class SwapTaken(Event, frozen=True, tag="swap-taken.v1"):
    """`person` stands in, from now on or from the swap's start."""

    id: str
    person: str


class SwapWithdrawn(Event, frozen=True, tag="swap-withdrawn.v1"):
    """Whoever offered a swap took it back, even if it was taken."""

    id: str


class AbsenceAdded(Event, frozen=True, tag="absence-added.v1"):
    """No schedule pages `person` from `start` until `end`."""

    id: str
    person: str
    start: datetime
    end: datetime
    because: str = ""


class AbsenceRemoved(Event, frozen=True, tag="absence-removed.v1"):
    """Somebody is back, or will not be absent after all."""

    id: str


ChangesEvent = OverrideAdded | OverrideRemoved | SwapOffered | SwapTaken | SwapWithdrawn | AbsenceAdded | AbsenceRemoved


_Known = TypeVar("_Known", Override, Swap, Absence)


def evolve(state: Changes, fact: Fact, event: ChangesEvent) -> Changes:
    """What is changed after one event."""
    match event:
        case OverrideAdded():
            override = Override(
                event.id, event.schedule, event.change, event.start, event.end,
                event.person, event.instead, fact.actor, event.because, fact.seq,
            )  # fmt: skip
            return msgspec.structs.replace(state, overrides=(*state.overrides, override))
        case SwapOffered():
            swap = Swap(event.id, event.schedule, event.person, event.start, event.end, event.to, because=event.because)
            return msgspec.structs.replace(state, swaps=(*state.swaps, swap))
        case AbsenceAdded():
            absence = Absence(event.id, event.person, event.start, event.end, event.because)
            return msgspec.structs.replace(state, absences=(*state.absences, absence))
        case SwapTaken(id=name, person=person):
            swaps = tuple(_taken(each, person, fact) if each.id == name else each for each in state.swaps)
            return msgspec.structs.replace(state, swaps=swaps)
        case OverrideRemoved(id=name) | SwapWithdrawn(id=name) | AbsenceRemoved(id=name):
            return _without(state, name, fact)
        case _:
            assert_never(event)


def _taken(swap: Swap, person: str, fact: Fact) -> Swap:
    """A swap that somebody takes while it runs does not change who was on call before."""
    return msgspec.structs.replace(swap, taken_by=person, start=max(swap.start, fact.happened), order=fact.seq)


def _without(state: Changes, name: str, fact: Fact) -> Changes:
    return Changes(
        _ended(state.overrides, name, fact.happened),
        _ended(state.swaps, name, fact.happened),
        _ended(state.absences, name, fact.happened),
        (*state.dropped, Dropped(name, fact.actor, fact.happened)),
    )


def _ended(known: tuple[_Known, ...], name: str, at: datetime) -> tuple[_Known, ...]:
    """The changes, of which one ends now; it is gone where it had not begun."""
    return tuple(
        msgspec.structs.replace(each, end=min(each.end, at)) if each.id == name else each
        for each in known
        if each.id != name or each.start < at
    )
