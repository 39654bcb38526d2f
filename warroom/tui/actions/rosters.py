"""What changing the rosters asks: an override, a swap, and what can be done about a change that stands.

Each gives the command's name and what it is given, or None where the person changed their mind.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from warroom.domain.org import Org
from warroom.domain.reach import schedule as find_schedule
from warroom.domain.roster import Override, Swap, on_call
from warroom.domain.text import one_line
from warroom.room import roster_views
from warroom.tui.actions.base import Option

Asked = tuple[str, dict[str, str]] | None
_ANYBODY = "*"
_SINCE = "now, 14:05, tomorrow 09:00, Mon 09:00, 2026-05-04 14:05"


class Asker(Protocol):
    """What can ask; a screen is one."""

    async def ask(self, title: str, hint: str = "", initial: str = "", long: bool = False) -> str | None:
        """A text, or None."""

    async def choose(self, title: str, options: Sequence[Option], hint: str = "") -> str | None:
        """One of the options' values, or None."""

    async def confirm(self, question: str, warning: str = "") -> bool:
        """Yes or no."""


class Asking(msgspec.Struct, frozen=True):
    """Who is asked, by what, and what they see: the organisation at a moment."""

    ui: Asker
    org: Org
    me: str
    at: datetime


async def override(desk: Asking, schedule: str) -> Asked:
    """Somebody is put on call, taken off, or takes somebody's place, for a time."""
    kinds = [
        Option("replace", "Replace somebody", "one takes another's place"),
        Option("add", "Add somebody", "besides whoever is on call"),
        Option("remove", "Take somebody off", "nobody takes their place"),
    ]
    change = await desk.ui.choose(f"Override {one_line(schedule, 30)}", kinds)
    if change is None:
        return None
    given = {"schedule": schedule, "change": change}
    if change == "replace":
        instead = await desk.ui.choose("Whose place?", _people(desk, schedule, on_call_first=True), "or type a name")
        if instead is None:
            return None
        given["instead"] = instead
    title = "Whom to take off?" if change == "remove" else "Who is put on call?"
    person = await desk.ui.choose(title, _people(desk, schedule, change == "remove"), "or type a name")
    return None if person is None else await _when(desk, "oncall.override", given | {"person": person})


async def swap(desk: Asking, schedule: str) -> Asked:
    """The person asks somebody, or anybody, to stand in for them."""
    anybody = Option(_ANYBODY, "anybody", "whoever takes it first")
    others = [each for each in _people(desk, schedule, on_call_first=False) if each.value != desk.me]
    to = await desk.ui.choose(f"Who stands in for you, {one_line(schedule, 30)}?", [anybody, *others])
    if to is None:
        return None
    return await _when(desk, "oncall.swap", {"schedule": schedule, "to": "" if to == _ANYBODY else to})


async def settle(desk: Asking, id: str) -> Asked:
    """What can be done about a change: take a swap, or take it back."""
    found = next((each for each in roster_views.all_changes(desk.org) if each.id == id), None)
    if found is None:
        return None
    if isinstance(found, Override):
        name, question = "oncall.drop", "Take this override back?"
    elif isinstance(found, Swap) and found.person != desk.me:
        name, question = "oncall.take", f"Stand in for {one_line(found.person, 20)}?"
    elif isinstance(found, Swap):
        name, question = "oncall.withdraw", "Withdraw your swap?"
    else:
        name, question = "oncall.back", f"Is {one_line(found.person, 20)} back?"
    return (name, {"id": id}) if await desk.ui.confirm(question, roster_views.words(found)) else None


def _people(desk: Asking, schedule: str, on_call_first: bool) -> list[Option]:
    """Everybody, with who is on call now said; they come first or last."""
    found = find_schedule(desk.org, schedule)
    now = on_call(found, desk.org.changes, desk.at) if found else ()
    people = sorted(desk.org.playbook.people, key=lambda each: (each.name in now) != on_call_first)
    return [
        Option(each.name, one_line(each.name, 20), "on call now" if each.name in now else one_line(each.full_name))
        for each in people
    ]


async def _when(desk: Asking, name: str, given: dict[str, str]) -> Asked:
    """From when, until when, and why."""
    start = await desk.ui.ask("From when?", _SINCE, "now")
    if start is None:
        return None
    end = await desk.ui.ask("Until when?", "+8h from its start, or a time as before", "+8h")
    if end is None:
        return None
    because = await desk.ui.ask("Why?", "in a few words (may stay empty)")
    if because is None:
        return None
    return name, given | {"start": start, "end": end, "because": because}
