"""The last line: the keys that work here and now, or a sentence for a moment."""

from collections.abc import Iterable

from warroom.tui.actions.base import Action, key_name
from warroom.tui.present.cells import Line, Span, sentence, width_of

_MOST = 4


def footer(actions: Iterable[Action], width: int, says: str = "") -> list[Line]:
    """As many keys as fit, the most important first; help is always there. A sentence takes the lines that it needs."""
    help_ = (Span("?", "key"), Span(" help "))
    if says:
        lines = sentence(says, "warn", width)[:_MOST]
        if width_of((*lines[-1].left, *help_)) < width:
            lines[-1] = Line(lines[-1].left, help_)
        return lines
    room = width - 9
    spans: list[Span] = [Span(" ")]
    for action in actions:
        key, word = key_name(action.keys[0]), f" {action.short}  "
        if len(key) + len(word) > room:
            break
        room -= len(key) + len(word)
        spans += [Span(key, "key"), Span(word, "dim")]
    return [Line(tuple(spans), help_)]
