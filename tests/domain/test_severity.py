"""Severity: the pinned taxonomy, changes with a reason, and rows that nobody defined."""

import msgspec
import pytest

from tests.support.builders import ORG, Tale, at
from warroom.domain import severity
from warroom.domain.errors import Already, Refused, Unknown
from warroom.domain.org import BUILT_IN, Org


@pytest.mark.parametrize("typed", ["2", " 2 ", "sev2", "SEV2", "major", "Major"])
def test_a_severity_is_named_by_level_name_or_title(typed: str) -> None:
    assert severity.find(BUILT_IN.severities, typed).level == 2


def test_an_unknown_severity_names_what_there_is() -> None:
    with pytest.raises(Unknown) as refused:
        severity.find(BUILT_IN.severities, "9")
    assert refused.value.hint == "There is: SEV1, SEV2, SEV3, SEV4, SEV5."


def test_a_near_miss_is_recognised_whatever_its_case() -> None:
    with pytest.raises(Unknown) as refused:
        severity.find(BUILT_IN.severities, "SEV-1")
    assert "SEV1" in refused.value.hint
    assert refused.value.hint.startswith("Did you mean")


def test_a_change_needs_a_reason_and_tells_the_old_and_the_new() -> None:
    tale = Tale(severity="3").at("14:10")
    with pytest.raises(Refused, match="needs a reason"):
        tale.do(severity.change, "1", " ")
    tale.do(severity.change, "1", "checkout is down", by="bo")
    assert tale.incident.severity.now.name == "SEV1"
    assert tale.last.endswith("SEV3 → SEV1: checkout is down")
    assert tale.incident.severity.history == ((3, at("14:00"), "ana"), (1, at("14:10"), "bo"))


def test_the_same_severity_again_says_since_when_and_by_whom() -> None:
    tale = Tale(severity="1").at("14:10")
    with pytest.raises(Already, match=r"already SEV1 \(since 14:00 UTC, by ana\)"):
        tale.do(severity.change, "SEV1", "still bad", by="bo")


def test_the_table_is_pinned_when_the_incident_is_declared() -> None:
    tale = Tale(severity="2")
    renamed = tuple(msgspec.structs.replace(row, name=f"P{row.level}") for row in BUILT_IN.severities)
    tale.org = Org(msgspec.structs.replace(ORG.playbook, severities=renamed), 2)
    tale.at("14:10").do(severity.change, "SEV1", "worse")
    assert tale.incident.severity.now.name == "SEV1"
    with pytest.raises(Unknown):
        tale.do(severity.change, "P3", "better")


def test_an_incident_cannot_be_declared_under_a_severity_that_does_not_exist() -> None:
    with pytest.raises(Unknown, match="No severity is called “7”"):
        Tale(severity="7")


def test_a_level_that_the_table_lacks_still_has_a_name() -> None:
    row = severity.row((), 7)
    assert (row.name, row.acknowledge_within, row.roles) == ("SEV7", None, ())


@pytest.mark.parametrize("title", ["", "  \n"])
def test_an_incident_needs_a_title(title: str) -> None:
    with pytest.raises(Refused, match="needs a title"):
        Tale(title=title)


def test_a_title_is_one_line_of_at_most_200_characters() -> None:
    assert Tale(title=" card\n payments\tfail ").incident.title == "card payments fail"
    with pytest.raises(Refused, match="longer than 200"):
        Tale(title="x" * 201)


def test_a_declaration_spells_services_as_the_catalogue_does_and_accepts_strangers() -> None:
    tale = Tale(services=("Checkout", "checkout", "fax gateway"))
    assert tale.incident.services.affected == ("checkout", "fax gateway")
    with pytest.raises(Refused, match="A service needs a name"):
        Tale(services=(" ",))
