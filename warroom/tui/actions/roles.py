"""Taking, offering and releasing command roles."""

from warroom.domain.roles import COMMANDER, ROLES, Role, find
from warroom.domain.text import one_line
from warroom.tui.actions.base import Action, Desk, Option, may


def _seat(desk: Desk) -> Role | None:
    parts = desk.row.split(":")
    return find(parts[1]) if desk.pane == "roles" and len(parts) > 1 and parts[0] == "role" else None


async def act(desk: Desk) -> None:
    """Whatever can be done with the role under the cursor, or with one that is chosen first."""
    role = _seat(desk)
    if role is None:
        roles = desk.scene.incident.roles
        options = [Option(each.id, each.title, _held(desk, each) or "open") for each in ROLES]
        if roles.offers:
            options.sort(
                key=lambda option: not any(o.role == option.value and o.to == desk.scene.me for o in roles.offers)
            )
        chosen = await desk.choose("Roles", options)
        if chosen is None:
            return
        role = find(chosen)
    await _with(desk, role)


def _held(desk: Desk, role: Role) -> str:
    return ", ".join(one_line(each.person, 16) for each in desk.scene.incident.roles.held if each.role == role.id)


async def _with(desk: Desk, role: Role) -> None:
    roles, me, row = desk.scene.incident.roles, desk.scene.me, f"role:{role.id}"
    mine = role.id in roles.of(me)
    offered = any(each.role == role.id and each.to == me for each in roles.offers)
    held = _held(desk, role)
    options = []
    if offered:
        options += [Option("accept", "Accept it"), Option("decline", "Decline it")]
    if not mine and not offered:
        remark = f"a reason is needed: {held} holds it" if held and not role.several else ""
        options.append(Option("take", "Take it over" if remark else "Take it", remark))
        if against := _against(desk, role, held):
            options.append(Option("force", "Take it all the same", against))
    options.append(Option("offer", "Offer it to somebody"))
    if held and (mine or me == roles.holder(COMMANDER)):
        options.append(Option("release", "Release it"))
    match await desk.choose(f"{role.title}: {held or 'open'}", options):
        case "accept":
            desk.do("role.accept", row, role=role.id)
        case "decline":
            desk.do("role.decline", row, role=role.id)
        case "take":
            await _take(desk, role, bool(held))
        case "force":
            if await desk.confirm(f"Take {role.title} all the same?", _against(desk, role, held)):
                await _take(desk, role, bool(held), force=True)
        case "offer":
            await _offer(desk, role)
        case "release":
            whose = me if mine else held.split(",")[0]
            desk.do("role.release", row, role=role.id, person=whose)


def _against(desk: Desk, role: Role, held: str) -> str:
    """Why the rules advise against taking a role, "" where they do not."""
    mine = desk.scene.incident.roles.of(desk.scene.me)
    if COMMANDER in mine or (role.id == COMMANDER and mine):
        return "The commander holds no second role."
    if held and not role.several and held in {each.person for each in desk.scene.view.people}:
        return f"{held} is here and holds it."
    return ""


async def _take(desk: Desk, role: Role, held: bool, force: bool = False) -> None:
    row = f"role:{role.id}"
    if role.several:
        subject = await desk.ask("Expert", "In what?")
        if subject is not None:
            desk.do("role.take", row, role=role.id, subject=subject, force=force)
    elif held:
        if because := await desk.ask(f"Take over {role.title}", "Why?"):
            desk.do("role.take", row, role=role.id, because=because, force=force)
    else:
        desk.do("role.take", row, role=role.id, force=force)


async def _offer(desk: Desk, role: Role) -> None:
    here = [each.person for each in desk.scene.view.people if each.person != desk.scene.me]
    known = [each.name for each in desk.scene.view.org.playbook.people]
    names = dict.fromkeys([*here, *known])
    options = [Option(name, name, "here" if name in here else "") for name in names]
    to = await desk.choose(f"Offer {role.title} to", options, "or type a name")
    if to:
        desk.do("role.offer", f"role:{role.id}", role=role.id, to=to)


ACTIONS = (
    Action("role.row", "Take, offer, accept, release this role", ("space", "enter"), act, "roles", may("role.release"),
           "role INC take|offer|accept|release ROLE", 10, "role"),
    Action("role", "Roles: take, offer, accept, release", ("R",), act, "", may("role.release"),
           "role INC take|offer|accept|release ROLE", 68, "roles"),
)  # fmt: skip
