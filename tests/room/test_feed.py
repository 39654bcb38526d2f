"""Following the log: what is read is checked, a log that is another one is noticed, and a fold never stops."""

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from tests.room.house import House, Meddled, MemoryAt, SqliteAt, declare
from tests.support.builders import PLAYBOOK
from warroom.domain.event import Event
from warroom.domain.incident import Incident
from warroom.domain.record import NoteAdded
from warroom.domain.roles import RoleTaken
from warroom.room.feed import Feed
from warroom.room.writing import draft
from warroom.store.chain import follow
from warroom.store.contract import GENESIS, PAGE, Append, Cursor, Damaged, Row, Store, Stream


def known(feed: Feed) -> Incident:
    """The incident as a feed knows it."""
    assert feed.state.incident is not None
    return feed.state.incident


def test_a_feed_reads_on_from_where_it_was(house: House) -> None:
    room, incident = house.incident()
    feed = Feed(house.open(), incident)
    room.do("note", incident, text="seen")
    assert len(known(feed).timeline) == 1, "nothing comes by itself"
    feed.refresh()
    assert [entry.text for entry in known(feed).timeline][1:] == ["seen"]
    assert feed.state == Feed(house.open(), incident).state


def test_a_feed_that_was_long_away_catches_up_over_many_pages(house: House) -> None:
    _, incident = house.incident()
    feed = Feed(house.open(), incident)
    notes = tuple(draft(NoteAdded(f"note {number}")) for number in range(2 * PAGE + 3))
    house.store.append(Append("many", f"incident:{incident}", 1, "ana", "login", notes))
    feed.refresh()
    assert len(known(feed).timeline) == 2 * PAGE + 4
    assert feed.state.cursor == house.store.head().cursor


def test_one_terminal_on_the_home_screen_follows_the_organisation(house: House) -> None:
    feed = Feed(house.open(), None)
    room = house.room()
    assert (feed.state.incident, feed.state.org.version) == (None, 0)
    assert room.publish(PLAYBOOK)
    assert not room.publish(PLAYBOOK), "the same playbook again changes nothing"
    feed.refresh()
    assert (feed.state.org.version, feed.state.org.published_by) == (1, "ana")
    assert known(Feed(house.open(), declare(room))).number == 1


def test_other_incidents_only_move_the_cursor(house: House) -> None:
    room, incident = house.incident()
    feed = Feed(house.open(), incident)
    before = known(feed)
    room.do("note", declare(room), text="elsewhere")
    feed.refresh()
    assert known(feed) == before
    assert feed.state.cursor == house.store.head().cursor


def test_rows_just_appended_are_folded_in_their_place(house: House) -> None:
    room, incident = house.incident()
    feed = Feed(house.open(), incident)
    bo = house.room("bo").do("note", incident, text="first")
    ana = room.do("note", incident, text="second")
    rows = tuple(house.store.after(Cursor(), 10))
    assert (bo.facts[0].pos, ana.facts[0].pos) == (3, 4)
    feed.take(rows[3:])
    assert [entry.text for entry in known(feed).timeline][1:] == ["first", "second"]
    feed.take(rows[2:3])
    assert feed.state.cursor == house.store.head().cursor, "rows that are known already change nothing"


class Rewritten(MemoryAt):
    """A log that can be put back, as a restore or a failover does."""

    def restore(self, pos: int) -> None:
        """Forget everything after a position."""
        self._rows = self._rows[:pos]

    def change(self, pos: int, change: Callable[[Row], Row]) -> None:
        """Change one row where it lies."""
        self._rows[pos - 1] = change(self._rows[pos - 1])

    def drop(self, pos: int) -> None:
        """Cut one row out."""
        del self._rows[pos - 1]


@pytest.fixture
def rewritten() -> House:
    """A house whose log can be rewritten."""
    return House(cache(Rewritten))


def test_a_log_that_was_put_back_is_read_anew_and_the_loss_is_told(rewritten: House) -> None:
    room, incident = rewritten.incident()
    room.do("note", incident, text="kept")
    room.do("note", incident, text="lost")
    feed = Feed(rewritten.store, incident)
    cast(Rewritten, rewritten.store).restore(3)
    rewritten.room("bo").do("note", incident, text="written after the restore")
    state = feed.refresh()
    assert state.lost == 4
    assert [entry.text for entry in known(feed).timeline][1:] == ["kept", "written after the restore"]
    assert state.cursor == rewritten.store.head().cursor
    room.do("ack", incident)
    assert feed.refresh().lost == 4, "it stays told"
    assert Feed(rewritten.store, incident).state.lost == 0, "whoever comes later has lost nothing"


def test_a_log_that_only_became_shorter_is_another_one_too(rewritten: House) -> None:
    room, incident = rewritten.incident()
    room.do("note", incident, text="lost")
    feed = Feed(rewritten.store, incident)
    cast(Rewritten, rewritten.store).restore(2)
    assert feed.refresh().lost == 3
    assert len(known(feed).timeline) == 1


