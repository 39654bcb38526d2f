"""The organisation: the playbook in force, the people in it, and the words of a refusal."""

import msgspec
import pytest

from tests.support.builders import ORG, PLAYBOOK, at, runbook
from warroom.domain import org as organisations
from warroom.domain import rights
from warroom.domain.errors import Refused, Unknown, unknown
from warroom.domain.event import ORG as STREAM
from warroom.domain.event import Event, Fact, Opaque, incident_of, incident_stream
from warroom.domain.org import BUILT_IN, Org, PlaybookPublished
from warroom.domain.permissions import Right


def published(org: Org, event: Event, seq: int = 1) -> Org:
    """The organisation after bo has published."""
    times = (at("09:00"), at("09:00"), at("09:00"))
    return organisations.evolve(org, Fact(seq, STREAM, seq, event, "bo", "login", *times))


def test_an_empty_database_starts_with_a_built_in_organisation() -> None:
    assert (Org().playbook, Org().version, Org().seq) == (BUILT_IN, 0, 0)
    assert [row.name for row in BUILT_IN.severities] == ["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]


def test_publishing_puts_a_playbook_in_force() -> None:
    (event,) = organisations.publish(Org(), PLAYBOOK)
    assert isinstance(event, PlaybookPublished)
    org = published(Org(), event)
    assert (org.playbook, org.version, org.published_by, org.published, org.seq) == (PLAYBOOK, 1, "bo", at("09:00"), 1)
    assert organisations.publish(org, PLAYBOOK) == []
    changed = msgspec.structs.replace(PLAYBOOK, name="other")
    (event,) = organisations.publish(org, changed)
    assert published(org, event, 2).version == 2


def test_even_the_built_in_playbook_can_be_published() -> None:
    assert organisations.publish(Org(), BUILT_IN) == [PlaybookPublished(BUILT_IN)]


def test_an_event_of_a_newer_program_changes_nothing_but_the_place() -> None:
    assert published(ORG, Opaque("swap-agreed.v1"), 2) == msgspec.structs.replace(ORG, seq=2)


def test_people_are_found_by_name_or_login_in_any_case() -> None:
    assert [ORG.person(typed) for typed in ("ana", " ANA ", "ARuiz", "bo")] == ["ana", "ana", "ana", "bo"]
    assert [ORG.known_as(login) for login in ("aruiz", "root")] == ["ana", "root"]
    with pytest.raises(Unknown, match="No person is called “eve”"):
        ORG.person("eve")


def test_where_no_playbook_names_people_any_name_will_do() -> None:
    assert Org().person(" eve ") == "eve"
    with pytest.raises(Unknown):
        Org().person(" ")


def test_zones_and_runbooks() -> None:
    assert (ORG.zone("ana"), ORG.zone("cy"), ORG.zone("eve")) == ("Europe/Berlin", "UTC", "UTC")
    assert ORG.runbook("payment-errors") == runbook()
    assert ORG.runbook("payment") is None


def test_an_unknown_name_comes_with_the_near_ones_or_with_some() -> None:
    assert unknown("role", "scrb", ["scribe", "deputy"]).hint == "Did you mean scribe?"
    assert unknown("role", "SCRIBE2", ["Scribe", "deputy"]).hint == "Did you mean Scribe?"
    assert unknown("role", "zzz", ["a", "b"]).hint == "There is: a, b."
    assert unknown("role", "zzz", list("abcdef")).hint == "There is: a, b, c, d, e, …."
    notes = ["note-1", "note-2", "note-3", "note-4"]
    assert unknown("inject", "note-9", notes).hint == "Did you mean note-1, note-2, note-3?"
    assert unknown("inject", "note-9", ["nota-1", "note-1"]).hint == "Did you mean note-1, nota-1?"
    assert unknown("role", "zzz", []).hint == "There is no role yet."


@pytest.mark.parametrize("via", ["login", "asserted", "database", "import"])
def test_people_may_respond_and_only_imports_may_import(via: str) -> None:
    rightly: tuple[Right, ...] = ("observe", "respond", "command", "administer")
    for right in rightly:
        rights.check(via, right, "ana", ORG)
    if via != "import":
        with pytest.raises(Refused, match="ana has no right to import here"):
            rights.check(via, "import", "ana", ORG)
    rights.check("import", "import", "ana", ORG)


def test_rights_are_denied_by_default() -> None:
    with pytest.raises(Refused, match="no right to respond") as refused:
        rights.check("carrier pigeon", "respond", "ana", ORG)
    assert refused.value.code == "forbidden"


def test_streams_are_named_after_their_incident() -> None:
    assert incident_of(incident_stream("a-b")) == "a-b"
    assert incident_of(STREAM) is None
