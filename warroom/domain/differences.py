"""How two values of one kind differ, field by field, in words: `layer berlin: members: ana, bo → bo, ana`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from warroom.domain.ladder import Checklist, Route, Target
from warroom.domain.roster import Window
from warroom.domain.text import one_line

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 80
_OPAQUE = ("phases", "steps")
"What is told of only as a whole: a runbook's steps have a diff of their own."
_ROWS = {"layers": "layer", "rungs": "rung", "contacts": "contact"}
"Fields that hold rows with fields of their own, and what one of them is called."


def differences(old: msgspec.Struct, new: msgspec.Struct) -> tuple[str, ...]:
    """What differs between two values of one type, one line each, in the order of its fields."""
    return tuple(_fields(old, new, ""))


def words(value: object) -> str:
    """A value as a person would say it, on one line; "nothing" where there is none."""
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return duration(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case Target(kind=kind, name=name):
            return f"{kind} {name}"
        case Window():
            return f"{' '.join(DAYS[day] for day in value.days)} {value.start:%H:%M}-{value.end:%H:%M}"
        case Route(ladder=ladder):
            return f"{_incidents(value.levels, value.services)} take the ladder {ladder}"
        case Checklist(runbooks=runbooks):
            return f"{_incidents(value.levels, ())} get {', '.join(runbooks)}"
        case tuple():
            return one_line(", ".join(words(each) for each in value), _LONGEST)
        case msgspec.Struct():
            return one_line(str(getattr(value, "name", "a row")), _LONGEST)
        case _:
            return one_line(str(value), _LONGEST)


def duration(span: timedelta) -> str:
    """A duration as it is typed: `90s` as `1m30s`, `5m`, `2d`; `0` where it is none."""
    rest = int(span.total_seconds())
    parts = []
    for sign, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{sign}")
    return "".join(parts) or "0"


def listed(old: Sequence[object], new: Sequence[object]) -> tuple[str, ...]:
    """What left a list, what came into it, and whether only the order is another."""
    before, after = [words(each) for each in old], [words(each) for each in new]
    gone = tuple(f"no longer: {each}" for each in before if each not in after)
    come = tuple(f"now: {each}" for each in after if each not in before)
    moved = ("another order",) if not (gone or come) and before != after else ()
    return (*gone, *come, *moved)


def _incidents(levels: Sequence[int], services: Sequence[str]) -> str:
    which = f"incidents of level {', '.join(map(str, levels))}" if levels else "all incidents"
    return f"{which} of {', '.join(services)}" if services else which


def _fields(old: msgspec.Struct, new: msgspec.Struct, at: str) -> Iterator[str]:
    for field in new.__struct_fields__:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            continue
        if field in _OPAQUE:
            yield f"{at}{field} changed"
        elif field in _ROWS:
            yield from _rows(_keyed(before), _keyed(after), f"{at}{_ROWS[field]} ")
        else:
            yield f"{at}{field.replace('_', ' ')}: {_value(field, before)} → {_value(field, after)}"


def _rows(old: dict[str, msgspec.Struct], new: dict[str, msgspec.Struct], at: str) -> Iterator[str]:
    for key in (*old, *(key for key in new if key not in old)):
        if key not in new:
            yield f"{at}{key} removed"
        elif key not in old:
            yield f"{at}{key} added: {_summary(new[key])}"
        else:
            yield from _fields(old[key], new[key], f"{at}{key}: ")
    if set(old) == set(new) and list(old) != list(new):
        yield f"{at.strip()}s in another order: {', '.join(new)}"


def _keyed(rows: Sequence[msgspec.Struct]) -> dict[str, msgspec.Struct]:
    """Rows by name, else by their number from 1."""
    return {str(getattr(row, "name", number)): row for number, row in enumerate(rows, 1)}


def _summary(row: msgspec.Struct) -> str:
    """What of a new row is worth a line: the fields that say something."""
    said = ((field, getattr(row, field)) for field in row.__struct_fields__ if field != "name")
    texts = (f"{field.replace('_', ' ')} {_value(field, value)}" for field, value in said if value)
    return one_line("; ".join(texts), 2 * _LONGEST)


def _value(field: str, value: object) -> str:
    if field == "repeat" and value == -1:
        return "forever"
    if field == "windows" and not value:
        return "always"
    if field == "members" and isinstance(value, tuple):
        return words(tuple(each or "nobody" for each in value))
    return words(value)
