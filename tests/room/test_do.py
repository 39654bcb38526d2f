"""Doing: once, on what is true now, or not at all; and whoever comes second learns who was faster."""

import uuid
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import Any, cast

import pytest

from tests.room.house import House, Meddled, declare, meddled
from tests.support.builders import at
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Already, Refused, Unknown
from warroom.room import commands
from warroom.room.room import Actor, Room
from warroom.store.contract import Log, Row, Store


def length(house: House) -> int:
    """How many events the log holds."""
    return house.store.head().pos


# Once.


def test_a_repeated_command_changes_nothing_and_tells_the_same(house: House) -> None:
    room, incident = house.incident()
    first = room.do("note", incident, command_id="n1", text="seen")
    before = length(house)
    for again in (room, house.room("ana")):
        second = again.do("note", incident, command_id="n1", text="seen")
        assert (second.facts, second.repeated, second.incident) == (first.facts, True, first.incident)
    assert (length(house), first.repeated) == (before, False)


def test_a_command_that_its_own_effect_now_forbids_is_still_only_a_repeat(house: House) -> None:
    room, incident = house.incident()
    first = room.do("ack", incident, command_id="a1")
    with pytest.raises(Already):
        room.do("ack", incident)
    again = house.room("ana").do("ack", incident, command_id="a1")
    assert (again.facts, again.repeated) == (first.facts, True)
    assert again.incident.clock.get("acknowledgment") is not None


def test_a_repeated_declaration_is_the_same_incident(house: House) -> None:
    room = house.room("ana")
    first = room.do("declare", command_id="d1", title="card payments fail")
    for again in (room, house.room("ana")):
        second = again.do("declare", command_id="d1", title="card payments fail")
        assert (second.repeated, second.facts) == (True, first.facts)
        assert (second.incident.id, second.incident.name) == (first.incident.id, "INC-1")
        again.do("note", second.incident.id, text="it goes on here")
    assert [summary.number for summary in house.store.summaries()] == [1]


def test_a_command_that_got_there_another_way_just_before_the_lock_is_a_repeat(house: House) -> None:
    _, incident = house.incident()
    bo, ana = house.room("bo"), house.room("ana")

    class Slow(Meddled):
        """A store whose lock comes late: the same command has arrived by then, sent again by somebody impatient."""

        def exclusive(self) -> AbstractContextManager[Log]:
            ana.do("ack", incident, command_id="a1")
            return self._store.exclusive()

    slow = cast(Store, Slow(house.open(), lambda: bo.do("note", incident, text="something else")))
    outcome = house.room("ana", slow).do("ack", incident, command_id="a1")
    assert outcome.repeated
    assert [fact.event.tag() for fact in outcome.facts] == ["milestone-set.v1"]
    assert outcome.incident.seq == 3


def test_without_an_id_each_call_is_an_act_of_its_own(house: House) -> None:
    room, incident = house.incident()
    before = length(house)
    room.do("note", incident, text="seen")
    room.do("note", incident, text="seen")
    assert length(house) == before + 2


# Races.


def test_a_lost_race_is_decided_again_on_what_is_true(house: House) -> None:
    ana, incident = house.incident()
    ana.do("runbook.attach", incident, runbook="payment-errors")
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: bo.do("step.done", incident, step="1.1")))
    outcome = late.do("step.done", incident, step="1.2")
    done = [state.id for run in outcome.incident.checklist.runs for state in run.steps if state.outcome == "done"]
    assert done == ["1.1", "1.2"]
    assert outcome.incident == house.room("cy").feed(incident).state.incident


def test_whoever_comes_second_learns_who_was_faster(house: House) -> None:
    ana, incident = house.incident()
    ana.do("runbook.attach", incident, runbook="payment-errors")
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: bo.do("step.done", incident, step="1.1")))
    before = length(house)
    with pytest.raises(Already, match=r"1\.1 was already done 0 s ago by bo"):
        late.do("step.done", incident, step="1.1")
    assert length(house) == before + 1, "only bo's tick is in the log"


def test_two_cannot_take_the_same_role(house: House) -> None:
    _, incident = house.incident()
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: bo.do("role.take", incident, role="commander")))
    with pytest.raises(Refused, match="bo is incident commander"):
        late.do("role.take", incident, role="commander")


