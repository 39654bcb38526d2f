"""Breaking the glass: a commander's rights in this incident, for whoever needs them and does not have them."""

from warroom.domain import rights
from warroom.domain.permissions import GLASS
from warroom.tui.actions.base import Action, Desk


def _locked(desk: Desk) -> str:
    """Why there is no glass to break."""
    scene = desk.scene
    if scene.view.org.playbook.permissions is None:
        return "Nothing is locked here: the playbook has no permissions."
    if scene.me in scene.incident.glass.broken:
        return "You have broken the glass here already."
    if rights.granted("login", scene.me, scene.view.org) >= GLASS:
        return "You have a commander's rights already."
    return "The incident is closed." if scene.incident.clock.closed else ""


async def break_glass(desk: Desk) -> None:
    """Ask for the reason, which everybody reads."""
    hint = "Why can it not wait? Everybody reads it, and it stays on record."
    if because := await desk.ask("Break the glass: act with a commander's rights here", hint):
        desk.do("break-glass", because=because)


ACTIONS = (
    Action(
        "break-glass", "Break the glass: take a commander's rights in this incident, loudly", ("ctrl+g",),
        break_glass, "", _locked, "break-glass INC --because …", 0,
    ),
)  # fmt: skip
