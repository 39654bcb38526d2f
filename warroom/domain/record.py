"""The record: notes, decisions, corrections and evidence. Nothing is ever rewritten; a correction is a new event."""

import re
from datetime import datetime
from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Invalid, Refused
from warroom.domain.event import Event
from warroom.domain.moments import ago

LONGEST_TEXT = 8 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NoteAdded(Event, frozen=True, tag="note-added.v1"):
    """Something that was seen or done, in somebody's words."""

    text: str


class DecisionMade(Event, frozen=True, tag="decision-made.v1"):
    """What was decided, and why."""

    text: str
    because: str = ""


class EvidenceAdded(Event, frozen=True, tag="evidence-added.v1"):
    """A file was kept, addressed by its SHA-256. `size` in bytes; `step`: a step id if it belongs to one."""

    name: str
    digest: str
    size: int
    step: str = ""
    text: str = ""


class EntryCorrected(Event, frozen=True, tag="entry-corrected.v1"):
    """The entry with sequence number `entry` should have read `text`. The original stays."""

    entry: int
    text: str


class EntryRetracted(Event, frozen=True, tag="entry-retracted.v1"):
    """The entry with sequence number `entry` no longer holds. It stays, struck out."""

    entry: int
    because: str = ""


class EntryRedacted(Event, frozen=True, tag="entry-redacted.v1"):
    """What the entry with sequence number `entry` said was taken out of the database. It says why, and never what."""

    entry: int
    because: str


RecordEvent = NoteAdded | DecisionMade | EvidenceAdded | EntryCorrected | EntryRetracted | EntryRedacted


class Evidence(msgspec.Struct, frozen=True):
    """A kept file: its name, SHA-256 and size in bytes, the step it belongs to ("" = none), who kept it and when."""

    name: str
    digest: str
    size: int
    step: str
    by: str
    at: datetime


def note(case: Case, text: str) -> list[Event]:
    """Write a note. Several lines are fine; at most 8 KiB."""
    return [NoteAdded(_text(text))]


def decide(case: Case, text: str, because: str = "") -> list[Event]:
    """Record a decision."""
    return [DecisionMade(_text(text), because.strip())]


def keep(case: Case, name: str, digest: str, size: int, step: str = "", text: str = "") -> list[Event]:
    """Keep a file as evidence. The bytes are stored beside the log under their SHA-256."""
    if not _DIGEST.fullmatch(digest):
        raise Invalid("Evidence is addressed by its SHA-256, 64 hexadecimal digits.")
    if step and case.incident.checklist.find(step) is None:
        raise Invalid(f"There is no step {step} to keep evidence on.")
    for kept in case.incident.evidence:
        if (kept.digest, kept.step) == (digest, step):
            when = ago(kept.at, case.now)
            raise Already(f"This very file was already kept {when} by {kept.by} (SHA-256 {digest[:12]}…).")
    return [EvidenceAdded(name.strip() or "evidence", digest, size, step, text.strip())]


def correct(case: Case, entry: int, text: str) -> list[Event]:
    """Correct a note or decision, by its number on the timeline. Both versions stay readable."""
    _correctable(case, entry)
    return [EntryCorrected(entry, _text(text))]


def retract(case: Case, entry: int, because: str = "") -> list[Event]:
    """Strike out a note or decision, by its number on the timeline."""
    _correctable(case, entry)
    return [EntryRetracted(entry, because.strip())]


def _correctable(case: Case, entry: int) -> None:
    found = next((each for each in case.incident.timeline if each.seq == entry), None)
    if found is None or found.kind not in ("note", "decision"):
        raise Refused(f"Entry {entry} is no note or decision of this incident.")
    if found.retracted:
        raise Already(f"Entry {entry} is already struck out.")


def _text(text: str) -> str:
    cleaned = text.strip()
    if not cleaned:
        raise Refused("There is nothing to write down.", hint="Type a text first.")
    check(cleaned)
    return cleaned


def check(text: str) -> None:
    """Refuse what is too long for the record, or cannot be stored: half characters come of bytes that are no UTF-8."""
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
        raise Invalid("The text is longer than 8 KiB.", hint="Keep the long part as evidence, as a file.")
    if any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise Invalid("The text holds half a character (a lone surrogate).", hint="Type or paste it again.")


def describe(event: RecordEvent) -> str:
    """The timeline's sentence."""
    match event:
        case NoteAdded(text=text):
            return text
        case DecisionMade(text=text, because=because):
            return f"{text} (because {because})" if because else text
        case EvidenceAdded(name=name, digest=digest, size=size, step=step, text=text):
            where = f" on {step}" if step else ""
            return f"{name}{where}, {size} bytes, SHA-256 {digest[:12]}…" + (f": {text}" if text else "")
        case EntryCorrected(entry=entry, text=text):
            return f"corrects entry {entry}: {text}"
        case EntryRetracted(entry=entry, because=because):
            return f"struck out entry {entry}" + (f": {because}" if because else "")
        case EntryRedacted(entry=entry, because=because):
            return f"redacted entry {entry}: {because}"
        case _:
            assert_never(event)
