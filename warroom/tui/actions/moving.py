"""Moving about. The same keys everywhere, arrows and vim alike; Esc is never the only way."""

from collections.abc import Callable

from warroom.tui.actions.base import Action, Desk


def _go(where: str) -> Callable[[Desk], None]:
    def go(desk: Desk) -> None:
        desk.go(where)

    return go


def _action(where: str, title: str, *keys: str, footer: int = 0, short: str = "") -> Action:
    return Action(f"go.{where}", title, keys, _go(where), footer=footer, short=short)


ACTIONS = (
    _action("clock", "Clock: milestones and targets (again: whole screen)", "1"),
    _action("roles", "Roles pane (again: whole screen)", "2"),
    _action("checklist", "Runbook pane (again: whole screen)", "3"),
    _action("services", "Services pane (again: whole screen)", "4"),
    _action("timeline", "Timeline pane (again: whole screen)", "5"),
    _action("next", "Next pane", "tab", "l", "right"),
    _action("previous", "Previous pane", "shift+tab", "h", "left"),
    _action("up", "Up", "k", "up"),
    _action("down", "Down", "j", "down"),
    _action("top", "To the top", "g", "home"),
    _action("end", "To the end", "G", "end"),
    _action("page-up", "A page up", "ctrl+u", "pageup"),
    _action("page-down", "A page down", "ctrl+d", "pagedown"),
    _action("unread", "To what is new", "u"),
    _action("filter", "Filter the timeline", "slash"),
    _action("zone", "Times in UTC or in your zone", "v"),
    _action("marks", "Show or hide where others are", "m"),
    _action("oncall", "Who is on call: now, and week by week", "O"),
    _action("home", "To the list of incidents", "minus", "backspace"),
    _action("palette", "Everything that can be done", "colon", "ctrl+p", footer=90, short="all"),
    _action("help", "Keys", "question_mark", "f1"),
    _action("quit", "Leave", "q", "ctrl+q"),
)
