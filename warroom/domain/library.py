"""The imported runbooks: an index of them in the organisation's stream, their texts beside the log by SHA-256.

So nine hundred runbooks cost a terminal that starts no more than a line each; a text is read when it is attached.
"""

from collections.abc import Iterable

import msgspec

from warroom.domain.event import Event
from warroom.domain.runbook import Runbook, digest

MOST_AT_ONCE = 200
"Entries in one event."


class LibraryEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An imported runbook, as far as it is known without its text.

    `steps`: how many; `digest`: the SHA-256 of its canonical JSON.
    """

    name: str
    title: str
    symptom: str = ""
    services: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    source: str = ""
    steps: int = 0
    digest: str = ""


class RunbooksImported(Event, frozen=True, tag="runbooks-imported.v1"):
    """Runbooks came into the library; one whose name was there already is replaced."""

    entries: tuple[LibraryEntry, ...]


def entry(book: Runbook) -> LibraryEntry:
    """The line of a runbook in the index."""
    return LibraryEntry(
        book.name, book.title, book.symptom, book.services, book.alerts, book.source, book.size, digest(book)
    )


def merged(known: tuple[LibraryEntry, ...], new: Iterable[LibraryEntry]) -> tuple[LibraryEntry, ...]:
    """The index after an import, by name."""
    rows = {each.name: each for each in (*known, *new)}
    return tuple(rows[name] for name in sorted(rows))


def bring(known: tuple[LibraryEntry, ...], books: Iterable[Runbook]) -> list[tuple[Event, list[Runbook]]]:
    """The events of an import, each with the runbooks whose texts it needs; none for what is there as it stands."""
    before = {each.name: each.digest for each in known}
    news = [(line, book) for book in books if before.get((line := entry(book)).name) != line.digest]
    parts = [news[start : start + MOST_AT_ONCE] for start in range(0, len(news), MOST_AT_ONCE)]
    return [(RunbooksImported(tuple(line for line, _ in part)), [book for _, book in part]) for part in parts]
