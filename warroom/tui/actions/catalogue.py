"""All actions, and which of them a key means now."""

from warroom.tui.actions import access, checklist, clock, drill, escalation, moving, record, roles, services, severity
from warroom.tui.actions.base import Action, Desk

ALL: tuple[Action, ...] = (
    *escalation.ACTIONS,
    *checklist.ACTIONS,
    *clock.ACTIONS,
    *roles.ACTIONS,
    *services.ACTIONS,
    *record.ACTIONS,
    *severity.ACTIONS,
    *drill.ACTIONS,
    *access.ACTIONS,
    *moving.ACTIONS,
)


def meant(key: str, pane: str, among: tuple[Action, ...] = ALL) -> Action | None:
    """The action that a key means in a pane: the pane's own before one that works everywhere."""
    return next(
        (each for each in among if key in each.keys and each.pane == pane),
        next((each for each in among if key in each.keys and not each.pane), None),
    )


def offered(desk: Desk, among: tuple[Action, ...] = ALL) -> list[Action]:
    """The actions that are on now, by their rank in the footer; a key that two share shows the pane's own."""
    found = [each for each in among if each.footer and each.pane in ("", desk.pane) and not each.when(desk)]
    shown: dict[str, Action] = {}
    for each in sorted(found, key=lambda action: (action.footer, not action.pane)):
        if meant(each.keys[0], desk.pane, among) is each:
            shown.setdefault(each.keys[0], each)
    return sorted(shown.values(), key=lambda action: action.footer)
