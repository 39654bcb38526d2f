"""People and an engine on one Postgres database, each in a role of their own: a page goes out and is answered."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.engine.office import Door
from tests.support.builders import PLAYBOOK, reachable
from tests.support.ladders import rung
from tests.support.postgres import Databases
from tests.support.roles import Roles, roles
from warroom.bootstrap import open_engine, open_room, open_store
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident
from warroom.domain.ladder import Ladder, Route
from warroom.domain.org import Org
from warroom.engine.loop import Engine
from warroom.outreach.contract import Adapter
from warroom.room import answering, takeover
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.settings import Settings
from warroom.store.contract import Claimed

pytestmark = pytest.mark.postgres


@pytest.fixture
def known(postgres: Databases) -> Iterator[Roles]:
    """The shop's people have roles, and so has an engine. Its one ladder pages bo, then cy."""
    ladder = Ladder("it", (rung("person bo"), rung("person cy")))
    playbook = reachable(Org(PLAYBOOK), (ladder,), (Route("it"),)).playbook
    with roles(postgres) as found:
        with closing(open_store(found.owner)) as store:
            Room(store, Actor("owner")).publish(playbook)
        for who in ("ana", "bo"):
            found.grant(who)
        found.grant("engine", engine=True)
        yield found


@pytest.fixture
def ana(known: Roles) -> Iterator[Room]:
    """ana's terminal, as the program opens it."""
    room = open_room(Settings(db=known.url("ana")))
    with closing(room.store):
        yield room


@pytest.fixture
def bo(known: Roles) -> Iterator[Room]:
    """bo's terminal."""
    room = open_room(Settings(db=known.url("bo")))
    with closing(room.store):
        yield room


@pytest.fixture
def engine(known: Roles) -> Iterator[Room]:
    """The room of an engine in its own role."""
    with closing(open_store(known.url("engine"))) as store:
        yield Room(store, Actor("engine", "engine"))


def declare(room: Room) -> str:
    """A new incident."""
    return room.do("declare", title="card payments fail", severity="1").incident.id


def now(room: Room, incident: str) -> Incident:
    """The incident as it stands."""
    found = room.feed(incident).refresh().incident
    assert found is not None
    return found


def page(room: Room, door: Door) -> None:
    """An engine fires and sends what is due."""
    engine = Engine(room, "engine-1", lambda org: {each.name: door for each in org.playbook.channels}, door)

    def hand(claimed: Claimed, adapter: Adapter) -> None:
        engine.carry(claimed, adapter)

    for _ in range(3):
        engine.turn(hand)
    engine.release()


def test_a_page_goes_out_and_is_answered_each_in_their_own_role(ana: Room, bo: Room, engine: Room) -> None:
    door, incident = Door(), declare(ana)
    page(engine, door)
    assert [message.to for message in door.messages if message.incident]
    assert bo.do("ack", incident).incident.escalation.going == "acknowledged"
    actors = {(each.actor, each.via) for each in now(ana, incident).timeline}
    assert actors == {("ana", "database"), ("bo", "database"), ("engine", "engine")}
    assert verify(engine.store).bad is None


def test_a_link_in_a_page_acknowledges_in_the_engines_role(ana: Room, engine: Room) -> None:
    incident = declare(ana)
    page(engine, Door())
    [sent] = [each.order.id for each in now(ana, incident).escalation.pages if each.order.person == "bo"]
    done = answering.follow(engine.store, answering.Pass(incident, sent, "bo", 2**40))
    assert {(fact.actor, fact.via) for fact in done.facts} == {("bo", "link")}


def test_a_client_that_says_to_be_somebody_else_is_refused(ana: Room, known: Roles) -> None:
    assert ana.actor == Actor("ana", "database")
    with pytest.raises(Refused, match="cannot act as bo"):
        Room(ana.store, Actor("bo", "database")).do("declare", title="one")
    assert ana.store.summaries() == []
    with pytest.raises(Refused, match="an engine acts for nobody"):
        open_engine(Settings(db=known.url("ana")), print)


def test_a_person_takes_over_a_replay_as_a_drill_in_which_others_acts_are_told_again(ana: Room, bo: Room) -> None:
    incident = declare(ana)
    noted = bo.do("note", incident, text="31 %").incident
    drill = takeover.take_over(ana, incident, noted.seq).incident
    assert drill.exercise == "drill"
    assert ("bo", "import") in {(each.actor, each.via) for each in drill.timeline}
    assert bo.do("note", drill.id, text="and on").incident.id == drill.id


def test_an_engine_opened_in_an_engines_role_runs(known: Roles) -> None:
    engine = open_engine(Settings(db=known.url("engine")), print)
    with closing(engine._store):
        engine.turn(lambda claimed, adapter: None)
        assert not engine.idle
        engine.release()
