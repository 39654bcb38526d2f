"""Bundles into the log: the incident of another log, with its people, its times and its own event ids.

Its rows are appended anew, so this log's chain covers them, and every one says that it was imported: how their actors
were established over there is nobody's word here. The bundle itself is kept beside them as evidence, in which the
original chain can be derived again at any time.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import groupby

import msgspec

from warroom.domain.errors import Invalid, Refused
from warroom.domain.event import Event, Fact, incident_of
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.domain.record import EvidenceAdded, NoteAdded
from warroom.room import bundle as files
from warroom.room.bundle import Bundle
from warroom.room.feed import evolve
from warroom.room.writing import draft, summarise
from warroom.store import codec
from warroom.store.contract import Append, Draft, Log, Row

VIA = "import"
REDACTED = "redacted in the log that this was exported from"
"How the note ends that stands in for a redacted event."
_NAMESPACE = uuid.UUID("8d3f0d1b-6a55-5f0e-8c7c-2b0d1d7a9e54")


def uuid_of(bundle: Bundle) -> str:
    """The UUID of a bundle's incident; Invalid where it has none."""
    name = incident_of(bundle.stream) or ""
    try:
        if str(uuid.UUID(name)) == name:
            return name
    except ValueError:
        pass
    raise Invalid("The bundle's incident has no UUID.", hint="Ask for the file again.")


def bring(log: Log, bundle: Bundle, by: str, now: datetime) -> tuple[str, list[str]]:
    """Write a bundle's incident into the log, whose lock is held; its short name here, and what is to be known of it.

    `by`: who imports it; `now`: the database's time. The same bundle again changes nothing. Refused where this log
    tells the incident differently.
    """
    incident = uuid_of(bundle)
    known = log.stream(bundle.stream)
    origin = f"INC-{bundle.number} of log {bundle.log_id}"
    if known.rows:
        name = f"INC-{known.number}"
        if not _same(known.rows, bundle.rows):
            raise Refused(
                f"{name} is the same incident as {origin}, but the two have gone on differently.",
                hint="Import it into an empty database, and compare the two there.",
            )
        return name, [f"{origin}: already here as {name}; nothing was changed"]
    state = Incident(incident)
    for append, facts in _appends(bundle, now):
        for fact in facts:
            state = evolve(state, fact)
        written = log.append(msgspec.structs.replace(append, summary=summarise(state)))
        if written.duplicate:
            raise Refused(f"{origin} repeats a command that is in this log already, in another incident.")
    number = log.append(_custody(bundle, by, state.seq)).number
    name = f"INC-{number}"
    redacted = sum(row.body is None for row in bundle.rows)
    said = [f"{origin}: {redacted} redacted entries came as notes that say so"] if redacted else []
    if state.clock.status not in ("resolved", "closed"):
        said.append(f"{origin} was not resolved when it was exported; {name} is listed as open until it is closed here")
    return name, said


def _same(here: list[Row], there: tuple[Row, ...]) -> bool:
    """Whether a stream of this log begins with a bundle's events. What was redacted on one side is the same event.

    What imports noted of themselves is left aside, so an incident that went elsewhere and came back is the same one.
    """
    ours, theirs = ([row for row in rows if not _notes_import(row)] for rows in (here, there))
    if len(ours) < len(theirs):
        return False
    pairs = zip(ours, theirs, strict=False)
    return all(a.event_id == b.event_id and (a.body_hash == b.body_hash or None in (a.body, b.body)) for a, b in pairs)


def _appends(bundle: Bundle, now: datetime) -> Iterator[tuple[Append, list[Fact]]]:
    """The commands of a bundle, each with the facts that it makes here. The evidence comes with the first."""
    blobs = bundle.blobs
    for command, together in groupby(bundle.rows, key=lambda row: (row.command_id, row.actor)):
        rows = list(together)
        drafts = tuple(_draft(row) for row in rows)
        facts = [_fact(row, each, now) for row, each in zip(rows, drafts, strict=True)]
        yield (
            Append(command[0], bundle.stream, rows[0].seq - 1, command[1], VIA, drafts, timers=(), blobs=blobs),
            facts,
        )
        blobs = ()


def _draft(row: Row) -> Draft:
    """The row's event as it was, by its own id. Where its body was redacted, a note says so."""
    if row.body is None or row.salt is None:
        stand_in = draft(NoteAdded(f"{row.name}: {REDACTED}"))
        return msgspec.structs.replace(stand_in, event_id=row.event_id, happened=row.happened, recorded=row.recorded)
    return Draft(row.event_id, row.name, row.salt, row.body, row.happened, row.recorded)


def _fact(row: Row, written: Draft, now: datetime) -> Fact:
    event: Event = codec.decode(written.name, written.body)
    happened, recorded = moment(row.happened), moment(row.recorded)
    return Fact(
        0, row.stream, row.seq, event, row.actor, VIA, happened, recorded, now, row.event_id, row.command_id
    )  # fmt: skip


def _custody(bundle: Bundle, by: str, seq: int) -> Append:
    """Who imported it, with the bundle itself as evidence."""
    data = files.write(bundle)
    digest = sha256(data).hexdigest()
    text = (
        f"imported from log {bundle.log_id}, where it is INC-{bundle.number} and ends with {bundle.rows[-1].hash.hex()}"
    )
    kept = EvidenceAdded(f"INC-{bundle.number}.bundle.jsonl", digest, len(data), text=text)
    return Append(_import_of(digest), bundle.stream, seq, by, VIA, (draft(kept),), blobs=((digest, data),))


def _import_of(digest: str) -> str:
    """The id of the command that notes the import of the bundle with this SHA-256."""
    return str(uuid.uuid5(_NAMESPACE, digest))


def _notes_import(row: Row) -> bool:
    """Whether a row is what an import, here or in another log, noted of itself."""
    if row.body is None or row.name != EvidenceAdded.tag():
        return False
    event = codec.decode(row.name, row.body)
    return isinstance(event, EvidenceAdded) and row.command_id == _import_of(event.digest)
