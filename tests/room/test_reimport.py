"""An incident of a status feed that is imported again: what is new is added, and nothing is written twice."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.cli.shell import ROOT
from tests.room.house import House
from tests.room.test_bundles import in_memory
from warroom.domain.event import Fact, incident_stream
from warroom.domain.incident import Incident
from warroom.domain.moments import micros, read_moment
from warroom.domain.record import EntryCorrected, NoteAdded
from warroom.playbook.incident import PastIncident, read_incident
from warroom.playbook.past.reader import read_past
from warroom.room import imports
from warroom.room.bundle import gather, read, write
from warroom.room.room import Room
from warroom.room.verify import verify
from warroom.store import codec
from warroom.store.contract import Redaction

FIRST = ("investigating", "We look into it.", "2024-03-05T10:10:00Z")
FIX = ("monitoring", "A fix is out.", "2024-03-05T11:00:00Z")
DONE = ("resolved", "It is over.", "2024-03-05T12:00:00Z")
Update = tuple[str, str, str]


def page(*updates: Update, file: str = "feed.json", **change: Any) -> PastIncident:
    """An incident of a status page with these updates (status, words, time), out of a file of that name."""
    told = [{"status": status, "body": body, "display_at": at} for status, body, at in reversed(updates)]
    item = {"id": "abc123", "name": "Errors", "started_at": "2024-03-05T10:00:00Z", "incident_updates": told}
    return read_past(file, json.dumps([item | change]).encode()).incidents[0]


def cloud(*updates: Update, file: str = "feed.json", **change: Any) -> PastIncident:
    """The same of Google Cloud, which gives no status."""
    told = [{"when": at, "text": body} for _, body, at in reversed(updates)]
    item = {"id": "xyZ9", "number": "17", "begin": "2024-03-05T10:00:00Z", "external_desc": "Slow", "updates": told}
    return read_past(file, json.dumps([item | change]).encode()).incidents[0]


def bring(house: House, past: PastIncident, person: str = "zoe") -> list[str]:
    """Import an incident, which is the first of its log; the warnings."""
    found = imports.bring(house.room(person, store=house.store), [past])
    assert found.incidents == ("INC-1",)
    assert len(house.store.summaries()) == 1
    return list(found.warnings)


def known(house: House) -> Incident:
    """The incident as it stands now."""
    room = fresh(house)
    state = room.feed(room.find("1")).state.incident
    assert state is not None
    return state


def fresh(house: House) -> Room:
    return house.room("yan", store=house.store)


def facts(house: House) -> list[Fact]:
    return list(codec.facts(house.store.stream(house.store.summaries()[0].stream).rows))


@pytest.mark.parametrize("feed", [page, cloud])
def test_the_same_file_again_changes_nothing_whatever_its_name(house: House, feed: Any) -> None:
    bring(house, feed(FIRST, DONE))
    head = house.store.head()
    for file in ("feed.json", "other.json"):
        (said,) = bring(house, feed(FIRST, DONE, file=file), "ana")
        assert said.endswith("already imported as INC-1; nothing was changed")
    assert house.store.head() == head


@pytest.mark.parametrize("feed", [page, cloud])
def test_an_update_that_is_new_is_a_note_at_its_own_time(house: House, feed: Any) -> None:
    bring(house, feed(FIRST, DONE))
    before = facts(house)
    house.wall.time += 3600 * 1_000_000
    said = bring(house, feed(FIRST, FIX, DONE), "ana")
    after = facts(house)
    assert after[: len(before)] == before
    (new,) = after[len(before) :]
    assert isinstance(new.event, NoteAdded)
    assert "A fix is out." in new.event.text
    at = read_moment(FIX[2], new.appended)
    assert (new.actor, new.via, new.happened, new.recorded) == ("ana", "import", at, at)
    assert micros(new.appended) == house.wall.time
    assert [line.partition(": ")[2] for line in said[:2]] == [
        "already imported as INC-1; what is new was added",
        "updates: 1 new",
    ]
    head = house.store.head()
    bring(house, feed(FIRST, FIX, DONE))
    assert house.store.head() == head
    assert verify(house.store).bad is None


def test_another_text_at_the_same_time_is_a_correction(house: House) -> None:
    bring(house, page(FIRST, DONE))
    entry = next(each for each in known(house).timeline if "look into it" in each.text)
    bring(house, page(("identified", "It is the disk.", FIRST[2]), DONE))
    last = facts(house)[-1]
    assert last.event == EntryCorrected(entry.seq, "comms: identified: It is the disk.")
    assert last.happened == entry.happened
    corrected = next(each for each in known(house).timeline if each.seq == entry.seq)
    assert (corrected.text, corrected.corrected) == (entry.text, "comms: identified: It is the disk.")
    head = house.store.head()
    bring(house, page(("identified", "It is the disk.", FIRST[2]), DONE))
    assert house.store.head() == head
    bring(house, page(FIRST, DONE))
    assert next(each for each in known(house).timeline if each.seq == entry.seq).corrected == entry.text


def test_updates_of_one_moment_are_told_apart_by_their_words(house: House) -> None:
    second = ("investigating", "And another.", FIRST[2])
    bring(house, page(FIRST, second))
    head = house.store.head()
    bring(house, page(second, FIRST))
    assert house.store.head() == head
    bring(house, page(second, ("investigating", "We look hard.", FIRST[2]), FIX))
    new = [fact.event for fact in facts(house)[head.pos :]]
    first = next(each.seq for each in known(house).timeline if "look into it" in each.text)
    assert new == [
        EntryCorrected(first, "comms: investigating: We look hard."),
        NoteAdded("comms: monitoring: A fix is out."),
    ]


def test_what_is_gone_from_the_feed_is_only_said(house: House) -> None:
    bring(house, page(FIRST, FIX, resolved_at=DONE[2]))
    head = house.store.head()
    said = bring(house, page(FIRST, file="later.json", started_at=None, name="Errors!"))
    assert house.store.head() == head
    assert sorted(line.partition(": ")[2] for line in said[1:]) == [
        "not in the feed any more, and left as it is: 2024-03-05 11:00 UTC, comms: monitoring: A fix is out.",
        "the feed gives no impact any more; it is left as it is",
        "the feed gives no resolution any more; it is left as it is",
        "the feed's title is “Errors!” now; it is left as it is",
    ]


def test_milestones_that_are_new_or_have_changed_are_set_and_the_list_shows_it(house: House) -> None:
    bring(house, page(FIRST))
    (before,) = house.store.summaries()
    assert before.ended is None
    said = bring(house, page(FIRST, DONE, started_at="2024-03-05T09:50:00Z"))
    assert any("updates: 1 new; milestones: impact, resolution" in line for line in said)
    (after,) = house.store.summaries()
    assert (after.seq, after.number) == (facts(house)[-1].seq, 1)
    assert after.ended == micros(read_moment(DONE[2], facts(house)[-1].appended))
    assert before.origin - after.origin == 600 * 1_000_000
    assert known(house).clock.elapsed(facts(house)[-1].appended) == timedelta(hours=2, minutes=10)
    head = house.store.head()
    bring(house, page(FIRST, DONE, started_at="2024-03-05T09:50:00Z"))
    assert house.store.head() == head


def test_what_people_here_did_stays(house: House) -> None:
    bring(house, page(FIRST, FIX, impact="SEV1"))
    room = fresh(house)
    incident = room.find("1")
    entry = next(each.seq for each in known(house).timeline if "look into it" in each.text)
    room.do("reopen", incident, because="to practise")
    room.do("correct", incident, entry=entry, text="We looked into it.")
    room.do("milestone", incident, milestone="impact", at="2024-03-05T09:00:00Z")
    clock, timers = known(house).clock, house.store.timers(1 << 62)
    assert timers
    bring(house, page(FIRST, FIX, impact="SEV1"))
    bring(house, page(FIRST, FIX, ("monitoring", "Still good.", "2024-03-05T11:30:00Z"), impact="SEV1"))
    after = known(house)
    assert next(each for each in after.timeline if each.seq == entry).corrected == "We looked into it."
    assert (after.clock, house.store.timers(1 << 62)) == (clock, timers)
    assert after.timeline[len(after.timeline) - 1].text == "comms: monitoring: Still good."


def test_what_was_redacted_does_not_come_back(house: House) -> None:
    bring(house, page(FIRST, FIX))
    taken = next(fact for fact in facts(house) if "look into it" in getattr(fact.event, "text", ""))
    house.store.redact(Redaction((taken.pos,), (), "ana", "a password"))
    head = house.store.head()
    for again in (page(FIRST, FIX), page(("investigating", "We look hard.", FIRST[2]), FIX)):
        said = bring(house, again)
        assert house.store.head() == head
        assert "an entry of 2024-03-05 10:10 UTC is redacted here; nothing is written there" in said[1]


def test_nor_where_it_was_redacted_in_another_log() -> None:
    with in_memory() as old, in_memory() as new:
        bring(old, page(FIRST, FIX))
        taken = next(fact for fact in facts(old) if "look into it" in getattr(fact.event, "text", ""))
        old.store.redact(Redaction((taken.pos,), (), "ana", "a password"))
        bundle = gather(old.store, known(old).id)
        imports.bring(new.room("zoe", store=new.store), [read(write(bundle))])
        head = new.store.head()
        bring(new, page(FIRST, FIX))
        assert new.store.head() == head


def test_what_was_imported_before_sources_had_ids_is_known_by_its_facts(house: House) -> None:
    past = page(FIRST, DONE)
    bring(house, replace(past, origin=""))
    head = house.store.head()
    (said,) = bring(house, past)
    assert said.endswith("already imported as INC-1; nothing was changed")
    assert house.store.head() == head


def test_other_files_keep_the_incidents_that_their_facts_name(house: House) -> None:
    bring(house, read_incident(ROOT / "sample_data" / "incidents" / "fastly-2021-06-08.yaml"))
    assert house.store.summaries()[0].stream == incident_stream("046de003-abf8-5c9e-bca3-2dc4fd976bae")


WORDS = some.sampled_from(["a", "b", "c"])
TIMES = some.integers(0, 5).map(lambda minute: f"2024-03-05T10:0{minute}:00Z")
VERSION = some.lists(some.tuples(some.just("update"), WORDS, TIMES), min_size=1, max_size=6)


@settings(max_examples=60, database=None, deadline=None)
@given(versions=some.lists(VERSION, min_size=2, max_size=4))
def test_after_every_import_the_record_says_what_the_feed_says(versions: list[list[Update]]) -> None:
    with in_memory() as house:
        for version in versions:
            bring(house, page(*version))
            head = house.store.head()
            bring(house, page(*version, file="again.json"))
            assert house.store.head() == head
            told = [(each.happened, each.corrected or each.text) for each in known(house).timeline]
            for status, words, at in version:
                entry = (read_moment(at, facts(house)[0].appended), f"comms: {status}: {words}")
                assert told.count(entry) >= version.count((status, words, at))
        assert verify(house.store).bad is None
