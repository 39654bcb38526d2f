"""The steps of one section: its list items, its code, and the prose between them.

- A top-level item is a step; what is nested in it, and its code, belongs to it.
- Code right below a list belongs to the last item, for many people do not indent it.
- Other code is a step together with the prose before it.
- What prose is left is a step to read.
"""

from collections.abc import Iterable, Sequence

from warroom.domain.runbook import Kind
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.blocks import Block, Code
from warroom.playbook.markdown.draft import Draft
from warroom.playbook.markdown.lines import MARKER, dedented, paragraph
from warroom.playbook.markdown.texts import (
    code_apart,
    item_lines,
    prose,
    script,
    with_codes,
)

_ADMONITION = ("!!!", "???")


def drafts(lines: Sequence[str], blocks: Sequence[Block], kind: Kind = "do") -> list[Draft]:
    """The steps of a section's blocks, `kind` being that of what is to be done there."""
    found: list[Draft] = []
    pending: list[str] = []
    after = ""  # what the last step was made of, while nothing stands between: a "list", "code", or other things
    for place, block in enumerate(blocks):
        if block.kind == "prose" or is_contents(lines, block) or _is_note(blocks, place, lines):
            written = prose(dedented(lines[block.start : block.end]))
            if found and is_remark(written):
                found[-1].texts.append(written)
            elif after in ("list", "between") and _goes_on(blocks[place:]):
                found[-1].texts.append(written)
                after = "between"
            else:
                pending.append(written)
                after = ""
        elif block.kind == "code" and after and found:
            _add(found[-1], block.codes[0])
        elif block.kind == "code":
            found.append(_coded(pending, block.codes[0], kind))
            pending, after = [], "code"
        else:
            found += [reading(pending)] if pending else []
            pending, after = [], "list"
            found += [item(lines, start, end, block.codes, kind) for start, end in block.items]
    return found + ([reading(pending)] if pending else [])


def reading(texts: Sequence[str]) -> Draft:
    """A step that holds prose; its title is the first sentence."""
    text = next((text for text in texts if inline.heading(text)), "")
    title = inline.first_sentence(inline.heading(paragraph(text.split("\n"))))
    return Draft(title, "read", _besides(title, list(texts)), [])


def item(lines: Sequence[str], start: int, end: int, codes: Iterable[Code], kind: Kind) -> Draft:
    """The step of a list's item: its first paragraph gives the title, its only code the command.

    Where it has no code of its own, the only command that its sentence names (`kubectl get pods`) can be copied.
    """
    body = item_lines(lines, start, end)
    mine = [code for code in codes if start <= code.start < end]
    listed = [code for code in mine if not _is_list(code)]
    count = _lead(body, [code.start - start for code in mine])
    title = inline.first_sentence(inline.heading(paragraph(body[:count])))
    if len(listed) == 1 or _side_by_side(listed, body, start):
        texts = [prose(body[:count]), with_codes(_blanked(body, start, listed)[count:], start + count, [])]
        draft = Draft(title, kind, _besides(title, texts), [])
        for code in listed:
            _add(draft, code)
    else:
        later = [code for code in listed if code.start >= start + count]
        texts = [prose(body[:count]), with_codes(body[count:], start + count, later)]
        draft = Draft(title, kind, _besides(title, texts), [])
    if not draft.commands and len(named := inline.commands("\n".join(body[:count]))) == 1:
        draft.commands = named
    if not draft.title:
        draft.title = _some_title(draft)
    return draft


def is_remark(text: str) -> bool:
    """Whether a text is nothing but an HTML comment."""
    return text.startswith("<!--") and text.find("-->") == len(text) - 3


def is_contents(lines: Sequence[str], block: Block) -> bool:
    """Whether a list is a table of contents: nothing but links to places in the same file."""
    if block.kind != "list":
        return False
    rows = [line.strip() for line in lines[block.start : block.end] if line.strip()]
    return all((found := MARKER.match(row)) and _to_here(row[found.end() :]) for row in rows)


def _to_here(text: str) -> bool:
    return text.startswith("[") and "](#" in text and text.rstrip().endswith(")")


def _goes_on(blocks: Sequence[Block]) -> bool:
    """Whether a numbered list goes on after these blocks of prose and code, by its number."""
    after = next((block for block in blocks if block.kind == "list"), None)
    return after is not None and after.number > 1


def _is_note(blocks: Sequence[Block], place: int, lines: Sequence[str]) -> bool:
    """Whether indented code is none, but what belongs to a note (`!!! note "Title"`, then indented text)."""
    before = blocks[place - 1] if place else None
    if blocks[place].kind != "code" or blocks[place].codes[0].fenced or before is None or before.kind != "prose":
        return False
    return lines[before.start].lstrip().startswith(_ADMONITION)


def _is_list(code: Code) -> bool:
    """Whether indented code is none, but a list that is indented too deep."""
    return not code.fenced and bool(MARKER.match(code.text))


def _coded(pending: list[str], code: Code, kind: Kind) -> Draft:
    """A step of code and the prose before it, whose last paragraph tells what it is for."""
    paragraphs = [part for text in pending for part in text.split("\n\n") if inline.heading(part)]
    title = inline.first_sentence(inline.heading(paragraph(paragraphs[-1].split("\n")))) if paragraphs else ""
    draft = Draft(title, kind, _besides(title, pending), [])
    _add(draft, code)
    name = script(code).name
    draft.title = name.replace("-", " ") if name else draft.title or _some_title(draft)
    if name and title:
        draft.texts = [*pending, *(text for text in draft.texts if text not in pending)]
    return draft


def _add(draft: Draft, code: Code) -> None:
    """Code becomes part of a step's command; what is kept of it in words, part of its detail."""
    made = script(code)
    draft.commands += [made.command] if made.command else []
    draft.texts += [made.kept] if made.kept else []
    if not made.command and code.text.strip():
        draft.texts.append(code_apart(code))


def _besides(title: str, texts: list[str]) -> list[str]:
    """The texts of a detail: all of them, unless the title says the first one already, word for word."""
    first = texts[0] if texts else ""
    said = inline.columns(title) <= inline.WIDEST and inline.same(title, first)
    return texts[1:] if said else texts


def _lead(body: Sequence[str], codes: Sequence[int]) -> int:
    """How many lines the first paragraph of an item has: up to a blank line, a nested item, or code."""
    for place, line in enumerate(body):
        if place in codes or (place and (not line.strip() or MARKER.match(line))):
            return place
    return len(body)


def _side_by_side(codes: Sequence[Code], body: Sequence[str], start: int) -> bool:
    """Whether nothing is said between and after several pieces of code, so that they can be copied as one."""
    if not codes:
        return False
    inside = {line - start for code in codes for line in range(code.start, code.end)}
    first = codes[0].start - start
    return all(line in inside or not body[line].strip() for line in range(first, len(body)))


def _blanked(body: Sequence[str], start: int, codes: Sequence[Code]) -> list[str]:
    """The lines without those of the code."""
    inside = {line - start for code in codes for line in range(code.start, code.end)}
    return ["" if line in inside else text for line, text in enumerate(body)]


def _some_title(draft: Draft) -> str:
    """A title for a step that has no sentence: its first line of text, or of code."""
    for text in (*draft.texts, *draft.commands):
        for line in text.split("\n"):
            found = MARKER.match(line)
            if title := inline.heading(line[found.end() :] if found else line):
                return title
    return ""
