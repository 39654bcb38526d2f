"""Who is here: somebody is gone 45 seconds after their last terminal fell silent, and not before."""

import pytest

from tests.room.house import House
from warroom.domain.errors import Already, Refused
from warroom.room.presence import GONE, Seat, Someone, gather, people
from warroom.store.contract import Presence


def here(house: House, incident: str) -> tuple[Someone, ...]:
    """Those on an incident, as another terminal sees them."""
    now = house.wall.time
    return gather(house.open().present(now - GONE), incident, now)


def seat(house: House, person: str, session: str = "") -> Seat:
    """Somebody sits down at a terminal."""
    return Seat(house.open(), session or f"{person}'s", person, "host:1")


def test_somebody_is_gone_45_seconds_after_the_last_heartbeat(house: House) -> None:
    ana = seat(house, "ana")
    ana.beat("i1", "1.2")
    assert here(house, "i1") == (Someone("ana", ("1.2",), 0, False),)
    house.at("14:00:15")
    assert not here(house, "i1")[0].fading
    house.at("14:00:16")
    assert here(house, "i1")[0].fading
    house.at("14:00:45")
    assert [each.person for each in here(house, "i1")] == ["ana"]
    house.at("14:00:46")
    assert here(house, "i1") == ()


def test_leaving_is_seen_at_once(house: House) -> None:
    ana = seat(house, "ana")
    ana.beat("i1", "")
    ana.leave()
    assert here(house, "i1") == ()


def test_being_connected_is_not_attending(house: House) -> None:
    ana = seat(house, "ana")
    for minute, idle in (("14:01", 0), ("14:02", 0), ("14:02:01", 2), ("14:06:59", 6)):
        house.at(minute)
        ana.beat("i1", "")
        assert here(house, "i1")[0].idle == idle, minute
    ana.active()
    ana.beat("i1", "")
    assert here(house, "i1")[0].idle == 0


def test_several_terminals_are_one_person(house: House) -> None:
    desk, phone = seat(house, "ana", "desk"), seat(house, "ana", "phone")
    desk.beat("i1", "1.2")
    phone.beat("i1", "2.1")
    assert here(house, "i1") == (Someone("ana", ("1.2", "2.1"), 0, False),)
    house.at("14:05")
    desk.active()
    desk.beat("i1", "1.2")
    phone.beat("i1", "1.2")
    assert here(house, "i1") == (Someone("ana", ("1.2",), 0, False),), "one hand on one keyboard is enough"
    house.at("14:05:40")
    desk.beat("i1", "")
    house.at("14:06:10")
    assert here(house, "i1") == (Someone("ana", (), 0, True),), "the phone has fallen silent"


def test_who_looks_at_another_incident_is_not_here(house: House) -> None:
    seat(house, "ana").beat("i1", "")
    seat(house, "bo").beat("i2", "")
    assert [each.person for each in here(house, "i1")] == ["ana"]
    house.open().beat(Presence("s", "cy", "i1", "", house.wall.time, house.wall.time))
    assert people(house.open().present(0), "i1") == {"ana", "cy"}


def test_people_are_in_the_order_of_their_names(house: House) -> None:
    for person in ("cy", "ana", "bo"):
        seat(house, person).beat("i1", "")
    assert [each.person for each in here(house, "i1")] == ["ana", "bo", "cy"]


def test_a_role_is_taken_over_only_from_somebody_who_is_gone(house: House) -> None:
    ana, incident = house.incident()
    ana.do("role.take", incident, role="commander")
    seat(house, "ana").beat(incident, "")
    bo = house.room("bo")
    house.at("14:00:45")
    with pytest.raises(Refused, match="ana is incident commander and is here"):
        bo.do("role.take", incident, role="commander", because="she is silent")
    house.at("14:00:46")
    outcome = bo.do("role.take", incident, role="commander", because="she is silent")
    assert outcome.incident.roles.holder("commander") == "bo"


def test_a_claim_stands_for_two_minutes_though_nobody_is_here(house: House) -> None:
    ana, incident = house.incident()
    ana.do("runbook.attach", incident, runbook="payment-errors")
    ana.do("step.claim", incident, step="1.1")
    bo = house.room("bo")
    house.at("14:01:59")
    with pytest.raises(Already, match=r"ana is on 1\.1 since 1 min ago"):
        bo.do("step.claim", incident, step="1.1")
    house.at("14:02")
    taken = bo.do("step.claim", incident, step="1.1").incident
    assert taken.timeline[-1].text == "took over 1.1 from ana: confirm the impact"


def test_a_claim_stands_while_its_holder_is_here(house: House) -> None:
    ana, incident = house.incident()
    ana.do("runbook.attach", incident, runbook="payment-errors")
    ana.do("step.claim", incident, step="1.1")
    house.at("14:05")
    seat(house, "ana").beat(incident, "1.1")
    bo = house.room("bo")
    house.at("14:05:45")
    with pytest.raises(Already, match=r"ana is on 1\.1 since 5 min ago"):
        bo.do("step.claim", incident, step="1.1")
    house.at("14:05:46")
    found = bo.do("step.claim", incident, step="1.1").incident.checklist.find("1.1")
    assert found is not None
    assert found.claimed is not None
    assert found.claimed[0] == "bo"
