"""What differs between two playbooks, and what of it concerns whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from warroom.domain.differences import differences, listed, words
from warroom.domain.ladder import Ladder, Module, Route, Target
from warroom.domain.org import Playbook
from warroom.domain.roster import Layer, Schedule
from warroom.domain.services import Service

How = Literal["added", "removed", "changed"]
_Book = Playbook | Module


class Change(msgspec.Struct, frozen=True):
    """One thing that differs. `what`: its kind, such as "ladder"; `module`: "" = the organisation's own.

    `details`: what has changed about it, a line each.
    """

    what: str
    name: str
    how: How
    details: tuple[str, ...] = ()
    module: str = ""

    @property
    def head(self) -> str:
        """What differs, without the details: `module payments: ladder money changed`."""
        where = f"module {self.module}: " if self.module else ""
        return f"{where}{' '.join(filter(None, (self.what, self.name)))} {self.how}"

    def __str__(self) -> str:
        """The change as one line."""
        return f"{self.head}: {'; '.join(self.details)}" if self.details else self.head


def changes(old: Playbook, new: Playbook) -> tuple[Change, ...]:
    """Everything that differs, kind by kind; none = the two are the same."""
    return (
        *_title(old, new),
        *_rows("severity", old.severities, new.severities, lambda row: str(row.level)),
        *_rows("service", old.services, new.services),
        *_rows("person", old.people, new.people),
        *_rows("audience", old.audiences, new.audiences),
        *_rows("runbook", old.runbooks, new.runbooks),
        *_rows("term", old.glossary, new.glossary),
        *_rows("channel", old.channels, new.channels),
        *_rows("schedule", old.schedules, new.schedules),
        *_rows("ladder", old.ladders, new.ladders),
        *_lists(old, new),
        *_modules(old, new),
    )


def concerns(old: Playbook, new: Playbook) -> dict[str, tuple[str, ...]]:
    """What changes for each person: themselves, their rotations, ladders that page them, their channels.

    Person -> sentences, for those whom it concerns only, in the order of the new playbook.
    """
    found: dict[str, list[str]] = {}
    for part in (_themselves, _rotations, _ladders, _channels):
        for person, line in part(old, new):
            found.setdefault(person, []).append(line)
    order = [each.name for each in (*new.people, *old.people)]
    known = [*(name for name in dict.fromkeys(order) if name in found), *(name for name in found if name not in order)]
    return {name: tuple(dict.fromkeys(found[name])) for name in known}


# What differs.


def _title(old: Playbook, new: Playbook) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("playbook", new.name, "changed", (f"name: {old.name} → {new.name}",))


def _rows(
    what: str, old: Sequence[Any], new: Sequence[Any], key: Callable[[Any], str] = lambda row: str(row.name)
) -> Iterator[Change]:
    """Rows that came, went or changed; those of one key are the same row."""
    before, after = {key(row): row for row in old}, {key(row): row for row in new}
    for each, row in before.items():
        if each not in after:
            yield Change(what, row.name, "removed")
        elif row != after[each]:
            yield Change(what, after[each].name, "changed", differences(row, after[each]))
    yield from (Change(what, row.name, "added") for each, row in after.items() if each not in before)


def _lists(old: _Book, new: _Book) -> Iterator[Change]:
    """Routes and checklists have no names, and their order matters."""
    if details := listed(old.routes, new.routes):
        yield Change("routes", "", "changed", details)
    if details := listed(old.checklists, new.checklists):
        yield Change("checklists", "", "changed", details)


def _modules(old: Playbook, new: Playbook) -> Iterator[Change]:
    before, after = ({each.name: each for each in book.modules} for book in (old, new))
    yield from (Change("module", name, "removed") for name in before if name not in after)
    yield from (Change("module", name, "added") for name in after if name not in before)
    for name in (name for name in before if name in after):
        for change in _inside(before[name], after[name]):
            yield msgspec.structs.replace(change, module=name) if change.what != "module" else change


def _inside(old: Module, new: Module) -> Iterator[Change]:
    own = tuple(
        f"{field}: {words(getattr(old, field))} → {words(getattr(new, field))}"
        for field in ("title", "services")
        if getattr(old, field) != getattr(new, field)
    )
    if own:
        yield Change("module", new.name, "changed", own)
    yield from _rows("severity", old.severities, new.severities, lambda row: str(row.level))
    yield from _rows("channel", old.channels, new.channels)
    yield from _rows("ladder", old.ladders, new.ladders)
    yield from _lists(old, new)


# Whom it concerns: (person, sentence).

_Concern = tuple[str, str]


def _themselves(old: Playbook, new: Playbook) -> Iterator[_Concern]:
    before, after = ({each.name: each for each in book.people} for book in (old, new))
    for name in before.keys() | after.keys():
        if name not in before:
            yield name, f"You are now one of the people of {new.name}."
        elif name not in after:
            yield name, f"You are no longer one of the people of {new.name}."
        elif before[name] != after[name]:
            yield name, f"What the playbook says about you has changed: {_list(differences(before[name], after[name]))}"


def _rotations(old: Playbook, new: Playbook) -> Iterator[_Concern]:
    before, after = ({each.name: each for each in book.schedules} for book in (old, new))
    for name in dict.fromkeys((*before, *after)):
        yield from _turns(before.get(name, Schedule(name, ())), after.get(name, Schedule(name, ())))


def _turns(old: Schedule, new: Schedule) -> Iterator[_Concern]:
    """Who came into a schedule's rotations, who left them, and for whom one that they stay in has changed."""
    before, after = ({each.name: each for each in schedule.layers} for schedule in (old, new))
    whole = msgspec.structs.replace(old, layers=new.layers, title=new.title, team=new.team) != new
    moved = [name for name in before if name in after] != [name for name in after if name in before]
    for name in dict.fromkeys((*before, *after)):
        mine, theirs = _in(before.get(name)), _in(after.get(name))
        label = f"{new.name}/{name}"
        yield from ((who, f"You are now in the rotation {label}.") for who in sorted(theirs - mine))
        yield from ((who, f"You are no longer in the rotation {label}.") for who in sorted(mine - theirs))
        details = list(differences(before[name], after[name])) if name in before and name in after else []
        details += [f"time zone: {old.time_zone} → {new.time_zone}"] if whole else []
        details += ["the layers of the schedule are in another order"] if moved else []
        if details:
            text = f"The rotation {label}, which you are in, has changed: {_list(details)}"
            yield from ((who, text) for who in sorted(mine & theirs))


