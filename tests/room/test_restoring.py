"""A terminal whose log was put back under it: what it had seen is told to be gone, and nothing old slips in."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.room.house import House, SqliteAt, Wall, declare, meddled
from tests.support.builders import PLAYBOOK
from warroom.domain.clock import MilestoneSet
from warroom.domain.errors import Refused
from warroom.room import restoring
from warroom.room.feed import Feed
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.store import portable
from warroom.store.contract import Store
from warroom.store.memory import MemoryStore


def quiet(done: int, of: int) -> None:
    """Nobody looks on."""


class Swapped:
    """A store behind which another one takes the place of the first, as a server that is put back does."""

    def __init__(self, first: Store) -> None:
        self.now_here = first

    def __getattr__(self, name: str) -> object:
        return getattr(self.now_here, name)


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[tuple[SqliteAt, str]]:
    """A log with one incident, of which a backup was taken, and what came after that; and the incident."""
    with closing(SqliteAt(str(tmp_path / "old.db"), Wall())) as store:
        room = Room(store, Actor("ana"))
        room.publish(PLAYBOOK)
        incident = declare(room)
        portable.write(store, tmp_path / "copy.bak", quiet)
        room.do("note", incident, text="after the backup")
        yield store, incident


@pytest.fixture
def copy(lost: tuple[SqliteAt, str], tmp_path: Path) -> Iterator[SqliteAt]:
    """The backup, unpacked."""
    with closing(SqliteAt(str(tmp_path / "scratch.db"), Wall())) as store:
        portable.unpack(tmp_path / "copy.bak", store, quiet)
        yield store


@pytest.fixture
def new(lost: tuple[SqliteAt, str], copy: SqliteAt, tmp_path: Path) -> Iterator[SqliteAt]:
    """The log that was put back."""
    about = portable.about(tmp_path / "copy.bak")
    told = restoring.told(copy, Actor("bo"), about.taken, about.reaches, None, copy.now())
    with closing(SqliteAt(str(tmp_path / "new.db"), Wall())) as store:
        portable.restore(tmp_path / "scratch.db", store, told, quiet)
        yield store


def test_an_old_terminal_is_told_that_what_it_had_seen_is_gone(lost: tuple[SqliteAt, str], new: SqliteAt) -> None:
    store, incident = lost
    behind = Swapped(store)
    feed = Feed(behind, incident)  # type: ignore[arg-type]
    seen = feed.state.cursor.pos
    behind.now_here = new
    state = feed.refresh()
    assert state.lost == seen
    assert state.incident is not None
    texts = [line.text for line in state.incident.timeline]
    assert "after the backup" not in texts
    assert texts[-1].startswith("The log was restored from a backup of ")
    assert texts[-1].endswith("is missing, and nobody knows how much that is.")


def test_what_was_decided_on_the_old_log_is_decided_again_on_the_new_one(
    lost: tuple[SqliteAt, str], new: SqliteAt
) -> None:
    store, incident = lost
    behind = Swapped(store)

    def swap() -> None:
        behind.now_here = new
        Room(new, Actor("bo")).do("ack", incident)

    room = Room(meddled(behind, swap), Actor("ana"))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Already acknowledged by bo"):
        room.do("ack", incident)
    assert [row.actor for row in new.stream(f"incident:{incident}").rows if row.name == MilestoneSet.tag()] == ["bo"]
    assert verify(new).bad is None


def test_what_only_the_old_log_knew_changes_nothing_in_the_new_one_even_where_the_numbers_fit(
    lost: tuple[SqliteAt, str], new: SqliteAt
) -> None:
    store, incident = lost
    stream = f"incident:{incident}"
    assert store.stream(stream).rows[-1].seq == new.stream(stream).rows[-1].seq
    behind = Swapped(store)

    def swap() -> None:
        behind.now_here = new

    room = Room(meddled(behind, swap), Actor("ana"))  # type: ignore[arg-type]
    before = new.head()
    with pytest.raises(Refused, match="You have done nothing here lately"):
        room.do("undo", incident)  # of her note, in whose place bo's about the restore stands now
    assert new.head() == before
    assert room.feed(incident).state.lost


def test_a_backup_is_compared_with_the_log_that_it_was_taken_of(lost: tuple[SqliteAt, str], copy: SqliteAt) -> None:
    store, _ = lost
    assert restoring.missing(copy, store) == 1
    found = restoring.rehearse(copy, store)
    assert (found.incidents, found.behind, found.problem) == (1, 1, "")
    assert restoring.rehearse(copy, None).behind is None
    stranger = MemoryStore()
    other = House(lambda wall: stranger)
    other.incident()
    assert "no beginning of that log" in restoring.rehearse(copy, stranger).problem


def test_a_log_that_was_put_back_is_no_continuation_of_the_lost_one(
    lost: tuple[SqliteAt, str], new: SqliteAt, tmp_path: Path
) -> None:
    portable.write(new, tmp_path / "second.bak", quiet)
    with closing(SqliteAt(str(tmp_path / "second.db"), Wall())) as second:
        portable.unpack(tmp_path / "second.bak", second, quiet)
        assert restoring.missing(second, new) == 0
        with pytest.raises(Refused, match="no beginning of that log"):
            restoring.missing(second, lost[0])


def test_whoever_has_no_right_to_it_puts_nothing_back(copy: SqliteAt) -> None:
    with pytest.raises(Refused, match="no right"):
        restoring.told(copy, Actor("link", "link"), 1, 1, None, copy.now())
