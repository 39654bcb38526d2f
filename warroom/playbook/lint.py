"""What rots in runbooks: nobody owns or reviews them, they name what is gone, and leave out what a new hire needs.

Pure over values: a runbook with its file's places, the playbook that it must fit, and today's date. A rule about names
is silent where the playbook has none of that kind. What is wrong with a file at all is a `Problem` of its reader.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import msgspec

from warroom.domain.org import Org, Playbook
from warroom.domain.runbook import Gate, Runbook, Step, placeholders, walk
from warroom.domain.services import resolve
from warroom.domain.steps import candidates
from warroom.playbook.fields import nearest
from warroom.playbook.jargon import jargon
from warroom.playbook.links import links
from warroom.playbook.location import line_of

DAYS = 180
"A review is good for so many days, unless somebody says otherwise."
RULES = (
    "owner", "reviewed", "rollback", "person", "service", "audience", "gate", "expected", "jargon", "parameter", "link",
)  # fmt: skip
_BACK = re.compile(r"\b(?:roll(?:ing)?[ -]?back|rollback|revert|undo|undoing|back(?:ing)?[ -]out)\b", re.IGNORECASE)
_RUNG = re.compile(r"rung \d{1,2}")


class Source(msgspec.Struct, frozen=True):
    """A runbook, the file that it was read from, and the lines of its places (see `location`)."""

    file: str
    runbook: Runbook
    places: Mapping[str, int] = {}


class Finding(msgspec.Struct, frozen=True):
    """What rots, and where. `rule`: one of RULES; `line`: 0 = not known; `step`: "" = the whole runbook."""

    file: str
    line: int
    step: str
    rule: str
    text: str

    def __str__(self) -> str:
        """The finding as one line."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.step + ': ' if self.step else ''}{self.text} [{self.rule}]"


_Found = Iterator[tuple[str, str, str]]
"A place (a step's id, or a field), the rule, and the text."


def rot(source: Source, playbook: Playbook, today: date, days: int = DAYS) -> list[Finding]:
    """Everything that rots in a runbook but its links, rule by rule."""
    book = source.runbook
    found: list[tuple[str, str, str]] = [
        *_owner(book, playbook),
        *_reviewed(book, today, days),
        *_rollback(book),
        *_people(book, playbook),
        *_services(book, playbook),
        *_audiences(book, playbook),
        *_gates(book),
        *_expected(book),
        *_jargon(book, playbook),
        *_parameters(book),
    ]
    return [_finding(source, *each) for each in found]


def dead_links(sources: Iterable[Source], ask: Callable[[Iterable[str]], Mapping[str, str]]) -> list[Finding]:
    """The dead links of runbooks. `ask` is `links.dead`: it says of links what is wrong with those that are dead."""
    found = [(source, place, url) for source in sources for place, url in _links(source.runbook)]
    wrong = ask(url for _, _, url in found)
    return [
        _finding(source, place, "link", f"{url} is dead: {wrong[url]}") for source, place, url in found if url in wrong
    ]


def changes(step: Step) -> bool:
    """Whether a step changes something: it is to be done, and there is a command for it, or one that runs.

    A check only looks, and what a decision or a gate shows is looked at, too.
    """
    return step.kind == "do" and (bool(step.command) or (step.run is not None and step.run.tool == "command"))


def _finding(source: Source, place: str, rule: str, text: str) -> Finding:
    step = place if place[:1].isdigit() else ""
    return Finding(source.file, line_of(source.places, place, "title", "runbook") or 0, step, rule, text)


def _owner(book: Runbook, playbook: Playbook) -> _Found:
    if not book.owner:
        yield "owner", "owner", "nobody owns it; name a team as its owner"
    elif playbook.people and book.owner.casefold() not in {each.casefold() for each in _owners(playbook)}:
        text = f"its owner “{book.owner}” is no team or person of the playbook{nearest(book.owner, _owners(playbook))}"
        yield "owner", "owner", text


def _owners(playbook: Playbook) -> list[str]:
    """The teams and people that may own something."""
    teams = (*(each.team for each in playbook.people), *(each.owner for each in playbook.services))
    return list(dict.fromkeys(name for name in (*teams, *(each.name for each in playbook.people)) if name))


def _reviewed(book: Runbook, today: date, days: int) -> _Found:
    if book.reviewed is None:
        yield "reviewed", "reviewed", "it was never reviewed; read it for truth and write the day"
    elif book.reviewed > today:
        yield "reviewed", "reviewed", f"it was reviewed on {book.reviewed}, a day that has yet to come"
    elif (age := (today - book.reviewed).days) > days:
        yield "reviewed", "reviewed", f"it was last reviewed {age} days ago, on {book.reviewed}; {days} are allowed"


