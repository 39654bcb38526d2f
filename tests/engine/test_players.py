"""Simulated responders play a script, and live users may do as they like beside them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from warroom.domain.errors import Unavailable
from warroom.domain.event import Fact
from warroom.domain.incident import Incident
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.domain.script import Line, Pace, Script, Value
from warroom.domain.services import Service
from warroom.engine.players import DIRECTOR, Players, rehearsal
from warroom.room.presence import GONE, people
from warroom.room.room import Actor, Room
from warroom.store.contract import Append, Appended, Store
from warroom.store.memory import MemoryStore

START = datetime(2018, 10, 21, 22, 54, tzinfo=UTC)
RUNBOOKS = {
    name: Runbook(name, name, phases=(Phase("Triage", (Step("look"), Step("tell"))),)) for name in ("latency", "mine")
}


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def line(minutes: float, by: str, command: str, **values: Value) -> Line:
    return Line(after(minutes), by, command, tuple(values.items()))


SCRIPT = Script(
    "acme-2018",
    "latency",
    START,
    (Pace(START, 10), Pace(after(10), 60)),
    (
        line(0, "ana", "declare", title="Slow", severity=3, services=("web",), impact=after(-2)),
        line(0.5, "ana", "milestone", name="detection", at=START),
        line(1, "ana", "runbook.attach", runbook="latency"),
        line(2, "ana", "step.claim", step="1.1"),
        line(3, "ana", "sev", level=2, because="it spreads"),
        line(4, "bo", "ack"),
        line(5, "bo", "role.take", role="commander"),
        line(6, "ana", "step.done", step="1.1", note="seen"),
        line(7, "bo", "milestone", name="containment", at=after(6)),
        line(10, "bo", "role.offer", role="commander", to="ana"),
        line(12, "ana", "role.accept", role="commander"),
        line(14, "cy", "note", text="still here"),
        line(30, "ana", "resolve"),
        line(31, "ana", "close"),
    ),
)


class Stage:
    """A script in a room in memory. The database's time stands still unless somebody waits."""

    def __init__(self, store: Store | None = None) -> None:
        store = store or MemoryStore()
        self.store = rehearsal(store, store.now())
        self.players = Players(self.room, SCRIPT, (Service("web"), Service("db")))
        self.id = self.players.declare().incident.id
        self.user = self.room("you")

    def room(self, person: str) -> Room:
        return Room(self.store, Actor(person, "asserted"), RUNBOOKS.get)

    def play(self, meddle: Callable[[Fact], None] = lambda fact: None) -> Incident:
        """The incident after the play. `meddle` is what the user does after each of the players' acts."""
        for outcome in self.players.play(self.id):
            for fact in outcome.facts:
                meddle(fact)
        return self.look()

    def do(self, command: str, **given: object) -> None:
        self.user.do(command, self.id, **given)  # type: ignore[arg-type]

    def look(self) -> Incident:
        found = self.user.feed(self.id).refresh().incident
        assert found is not None
        return found


def test_every_line_happens_at_its_own_moment() -> None:
    incident = Stage().play()
    acts = [(entry.recorded, entry.actor) for entry in incident.timeline if entry.actor != DIRECTOR]
    assert acts == [(each.at, each.by) for each in SCRIPT.lines]
    assert incident.clock.status == "closed"
    assert {name: known.happened for name, known in incident.clock.known} == {
        "impact": after(-2),
        "detection": START,
        "acknowledgment": after(4),
        "containment": after(6),
        "resolution": after(30),
    }


def test_the_incident_brings_its_own_services_and_names_its_source() -> None:
    incident = Stage().look()
    assert [service.name for service in incident.services.catalogue] == ["web", "db"]
    assert incident.source == "acme-2018"


def test_the_pace_changes_with_the_script_and_is_natural_when_the_players_have_gone() -> None:
    stage = Stage()
    paces = []
    incident = stage.play(lambda fact: paces.append(stage.look().clock.map))
    rates = [pace.rate for pace in paces if pace]
    assert rates == [10] * 8 + [60] * 5
    assert incident.clock.map
    assert incident.clock.map.rate == 1


def test_a_script_that_is_played_twice_happens_once() -> None:
    stage = Stage()
    once = [entry.text for entry in stage.play().timeline if entry.actor != DIRECTOR]
    list(Players(stage.room, SCRIPT).play(stage.id))
    assert [entry.text for entry in stage.look().timeline if entry.actor != DIRECTOR] == once


