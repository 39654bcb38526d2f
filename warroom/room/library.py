"""The texts of imported runbooks, as they lie beside the log: the canonical JSON of each under its SHA-256."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from warroom.domain.errors import Unavailable
from warroom.domain.library import LibraryEntry
from warroom.domain.runbook import Runbook
from warroom.store.contract import Damaged, Store


def blobs(books: Iterable[Runbook]) -> tuple[tuple[str, bytes], ...]:
    """The texts of runbooks, each under its digest, ready to be written."""
    texts = [msgspec.json.encode(book, order="deterministic") for book in books]
    return tuple((sha256(text).hexdigest(), text) for text in texts)


def read(store: Store, entry: LibraryEntry) -> Runbook:
    """An imported runbook, whole. Unavailable where its text is gone, Damaged where it is another one."""
    text = store.blob(entry.digest)
    again = "Put the database back from a copy, or attach the file that it came from."
    if text is None:
        raise Unavailable(f"The text of the runbook “{entry.name}” is not in the database.", hint=again)
    if sha256(text).hexdigest() != entry.digest:
        raise Damaged(f"The text of the runbook “{entry.name}” is not the one that was imported.", hint=again)
    try:
        return msgspec.json.decode(text, type=Runbook)
    except msgspec.DecodeError:
        newer = f"The runbook “{entry.name}” was imported by a newer version of warroom."
        raise Unavailable(newer, hint="Use that version here, too.") from None
