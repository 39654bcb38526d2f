"""The sample organisation, and where the samples are found."""

from pathlib import Path

import pytest

from warroom.domain.errors import Unavailable, Unknown
from warroom.domain.org import Playbook
from warroom.domain.services import blast_radius, layers
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return read_organisation(samples.organisation(), samples.runbooks())


def test_people_cover_three_time_zones(playbook: Playbook) -> None:
    assert len(playbook.people) >= 12
    assert {"ana", "bo", "cy", "di"} <= {person.name for person in playbook.people}
    zones = [person.time_zone for person in playbook.people]
    assert {zone: zones.count(zone) >= 4 for zone in zones} == {
        "Europe/Berlin": True, "America/New_York": True, "Asia/Singapore": True,
    }  # fmt: skip


def test_severities_drive_the_response(playbook: Playbook) -> None:
    assert [severity.name for severity in playbook.severities] == ["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
    worst = playbook.severities[0]
    assert worst.acknowledge_within
    assert worst.escalate_within
    assert worst.contain_within
    assert worst.resolve_within
    assert worst.acknowledge_within < worst.escalate_within < worst.contain_within < worst.resolve_within
    assert worst.update_every
    assert "commander" in worst.roles
    assert all(severity.definition and severity.examples for severity in playbook.severities)


def test_services_lie_in_four_layers(playbook: Playbook) -> None:
    rows = layers(playbook.services)
    assert len(playbook.services) >= 16
    assert len(rows) == 4
    assert "web" in rows[0]
    assert "checkout" in rows[1]
    assert "payments" in rows[2]
    assert "ledger" in rows[3]
    assert {"ledger", "payments", "checkout", "web", "mobile"} <= blast_radius(playbook.services, ["ledger"])


def test_every_service_has_an_owner_among_the_teams_and_a_runbook(playbook: Playbook) -> None:
    teams = {person.team for person in playbook.people}
    for service in playbook.services:
        assert service.owner in teams, service.name
        assert service.runbooks, service.name


def test_samples_inside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_data/runbooks").mkdir(parents=True)
    monkeypatch.setattr(samples, "_PLACES", (tmp_path / "_data", tmp_path))
    assert samples.runbooks() == tmp_path / "_data/runbooks"
    with pytest.raises(Unavailable, match="came with warroom are missing"):
        samples.demo()


def test_a_past_incident_that_is_not_there() -> None:
    with pytest.raises(Unknown) as caught:
        samples.incident("fastly-2021-06-09")
    assert caught.value.message == "No past incident is called “fastly-2021-06-09”."
    assert "fastly-2021-06-08" in caught.value.hint
