"""Judging services."""

from warroom.domain.services import HEALTHS, catalogue, words
from warroom.tui.actions.base import Action, Desk, Option, may
from warroom.tui.present import services


def _name(desk: Desk) -> str:
    return desk.row.removeprefix("service:") if desk.pane == "services" else ""


def _on_service(desk: Desk) -> str:
    return may("service.health")(desk) or ("" if _name(desk) else "Put the cursor on a service first.")


async def judge(desk: Desk) -> None:
    """Set the health of the service under the cursor, or of one that is named."""
    name = _name(desk)
    if not name:
        playbook = desk.scene.view.org.playbook.services
        rows = catalogue(desk.scene.incident.services, playbook)
        options = [Option(row.name, row.name, words(desk.scene.incident.services.health(row.name))) for row in rows]
        chosen = await desk.choose("Which service?", options, "or type a name")
        if not chosen:
            return
        name = chosen
    options = [Option(each, f"{services.GLYPHS[each][0]} {words(each)}") for each in HEALTHS]
    health = await desk.choose(f"How is {name}?", options)
    if health:
        desk.do("service.health", f"service:{name}", service=name, health=health)


def open_service(desk: Desk) -> None:
    """Read all about a service: what it hurts, what it needs."""
    if name := _name(desk):
        desk.read(name, services.details(desk.scene, name))


ACTIONS = (
    Action("service.health", "Set its health", ("space",), judge, "services", _on_service,
           "service INC NAME HEALTH", 10, "health"),
    Action("service.open", "Read about the service", ("enter",), open_service, "services", command="service show NAME",
           footer=20, short="open"),
    Action(
        "service.any", "Set the health of a service", ("H",), judge, "", may("service.health"),
        "service INC NAME HEALTH",
    ),
)  # fmt: skip