def test_a_log_that_is_put_back_in_the_middle_of_being_read_is_read_again(rewritten: House) -> None:
    room, incident = rewritten.incident()
    room.do("note", incident, text="lost")

    class Restored(Meddled):
        """A store that is put back right after the organisation was read."""

        def stream(self, name: str, after: int = 0) -> Stream:
            found = self._store.stream(name, after)
            meddle, self._meddle = self._meddle, None
            if meddle is not None:
                meddle()
            return found

    def restore() -> None:
        cast(Rewritten, rewritten.store).restore(2)
        rewritten.room("bo").do("note", incident, text="written after the restore")

    feed = Feed(cast(Store, Restored(rewritten.store, restore)), incident)
    assert [entry.text for entry in known(feed).timeline][1:] == ["written after the restore"]
    assert feed.state == Feed(rewritten.store, incident).state


def test_an_incident_that_was_lost_takes_no_more_commands(rewritten: House) -> None:
    room, incident = rewritten.incident()
    cast(Rewritten, rewritten.store).restore(1)
    with pytest.raises(Exception, match="is not in this database any more"):
        room.do("note", incident, text="seen")
    assert rewritten.store.head().pos == 1


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: replace(row, body=row.body.replace(b"seen", b"sown")), "its body was changed"),
        (lambda row: replace(row, actor="bo"), "its envelope was changed"),
        (lambda row: replace(row, happened=row.happened - 1), "its envelope was changed"),
        (lambda row: replace(row, log_hash=GENESIS), "the log's chain is broken before it"),
    ],
)
def test_a_damaged_row_is_named_and_not_believed(rewritten: House, change: Callable[[Row], Row], what: str) -> None:
    room, incident = rewritten.incident()
    feed = Feed(rewritten.store, incident)
    before = feed.state
    room.do("note", incident, text="seen")
    room.do("note", incident, text="after it")
    cast(Rewritten, rewritten.store).change(3, change)
    for _ in range(2):
        with pytest.raises(Damaged, match=f"Position 3 of the log is damaged: {what}") as refused:
            feed.refresh()
        assert refused.value.hint == "Run: warroom verify"
        assert feed.state == before


def test_a_gap_is_named(rewritten: House) -> None:
    room, incident = rewritten.incident()
    feed = Feed(rewritten.store, incident)
    room.do("note", incident, text="seen")
    room.do("note", incident, text="after it")
    cast(Rewritten, rewritten.store).drop(3)
    with pytest.raises(Damaged, match="Position 3 is missing"):
        feed.refresh()


def test_a_redacted_body_is_shown_as_such_and_the_chain_still_holds(rewritten: House) -> None:
    room, incident = rewritten.incident()
    feed = Feed(rewritten.store, incident)
    room.do("note", incident, text="the password is hunter2")
    cast(Rewritten, rewritten.store).change(3, lambda row: replace(row, salt=None, body=None))
    feed.refresh()
    assert known(feed).timeline[-1].text == "note-added.v1: redacted"
    rows = rewritten.store.after(Cursor())
    assert follow(feed.state.log_id, Cursor(), rows) == feed.state.cursor


class Strange(Event, frozen=True, tag="hand-raised.v1"):
    """An event of a newer version."""

    hand: str


def test_events_of_a_newer_version_and_those_that_break_the_fold_are_shown_and_the_rest_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, incident = house.incident()
    feed = Feed(house.open(), incident)
    events = (Strange("left"), RoleTaken("commander", "ana"), NoteAdded("after it"))
    drafts = tuple(draft(event) for event in events)
    house.store.append(Append("c", f"incident:{incident}", 1, "ana", "login", drafts))

    def broken(*args: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("warroom.domain.roles.describe", broken)
    for follower in (feed, Feed(house.open(), incident)):
        follower.refresh()
        kinds = [entry.kind for entry in known(follower).timeline]
        assert kinds == ["declared", "opaque", "opaque", "note"]
        assert known(follower).roles.held == ()


def test_a_body_that_is_no_event_is_opaque(house: House) -> None:
    _, incident = house.incident()
    bad = replace(draft(NoteAdded("x")), body=b'{"event":"note-added.v1","text":7}')
    house.store.append(Append("c", f"incident:{incident}", 1, "ana", "login", (bad,)))
    feed = Feed(house.open(), incident)
    assert known(feed).timeline[-1].kind == "opaque"
    assert known(feed).acts == ()


def test_a_bit_that_flipped_in_the_file_is_detected(tmp_path: Path) -> None:
    house = House(lambda wall: SqliteAt(str(tmp_path / "warroom.db"), wall))
    room, incident = house.incident()
    feed = Feed(house.open(), incident)
    room.do("note", incident, text="error rate 31 %")
    with sqlite3.connect(tmp_path / "warroom.db") as db:
        db.execute("DROP TRIGGER body_no_update")
        db.execute("UPDATE body SET body = CAST(replace(CAST(body AS TEXT), '31 %', '13 %') AS BLOB) WHERE pos = 3")
    db.close()
    with pytest.raises(Damaged, match="Position 3 of the log is damaged: its body was changed"):
        feed.refresh()
