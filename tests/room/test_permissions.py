"""Rights at the room's door: what is refused is written down, once, and changes nothing else."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.room.house import House
from tests.support.builders import PLAYBOOK
from warroom.domain.errors import Refused
from warroom.domain.permissions import Permissions, Rule
from warroom.room import commands

RULES = Permissions(
    (
        Rule(("administrator",), people=("ana",)),
        Rule(("responder",), people=("bo",)),
        Rule(("observer",), people=("cy",)),
        Rule(("scribe",), people=("di",)),
    )
)


@pytest.fixture
def incident(house: House) -> str:
    """An incident that bo has declared under these rules."""
    house.room("ana").publish(replace(PLAYBOOK, permissions=RULES))
    return house.room("bo").do("declare", None, title="card payments fail", severity="1").incident.id


def test_the_matrix_of_rights(house: House, incident: str) -> None:
    tried: dict[str, dict[str, Any]] = {
        "declare": {"title": "x", "severity": "1"},
        "note": {"text": "seen"},
        "ack": {},
        "sev": {"level": "2", "because": "less"},
        "role.take": {"role": "commander"},
        "close": {},
    }
    allowed = {"ana": {*tried} - {"close"}, "bo": {"declare", "note", "ack"}, "di": {"note"}, "cy": set(), "eve": set()}
    for person, can in allowed.items():
        target = incident if person != "ana" else house.room("bo").do("declare", None, title="other").incident.id
        for name, given in tried.items():
            try:
                house.room(person).do(name, None if name == "declare" else target, **given)
                done = True
            except Refused as refused:
                done = refused.code != "forbidden" and name != "close"
            assert done == (name in can), (person, name)


def test_a_refused_attempt_is_on_record_once(house: House, incident: str) -> None:
    for _ in range(3):
        with pytest.raises(Refused, match="cy has no right to command here"):
            house.room("cy").do("sev", incident, level="2", because="less")
    state = house.room("ana").feed(incident).refresh().incident
    assert state is not None
    assert [(each.actor, each.text) for each in state.timeline if each.kind == "access"] == [
        ("cy", "was refused sev: no right to command")
    ]
    assert state.severity.level == 1


def test_whoever_breaks_the_glass_commands_here_and_nowhere_else(house: House, incident: str) -> None:
    other = house.room("bo").do("declare", None, title="other").incident.id
    room = house.room("cy")
    room.do("break-glass", incident, because="everybody else is asleep")
    room.do("role.take", incident, role="commander")
    room.do("sev", incident, level="2", because="less")
    with pytest.raises(Refused):
        room.do("sev", other, level="2", because="less")


def test_whoever_may_look_may_abort_a_drill(house: House, incident: str) -> None:
    drill = house.room("bo").do("declare", None, title="DRILL: payments", exercise="drill").incident.id
    assert house.room("cy").do("drill.abort", drill).incident.drill.aborted


def test_only_an_administrator_publishes(house: House, incident: str) -> None:
    with pytest.raises(Refused, match="bo has no right to administer here"):
        house.room("bo").publish(PLAYBOOK)
    assert house.room("ana").publish(PLAYBOOK)


def test_every_command_has_a_right_that_somebody_can_have() -> None:
    assert {each.right for each in commands.ALL} <= {
        "observe", "acknowledge", "record", "respond", "declare", "command", "approve", "close", "administer", "engine",
    }  # fmt: skip
