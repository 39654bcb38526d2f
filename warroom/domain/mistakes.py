"""Names that rosters and ladders use and that nobody bears, and people whom they name and who cannot be reached."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from warroom.domain import modules
from warroom.domain.contacts import Urgency
from warroom.domain.findings import Finding
from warroom.domain.ladder import Ladder, Route, Target
from warroom.domain.moments import span
from warroom.domain.org import Org
from warroom.domain.roles import ROLES
from warroom.domain.roster import Absence, Override, Swap

_SERVICE_TARGETS = ("primary", "secondary", "dependencies")


class _Names:
    """Every name that may be used."""

    def __init__(self, org: Org) -> None:
        book = org.playbook
        self.people = {each.name for each in book.people}
        self.services = {each.name for each in book.services}
        self.schedules = {each.name for each in book.schedules}
        self.rotations = {f"{each.name}/{layer.name}" for each in book.schedules for layer in each.layers}
        self.roles = {each.id for each in ROLES}
        self.channels = set(modules.channels(org))


def unknown(org: Org, since: datetime) -> Iterator[Finding]:
    """Each name that nobody bears; of overrides, swaps and absences only those that are not over at `since`."""
    book, names = org.playbook, _Names(org)
    yield from _in_catalogue(org, names)
    for schedule in book.schedules:
        for layer in schedule.layers:
            yield from _missing(f"{schedule.name}, layer {layer.name}", "person", layer.members, names.people)
    yield from _in_ladders("", book.ladders, book.routes, book.ladders, names)
    for module in book.modules:
        yield from _missing(f"module {module.name}", "service", module.services, names.services)
        yield from _in_ladders(module.name, module.ladders, module.routes, (*module.ladders, *book.ladders), names)
    changes = org.changes
    dated: tuple[Override | Swap | Absence, ...] = (*changes.overrides, *changes.swaps, *changes.absences)
    for change in dated:
        if change.end > since:
            yield from _in_change(change, names)


def _in_catalogue(org: Org, names: _Names) -> Iterator[Finding]:
    for service in org.playbook.services:
        yield from _missing(f"service {service.name}", "schedule", service.schedules, names.schedules)
    for person in org.playbook.people:
        used = (contact.channel for contact in person.contacts)
        yield from _missing(f"contact of {person.name}", "channel", used, names.channels)


def _in_ladders(
    module: str, own: tuple[Ladder, ...], routes: tuple[Route, ...], known: tuple[Ladder, ...], names: _Names
) -> Iterator[Finding]:
    where = f"routes of module {module}" if module else "routes"
    for route in routes:
        yield from _missing(where, "ladder", (route.ladder,), {each.name for each in known})
        yield from _missing(where, "service", route.services, names.services)
    for ladder in own:
        for number, rung in enumerate(ladder.rungs, 1):
            for target in rung.targets:
                place = f"ladder {ladder.name}, rung {number}"
                yield from _missing(place, target.kind, (target.name,), _bearers(target, module, names))


def _bearers(target: Target, module: str, names: _Names) -> Iterable[str]:
    """The names that a target of this kind may have."""
    match target.kind:
        case "person":
            return names.people
        case "schedule":
            return names.schedules
        case "rotation":
            return names.rotations
        case "role":
            return names.roles
        case "channel":
            return names.channels | {each.removeprefix(f"{module}/") for each in names.channels if module}
        case "service":
            return _SERVICE_TARGETS


def _in_change(change: Override | Swap | Absence, names: _Names) -> Iterator[Finding]:
    what = {Override: "override", Swap: "swap", Absence: "absence"}[type(change)]
    where = f"{what} {change.id}"
    if not isinstance(change, Absence):
        yield from _missing(where, "schedule", (change.schedule,), names.schedules)
    others: tuple[str, ...] = ()
    match change:
        case Override(instead=instead):
            others = (instead,)
        case Swap(to=to, taken_by=taken_by):
            others = (to, taken_by)
        case Absence():
            pass
    yield from _missing(where, "person", (change.person, *others), names.people)


def _missing(where: str, kind: str, used: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(used):
        if name and name not in known:
            why = " It may have left." if kind == "person" else ""
            yield Finding("unknown", name, f"{where[0].upper()}{where[1:]}: there is no {kind} {name}.{why}")


def unreachable(org: Org, paged: Iterable[tuple[str, Urgency | None]], tested: bool) -> Iterator[Finding]:
    """Known people of `paged` whom no contact wakes; with `tested`, also those of whom none has answered yet.

    An urgency of None: no ladder names them, so that any contact will do.
    """
    people = {each.name: each for each in org.playbook.people}
    answered = {(each.person, each.contact) for each in org.verified}
    shown = modules.screens(org)
    for name, urgency in paged:
        if name not in people:
            continue
        found = [each for each in people[name].contacts if urgency is None or urgency in each.urgencies]
        waking = [each for each in found if each.channel not in shown]
        what = "contact" if urgency is None else f"contact for {urgency} urgency"
        if not found:
            yield Finding("unreachable", name, f"{name} has no {what}, and cannot be paged.")
        elif not waking:
            yield Finding("unreachable", name, f"{name} has no {what} but on a screen, which wakes nobody.")
        elif tested and not any((name, contact) in answered for contact in waking):
            yield Finding("unreachable", name, f"{name} has no {what} that has ever answered a test page.")


class Hurried(msgspec.Struct, frozen=True):
    """A rung of this ladder pages a person with this urgency, and the ladder goes on after `delay`."""

    ladder: str
    person: str
    urgency: Urgency
    delay: timedelta


def hurried(found: Iterable[Hurried], waking: Callable[[Urgency], Mapping[str, timedelta]]) -> Iterator[Finding]:
    """Those whose rung is over before it wakes them. `waking`: the time until the first contact of each person."""
    soonest: dict[tuple[str, str, Urgency], timedelta] = {}
    for each in found:
        key = (each.ladder, each.person, each.urgency)
        soonest[key] = min(each.delay, soonest.get(key, each.delay))
    for (ladder, person, urgency), delay in soonest.items():
        after = waking(urgency).get(person)
        if after is not None and after > delay:
            first = f"The first contact of {person} for {urgency} urgency comes {span(after)} after the page"
            yield Finding("late", person, f"{first}, and ladder {ladder} goes on after {span(delay)}.")