def _in(layer: Layer | None) -> set[str]:
    """Who takes turns in a rotation."""
    return {member for member in layer.members if member} if layer else set()


def _ladders(old: Playbook, new: Playbook) -> Iterator[_Concern]:
    modules = dict.fromkeys(each.name for book in (old, new) for each in book.modules)
    for module in ("", *modules):
        before, after = _scope(old, module), _scope(new, module)
        ladders = dict.fromkeys(each.name for book in (before, after) if book for each in book.ladders)
        for name in ladders:
            yield from _paging(name, module, (old, before), (new, after))


def _scope(book: Playbook, module: str) -> _Book | None:
    """Whose ladders: the organisation's ("") or a module's."""
    return next((each for each in book.modules if each.name == module), None) if module else book


def _paging(
    name: str, module: str, old: tuple[Playbook, _Book | None], new: tuple[Playbook, _Book | None]
) -> Iterator[_Concern]:
    """Whom one ladder pages now and did not, no longer, or in another way."""
    label = f"{name} of module {module}" if module else name
    before, after = _ladder(old[1], name), _ladder(new[1], name)
    mine, theirs = _paged(*old, before), _paged(*new, after)
    yield from ((who, f"The ladder {label} now pages you: {_list(theirs[who])}") for who in theirs if who not in mine)
    yield from ((who, f"The ladder {label} no longer pages you.") for who in mine if who not in theirs)
    details = list(differences(before, after)) if before and after else []
    details += listed(_routes(old[1], name), _routes(new[1], name))
    if details:
        text = f"The ladder {label}, which pages you, has changed: {_list(details)}"
        yield from ((who, text) for who in mine if who in theirs)


def _ladder(book: _Book | None, name: str) -> Ladder | None:
    return next((each for each in book.ladders if each.name == name), None) if book else None


def _routes(book: _Book | None, ladder: str) -> tuple[Route, ...]:
    return tuple(each for each in book.routes if each.ladder == ladder) if book else ()


def _paged(book: Playbook, scope: _Book | None, ladder: Ladder | None) -> dict[str, list[str]]:
    """Person -> by which rungs and targets a ladder may page them, whoever is on call."""
    services = scope.services if isinstance(scope, Module) else tuple(each.name for each in book.services)
    found: dict[str, list[str]] = {}
    for number, rung in enumerate(ladder.rungs if ladder else (), 1):
        for target in rung.targets:
            for person in _people(book, services, target):
                found.setdefault(person, []).append(f"rung {number} by {words(target)}")
    return found


def _people(book: Playbook, services: tuple[str, ...], target: Target) -> tuple[str, ...]:
    match target.kind:
        case "person":
            return (target.name,)
        case "schedule":
            return _members(book, (target.name,))
        case "rotation":
            name, _, layer = target.name.partition("/")
            return _members(book, (name,), layer)
        case "service":
            return _members(book, _schedules(book, services, target.name))
        case "role" | "channel":
            return ()


def _members(book: Playbook, schedules: Iterable[str], layer: str = "") -> tuple[str, ...]:
    wanted = set(schedules)
    layers = (each for schedule in book.schedules if schedule.name in wanted for each in schedule.layers)
    return tuple(dict.fromkeys(who for each in layers if layer in ("", each.name) for who in each.members if who))


def _schedules(book: Playbook, services: tuple[str, ...], which: str) -> list[str]:
    """The schedules that a target of kind service may mean for any of these services."""
    rows: dict[str, Service] = {each.name: each for each in book.services}
    named = [rows[name] for name in services if name in rows]
    if which == "dependencies":
        named = [rows[need] for row in named for need in row.depends_on if need in rows]
    place = 1 if which == "secondary" else 0
    return [row.schedules[place] for row in named if len(row.schedules) > place]


def _channels(old: Playbook, new: Playbook) -> Iterator[_Concern]:
    for change in _rows("channel", old.channels, new.channels):
        if change.how == "added":
            continue
        text = f"The channel {change.name}, on which you are reached, "
        text += f"has changed: {_list(change.details)}" if change.details else "is gone."
        for book in (old, new):
            yield from (
                (each.name, text) for each in book.people if any(change.name == way.channel for way in each.contacts)
            )


def _list(lines: Iterable[str]) -> str:
    return f"{'; '.join(lines)}."
