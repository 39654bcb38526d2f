"""Events to bytes and back; what cannot be read is shown as opaque and stops nothing."""

from datetime import UTC, datetime

import pytest

from tests.store.support import command, draft, new_stream
from warroom.domain.clock import MilestoneSet
from warroom.domain.event import Event, Opaque
from warroom.domain.record import DecisionMade, EvidenceAdded, NoteAdded
from warroom.store import codec
from warroom.store.contract import Cursor
from warroom.store.memory import MemoryStore

EVENTS: list[Event] = [
    NoteAdded("error rate 4 % → 31 % 🚨"),
    EvidenceAdded("graph.png", "a" * 64, 5, "1.2", "the moment it began"),
    MilestoneSet("impact", datetime(2030, 1, 2, 3, 4, 5, 6, tzinfo=UTC), True),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.tag())
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert codec.decode(event.tag(), codec.encode(event)) == event


def test_a_body_says_its_own_name_and_is_always_the_same_bytes() -> None:
    assert codec.encode(NoteAdded("seen")) == b'{"event":"note-added.v1","text":"seen"}'


def test_fields_that_were_added_later_have_their_defaults() -> None:
    assert codec.decode("decision-made.v1", b'{"event":"decision-made.v1","text":"x"}') == DecisionMade("x", "")


@pytest.mark.parametrize(
    ("name", "body", "shown"),
    [
        ("step-levitated.v1", b"{}", Opaque("step-levitated.v1")),
        ("note-added.v1", None, Opaque("note-added.v1", redacted=True)),
        ("note-added.v1", b'{"event":"note-added.v1"}', Opaque("note-added.v1")),
        ("note-added.v1", b'{"event":"closed.v1"}', Opaque("note-added.v1")),
        ("note-added.v1", b"\xff\0", Opaque("note-added.v1")),
        ("note-added.v1", b"[" * 100_000, Opaque("note-added.v1")),
        ("", b"", Opaque("")),
    ],
)
def test_what_cannot_be_read_is_opaque(name: str, body: bytes | None, shown: Opaque) -> None:
    assert codec.decode(name, body) == shown


def test_a_row_becomes_a_fact_with_its_place_and_times() -> None:
    store, stream = MemoryStore(), new_stream()
    written = command(stream, 0, [draft(codec.encode(NoteAdded("seen")), happened=1_000_000)])
    (row,) = store.append(written).rows
    (fact,) = codec.facts(store.after(Cursor()))
    assert (fact.pos, fact.stream, fact.seq, fact.event) == (1, stream, 1, NoteAdded("seen"))
    assert (fact.actor, fact.via, fact.command, fact.id) == ("ana", "login", written.command_id, row.event_id)
    assert fact.happened == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert fact.recorded == fact.appended > fact.happened