def _rollback(book: Runbook) -> _Found:
    """Where something changes there is a step of kind rollback, or a phase or a step whose title speaks of it."""
    steps = list(walk(book))
    titles = (*(phase.name for phase in book.phases), *(step.title for _, step in steps))
    if any(step.kind == "rollback" for _, step in steps) or any(map(_BACK.search, titles)):
        return
    changing = next((place for place, step in steps if changes(step)), "")
    if changing:
        yield changing, "rollback", "it changes something, and no step of kind rollback says how to go back"


def _people(book: Runbook, playbook: Playbook) -> _Found:
    """Whom escalations go to: a person, a team, a field of expertise; rungs are the ladder's business."""
    if not playbook.people:
        return
    org = Org(playbook)
    owners = {each.casefold() for each in _owners(playbook)}
    for place, step in walk(book):
        wanted = step.to.strip()
        if wanted and not (_RUNG.fullmatch(wanted) or wanted.casefold() in owners or candidates(org, wanted)):
            names = [
                *_owners(playbook),
                *(f"expertise {skill}" for each in playbook.people for skill in each.expertise),
            ]
            yield place, "person", f"“{wanted}” is no person, team or expertise of the playbook{nearest(wanted, names)}"


def _services(book: Runbook, playbook: Playbook) -> _Found:
    names = [each.name for each in playbook.services]
    if not names:
        return
    wanted = [("services", name) for name in book.services]
    wanted += [(place, name) for place, step in walk(book) if step.gate for name in step.gate.healthy]
    for place, name in wanted:
        if resolve(playbook.services, name) not in names:
            yield place, "service", f"no service is called “{name}”{nearest(name, names)}"


def _audiences(book: Runbook, playbook: Playbook) -> _Found:
    names = [each.name for each in playbook.audiences]
    for place, step in walk(book) if names else ():
        for name in step.inform:
            if name not in names:
                yield place, "audience", f"no audience is called “{name}”{nearest(name, names)}"


def _gates(book: Runbook) -> _Found:
    for place, step in walk(book):
        if step.kind == "gate" and step.gate in (None, Gate()):
            yield place, "gate", "the gate waits for nothing; say what it needs"


def _expected(book: Runbook) -> _Found:
    """What is read takes as long as it takes, and a step's own checklist is part of the step's time."""
    timed = {place for place, step in walk(book) if step.expected is not None}
    if not timed and any(step.kind != "read" for _, step in walk(book)):
        yield "phases", "expected", "no step says how long it should take"
        return
    for place, step in walk(book):
        whole = place.rpartition(".")[0] if place.count(".") == 2 else ""
        if step.kind != "read" and place not in timed and whole not in timed:
            yield place, "expected", "nobody says how long it should take"


def _jargon(book: Runbook, playbook: Playbook) -> _Found:
    """Each abbreviation once, where it first stands. Silent where there is no glossary to put it into."""
    if not playbook.glossary:
        return
    severities = [each.name for each in playbook.severities]
    texts = [("summary", book.summary), *((place, f"{step.title}\n{step.detail}") for place, step in walk(book))]
    told: set[str] = set()
    for place, text in texts:
        for word in jargon(playbook.glossary, text, severities):
            if word not in told:
                told.add(word)
                yield place, "jargon", f"“{word}” is not in the glossary; explain it there, or write it out"


def _parameters(book: Runbook) -> _Found:
    used = {name for _, step in walk(book) for text in _texts(step) for name in placeholders(text)}
    used.update(placeholders(f"{book.title}\n{book.summary}"))
    for parameter in book.parameters:
        if parameter.name not in used:
            yield "parameters", "parameter", f"nothing uses the parameter <{parameter.name}>"


def _links(book: Runbook) -> Iterator[tuple[str, str]]:
    """The links of a runbook with their places, each once per place."""
    texts = [("summary", book.summary), ("source", book.source)]
    texts += [(place, f"{step.title}\n{step.detail}\n{step.command}") for place, step in walk(book)]
    for place, text in texts:
        yield from ((place, url) for url in dict.fromkeys(links(text)))


def _texts(step: Step) -> Iterator[str]:
    yield from (step.title, step.detail, step.command, step.to)
    if step.run:
        yield from (*step.run.args, step.run.expect)
