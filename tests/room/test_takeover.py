"""Taking over: a drill goes on from any position of an incident, and leaves the incident itself alone."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, attempt, courses, rehearsed
from tests.room.house import House, declare
from tests.room.test_replay import lived
from tests.support.builders import ORG, SCENARIO, UUID, at, reachable
from warroom.domain.bookmarks import BookmarkAdded, BookmarkRemoved
from warroom.domain.clock import ClockMapped
from warroom.domain.effects import realm, realm_on
from warroom.domain.errors import Invalid, Refused, Unknown
from warroom.domain.escalation import PageTried
from warroom.domain.event import incident_stream
from warroom.domain.exercise import MARK, Drill, DrillStarted
from warroom.domain.incident import Incident
from warroom.domain.moments import micros, moment
from warroom.room.replay import Replay
from warroom.room.reports import check_leaving
from warroom.room.room import Actor, Room
from warroom.room.takeover import take_over
from warroom.room.verify import verify
from warroom.store.memory import MemoryStore
from warroom.store.postgres import PostgresStore


def picture(incident: Incident) -> list[object]:
    """An incident as it stands for those who go on with it."""
    ladder = incident.escalation
    return [
        (incident.clock.status, incident.clock.known, incident.clock.earlier, incident.clock.reopened),
        (incident.severity, incident.services, incident.checklist, incident.parameters, incident.gates),
        [(each.step, each.run, each.what, each.by, each.at, each.ended) for each in incident.automation.runs],
        [each.name for each in incident.evidence],
        (ladder.going, ladder.ladder, ladder.place, ladder.ended, ladder.policy),
        (ladder.by, ladder.since) if ladder.going == "acknowledged" else None,
        [(page.order, page.round, page.rung, page.at, page.answered) for page in ladder.pages],
    ]


def remarks(incident: Incident) -> list[tuple[str, str, str, bool]]:
    """What people wrote, as it reads now."""
    entries = [entry for entry in incident.timeline if entry.kind in ("note", "decision")]
    return [(entry.actor, entry.text, entry.corrected, entry.retracted) for entry in entries]


@settings(max_examples=100, deadline=None)
@given(courses(), st.data())
def test_a_drill_begins_exactly_as_the_incident_stood(course: list[Act], data: st.DataObject) -> None:
    tale, store = rehearsed(), MemoryStore()
    for act in course:
        attempt(tale, act)
    lived(store, tale)
    replay = Replay(store, UUID)
    position = data.draw(st.integers(1, replay.course.length))
    then = replay.at(position).incident
    assert then is not None
    room = Room(store, Actor("bo"))
    if then.clock.closed:
        with pytest.raises(Refused, match="was closed at entry"):
            take_over(room, UUID, position)
        return
    drill = take_over(room, UUID, position).incident
    assert picture(drill) == picture(then)
    assert remarks(drill)[:-1] == remarks(then)
    assert [(each.role, each.since) for each in drill.roles.held] == [
        (each.role, each.since) for each in then.roles.held if each.person == "bo"
    ]
    assert (drill.exercise, realm(drill), drill.title) == ("drill", "drill", f"DRILL: {then.title}")
    assert drill.clock.time(drill.clock.map.since if drill.clock.map else at("0:00")) == replay.course.moment(position)


@settings(max_examples=50, deadline=None)
@given(courses())
def test_the_facts_stand_in_their_order_at_their_times_by_whoever_acted(course: list[Act]) -> None:
    tale, store = rehearsed(), MemoryStore()
    for act in course:
        attempt(tale, act)
    lived(store, tale)
    replay = Replay(store, UUID)
    last = replay.at(replay.course.length).incident
    assert last is not None
    if last.clock.closed:
        return
    told = [
        fact
        for fact in replay.course.facts
        if not isinstance(fact.event, PageTried | ClockMapped | BookmarkAdded | BookmarkRemoved)
    ]
    facts = take_over(Room(store, Actor("bo")), UUID, replay.course.length).facts[: len(told)]
    assert [(fact.actor, fact.happened, fact.recorded, fact.event.tag()) for fact in facts] == [
        (fact.actor, fact.happened, fact.recorded, fact.event.tag()) for fact in told
    ]
    assert {fact.via for fact in facts} == {"import"}
    assert len({(fact.command, old.command) for fact, old in zip(facts, told, strict=True)}) == len(
        {fact.command for fact in facts}
    ), "what came of one command still does"


@pytest.fixture
def shop(house: House) -> tuple[House, str]:
    """An incident at 14:00 with a ladder; its commander is cy, and its first rung has fired."""
    room = house.room("ana")
    room.publish(reachable(ORG).playbook)
    incident = declare(room)
    Room(house.open(), Actor("engine", "engine")).do("ladder.fire", incident)
    house.room("cy").do("role.take", incident, role="commander")
    house.room("cy").do("note", incident, text="it began with the deploy")
    return house, incident


def test_the_original_stays_as_it_is_and_the_log_verifies(shop: tuple[House, str]) -> None:
    house, incident = shop
    before = house.store.stream(incident_stream(incident)).rows
    outcome = take_over(house.room("bo"), incident, 4)
    assert house.store.stream(incident_stream(incident)).rows == before
    assert (outcome.incident.name, outcome.incident.source) == ("INC-2", "INC-1 at entry 4")
    assert outcome.state == house.room("di").feed(outcome.incident.id).state
    assert verify(house.store).bad is None


def test_it_is_a_drill_in_every_list(shop: tuple[House, str]) -> None:
    house, incident = shop
    take_over(house.room("bo"), incident, 3, title="  Friday   practice ")
    take_over(house.room("bo"), house.room("bo").find("INC-2"), 3)
    assert [(row.number, row.title, row.status, row.commander) for row in house.store.summaries()] == [
        (3, "DRILL: Friday practice", "active", ""),
        (2, "DRILL: Friday practice", "active", ""),
        (1, "card payments fail", "active", "cy"),
    ]


def test_seats_are_free_but_that_of_whoever_takes_over(shop: tuple[House, str]) -> None:
    house, incident = shop
    drill = take_over(house.room("bo"), incident, 4).incident
    assert drill.roles.held == ()
    assert take_over(house.room("cy"), incident, 4).incident.roles.holder("commander") == "cy"
    taken = house.room("bo").do("role.take", drill.id, role="commander").incident
    assert taken.roles.holder("commander") == "bo"


def test_its_time_goes_on_from_that_moment_and_its_ladder_with_it(shop: tuple[House, str]) -> None:
    house, incident = shop
    house.at("18:00", day=30)
    drill = take_over(house.room("bo"), incident, 4).incident
    (due,) = [due for stream, key, due in house.store.timers(micros(at("19:00", 30)), ("rung",)) if drill.id in stream]
    assert drill.clock.time(moment(house.store.now())) == at("14:00")
    assert moment(due).replace(microsecond=0) == at("18:05", 30), "the second rung, five minutes after the first"
    house.at("18:06", day=30)
    fired = Room(house.open(), Actor("engine", "engine")).do("ladder.fire", drill.id)
    assert fired.facts[-1].happened == at("14:06")
    assert "rung 2 of 3" in " ".join(entry.text for entry in fired.incident.timeline)


def test_every_message_that_it_causes_is_a_drills(shop: tuple[House, str]) -> None:
    house, incident = shop
    drill = take_over(house.room("bo"), incident, 4).incident
    house.room("bo").do("escalate", drill.id, because="nobody answers")
    house.room("bo").do("page", drill.id, to="cy")
    realms = {parcel.realm for parcel, _, _ in house.store.outbox(incident_stream(drill.id))}
    assert realms == {"drill"}
    mine = {parcel.id for parcel, _, _ in house.store.outbox(incident_stream(drill.id))}
    assert not mine & {parcel.id for parcel, _, _ in house.store.outbox(incident_stream(incident))}


def test_an_acknowledged_incident_stays_so_and_lapses_on_its_own(shop: tuple[House, str]) -> None:
    house, incident = shop
    house.room("cy").do("ack", incident)
    house.at("15:00")
    original = house.room("cy").feed(incident).refresh().incident
    drill = take_over(house.room("bo"), incident, original.seq if original else 0).incident
    assert (drill.escalation.going, drill.escalation.by) == ("acknowledged", "cy")
    assert original is not None
    assert drill.escalation.run != original.escalation.run
    assert drill.escalation.silent == at("14:30")


@pytest.mark.parametrize("position", [0, -1, 6, 99])
def test_a_position_that_is_not_there_is_a_sentence(shop: tuple[House, str], position: int) -> None:
    house, incident = shop
    with pytest.raises(Invalid, match=f"There is no entry {position}"):
        take_over(house.room("bo"), incident, position)
    assert len(house.store.summaries()) == 1


def test_what_cannot_be_taken_over_is_refused(shop: tuple[House, str]) -> None:
    house, incident = shop
    with pytest.raises(Unknown, match="no such incident"):
        take_over(house.room("bo"), UUID, 1)
    with pytest.raises(Invalid, match="longer than 193 characters"):
        take_over(house.room("bo"), incident, 1, title="x" * 194)
    with pytest.raises(Refused, match="eve has no right to declare"):
        take_over(Room(house.open(), Actor("eve", "link")), incident, 1)
    test = declare(house.room("ana"), exercise="ladder-test")
    with pytest.raises(Refused, match="INC-2 is a test of a ladder"):
        take_over(house.room("bo"), test, 1)
    assert len(house.store.summaries()) == 2


def test_what_names_a_fact_by_its_number_follows_it(shop: tuple[House, str]) -> None:
    house, incident = shop
    cy = house.room("cy")
    state = cy.feed(incident).refresh().incident
    assert state is not None
    (page,) = state.escalation.pages
    engine = Room(house.open(), Actor("engine", "engine"))
    engine.do("page.report", incident, page=page.order.id, contact="push", outcome="sent", attempt=1)
    cy.do("note", incident, text="errors are gone")
    number = len(cy.feed(incident).refresh().incident.timeline)  # type: ignore[union-attr]
    cy.do("correct", incident, entry=number, text="errors are half gone")
    drill = take_over(house.room("bo"), incident, number + 1).incident
    assert [entry.corrected for entry in drill.timeline if entry.text == "errors are gone"] == ["errors are half gone"]
    assert all(entry.kind != "page" or "sent" not in entry.text for entry in drill.timeline)


@pytest.fixture
def server(postgres_url: str) -> Iterator[PostgresStore]:
    """A log on a real server."""
    with closing(PostgresStore(postgres_url)) as store:
        yield store


@pytest.mark.postgres
def test_on_a_server_too(server: PostgresStore) -> None:
    room = Room(server, Actor("ana"))
    room.publish(reachable(ORG).playbook)
    incident = declare(room)
    room.do("role.take", incident, role="commander")
    room.do("note", incident, text="seen")
    drill = take_over(Room(server, Actor("bo")), incident, 3).incident
    assert (drill.name, drill.title, drill.roles.held) == ("INC-2", f"{MARK}card payments fail", ())
    assert [row.title for row in server.summaries()] == ["DRILL: card payments fail", "card payments fail"]
    assert verify(server).bad is None


def drilled(house: House) -> tuple[Room, str]:
    """A drill that ana leads, with a channel on which it pages for real; its first inject has come."""
    org = reachable(ORG).playbook
    room = house.room("ana")
    room.publish(replace(org, channels=tuple(replace(each, drill=True) for each in org.channels)))
    started = DrillStarted(SCENARIO, controllers=("ana",), evaluators=("cy",), live=("push",))
    given: dict[str, Any] = {"title": f"{MARK}payments", "severity": "1", "exercise": "drill", "drill": started}
    incident = room.do("declare", None, **given).incident.id
    Room(house.open(), Actor("engine", "engine")).do("drill.fire", incident, inject="page")
    return room, incident


def test_the_branch_of_a_drill_has_no_scenario_and_pages_nobody_for_real(house: House) -> None:
    room, incident = drilled(house)
    room.do("drill.note", incident, text="they look at the wrong graph")
    branch = take_over(room, incident, Replay(room.store, incident).course.length).incident
    assert (branch.drill, branch.exercise, realm_on(branch, "push")) == (Drill(), "drill", "drill")
    texts = [entry.text for entry in branch.timeline]
    assert "ALERT · monitoring: The queue grows." in texts
    assert "they look at the wrong graph" not in " ".join(texts)


def test_whoever_takes_part_in_a_drill_branches_and_exports_it_only_once_it_is_over(house: House) -> None:
    room, incident = drilled(house)
    for person in ("bo", "di"):
        with pytest.raises(Refused, match="INC-1 is a drill that you take part in, and it still runs"):
            take_over(house.room(person), incident, 2)
        with pytest.raises(Refused, match="its bundle gives away what is to come"):
            check_leaving(house.room(person), incident)
    check_leaving(house.room("cy"), incident)
    assert take_over(house.room("cy"), incident, 2).incident.exercise == "drill"
    room.do("drill.end", incident)
    check_leaving(house.room("bo"), incident)
    assert take_over(house.room("bo"), incident, 2).incident.exercise == "drill"
