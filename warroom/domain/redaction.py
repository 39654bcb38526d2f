"""Redaction: a secret that somebody pasted is taken out of the database. That it was, by whom and why stays.

Only entries that say something can go; whatever else hangs on an entry goes with it. A step that was ticked with a
secret in its note is to be done again, since nothing tells any more that it was.
"""

from collections.abc import Sequence

from warroom.domain.bookmarks import BookmarkAdded
from warroom.domain.checklist import StepDone, StepFailed, StepNoted, StepSkipped
from warroom.domain.errors import Already, Invalid, Refused
from warroom.domain.event import Fact, Opaque
from warroom.domain.exercise import EvaluatorNoted
from warroom.domain.incident import Undone
from warroom.domain.record import (
    DecisionMade,
    EntryCorrected,
    EntryRedacted,
    EntryRetracted,
    EvidenceAdded,
    NoteAdded,
    check,
)

_SAYS = (
    *(NoteAdded, DecisionMade, EvidenceAdded, EntryCorrected, EntryRetracted, Undone),
    *(StepNoted, StepDone, StepSkipped, StepFailed, BookmarkAdded, EvaluatorNoted),
)


def redact(facts: Sequence[Fact], entry: int, because: str) -> list[EntryRedacted]:
    """What takes an entry of an incident away, by its number on the timeline: itself, and what repeats its words.

    `facts`: the whole stream, in order. Already where it is gone; Refused where it does more than say something.
    """
    why = because.strip()
    if not why:
        raise Refused("A redaction says why.", hint="Give the reason, without what is to be taken away.")
    check(why)
    if not 0 < entry <= len(facts):
        raise Invalid(f"There is no entry {entry}.", hint=f"Entries are numbered from 1 to {len(facts)}.")
    event = facts[entry - 1].event
    if isinstance(event, Opaque) and event.redacted:
        raise Already(f"Entry {entry} was already redacted.")
    if not isinstance(event, _SAYS):
        raise Refused(
            f"Entry {entry} changes the incident, so it cannot be redacted.",
            hint="Change the secret itself, and write a note; notes, decisions, evidence and steps can be redacted.",
        )
    return [EntryRedacted(entry, why), *(EntryRedacted(each, why) for each in _repeats(facts, entry))]


def corrections(facts: Sequence[Fact], entry: int) -> list[int]:
    """The numbers of entries that correct this one, and may hold the same words; they stay until somebody says so."""
    return [fact.seq for fact in facts if isinstance(fact.event, EntryCorrected) and fact.event.entry == entry]


def _repeats(facts: Sequence[Fact], entry: int) -> list[int]:
    """Whoever takes an act back repeats what it said."""
    return [fact.seq for fact in facts if isinstance(fact.event, Undone) and fact.event.act == entry]
