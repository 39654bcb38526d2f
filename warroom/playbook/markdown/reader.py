"""A Markdown file as runbooks: one, or one for each alert where a file describes several.

What is read is data: nothing in it is run, followed or obeyed. Every line with words ends up in a runbook; `coverage`
checks that by comparing texts, without knowing how it was done here.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

import msgspec

from warroom.domain.runbook import Phase, Runbook, Step
from warroom.playbook.document import Problem
from warroom.playbook.markdown import inline
from warroom.playbook.markdown.blocks import parse
from warroom.playbook.markdown.coverage import Coverage, cover
from warroom.playbook.markdown.draft import NAMELESS
from warroom.playbook.markdown.front import Front, read_front
from warroom.playbook.markdown.items import is_remark
from warroom.playbook.markdown.names import slug, unique
from warroom.playbook.markdown.places import parameters
from warroom.playbook.markdown.sections import Section, phases, sections, summary, title_of
from warroom.playbook.markdown.source import Source, read_source

_TITLE = 80
_SYMPTOM = 200
_ALERT = re.compile(r"alert(?:[ -]?name)?\s*:\s*[\"'“]?([A-Za-z_][\w:.-]*)[\"'”]?", re.IGNORECASE)
_HUMPS = re.compile(r"(?:[A-Z][a-z0-9]+|[A-Z]+(?=[A-Z][a-z]|$)){2,}[0-9]*")
_MESSAGE = re.compile(r"^message:\s+(.+)$", re.IGNORECASE | re.MULTILINE)
_MEANING = re.compile(r"\W*(meaning|symptoms?|description)\W*", re.IGNORECASE)


class Imported(msgspec.Struct, frozen=True):
    """What became of a file: its runbooks, how much of it they represent, and what was noticed on the way."""

    runbooks: tuple[Runbook, ...]
    coverage: Coverage
    warnings: tuple[Problem, ...] = ()


class _Part(msgspec.Struct, frozen=True):
    """The sections of one runbook. `alert`: the one that it is for, "" = it is the file's own."""

    sections: tuple[Section, ...]
    alert: str = ""


def read_markdown(path: Path, file: str = "") -> Imported:
    """The runbooks of a Markdown file, which problems and `source` call `file` (else its bare name).

    BadFile where it cannot be used at all: no file, too large, not text.
    """
    source = read_source(path, file)
    return read_text(source)


def read_text(source: Source) -> Imported:
    """The runbooks of a file's lines."""
    front = read_front(source.lines)
    # The lines of the front matter stay as empty ones, so that the numbers of lines are those of the file.
    lines = ("",) * front.end + source.lines[front.end :]
    parsed = parse(lines)
    unclosed = [
        Problem(source.file, line + 1, "", "the code that begins here is never closed; what follows may be code or not")
        for line in parsed.unclosed
    ]
    parts = _parts(sections(parsed.blocks))
    books = [_runbook(source, lines, front if not place else Front(), part) for place, part in enumerate(parts)]
    names = unique([(book.name, PurePath()) for book in books])
    named = tuple(msgspec.structs.replace(book, name=name) for book, name in zip(books, names, strict=True))
    return Imported(named, cover(source.file, source.lines, named), (*source.warnings, *unclosed))


def _parts(found: Sequence[Section]) -> list[_Part]:
    """The runbooks of a file's sections: its own, which may be missing where there are others, and one per alert."""
    if sum(1 for section in found if _alert(section)) < 2:
        return [_Part(tuple(found))]
    title = title_of(found)
    own: list[Section] = []
    parts: list[_Part] = []
    above: list[Section] = []
    groups: list[Section] = []
    inside: Section | None = None
    for section in found:
        while above and above[-1].level >= section.level:
            above.pop()
        if inside and section.level <= inside.level:
            inside = None
        if alert := _alert(section):
            inside = section
            groups += above
            over = (msgspec.structs.replace(each, blocks=()) for each in above if each is not title)
            parts.append(_Part((*over, section), alert))
        elif inside:
            parts[-1] = _Part((*parts[-1].sections, section), parts[-1].alert)
        else:
            own.append(section)
        above.append(section)
    # A heading that only groups alerts stands in the runbook of each of them.
    mine = [each for each in own if each.blocks or each is title or each not in groups]
    return [_Part(tuple(mine))] * bool(mine) + parts


def _alert(section: Section) -> str:
    found = _ALERT.fullmatch(section.title)
    return found.group(1) if found else ""


def _runbook(source: Source, lines: Sequence[str], front: Front, part: _Part) -> Runbook:
    path = PurePath(source.file)
    stem = path.stem if path.suffix.lower() in (".md", ".markdown") else path.name
    found = list(part.sections)
    title, about = part.alert, ""
    if not part.alert:
        title, about, found = _head(lines, found, front, stem)
    made = phases(lines, found, title)
    return Runbook(
        name=slug(part.alert or stem),
        title=inline.short(title, _TITLE),
        symptom=inline.short(inline.heading(front.about) or _symptom(made), _SYMPTOM),
        summary="\n\n".join(text for text in (about, "\n".join(front.lines)) if text).strip(),
        owner=front.owner[:64] if front.owner.isprintable() else "",
        reviewed=front.reviewed,
        services=front.services,
        phases=made or (Phase(inline.short(title), (Step(inline.short(title), "read"),)),),
        alerts=_alerts(part, front, stem, title),
        source=f"{source.file}#{part.alert}" if part.alert else source.file,
        parameters=parameters(made),
    )


def _head(lines: Sequence[str], found: list[Section], front: Front, stem: str) -> tuple[str, str, list[Section]]:
    """A file's title, its summary (with what the title leaves out), and the sections that are left."""
    first = title_of(found)
    title = (first.title if first else "") or inline.heading(front.title) or _spoken(stem)
    about = [first.whole or title] if first and (first.whole or inline.columns(title) > _TITLE) else []
    left = []
    for section in found:
        opening = section is first or not section.level
        if opening and len(found) > 1 and (told := summary(lines, section)):
            about.append(told)
        elif section is first and section.blocks:
            # What stands under the title is a phase of that name.
            left.append(msgspec.structs.replace(section, level=0, title="", whole=""))
        elif section is not first:
            left.append(section)
    return title, "\n\n".join(sorted(about, key=is_remark)), left


def _spoken(stem: str) -> str:
    """A file's name as words."""
    return " ".join(re.split(r"[\s_-]+", stem)).strip() or NAMELESS


def _symptom(made: tuple[Phase, ...]) -> str:
    """The first sentence of what the file says that it means, or an alert's message."""
    for phase in made:
        first = phase.steps[0]
        text = inline.heading((first.detail or first.title).split("\n\n")[0])
        if _MEANING.fullmatch(phase.name):
            return inline.first_sentence(text)
    texts = (text for phase in made for step in phase.steps for text in (step.detail, step.title))
    return next((inline.heading(found.group(1)) for text in texts if (found := _MESSAGE.search(text))), "")


def _alerts(part: _Part, front: Front, stem: str, title: str) -> tuple[str, ...]:
    """The alerts that a runbook is for: its own, what the front matter names, and a file or headings named like one."""
    if part.alert:
        return (part.alert,)
    named = [*front.alerts]
    if _HUMPS.fullmatch(title) and stem.casefold().startswith(title.casefold()):
        named.append(title)
    elif _HUMPS.fullmatch(stem) and stem.casefold() == title.replace(" ", "").casefold():
        named.append(stem)
    named += [each for section in part.sections if (each := _alert(section))]
    return tuple(dict.fromkeys(named))
