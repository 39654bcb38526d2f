"""A drill stays in the sandbox, whatever its parcels say and however the channels are set up."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from tests.engine.office import CHANNELS, Office
from tests.room.house import House
from tests.support.builders import ORG, at, reachable
from warroom.domain.clock import ClockMapped
from warroom.domain.event import incident_stream
from warroom.domain.org import Playbook
from warroom.outreach.contract import Message
from warroom.room.takeover import take_over
from warroom.room.writing import PageContent, WordContent
from warroom.store.contract import Append, Parcel


def outside(office: Office) -> list[Message]:
    """Everything that any real channel was handed."""
    return [message for door in office.doors.values() for message in door.messages]


def hand_made(office: Office, incident: str, content: PageContent | WordContent, channel: str, id: str) -> None:
    """Somebody's own parcel in a stream, which says that it is real."""
    now = office.house.wall.time
    parcel = Parcel(
        id,
        incident_stream(incident),
        "real",
        channel,
        "+49 30 0000",
        1,
        msgspec.json.encode(content),
        now,
        now + 10**12,
    )
    office.house.store.append(Append(id, parcel.stream, 0, "ana", "login", (), commuting=True, outbox=(parcel,)))


def taken(office: Office) -> str:
    """A drill that took over an incident at the moment when it had paged somebody; the original is over."""
    original = office.declare()
    office.settle_down()
    assert outside(office), "the original is real"
    drill = take_over(office.person, original, 3).incident
    office.do("resolve", original)
    for door in office.doors.values():
        door.messages.clear()
    return drill.id


def declared(office: Office) -> str:
    """A drill that was declared as one."""
    return office.declare(exercise="drill")


def played(office: Office) -> str:
    """An incident on a clock of its own, as the demo's."""
    return office.declare(clock=ClockMapped(at("14:00"), at("14:00"), 1.0))


Begun = pytest.mark.parametrize("begin", [taken, declared, played])


def whole_ladder(office: Office, incident: str) -> None:
    """Every rung fires, and somebody pages by hand as well."""
    office.do("page", incident, to="chat")
    for minute in range(0, 60, 2):
        office.at(f"14:{minute:02d}").settle_down()


@Begun
def test_the_whole_ladder_of_a_drill_reaches_the_sandbox_alone(house: House, begin: Callable[[Office], str]) -> None:
    office = Office(house)
    whole_ladder(office, begin(office))
    assert outside(office) == []
    assert {"push-cy", "phone-cy"} <= {message.to for message in office.sandbox.messages}
    assert {message.marks for message in office.sandbox.messages} == {"DRILL"}


@Begun
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_parcel_that_says_it_is_real_is_refused_with_the_reason(
    house: House, begin: Callable[[Office], str], channel: str
) -> None:
    office = Office(house)
    incident = begin(office)
    office.do("page", incident, to="bo")
    state = office.person.feed(incident).refresh().incident
    assert state is not None
    page = state.escalation.pages[-1].order.id
    hand_made(office, incident, PageContent(page, "push"), channel, "mine")
    hand_made(office, incident, PageContent("no such page", "push"), channel, "stray")
    hand_made(office, incident, WordContent("hello", "really"), channel, "word")
    office.settle_down()
    assert outside(office) == []
    states = {parcel.id: state for parcel, state, _ in office.house.store.outbox(incident_stream(incident))}
    assert (states["mine"], states["stray"], states["word"]) == ("failed", "dropped", "failed")
    assert any(line.endswith("a drill reaches no real channel") for line in office.lines(incident))


def misnamed() -> Playbook:
    """Every channel marked as one for drills, and one that no host serves."""
    book = reachable(ORG).playbook
    return replace(book, channels=tuple(replace(each, drill=True) for each in book.channels if each.name != "chat"))


@Begun
def test_channels_that_are_set_up_wrongly_let_nothing_out(house: House, begin: Callable[[Office], str]) -> None:
    office = Office(house, misnamed())
    incident = begin(office)
    hand_made(office, incident, WordContent("hello", "really"), "chat", "word")
    for minute in range(0, 60, 2):
        office.at(f"14:{minute:02d}").settle_down()
    assert outside(office) == []


def test_a_real_incident_beside_a_drill_still_reaches_people(house: House) -> None:
    office = Office(house)
    declared(office)
    office.declare()
    office.settle_down()
    assert [message.incident for message in outside(office)] == ["INC-2"]
    assert [message.incident for message in office.sandbox.messages] == ["INC-1"]
