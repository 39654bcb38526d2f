"""A redacted secret is gone from every terminal and every table; that it was, by whom and why stays."""

from hashlib import sha256

import pytest

from tests.room.house import House
from tests.support.builders import at, runbook
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Refused
from warroom.domain.event import incident_stream
from warroom.domain.record import EvidenceAdded
from warroom.room import bundle, redaction
from warroom.room.feed import Feed
from warroom.room.replay import Replay
from warroom.room.room import Actor, Room
from warroom.room.takeover import take_over
from warroom.room.verify import verify

SECRET = "hunter2-a-pasted-secret"


def agreed(house: House, incident: str, *consoles: Feed) -> list[str]:
    """The timeline's texts, on which every console agrees in every value, and which hold no secret anywhere."""
    fresh = Feed(house.open(), incident)
    for console in consoles:
        assert console.refresh() == fresh.state
    assert SECRET not in repr(fresh.state)
    assert fresh.state.incident is not None
    return [entry.text for entry in fresh.state.incident.timeline]


def test_a_note_is_gone_from_every_console_and_the_log_says_who_and_why(house: House) -> None:
    room, incident = house.incident()
    console = Feed(house.open(), incident)
    room.do("note", incident, text=SECRET)
    assert SECRET in repr(console.refresh())
    done = redaction.redact(house.room("bo"), incident, 2, "  a password ")
    assert [fact.event.tag() for fact in done.facts] == ["entry-redacted.v1"]
    texts = agreed(house, incident, console, room.feed(incident))
    assert texts[1:] == ["redacted by bo: a password", "redacted entry 2: a password"]
    assert done.remarks == ()
    found = verify(house.store)
    assert (found.bad, found.redacted) == (None, 1)
    rows = house.store.stream(incident_stream(incident)).rows
    assert (rows[1].salt, rows[1].body) == (None, None)
    room.do("note", incident, text="it goes on")
    assert agreed(house, incident, console, room.feed(incident))[-1] == "it goes on"


def test_whoever_took_it_back_said_it_again_and_that_goes_too(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text=SECRET)
    room.do("undo", incident)
    console = Feed(house.open(), incident)
    done = redaction.redact(room, incident, 2, "a password")
    assert [getattr(fact.event, "entry", 0) for fact in done.facts] == [2, 3]
    agreed(house, incident, console, room.feed(incident))
    assert verify(house.store).bad is None
    with pytest.raises(Refused):
        room.do("undo", incident)


def test_a_correction_stays_until_somebody_says_so(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text=SECRET)
    room.do("correct", incident, entry=2, text=f"{SECRET}!")
    done = redaction.redact(room, incident, 2, "a password")
    assert done.remarks == ("Entry 3 corrects it and stays; redact it, too, if it says the same.",)
    redaction.redact(room, incident, 3, "a password")
    agreed(house, incident, room.feed(incident))
    with pytest.raises(Refused, match="no note or decision"):
        room.do("correct", incident, entry=2, text="better")


def test_a_step_that_was_ticked_with_it_is_to_be_done_again(house: House) -> None:
    room, incident = house.incident()
    room.do("runbook.attach", incident, runbook=runbook())
    room.do("step.done", incident, step="1.1", note=SECRET)
    room.do("step.note", incident, step="1.2", text=SECRET)
    console = Feed(house.open(), incident)
    numbers = [e.seq for e in room.feed(incident).state.incident.timeline if SECRET in e.text]  # type: ignore[union-attr]
    assert len(numbers) == 2
    for number in numbers:
        redaction.redact(room, incident, number, "a password")
    agreed(house, incident, console, room.feed(incident))
    assert verify(house.store).bad is None
    assert room.do("step.done", incident, step="1.1").facts


def test_evidence_goes_with_its_bytes_unless_somebody_else_names_them(house: House) -> None:
    room, incident = house.incident()
    other = room.do("declare", title="another", severity="3").incident.id
    for content in (b"only here", b"kept twice"):
        room.do("evidence", incident, content=content, name="dump")
    room.do("evidence", other, content=b"kept twice", name="dump")
    only, twice = (sha256(content).hexdigest() for content in (b"only here", b"kept twice"))
    redaction.redact(room, incident, 2, "a key in it")
    redaction.redact(room, incident, 3, "a key in it")
    assert (house.store.blob(only), house.store.blob(twice)) == (None, b"kept twice")
    redaction.redact(room, other, 2, "a key in it")
    assert house.store.blob(twice) is None
    assert room.feed(incident).state.incident.evidence == ()  # type: ignore[union-attr]
    assert verify(house.store).bad is None
    assert [row.body for row in bundle.gather(house.store, incident).rows[1:3]] == [None, None]
    assert EvidenceAdded.tag() in agreed_names(house, incident)


def agreed_names(house: House, incident: str) -> list[str]:
    """The names of the events: they stay, redacted or not."""
    return [row.name for row in house.store.stream(incident_stream(incident)).rows]


def test_a_replay_and_a_drill_that_takes_over_go_on_without_it(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="before")
    room.do("note", incident, text=SECRET)
    room.do("note", incident, text="after")
    redaction.redact(room, incident, 3, "a password")
    replay = Replay(house.store, incident)
    for position in range(replay.course.length + 1):
        assert SECRET not in repr(replay.at(position))
    drill = take_over(room, incident, replay.course.length).incident
    assert [entry.text for entry in drill.timeline if entry.kind == "note"][:2] == ["before", "after"]
    assert SECRET not in repr(drill)


def test_twice_is_once_and_writes_the_database_anew(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text=SECRET)
    redaction.redact(room, incident, 2, "a password")
    before = house.store.head()
    again = redaction.redact(room, incident, 2, "a password")
    assert (again.facts, house.store.head()) == ((), before)
    assert again.remarks == ("Entry 2 was already redacted. Only the database was written anew.",)


@pytest.mark.parametrize(
    ("entry", "because", "words"),
    [
        (2, " ", "says why"),
        (0, "a password", "no entry 0"),
        (9, "a password", "no entry 9"),
        (1, "a password", "changes the incident"),
    ],
)
def test_what_cannot_be_redacted_is_said_and_nothing_is_written(
    house: House, entry: int, because: str, words: str
) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="seen")
    before = house.store.head()
    with pytest.raises(Refused, match=words):
        redaction.redact(room, incident, entry, because)
    assert (house.store.head(), house.store.ends().redacted) == (before, frozenset())


def test_whoever_may_not_administer_redacts_nothing(house: House) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="seen")
    for via in ("engine", "link", "stranger"):
        with pytest.raises(Refused, match="no right to redact"):
            redaction.redact(Room(house.open(), Actor("eve", via)), incident, 2, "a password")
    assert house.store.ends().redacted == frozenset()


def test_in_a_mapped_time_it_is_said_at_the_incidents_time(house: House) -> None:
    room = house.room()
    clock = ClockMapped(at("14:00"), at("09:00"), 60.0)
    incident = room.do("declare", title="a demo", clock=clock).incident.id
    room.do("note", incident, text=SECRET)
    done = redaction.redact(house.at("14:01").room(), incident, 2, "a password")
    assert done.incident.timeline[-1].happened == at("10:00")
    agreed(house, incident, room.feed(incident))