def test_a_note_gives_way_without_a_word(house: House) -> None:
    _, incident = house.incident()
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: bo.do("ack", incident)))
    outcome = late.do("note", incident, text="seen")
    assert [entry.kind for entry in outcome.incident.timeline] == ["declared", "milestone", "note"]
    assert outcome.incident == house.room("cy").feed(incident).state.incident


def test_two_declarations_at_once_are_two_incidents(house: House) -> None:
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: declare(bo, title="logins fail")))
    outcome = late.do("declare", title="card payments fail")
    assert outcome.incident.name == "INC-2"
    assert [summary.title for summary in house.store.summaries()] == ["card payments fail", "logins fail"]


def test_one_who_follows_and_one_who_acts_never_wait_for_each_other(house: House) -> None:
    """The feed thread reads while the command thread must decide again under the lock: both share one feed."""
    ana, incident = house.incident()
    bo = house.room("bo")
    reading, deciding = Event(), Event()

    class Watched:
        """A store that shows when the follower holds the feed and when the other holds the store."""

        def __init__(self, store: Store) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            return getattr(self._store, name)

        def after(self, *args: Any) -> list[Row]:
            if reading.is_set():
                return self._store.after(*args)
            reading.set()
            # Long enough for the other to take the store's lock, were it to do so without the feed's.
            deciding.wait(0.5)
            return self._store.after(*args)

        def exclusive(self) -> Any:
            deciding.set()
            return self._store.exclusive()

    reading.set()
    watched = cast(Store, Watched(house.open()))
    follower = Thread(target=lambda: room.feed(incident).refresh(), daemon=True)

    def meanwhile() -> None:
        bo.do("note", incident, text="first")
        bo.do("role.take", incident, role="scribe")
        reading.clear()
        follower.start()
        assert reading.wait(30)

    room = Room(meddled(watched, meanwhile), ana.actor)
    room.feed(incident)
    actor = Thread(target=lambda: room.do("ack", incident), daemon=True)
    actor.start()
    actor.join(30)
    follower.join(30)
    assert not actor.is_alive(), "the two wait for each other"
    assert not follower.is_alive()
    assert room.feed(incident).state == house.room("cy").feed(incident).state


# What cannot be done at all.


@pytest.mark.parametrize("name", ["note", "ack", "undo", "step.note"])
def test_nothing_is_done_to_an_incident_that_is_not_there(house: House, name: str) -> None:
    given: dict[str, Any] = {"note": {"text": "seen"}, "step.note": {"step": "1.1", "text": "seen"}}.get(name, {})
    with pytest.raises(Unknown, match="There is no such incident"):
        house.room().do(name, str(uuid.uuid4()), **given)
    assert length(house) == 0
    declare(house.room())
    assert house.store.summaries()[0].number == 1


CLOSED: dict[str, dict[str, Any]] = {
    "close": {},
    "reopen": {"because": "it is back"},
    "role.release": {"role": "commander"},
    "step.note": {"step": "1.1", "text": "seen"},
    "note": {"text": "seen"},
    "correct": {"entry": 4, "text": "seen twice"},
    "evidence": {"content": b"a graph"},
    "milestone": {"milestone": "review"},
    "clock.pace": {"since": at("14:00"), "rate": 1.0},
    "bookmark": {"remark": "they could have rolled back here"},
    "bookmark.remove": {"bookmark": 5},
    "drill.note": {"text": "they asked twice"},
}
OPEN: dict[str, dict[str, Any]] = {
    "ack": {},
    "page": {"to": "bo"},
    "escalate": {"because": "nobody answers"},
    "sev": {"level": "2", "because": "better"},
    "resolve": {},
    "drill.abort": {"because": "checkout is really down"},
    "drill.inject": {"inject": "page"},
    "drill.delay": {"inject": "page", "span": "5m"},
    "drill.skip": {"inject": "page"},
    "drill.end": {},
    "role.take": {"role": "scribe"},
    "role.offer": {"role": "commander", "to": "bo"},
    "role.accept": {"role": "commander"},
    "role.decline": {"role": "commander"},
    "runbook.attach": {"runbook": "disk-full"},
    "step.done": {"step": "1.1"},
    "step.skip": {"step": "1.1", "because": "no access"},
    "step.fail": {"step": "1.1", "because": "no access"},
    "step.claim": {"step": "1.1"},
    "step.reopen": {"step": "1.1"},
    "step.timebox": {"step": "1.1", "span": "10m"},
    "step.add": {"title": "look again"},
    "step.approve": {"step": "1.1"},
    "step.override": {"step": "1.1", "because": "no time"},
    "step.run": {"step": "1.1", "host": "bastion"},
    "runbook.fill": {"name": "cluster", "value": "eu-1"},
    "decide": {"text": "go"},
    "service.health": {"service": "payments", "health": "degraded"},
    "undo": {},
    "break-glass": {"because": "everybody is asleep"},
}


