"""What can be done in a replay: moving through time. What reads works as it does live; what acts is refused."""

from collections.abc import Callable

from msgspec.structs import replace

from warroom.tui.actions import catalogue, moving
from warroom.tui.actions.base import Action, Desk

REFUSAL = "This is a replay: what happened stands. q goes back to the list of incidents."
_READING = ("entry.open", "service.open", "step.open", "step.copy", "step.command", "step.words")
_LEFT_OUT = ("go.unread", "go.marks", "go.home", "go.quit", "go.filter")


def _action(where: str, title: str, *keys: str, footer: int = 0, short: str = "", command: str = "") -> Action:
    return Action(f"replay.{where}", title, keys, _go(where), footer=footer, short=short, command=command)


def _go(where: str) -> Callable[[Desk], None]:
    def go(desk: Desk) -> None:
        desk.go(where)

    return go


ACTIONS = (
    _action("play", "Play, or pause", "space", "greater_than_sign", footer=1, short="play"),
    _action("play-back", "Play backwards, or pause", "less_than_sign"),
    _action("step-back", "Back by one event", "comma"),
    _action("step", "On by one event", "full_stop", footer=2, short="step"),
    _action("back", "Back by five seconds of the screen", "left"),
    _action("forward", "On by five seconds of the screen", "right"),
    _action("far-back", "Back by a tenth", "shift+left"),
    _action("far-forward", "On by a tenth", "shift+right"),
    _action("milestone-back", "To the milestone before", "left_square_bracket", "M"),
    _action("milestone", "To the next milestone", "right_square_bracket", "m", footer=3, short="milestone"),
    _action("bookmark-back", "To the bookmark before", "left_curly_bracket"),
    _action("bookmark-next", "To the next bookmark", "right_curly_bracket"),
    *(_action(f"share-{digit}", f"To {digit * 10} %", str(digit)) for digit in range(10)),
    _action("faster", "Twice as fast, up to x64", "plus", "equals_sign", footer=5, short="faster"),
    _action("slower", "Half as fast, down to x1", "minus"),
    _action("time", "To a time: 14:05, T+1h30m, +10m, 2026-05-04T14:05Z", "g", footer=6, short="time"),
    _action("find", "To the next event that holds a text", "slash", footer=7, short="text"),
    _action("bookmark", "Bookmark this place, with a remark", "b", footer=8, short="bookmark",
            command="bookmark INC --at N"),
    _action("future", "Hide or show the future", "h", footer=9, short="future"),
    _action("truth", "What was known, or what was true", "k", footer=10, short="known/true"),
    _action("lead", "Lead the others; or follow who leads, or look around alone", "L", footer=4, short="lead"),
    _action("takeover", "Take over here: a drill begins as the incident stood", "T", footer=11, short="take over",
            command="replay INC --takeover --at N"),
    _action("clock", "Clock: milestones and targets", "c"),
    _action("whole", "This pane on the whole screen, and back", "z"),
    _action("leave", "Back to the list of incidents", "q", "backspace", "ctrl+q"),
)  # fmt: skip


def _spared(action: Action, taken: frozenset[str]) -> Action | None:
    """An action with the keys that the replay leaves it; None where it leaves none."""
    keys = tuple(key for key in action.keys if key not in taken)
    return replace(action, keys=keys) if keys else None


def _refused(action: Action) -> Action:
    return replace(action, when=lambda desk: REFUSAL, footer=0)


_TAKEN = frozenset(key for action in ACTIONS for key in action.keys)
_KEPT = [each for each in moving.ACTIONS if each.id not in _LEFT_OUT]
_READ = [each for each in catalogue.ALL if each.id in _READING]
_ACTING = [each for each in catalogue.ALL if each.id not in _READING and each not in moving.ACTIONS]

OFFERED: tuple[Action, ...] = (*ACTIONS, *filter(None, (_spared(each, _TAKEN) for each in (*_KEPT, *_READ))))
"What works in a replay."

ALL: tuple[Action, ...] = (
    *OFFERED,
    *(_refused(each) for each in filter(None, (_spared(each, _TAKEN) for each in _ACTING))),
)
"The same, and what is refused with a sentence."
