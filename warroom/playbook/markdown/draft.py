"""A step while it is put together, and what has to fit before it is one."""

from collections.abc import Iterator

import msgspec

from warroom.domain.runbook import Kind, Step
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.texts import trimmed
from warroom.playbook.steps import LONGEST_TEXT

NAMELESS = "Read on"
"The title of a step of which nothing can be made one: a picture without words, a lone sign."


class Draft(msgspec.Struct):
    """A step to be: `title` is whole, of any length; `texts` and `commands` are joined with a blank line each."""

    title: str
    kind: Kind
    texts: list[str]
    commands: list[str]

    def steps(self) -> Iterator[Step]:
        """The step; more than one where its texts are longer than a step's may be.

        What its title does not show of the text that it was made of stands in the detail, which begins with that text.
        """
        title = inline.short(" ".join(self.title.split())) or NAMELESS
        detail = trimmed("\n\n".join(text for text in self.texts if text.strip()))
        command = trimmed("\n\n".join(self.commands))
        details, commands = list(_pieces(detail)), list(_pieces(command))
        for number in range(max(len(details), len(commands), 1)):
            name = title if not number else f"{inline.short(title, inline.WIDEST - 5)} ({number + 1})"
            yield Step(name, self.kind, _at(details, number), _at(commands, number))


def _at(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


def _pieces(text: str) -> Iterator[str]:
    """The text in parts that a step can hold, cut at the end of a line, else at a blank, else anywhere."""
    while len(text) > LONGEST_TEXT:
        cut = max(text.rfind("\n", 1, LONGEST_TEXT), 0) or max(text.rfind(" ", 1, LONGEST_TEXT), 0) or LONGEST_TEXT
        yield trimmed(text[:cut])
        text = trimmed(text[cut:])
    if text:
        yield text
