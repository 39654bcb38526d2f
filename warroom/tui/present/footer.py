"""The last line: the keys that work here and now, or a sentence for a moment."""

from collections.abc import Iterable

from warroom.tui.actions.base import Action, key_name
from warroom.tui.present.cells import Line, Span, width_of


def footer(actions: Iterable[Action], width: int, says: str = "") -> Line:
    """As many keys as fit, the most important first; help is always there, unless a sentence needs the whole line."""
    help_ = (Span("?", "key"), Span(" help "))
    if says:
        sentence = (Span(f" {says}", "warn"),)
        return Line(sentence, help_ if width_of((*sentence, *help_)) < width else ())
    room = width - 9
    spans: list[Span] = [Span(" ")]
    for action in actions:
        key, word = key_name(action.keys[0]), f" {action.short}  "
        if len(key) + len(word) > room:
            break
        room -= len(key) + len(word)
        spans += [Span(key, "key"), Span(word, "dim")]
    return Line(tuple(spans), help_)
