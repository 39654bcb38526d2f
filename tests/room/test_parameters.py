"""What a command is given: how it is read, and what is refused before any rule sees it."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.room.house import House
from tests.support.builders import at, runbook
from warroom.domain.errors import Invalid, Refused, Unknown
from warroom.room.room import Actor, Room


def test_unknown_commands_and_parameters_are_refused(house: House) -> None:
    room, incident = house.incident()
    with pytest.raises(Unknown, match="No command is called “nope”"):
        room.do("nope", incident)
    with pytest.raises(Unknown, match="No parameter is called “txt”"):
        room.do("note", incident, txt="seen")
    with pytest.raises(Unknown, match="No parameter is called “sevrity”"):
        room.do("declare", title="x", sevrity="1")
    with pytest.raises(Invalid, match=r"Write a note: text is missing \(the note\)"):
        room.do("note", incident)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("note", {"text": "caf\udce9"}),
        ("step.note", {"step": "1.1", "text": "caf\udce9"}),
        ("step.done", {"step": "1.1", "note": "caf\udce9"}),
        ("sev", {"level": "2", "because": "caf\udce9"}),
        ("declare", {"title": "caf\udce9"}),
        ("declare", {"title": "x", "services": "caf\udce9"}),
        ("declare", {"title": "x", "services": ["caf\udce9"]}),
        ("service.health", {"service": "caf\udce9", "health": "degraded"}),
        ("evidence", {"content": b"x", "name": "caf\udce9.png"}),
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(house: House, name: str, given: dict[str, Any]) -> None:
    room, incident = house.incident()
    room.do("runbook.attach", incident, runbook="payment-errors")
    with pytest.raises(Invalid, match="half a character"):
        room.do(name, None if name == "declare" else incident, **given)


def test_no_text_is_longer_than_8_kib(house: House) -> None:
    room, incident = house.incident()
    with pytest.raises(Invalid, match="longer than 8 KiB"):
        room.do("sev", incident, level="2", because="x" * 8193)


def test_what_happened_lies_in_the_past_however_it_is_given(house: House) -> None:
    room, incident = house.incident()
    for given in ("2026-05-04T14:01Z", at("14:01")):
        acts: dict[str, dict[str, Any]] = {
            "note": {"text": "seen"},
            "decide": {"text": "go"},
            "milestone": {"milestone": "impact"},
        }
        for name, more in acts.items():
            with pytest.raises(Refused, match="future"):
                room.do(name, incident, at=given, **more)


def test_a_time_of_day_is_read_in_the_zone_that_the_front_end_shows(house: House) -> None:
    room, incident = house.incident()
    house.at("14:30")
    room.do("note", incident, text="ana lives in Berlin, but sees UTC", at="14:05")
    house.room("bo").do("note", incident, text="shown New York", at="10:05", zone=ZoneInfo("America/New_York"))
    house.room("cy").do("note", incident, text="and here is UTC", at="-25m")
    entries = list(house.room().feed(incident).state.incident.timeline)[1:]  # type: ignore[union-attr]
    assert [entry.happened for entry in entries] == [at("14:05")] * 3
    assert [entry.recorded for entry in entries] == [at("14:30")] * 3


def test_names_come_as_a_list_or_with_commas(house: House) -> None:
    room, _ = house.incident()
    for services in ("Checkout, payments ,", ["checkout", "payments"], ("checkout", "payments")):
        outcome = room.do("declare", title="x", services=services)
        assert outcome.incident.services.affected == ("checkout", "payments")


def test_a_runbook_is_found_in_the_playbook_or_in_the_library(house: House) -> None:
    room, incident = house.incident()
    room.do("runbook.attach", incident, runbook="payment-errors")
    with pytest.raises(Unknown, match="No runbook is called “latency”"):
        room.do("runbook.attach", incident, runbook="latency")
    found = runbook("latency", triage="look")
    reader = Room(house.open(), Actor("ana"), library={"latency": found}.get)
    assert reader.do("runbook.attach", incident, runbook="latency").incident.checklist.ids()[-1] == "2/1.1"


def test_evidence_is_stored_under_its_digest(house: House) -> None:
    room, incident = house.incident()
    outcome = room.do("evidence", incident, content=b"a graph", name="graph.png")
    (kept,) = outcome.incident.evidence
    assert (kept.name, kept.size) == ("graph.png", 7)
    assert house.open().blob(kept.digest) == b"a graph"
    with pytest.raises(Invalid, match="at most 1 MiB"):
        room.do("evidence", incident, content=bytes(1024 * 1024 + 1))


@pytest.mark.parametrize("entry", ["2.5", "two", "", "９", "9" * 20])
def test_a_number_is_a_whole_number(house: House, entry: str) -> None:
    room, incident = house.incident()
    with pytest.raises(Invalid):
        room.do("correct", incident, entry=entry, text="x")


@pytest.mark.parametrize("typed", ["INC-1", "inc-1", " 1 "])
def test_an_incident_is_found_by_its_number_or_uuid(house: House, typed: str) -> None:
    room, incident = house.incident()
    assert room.find(typed) == room.find(incident.upper()) == incident
    for wrong in ("INC-2", "INC-", "", "9" * 30, str(uuid.uuid4())):
        with pytest.raises(Unknown, match="No incident is called"):
            room.find(wrong)
