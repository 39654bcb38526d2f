"""Paging people, and the next rung before its time. Neither can be taken back, so both ask first."""

from warroom.domain import modules
from warroom.domain.climb import after
from warroom.domain.ladder import Ladder, Rung
from warroom.domain.org import Org
from warroom.domain.roles import ROLES
from warroom.domain.roster import on_call
from warroom.domain.text import one_line
from warroom.room.calls import open_page
from warroom.tui.actions.base import Action, Desk, Option, may

_WORD = 40


def _pageable(desk: Desk) -> str:
    none = not modules.channels(desk.scene.view.org)
    return may("page")(desk) or _over(desk) or ("The playbook has no channels to page by." if none else "")


def _over(desk: Desk) -> str:
    status = desk.scene.incident.clock.status
    return f"The incident is {status}; reopen it first." if status in ("resolved", "closed") else ""


async def page(desk: Desk) -> None:
    """Page a person, a schedule, a role, a channel or a rung, with a reason."""
    to = await desk.choose("Page", _whom(desk), "or type a name")
    if to is None:
        return
    shown = one_line(to, _WORD)
    because = await desk.ask(f"Page {shown}", "Why? They read it with the page. (may stay empty)")
    if because is None:
        return
    if await desk.confirm(f"Page {shown} now?", "It goes out at once, by all their ways, and cannot be taken back."):
        desk.do("page", to=to, because=because)


def _whom(desk: Desk) -> list[Option]:
    """Everybody who can be paged: the rungs first, then roles that are held, schedules, people, channels."""
    scene, org = desk.scene, desk.scene.view.org
    ladder, held = scene.incident.escalation.ladder, scene.incident.roles.held
    options = [Option(f"rung {number}", f"rung {number}", rung_words(rung)) for number, rung in _rungs(ladder)]
    roles = {role: ", ".join(one_line(each.person, 16) for each in held if each.role == role.id) for role in ROLES}
    options += [Option(role.id, role.title, people) for role, people in roles.items() if people]
    for each in org.playbook.schedules:
        now = ", ".join(on_call(each, org.changes, scene.now)) or "nobody is on call"
        options.append(Option(each.name, one_line(each.name, _WORD), one_line(now)))
    options += [Option(each.name, one_line(each.name, _WORD), _about(org, each.name)) for each in org.playbook.people]
    channels = modules.channels(org).items()
    options += [Option(name, one_line(name, _WORD), one_line(each.title or each.kind)) for name, each in channels]
    return options


def _rungs(ladder: Ladder | None) -> list[tuple[int, Rung]]:
    return list(enumerate(ladder.rungs, 1)) if ladder else []


def rung_words(rung: Rung) -> str:
    """Whom a rung pages, as its ladder says."""
    return one_line(", ".join(f"{each.kind} {each.name}" for each in rung.targets))


def _about(org: Org, name: str) -> str:
    person = next(each for each in org.playbook.people if each.name == name)
    ways = ", ".join(each.channel for each in person.contacts) or "no contact is known"
    return one_line(" · ".join(filter(None, (person.full_name, person.team, ways))))


def _escalates(desk: Desk) -> str:
    state = desk.scene.incident.escalation
    if why := may("escalate")(desk) or _over(desk):
        return why
    if state.ladder is None:
        return "This incident has no ladder. P pages somebody by name."
    return "" if after(state.ladder, state.place) else "The last rung has fired already. P pages somebody by name."


async def escalate(desk: Desk) -> None:
    """The next rung, now."""
    state = desk.scene.incident.escalation
    ladder = state.ladder
    following = after(ladder, state.place) if ladder else None
    if ladder is None or following is None:
        return
    name = f"rung {following.rung} of {len(ladder.rungs)}"
    whom = rung_words(ladder.rungs[following.rung - 1])
    because = await desk.ask(f"Escalate: {name}", f"It pages {whom}. Why now?")
    if because and await desk.confirm(f"Fire {name} now?", f"It pages {whom}, and cannot be taken back."):
        desk.do("escalate", because=because)


def _acknowledges(desk: Desk) -> str:
    """Whoever is paged can always answer; else somebody has acknowledged already, and this says who."""
    incident = desk.scene.incident
    if why := may("ack")(desk):
        return why
    known, state = incident.clock.get("acknowledgment"), incident.escalation
    if known is None or state.going in ("climbing", "ended") or open_page(incident, desk.scene.me):
        return ""
    by, since = (state.by, state.since) if state.by and state.since else (known.by, known.happened)
    return f"Already acknowledged by {one_line(by, 16)} at {desk.scene.clock(since)}."


def acknowledge(desk: Desk) -> None:
    """Somebody is on it: the ladder stops."""
    desk.do("ack")


ACTIONS = (
    Action("ack", "Acknowledge: you are on it, the ladder stops", ("K",), acknowledge, "", _acknowledges, "ack INC", 5,
           "ack"),
    Action("page", "Page somebody now", ("P",), page, "", _pageable, "page INC WHOM --because …", 62, "page"),
    Action("escalate", "Escalate: fire the next rung now", ("E",), escalate, "", _escalates,
           "escalate INC --because …", 63, "escalate"),
)  # fmt: skip