def test_the_players_are_here_from_their_first_line_to_their_last() -> None:
    stage = Stage()
    here = {}

    def look(fact: Fact) -> None:
        here[fact.recorded] = people(stage.store.present(stage.store.now() - GONE), stage.id)

    stage.play(look)
    assert here[after(3)] == {"ana"}
    assert here[after(7)] == {"ana", "bo"}
    assert here[after(30)] == {"ana"}
    assert stage.store.present(0) == []


def test_a_step_that_a_user_has_ticked_stays_theirs() -> None:
    stage = Stage()
    stage.do("runbook.attach", runbook="latency")
    stage.do("step.done", step="1.1")
    incident = stage.play()
    step = incident.checklist.find("1.1")
    assert step
    assert (step.outcome, step.by) == ("done", "you")
    assert len(incident.checklist.runs) == 1
    assert incident.clock.status == "closed"


def test_a_role_that_a_user_has_taken_is_not_fought_over() -> None:
    stage = Stage()
    stage.do("role.take", role="commander")
    incident = stage.play()
    assert incident.roles.holder("commander") == "you"
    assert incident.roles.past == ()
    assert incident.clock.status == "closed"


def test_a_role_that_a_user_takes_over_is_not_taken_back() -> None:
    stage = Stage()

    def meddle(fact: Fact) -> None:
        if fact.happened == after(5):
            stage.do("role.take", role="commander", because="mine now", force=True)

    assert stage.play(meddle).roles.holder("commander") == "you"


def test_a_role_that_a_user_offers_is_accepted() -> None:
    stage = Stage()
    stage.do("role.offer", role="scribe", to="ana")
    assert stage.play().roles.holder("scribe") == "ana"


def test_the_severity_and_the_milestones_that_a_user_has_set_stand() -> None:
    stage = Stage()
    stage.do("sev", level="1", because="I say so")
    stage.do("milestone", milestone="containment")
    incident = stage.play()
    contained = incident.clock.get("containment")
    assert incident.severity.level == 1
    assert contained
    assert (contained.happened, contained.by) == (START, "you")
    assert incident.clock.status == "closed"


def test_the_script_finds_its_steps_behind_a_runbook_of_the_users() -> None:
    stage = Stage()
    stage.do("runbook.attach", runbook="mine")
    checklist = stage.play().checklist
    mine, theirs = checklist.find("1.1"), checklist.find("2/1.1")
    assert mine
    assert theirs
    assert (mine.outcome, theirs.outcome, theirs.by) == ("todo", "done", "ana")


def test_nothing_more_is_done_in_an_incident_that_a_user_has_closed() -> None:
    stage = Stage()
    stage.do("resolve")
    stage.do("close")
    before = len(stage.look().timeline)
    assert {entry.actor for entry in stage.play().timeline.last(2)} == {DIRECTOR}
    assert len(stage.look().timeline) == before + 2


def test_the_play_ends_when_it_is_stopped() -> None:
    store = MemoryStore()
    slow = Players(lambda person: Room(store, Actor(person, "asserted"), RUNBOOKS.get), SCRIPT)
    incident = slow.declare().incident.id
    playing = Thread(target=lambda: list(slow.play(incident)), daemon=True)
    playing.start()
    while not store.present(0):
        store.wait(0.01)
    slow.stop()
    playing.join(30)
    assert not playing.is_alive()
    assert store.present(0) == []


class Moody(MemoryStore):
    """A database that is busy for the next few writes."""

    busy = 0

    def append(self, append: Append) -> Appended:
        if self.busy:
            self.busy -= 1
            raise Unavailable("The database is locked by somebody.")
        return super().append(append)


def test_a_busy_database_is_tried_again() -> None:
    store = Moody()
    stage = Stage(store)

    def meddle(fact: Fact) -> None:
        store.busy = 3

    incident = stage.play(meddle)
    assert len([entry for entry in incident.timeline if entry.actor != DIRECTOR]) == len(SCRIPT.lines)


def test_a_database_that_stays_away_ends_the_play() -> None:
    store = Moody()
    stage = Stage(store)
    store.busy = 1000
    with pytest.raises(Unavailable):
        stage.play()
