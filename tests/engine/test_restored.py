"""A log that was put back sends nothing, on any channel, until somebody lets it go; then what was held is told."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from tests.engine.office import Office
from tests.room.house import House, SqliteAt, Wall
from warroom.domain.errors import Already, Refused
from warroom.domain.event import ORG
from warroom.domain.restored import LogRestored
from warroom.room import restoring
from warroom.room.room import Actor, Room
from warroom.store import portable
from warroom.store.contract import HELD

MISSING = 2
"What declaring one incident more appends."


def quiet(done: int, of: int) -> None:
    """Nobody looks on."""


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[Office]:
    """An office whose database is about to be lost: one page is due and not sent, another incident is acknowledged."""
    with closing(SqliteAt(str(tmp_path / "old.db"), wall := Wall())) as store:
        house = House(lambda _: store)
        house.wall = wall
        office = Office(house)
        office.declare(title="old and open")
        acknowledged = office.declare(title="old and in hand")
        office.do("ack", acknowledged)
        office.engine.turn(lambda claimed, adapter: None)  # it fires, claims, and dies before it has sent anything
        assert not any(door.messages for door in office.doors.values())
        yield office


@pytest.fixture
def office(lost: Office, tmp_path: Path) -> Iterator[Office]:
    """The office over the same log, put back from a backup a day later."""
    store = lost.house.store
    assert isinstance(store, SqliteAt)
    portable.write(store, tmp_path / "copy.bak", quiet)
    about = portable.about(tmp_path / "copy.bak")
    lost.declare(title="lost")
    wall = lost.house.at("14:00", day=1).wall
    with closing(SqliteAt(str(tmp_path / "scratch.db"), wall)) as copy:
        portable.unpack(tmp_path / "copy.bak", copy, quiet)
        missing = restoring.missing(copy, store)
        told = restoring.told(copy, Actor("ana"), about.taken, about.reaches, missing, wall.time)
        with closing(SqliteAt(str(tmp_path / "new.db"), wall)) as new:
            portable.restore(tmp_path / "scratch.db", new, told, quiet)
            house = House(lambda _: new)
            house.wall = wall
            lost.house = house
            lost.person = house.room("ana")
            lost.room = Room(new, Actor("engine", "engine"))
            lost.beaten = Event()
            lost.engine = lost.another("engine-2", lost.room)
            yield lost


def everything(office: Office) -> list[str]:
    """What was handed to any channel, the sandbox too."""
    return [message.key for door in (*office.doors.values(), office.sandbox) for message in door.messages]


def incident(office: Office, title: str) -> str:
    """The UUID of an incident."""
    stream = next(each.stream for each in office.house.store.summaries() if each.title == title)
    return stream.removeprefix("incident:")


def name(office: Office, uuid: str) -> str:
    """The short name of an incident."""
    found = office.person.feed(uuid).refresh().incident
    assert found is not None
    return found.name


def test_a_restored_log_sends_nothing_and_fires_nothing_and_says_so_once(office: Office) -> None:
    before = office.house.store.head()
    for hour in range(15, 24):
        office.at(f"{hour}:00", day=1).turn()
        office.turn(office.another(f"engine-{hour}"))
    assert everything(office) == []
    assert office.house.store.head() == before
    assert office.house.store.leases() == []
    assert office.said[0].startswith("HELD, nobody is paged: restored from a backup of 4 May 2026 14:00 UTC; ")
    office.said.clear()
    office.turn()
    assert office.said == []
    assert not office.beaten.is_set()


def test_what_is_declared_while_it_is_held_waits_and_then_is_paged_as_ever(office: Office) -> None:
    new = office.declare(title="new")
    office.do("page", new, to="bo")
    office.turn()
    assert everything(office) == []
    found = restoring.release(office.person, "checked", goes_on=False)
    assert (found.sent, found.stopped) == (0, 1)
    office.settle_down()
    assert {message.to for message in office.pages()} == {"push-ana", "push-bo"}
    assert {message.incident for message in office.pages()} == {name(office, new)}


def test_the_organisation_and_every_open_incident_say_what_is_missing(office: Office) -> None:
    org = office.person.feed(None).refresh().org
    assert org.restored is not None
    assert (org.restored.by, org.restored.missing) == ("ana", MISSING)
    row = next(row for row in office.house.store.stream(ORG).rows if row.name == LogRestored.tag())
    assert (row.epoch, row.actor, row.via) == (2, "ana", "login")
    for title in ("old and open", "old and in hand"):
        (line,) = (each for each in office.lines(incident(office, title)) if "restored" in each)
        assert line.endswith(f"{MISSING} events may be missing.")


def test_released_nothing_old_is_sent_and_the_timelines_say_so(office: Office) -> None:
    held = restoring.waiting(office.house.store)
    assert held
    assert all(each.not_before == HELD for each, _ in held)
    found = restoring.release(office.person, "all of it is over", goes_on=False)
    assert (found.sent, found.dropped, found.stopped) == (0, len(held), 1)
    for minute in range(30):
        office.at(f"14:{minute:02}", day=1).settle_down()
    assert everything(office) == []
    assert {state for _, state, _ in office.house.store.outbox()} == {"dropped"}
    lines = office.lines(incident(office, "old and open"))
    assert any("push not sent: the log was restored from a backup" in line for line in lines)
    assert any("ladder has ended: the log was restored from a backup" in line for line in lines)
    assert any("The restored log was released: all of it is over." in line for line in lines)


def test_what_somebody_had_in_hand_is_silent_from_the_release_on(office: Office) -> None:
    mine = incident(office, "old and in hand")
    office.at("20:00", day=1)
    restoring.release(office.person, "all of it is over", goes_on=False)
    office.at("20:29", day=1).settle_down()
    assert everything(office) == []
    office.at("20:30", day=1).turn()
    office.settle_down()
    assert any("no word since 20:00 UTC" in line for line in office.lines(mine))
    assert {message.incident for message in office.pages()} == {name(office, mine)}


def test_after_the_release_what_is_new_is_paged_as_ever(office: Office) -> None:
    restoring.release(office.person, "all of it is over", goes_on=False)
    new = office.declare(title="new")
    office.settle_down()
    assert [message.incident for message in office.pages()] == [name(office, new)]


def test_whoever_wants_it_lets_everything_go_on_where_it_stood(office: Office) -> None:
    office.at("14:01")
    held = restoring.waiting(office.house.store)
    found = restoring.release(office.person, "it was a minute ago", goes_on=True)
    assert (found.sent, found.dropped, found.stopped) == (len(held), 0, 0)
    office.settle_down()
    (page,) = office.pages()
    assert (page.to, page.repeat, page.incident) == ("push-ana", True, name(office, incident(office, "old and open")))


def test_it_is_released_once_by_whoever_may(office: Office) -> None:
    with pytest.raises(Refused, match="no right"):
        restoring.release(Room(office.house.store, Actor("engine", "engine")), "why not", goes_on=False)
    restoring.release(office.person, "checked", goes_on=False)
    with pytest.raises(Already, match="ana released it"):
        restoring.release(office.person, "checked again", goes_on=False)


def test_whoever_was_cut_off_while_releasing_does_it_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "_stop", lambda engine, streams: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restoring.release(office.person, "checked", goes_on=False)
    office.turn()
    assert everything(office) == []
    assert restoring.release(office.person, "checked", goes_on=False).stopped == 1
    office.settle_down()
    assert everything(office) == []
