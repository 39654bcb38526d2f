"""How a ladder is climbed: from the rung that fired last to what happens next. The engine and the simulation ask here.

A rung is resolved when it fires. One that reaches nobody is passed over at once, or held until somebody is on call.
What an engine missed is not fired rung by rung: of several rungs that are due the last one fires, and pages the people
of the others along with its own, so that nobody is paged twice for what is long past and nobody is left out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.reach import Reached
from warroom.domain.roster import Window

RECHECK = timedelta(hours=1)
"A held rung looks again after so long, where no roster says when somebody can be reached."


class Place(msgspec.Struct, frozen=True):
    """A rung in a round, both from 1; (1, 0) = before the first."""

    round: int = 1
    rung: int = 0


class Passed(msgspec.Struct, frozen=True):
    """A rung that was passed over, and why."""

    round: int
    rung: int
    because: str


class Firing(msgspec.Struct, frozen=True):
    """What happens next.

    `fire`: the rung at `place` pages these people and channels. `hold`: nothing before `until`. `end`: the ladder is
    through. `passed`: rungs that reach nobody; `missed`: how many were due while no engine ran.
    """

    kind: Literal["fire", "hold", "end"]
    place: Place
    people: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    missed: int = 0
    until: datetime | None = None
    because: str = ""


class Lookout(msgspec.Struct, frozen=True):
    """What climbing asks of the world at a moment.

    `look`: whom a target is. `reachable`: whether a person has a contact. `manned`: when a rung will reach somebody.
    """

    look: Callable[[Target], Reached]
    reachable: Callable[[str], bool]
    manned: Callable[[Rung], datetime | None]


def after(ladder: Ladder, place: Place) -> Place | None:
    """The place that comes next, None behind the last round."""
    if place.rung < len(ladder.rungs):
        return Place(place.round, place.rung + 1)
    if ladder.rungs and (ladder.repeat < 0 or place.round <= ladder.repeat):
        return Place(place.round + 1, 1)
    return None


def next_firing(ladder: Ladder, place: Place, due: datetime, at: datetime, world: Lookout) -> Firing:
    """What happens at the moment `at`, the rung after `place` being due since `due`."""
    here = after(ladder, place)
    if here is None:
        return Firing("end", place, because="nobody acknowledged")
    missed: list[Rung] = []
    while (following := after(ladder, here)) and due + ladder.rungs[here.rung - 1].delay <= at:
        due += ladder.rungs[here.rung - 1].delay
        missed.append(ladder.rungs[here.rung - 1])
        here = following
    if until := quiet_until(ladder, at):
        return Firing("hold", here, missed=len(missed), until=until, because="quiet hours")
    return _with_missed(climb_from(ladder, here, at, world), missed[-len(ladder.rungs) :], len(missed), world)


def _with_missed(firing: Firing, missed: list[Rung], count: int, world: Lookout) -> Firing:
    """The firing, which pages the people and channels of missed rungs as well."""
    found = [gather(rung, world) for rung in missed]
    if firing.kind != "fire" or not found:
        return msgspec.structs.replace(firing, missed=count)
    people = dict.fromkeys((*(each for row in found for each in row[0]), *firing.people))
    channels = dict.fromkeys((*(each for row in found for each in row[1]), *firing.channels))
    return msgspec.structs.replace(firing, people=tuple(people), channels=tuple(channels), missed=count)


def climb_from(ladder: Ladder, here: Place, at: datetime, world: Lookout) -> Firing:
    """The first rung from `here` on that reaches somebody, whatever the time."""
    passed: list[Passed] = []
    for _ in ladder.rungs:
        rung = ladder.rungs[here.rung - 1]
        people, channels, because = gather(rung, world)
        if people or channels:
            return Firing("fire", here, people, channels, tuple(passed))
        if ladder.nobody == "hold":
            manned = world.manned(rung)
            until = manned if manned and manned > at else at + RECHECK
            return Firing("hold", here, passed=tuple(passed), until=until, because=because)
        passed.append(Passed(here.round, here.rung, because))
        following = after(ladder, here)
        if following is None:
            break
        here = following
    if ladder.repeat < 0:
        moments = [moment for rung in ladder.rungs if (moment := world.manned(rung)) and moment > at]
        until = min([*moments, at + RECHECK])
        return Firing("hold", here, passed=tuple(passed), until=until, because="nobody can be reached")
    return Firing("end", here, passed=tuple(passed), because="nobody can be reached")


def gather(rung: Rung, world: Lookout) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """The people who can be paged and the channels of a rung, each once; where both are empty, why."""
    found = [(target, world.look(target)) for target in rung.targets]
    named = dict.fromkeys(person for _, reached in found for person in reached.people)
    people = tuple(person for person in named if world.reachable(person))
    channels = tuple(dict.fromkeys(channel for _, reached in found for channel in reached.channels))
    if people or channels:
        return people, channels, ""
    if named:
        return (), (), f"no contact known of {', '.join(named)}"
    return (), (), "; ".join(_empty(target) for target, _ in found)


def _empty(target: Target) -> str:
    match target.kind:
        case "schedule" | "rotation":
            return f"nobody is on call by {target.name}"
        case "role":
            return f"nobody is {target.name}"
        case "service":
            return f"no {target.name} is on call"
        case _:
            return f"{target.name} is not known"


def quiet_until(ladder: Ladder, at: datetime) -> datetime | None:
    """When the quiet hours in which `at` lies are over, windows that touch counted as one; None = it lies in none.

    Windows without a break all week round would hold for ever: they hold nothing beyond a week.
    """
    end, last = None, at + timedelta(days=7)
    moment = at
    while moment < last:
        ends = [found for window in ladder.quiet if (found := _window_end(window, ladder.time_zone, moment))]
        if not ends:
            return end
        moment = end = max(ends)
    return end


def _window_end(window: Window, zone: str, at: datetime) -> datetime | None:
    """When the window that holds `at` ends, None where none does."""
    tz = ZoneInfo(zone)
    today = at.astimezone(tz).date()
    for day in (today - timedelta(days=1), today):
        if day.weekday() in window.days:
            next_day = day if window.end > window.start else day + timedelta(days=1)
            start = datetime.combine(day, window.start, tz).astimezone(at.tzinfo)
            end = datetime.combine(next_day, window.end, tz).astimezone(at.tzinfo)
            if start <= at < end:
                return end
    return None
