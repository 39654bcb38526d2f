"""Changes to a runbook's file that an incident suggests: made in its text, so that comments and layout stay.

Each change is checked by reading the changed text again: what it becomes must be the runbook as it was, with that
change and nothing else. What cannot be made so is left out, and said.
"""

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path, PurePath

import msgspec

from warroom.domain.feedback import Suggestion
from warroom.domain.runbook import Runbook, Step, walk
from warroom.domain.text import one_line, visible_lines
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.fields import block
from warroom.playbook.markdown.inline import WIDEST, short
from warroom.playbook.markdown.source import LARGEST
from warroom.playbook.paths import Unreadable, contents

Try = Callable[[str, Suggestion], str]
"A text and a suggestion -> the changed text. LeftOut says why there is none."


class LeftOut(Exception):
    """Why a suggestion cannot be made part of a file."""


class Amended(msgspec.Struct, frozen=True):
    """A file's text before and after, and the suggestions that are not part of it, with why."""

    before: str
    after: str
    left_out: tuple[tuple[Suggestion, str], ...] = ()


def amend(path: Path, part: str, suggestions: Iterable[Suggestion]) -> Amended:
    """The text of a runbook's file with suggestions in it; nothing is written.

    `part`: which runbook, in a Markdown file of several. BadFile where the file cannot be read.
    """
    from warroom.playbook import amend_markdown, amend_yaml

    text = _text(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        return applied(text, suggestions, amend_yaml.change(path.name))
    return applied(text, suggestions, amend_markdown.change(path.name, part))


def applied(text: str, suggestions: Iterable[Suggestion], change: Try) -> Amended:
    """The text with the suggestions in it, one after the other.

    Steps that are added come last, from the end of the runbook on, so that the numbers of the others stay as they are.
    """
    waiting = list(suggestions)
    order = [each for each in waiting if each.added is None] + [each for each in reversed(waiting) if each.added]
    now = text
    left: dict[int, str] = {}
    for each in order:
        try:
            now = change(now, each)
        except LeftOut as why:
            left[waiting.index(each)] = str(why)
    return Amended(text, now, tuple((waiting[place], why) for place, why in sorted(left.items())))


def find(runbook: Runbook, suggestion: Suggestion) -> str:
    """The id that a suggestion's step has now: the one it had, if it still has its title, else where the title went."""
    steps = dict(walk(runbook))
    there = steps.get(suggestion.step)
    if there is not None and there.title == suggestion.title:
        return suggestion.step
    same = [place for place, step in steps.items() if step.title == suggestion.title]
    if not same:
        raise LeftOut("the file has no such step any more")
    if len(same) > 1:
        raise LeftOut(f"the file has changed, and has this step {len(same)} times")
    return same[0]


def fitting(added: Step) -> Step:
    """A step that was added by hand as a file may have it: a title of one short line, and nothing hidden."""
    title = one_line(added.title)
    name = short(title, WIDEST)
    detail = "\n\n".join(filter(None, (title if name != title else "", added.detail)))
    return msgspec.structs.replace(
        added, title=name, detail=block(visible_lines(detail)), command=block(visible_lines(added.command))
    )


def remark(suggestion: Suggestion) -> str:
    """What is written beside a step, on one line."""
    return one_line(suggestion.remark)


def timed(step: Step, expected: timedelta) -> Step:
    """A step with another expected time."""
    return msgspec.structs.replace(step, expected=expected)


def diff(amended: Amended, path: PurePath) -> str:
    """What changes, as `patch -p1` and `git apply` take it, with that path; "" where nothing does."""
    name = path.as_posix().lstrip("/")
    end = "\t" if " " in name else ""  # or a blank would end the name
    rows = difflib.unified_diff(
        _lines(amended.before), _lines(amended.after), f"a/{name}{end}", f"b/{name}{end}", lineterm="\n"
    )
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _lines(text: str) -> list[str]:
    """The lines with their ends. Only a line feed ends one, for that is what patch thinks, too."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _text(path: Path) -> str:
    """The text of a file, its line ends and its byte order mark as they are."""
    try:
        data = contents(path, LARGEST + 1)
        if len(data) > LARGEST:
            raise Unreadable(f"the file is larger than {LARGEST // 1024} KiB")
        return data.decode()
    except Unreadable as why:
        raise BadFile([Problem(path.name, 1, "", str(why))]) from None
    except UnicodeDecodeError:
        raise BadFile(
            [Problem(path.name, 1, "", "this is not text in UTF-8, so no change of it can be shown")]
        ) from None
