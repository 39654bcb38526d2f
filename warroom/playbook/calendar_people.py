"""Whose an entry of a calendar is: somebody of the playbook, by address, name or login."""

import re
from collections.abc import Collection, Iterator

from warroom.domain.org import Person
from warroom.playbook.calendar_reader import Happening


def absent(happening: Happening, people: Collection[Person]) -> tuple[str, ...]:
    """Who is away then: those who attend, else who organises it, else whom its title names."""
    return _known(happening.attendees, people) or _known(happening.organisers, people) or named(happening.title, people)


def on_duty(happening: Happening, people: Collection[Person]) -> tuple[str, ...]:
    """Who is on call then: whom the title names, else those who attend."""
    return named(happening.title, people) or _known(happening.attendees, people)


def named(title: str, people: Collection[Person]) -> tuple[str, ...]:
    """Whom a title names. Where it names several, what stands behind its last colon decides: `ana's desk: bo`."""
    found = _within(title, people)
    _, colon, rest = title.rpartition(":")
    return (_within(rest, people) or found) if len(found) > 1 and colon else found


def _within(title: str, people: Collection[Person]) -> tuple[str, ...]:
    text = title.lower()
    return tuple(each.name for each in people if any(_mentions(text, word) for word in _words(each)))


def _mentions(text: str, word: str) -> bool:
    """Whether a word stands there by itself: `ana` is not in `analysis`, `ana-maria` or `ana@example.org`."""
    return re.search(rf"(?<![\w@.-]){re.escape(word)}(?![\w@-]|\.\w)", text) is not None


def _known(addresses: tuple[str, ...], people: Collection[Person]) -> tuple[str, ...]:
    """The people whom addresses and names stand for; a mail address also by what stands before its @."""
    wanted = {each.lower() for each in addresses} | {each.lower().partition("@")[0] for each in addresses}
    return tuple(each.name for each in people if wanted & {*_words(each), *_addresses(each)})


def _words(person: Person) -> Iterator[str]:
    yield from (each.lower() for each in (person.name, person.full_name, *person.logins) if each)


def _addresses(person: Person) -> Iterator[str]:
    yield from (each.to.lower() for each in person.contacts if "@" in each.to)