@pytest.fixture
def over(house: House) -> tuple[Room, str]:
    """A drill that is closed, with a commander, a runbook, a note and a bookmark in it."""
    room, incident = house.incident(clock=ClockMapped(at("14:00"), at("14:00"), 1.0), exercise="drill")
    room.do("role.take", incident, role="commander")
    room.do("runbook.attach", incident, runbook="payment-errors")
    room.do("note", incident, text="seen")
    room.do("bookmark", incident)
    room.do("resolve", incident)
    room.do("close", incident)
    return room, incident


def test_every_command_is_told_what_it_may_do_in_a_closed_incident() -> None:
    engines = {each.name for each in commands.ALL if each.right == "engine"}
    assert {*CLOSED, *OPEN, *engines, "declare", "step.ended", "ack.page"} == set(commands.BY_NAME)
    assert commands.find("step.ended").closed, "a run that began before may end after; see test_automation"
    assert commands.find("ack.page").closed, "a link may be opened late; see tests/domain/test_answering"
    assert commands.find("page.report").closed, "a page may go out while the incident is closed; see tests/engine"


@pytest.mark.parametrize("name", OPEN)
def test_in_a_closed_incident_nothing_goes_on(house: House, over: tuple[Room, str], name: str) -> None:
    room, incident = over
    before = length(house)
    with pytest.raises(Refused, match=r"^The incident is closed\.$") as refused:
        room.do(name, incident, **OPEN[name])
    assert (refused.value.hint, length(house)) == ("Reopen it first, with a reason.", before)


@pytest.mark.parametrize("name", [name for name in CLOSED if name != "close"])
def test_the_record_of_a_closed_incident_is_put_right(house: House, over: tuple[Room, str], name: str) -> None:
    room, incident = over
    before = length(house)
    room.do(name, incident, **CLOSED[name])
    assert length(house) == before + 1


def test_closing_twice_says_who_was_faster(over: tuple[Room, str]) -> None:
    room, incident = over
    with pytest.raises(Already, match="already closed 0 s ago by ana"):
        room.do("close", incident)


def test_who_has_no_right_is_refused(house: House) -> None:
    _, incident = house.incident()
    stranger = Room(house.open(), Actor("eve", "pigeon"))
    with pytest.raises(Refused, match="eve has no right to record"):
        stranger.do("note", incident, text="seen")
    with pytest.raises(Refused, match="eve has no right to administer"):
        stranger.publish(stranger.feed(None).state.org.playbook)


def test_the_lock_is_held_while_a_race_is_decided_again(house: House) -> None:
    _, incident = house.incident()
    bo = house.room("bo")
    late = house.room("ana", meddled(house.open(), lambda: bo.do("note", incident, text="first")))
    feed = late.feed(incident)
    with feed.exclusive() as held:
        assert held.head().cursor == feed.state.cursor
    assert late.do("ack", incident).facts[0].pos == length(house)


def test_an_aborted_drill_is_over_on_every_terminal_for_good(house: House) -> None:
    room, incident = house.incident(exercise="drill")
    watching = house.room("bo").feed(incident)
    room.do("drill.abort", incident, because="checkout is really down")
    seen = watching.refresh().incident
    assert seen is not None
    assert (seen.clock.status, house.store.summaries()[0].status) == ("closed", "closed")
    assert house.store.timers(house.wall.time * 2) == []
    with pytest.raises(Refused, match=r"^A drill that is over stays so\.$"):
        room.do("reopen", incident, because="it was a false alarm")
    with pytest.raises(Refused, match=r"^The drill is over\.$"):
        room.do("drill.abort", incident)
