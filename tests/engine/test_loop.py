"""Engines among themselves: who leads, who waits, what one broken incident does to the others, what idling costs."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from tests.engine.office import Office
from tests.room.house import House
from tests.support.builders import ORG, at, reachable
from warroom.domain.moments import micros
from warroom.engine import escalation
from warroom.engine.escalation import BATCH, Ladders
from warroom.room.engines import TTL

PATIENCE = 60.0
"Seconds that only ever end a hang."


@pytest.fixture
def office(house: House) -> Office:
    """An engine that has not looked yet."""
    return Office(house)


def fired(office: Office, incident: str) -> bool:
    """Whether the first rung has fired."""
    return "rung 1 of 3 → ana" in office.lines(incident)


def test_one_leads_and_another_gives_it_time_before_it_fires_what_was_left_lying(office: Office) -> None:
    office.turn()
    second = office.another("engine-2")
    office.turn(second)
    incident = office.declare()
    office.at("14:00:01").turn(second)
    assert not fired(office, incident)
    office.at("14:00:03").turn(second)
    assert fired(office, incident)


def test_whoever_has_nothing_to_lead_and_no_channel_is_idle_until_the_other_is_gone(office: Office) -> None:
    second = office.another("engine-2")
    office.turn()
    office.turn(second)
    assert (office.engine.idle, second.idle) == (False, True)
    office.house.wall.time += TTL + 1
    office.turn(second)
    assert not second.idle


def test_leases_that_are_given_back_are_free_at_once(office: Office) -> None:
    office.turn()
    office.engine.release()
    second = office.another("engine-2")
    office.turn(second)
    assert (office.engine.idle, second.idle) == (True, False)


def test_an_engine_that_does_not_lead_waits_and_does_not_spin(office: Office) -> None:
    office.turn()
    second = office.another("engine-2")
    second.turn(lambda claimed, adapter: None)
    office.declare()
    assert second.turn(lambda claimed, adapter: None) > 0


def test_an_idle_engine_writes_nothing_into_the_log_or_beside_its_events(office: Office) -> None:
    office.declare()
    office.settle_down()
    office.do("ack", office.declare())
    office.turn()
    before = office.house.store.head(), office.house.store.outbox()
    for _ in range(60):
        office.house.wall.time += 1_000_000
        office.engine.turn(lambda claimed, adapter: None)
    assert (office.house.store.head(), office.house.store.outbox()) == before


def test_one_broken_incident_keeps_no_other_from_paging_and_is_left_alone_for_a_while(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = office.declare(), office.declare()
    whole = Ladders._fire

    def fire(ladders: Ladders, incident: str, key: str) -> None:
        if incident == broken:
            raise ZeroDivisionError
        whole(ladders, incident, key)

    monkeypatch.setattr(Ladders, "_fire", fire)
    for _ in range(3):
        office.turn()
    assert fired(office, sound)
    assert len(office.said) == 1
    assert office.said[0].endswith(f"of {broken}: ZeroDivisionError")
    monkeypatch.undo()
    office.house.wall.time += escalation.ASIDE + 1
    office.turn()
    assert fired(office, broken)


def test_in_a_storm_the_first_pages_go_out_before_the_last_rungs_have_fired(office: Office) -> None:
    incidents = [office.declare() for _ in range(BATCH + 5)]
    claimed = office.turn()
    assert claimed
    assert sum(fired(office, incident) for incident in incidents) == BATCH
    assert office.engine.turn(lambda parcel, adapter: None) <= 0.5
    assert all(fired(office, incident) for incident in incidents)


def test_a_silence_that_a_note_has_ended_costs_nothing_and_writes_the_timer_anew(office: Office) -> None:
    incident = office.declare()
    office.turn()
    office.do("ack", incident)
    office.at("14:29")
    office.do("note", incident, text="still on it")
    office.at("14:30").turn()
    assert "acknowledgment has lapsed" not in " ".join(office.lines(incident))
    assert [due for _, _, due in office.house.store.timers(micros_of(office, "14:59"), ("silent",))] == [
        micros_of(office, "14:59")
    ]


def micros_of(office: Office, clock: str) -> int:
    """A time of that day in microseconds."""
    return micros(at(clock))


def test_a_channel_that_the_playbook_gets_is_served_at_once(office: Office) -> None:
    book = reachable(ORG).playbook
    without = replace(book, channels=tuple(each for each in book.channels if each.name != "push"))
    office.person.publish(without)
    office.turn()
    office.person.publish(book)
    office.declare()
    office.turn()
    assert len(office.pages()) == 1


def watched() -> bool:
    """Whether the watchdog is being told something right now."""
    return any(thread.name == "watchdog" for thread in threading.enumerate())


def test_the_watchdog_outside_hears_of_an_engine_that_leads(office: Office) -> None:
    office.turn()
    assert office.beaten.wait(PATIENCE)


def test_the_watchdog_hears_nothing_while_a_rung_is_overdue_nor_of_who_does_not_lead(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.another("engine-2").turn(lambda claimed, adapter: None)
    assert office.beaten.wait(PATIENCE)
    office.beaten.clear()
    office.turn()
    office.declare()
    monkeypatch.setattr(Ladders, "_fire", _cannot)
    office.at("14:02").turn()
    assert not watched()
    assert not office.beaten.is_set()


def _cannot(ladders: Ladders, incident: str, key: str) -> None:
    raise ZeroDivisionError


@contextmanager
def running(office: Office) -> Iterator[None]:
    """The engine runs in a thread of its own, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=office.engine.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        office.room.store.wake()
        thread.join()


def eventually(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_engine_works_until_it_is_stopped_and_then_gives_its_leases_back(office: Office) -> None:
    with running(office):
        incident = office.declare()
        eventually(lambda: "page to ana by push sent" in office.lines(incident))
    assert len(office.pages()) == 1
    assert not [lease for lease in office.house.store.leases() if lease.until > office.house.wall.time]


def test_a_fault_that_nobody_foresaw_ends_no_engine(office: Office) -> None:
    office.faults.append(ZeroDivisionError())
    with running(office):
        incident = office.declare()
        eventually(lambda: "page to ana by push sent" in office.lines(incident))
    assert office.said == ["ZeroDivisionError"]
