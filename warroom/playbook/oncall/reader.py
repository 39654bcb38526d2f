"""Other tools' rosters as files: Terraform (`.tf`), or what their APIs answer, as YAML or JSON."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from warroom.domain.ladder import Ladder
from warroom.domain.org import Person
from warroom.domain.roster import Schedule
from warroom.playbook.document import LARGEST, BadFile, Mapping, Node, Problem, Scalar, parse
from warroom.playbook.oncall import opsgenie, pagerduty
from warroom.playbook.oncall.hcl import Block, read_blocks
from warroom.playbook.oncall.shapes import Desk, Imported, Row, bare, rows, text
from warroom.playbook.paths import Unreadable, contents

_USERS = ("pagerduty_user", "opsgenie_user")
_TEAMS = ("pagerduty_team", "opsgenie_team")
_ROTATION = "opsgenie_schedule_rotation"
_MAKERS = ("pagerduty_", "opsgenie_")
_PLAIN = ("resource", "data")
_REPEATED = ("count", "for_each", "dynamic")

_Kind = tuple[str, str]
"Whose, and what: `pagerduty`, `schedule`."
_SHAPES: tuple[tuple[str, _Kind], ...] = (
    ("schedule_layers", ("pagerduty", "schedule")),
    ("escalation_rules", ("pagerduty", "ladder")),
    ("rotations", ("opsgenie", "schedule")),
    ("rules", ("opsgenie", "ladder")),
)
"By which field a record of an API is known."
_RESOURCES: dict[str, _Kind] = {
    "pagerduty_schedule": ("pagerduty", "schedule"),
    "pagerduty_escalation_policy": ("pagerduty", "ladder"),
    "opsgenie_schedule": ("opsgenie", "schedule"),
    "opsgenie_escalation": ("opsgenie", "ladder"),
}
_SCHEDULES: dict[str, Callable[[Desk, Row, list[str]], Schedule | None]] = {
    "pagerduty": pagerduty.schedule,
    "opsgenie": opsgenie.schedule,
}
_LADDERS: dict[str, Callable[[Desk, Row, list[str]], Ladder | None]] = {
    "pagerduty": pagerduty.ladder,
    "opsgenie": opsgenie.ladder,
}

_Record = tuple[_Kind, tuple[str, ...], Row]
"A schedule or escalation policy: of which kind, by which keys others refer to it, and what it says."


def read_oncall(paths: Iterable[Path], people: Collection[Person], now: datetime) -> Imported:
    """The schedules and ladders in files; `people`: those of the playbook, who are found by name, login or address.

    BadFile where a file cannot be read. What cannot be expressed here is left out and told of, never passed over.
    """
    desk = Desk(people, now)
    records: list[_Record] = []
    for path in paths:
        found = _terraform(desk, path) if path.suffix == ".tf" else _answers(desk, path)
        if not found:
            desk.leave(path.name, "no schedule or escalation policy of PagerDuty or Opsgenie is in it")
        records += found
    schedules: list[Schedule] = []
    for (maker, what), keys, row in records:
        made = _SCHEDULES[maker](desk, row, [each.name for each in schedules]) if what == "schedule" else None
        if made:
            schedules.append(made)
            desk.schedules |= dict.fromkeys(keys, made.name)
    ladders: list[Ladder] = []
    for (maker, what), _, row in records:
        ladder = _LADDERS[maker](desk, row, [each.name for each in ladders]) if what == "ladder" else None
        if ladder:
            ladders.append(ladder)
    return Imported(tuple(schedules), tuple(ladders), tuple(desk.strangers), tuple(dict.fromkeys(desk.left_out)))


def _terraform(desk: Desk, path: Path) -> list[_Record]:
    """The records of a file of Terraform; whom and what they refer to goes to the desk."""
    blocks = [block for block in read_blocks(path.name, _text(path)) if block.type in _PLAIN and len(block.labels) == 2]
    rotations: dict[str, list[Row]] = {}
    for block in blocks:
        kind, label = block.labels
        key = f"{kind}.{label}"
        if kind in _USERS:
            desk.users[key] = {"label": label} | block.body
        elif kind in _TEAMS:
            desk.teams[key] = text(block.body, "name") or label
        elif kind == _ROTATION:
            schedule = bare(text(block.body, "schedule_id"))
            rotations.setdefault(schedule, []).append({"label": label} | block.body)
    found = [_resource(desk, path, block, rotations) for block in blocks]
    for schedule in rotations:
        desk.leave(
            path.name, f"the schedule “{schedule}” of a rotation is not in this file, so the rotation is left out"
        )
    return [record for record in found if record]


def _resource(desk: Desk, path: Path, block: Block, rotations: dict[str, list[Row]]) -> _Record | None:
    """The record of a block, if it is one; an Opsgenie schedule takes its rotations along."""
    kind, label = block.labels
    key = f"{kind}.{label}"
    for field in _REPEATED:
        if field in block.body and kind in (*_RESOURCES, _ROTATION):
            desk.leave(f"{path.name}:{block.line}", f"“{field}” of {key} is not carried out; check what came of it")
    if block.type == "resource" and kind in _RESOURCES:
        body = {field: value for field, value in block.body.items() if field not in _REPEATED}
        extra = {"rotations": rotations.pop(key, [])} if kind == "opsgenie_schedule" else {}
        return _RESOURCES[kind], (key, text(body, "name")), {"label": label} | body | extra
    known = kind in (*_RESOURCES, *_USERS, *_TEAMS, _ROTATION)
    if block.type == "resource" and kind.startswith(_MAKERS) and not known:
        desk.leave(f"{path.name}:{block.line}", f"{key} is neither a schedule nor an escalation policy")
    return None


def _answers(desk: Desk, path: Path) -> list[_Record]:
    """The records in what an API answered, however it is wrapped."""
    tree = _plain(parse(path.name, _bytes(path)))
    for user in _users(tree):
        desk.users.setdefault(text(user, "id"), user)
    return list(_records(tree))


def _records(tree: Any) -> Iterator[_Record]:
    if isinstance(tree, list):
        for each in tree:
            yield from _records(each)
    elif isinstance(tree, dict):
        kind = next((kind for field, kind in _SHAPES if isinstance(tree.get(field), list)), None)
        if kind:
            yield kind, tuple(filter(None, (text(tree, "id"), text(tree, "name")))), tree
        else:
            for each in tree.values():
                yield from _records(each)


def _users(tree: Any) -> Iterator[Row]:
    """Users that stand in a list of their own, to which others refer by id."""
    if isinstance(tree, dict) and text(tree, "id") == "":
        yield from (each for each in rows(tree, "users") if text(each, "id"))


def _plain(node: Node) -> Any:
    """A tree without its lines."""
    if isinstance(node, Scalar):
        return None if node.null else node.text
    if isinstance(node, Mapping):
        return {name: _plain(value) for name, (_, value) in node.fields.items()}
    return [_plain(each) for each in node.items]


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile([Problem(path.name, 1, "", "this is not text in UTF-8")]) from None


def _bytes(path: Path) -> bytes:
    try:
        data = contents(path, LARGEST + 1)
    except Unreadable as why:
        raise BadFile([Problem(path.name, 1, "", str(why))]) from None
    if len(data) > LARGEST:
        raise BadFile([Problem(path.name, 1, "", f"the file is larger than {LARGEST // 1024} KiB")])
    return data
