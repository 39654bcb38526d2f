"""The sections of a Markdown text: from heading to heading, each a phase of the runbook.

A phase is called after its heading, with those above it in front where there is room; a heading that has only
sections below it and found no room is told in the first step's detail. What stands before the first heading, or right
below the title, is the summary where it is short prose.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from warroom.domain.runbook import Kind, Phase, Step
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.blocks import Block
from warroom.playbook.markdown.draft import NAMELESS, Draft
from warroom.playbook.markdown.items import drafts, is_contents, is_remark
from warroom.playbook.markdown.lines import dedented
from warroom.playbook.markdown.texts import prose

BETWEEN = " › "
LONGEST_SUMMARY = 600
"Characters of prose under the title that are a summary; longer prose is a step to read."
_CHECKS = re.compile(r"\W*(diagnosis|diagnostics|verify|verification)\W*", re.IGNORECASE)


class Section(msgspec.Struct, frozen=True):
    """A heading (level 0: none) and the blocks below it, up to the next one. `line`: where it stands, from 0.

    `whole`: the heading with the addresses and tags that its title leaves out, "" where there are none.
    """

    level: int
    title: str
    blocks: tuple[Block, ...]
    line: int = 0
    whole: str = ""


def sections(blocks: Sequence[Block]) -> list[Section]:
    """The sections of a text; the first has no heading, and is left out where it has nothing in it."""
    headings: list[Block | None] = [None]
    inside: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "heading":
            headings.append(block)
            inside.append([])
        else:
            inside[-1].append(block)
    found = (_section(heading, below) for heading, below in zip(headings, inside, strict=True))
    return [section for section in found if section.level or section.blocks]


def _section(heading: Block | None, below: Sequence[Block]) -> Section:
    if heading is None:
        return Section(0, "", tuple(below))
    title, whole = inline.heading(heading.text), " ".join(inline.plain(heading.text).split())
    return Section(heading.level, title, tuple(below), heading.start, "" if inline.same(title, whole) else whole)


def title_of(found: Sequence[Section]) -> Section | None:
    """The section whose heading is the title of all: the first, where no other one is above or beside it."""
    first = next((section for section in found[:2] if section.level), None)
    if first is None or (first.level > 1 and sum(1 for each in found if 0 < each.level <= first.level) > 1):
        return None
    return first


def summary(lines: Sequence[str], section: Section) -> str:
    """The section's prose where it has nothing else and is short (or an HTML comment), else ""."""
    if not all(block.kind == "prose" or is_contents(lines, block) for block in section.blocks):
        return ""
    text = "\n\n".join(prose(dedented(lines[block.start : block.end])) for block in section.blocks)
    return text if len(text) <= LONGEST_SUMMARY or is_remark(text) else ""


def phases(lines: Sequence[str], found: Sequence[Section], title: str) -> tuple[Phase, ...]:
    """The phases of sections, in order; `title` names the phase of one without a heading."""
    made = []
    above: list[Section] = []
    told: set[int] = set()
    for place, section in enumerate(found):
        while above and above[-1].level >= section.level:
            above.pop()
        below = found[place + 1].level if place + 1 < len(found) else 0
        if section.blocks or not section.level < below:
            name, besides = _name(section, above, told, title)
            made.append(Phase(name, tuple(_steps(lines, section, besides))))
            told.add(section.line)
        above.append(section)
    return tuple(made)


def _name(section: Section, above: Sequence[Section], told: set[int], title: str) -> tuple[str, list[str]]:
    """What a phase is called, and the headings that its name has no room for and nothing else tells."""
    own = section.title or title or NAMELESS
    name = own
    left = [each for each in above if each.title]
    while left and inline.columns(left[-1].title + BETWEEN + name) <= inline.WIDEST:
        each = left.pop()
        name = each.title + BETWEEN + name
        told.update([each.line] if not each.whole else [])
    untold = [each for each in above if each.title and each.line not in told]
    told.update(each.line for each in untold)
    besides = [each.whole or each.title for each in untold]
    if section.whole or inline.columns(own) > inline.WIDEST:
        besides.append(section.whole or own)
    return inline.short(name), besides


def _steps(lines: Sequence[str], section: Section, besides: Sequence[str]) -> Iterator[Step]:
    kind: Kind = "check" if _CHECKS.fullmatch(section.title) else "do"
    made = drafts(lines, section.blocks, kind) or [Draft(section.title or NAMELESS, "read", [], [])]
    made[0].texts[:0] = ["\n".join(besides)] if besides else []
    for draft in made:
        yield from draft.steps()
