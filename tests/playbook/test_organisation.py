"""The folder of an organisation: what it becomes, and what is said when its files do not fit together."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.org import Audience, Person
from warroom.domain.services import Service
from warroom.domain.severity import Severity
from warroom.playbook.organisation import read_organisation

FILES = {
    "organisation.yaml": """\
        name: Acme
        audiences:
          - {name: executives, title: Executives}
        """,
    "severities.yaml": """\
        severities:
          - {level: 2, name: SEV2, title: Major, definition: Bad.}
          - level: 1
            name: SEV1
            title: Critical
            definition: Worse.
            examples: [checkout is down]
            acknowledge_within: 5m
            update_every: 20m
            roles: [commander, scribe]
        """,
    "services.yaml": """\
        services:
          - name: web
            title: Web shop
            tier: 1
            owner: shop
            depends_on: [payments]
            runbooks: [latency]
          - name: payments
            depends_on: [web]
        """,
    "people.yaml": """\
        people:
          - name: ana
            full_name: Ana Ribeiro
            time_zone: Europe/Berlin
            team: platform
            logins: [ana, aribeiro]
            expertise: [networks]
          - name: bo
        """,
    "runbooks/latency.yaml": """\
        runbook: latency
        title: Slow
        services: [web]
        phases:
          - name: Triage
            steps:
              - {do: Look, inform: [executives]}
        """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small organisation in which all is well."""
    for name, text in FILES.items():
        write(tmp_path / "acme", name, text)
    return tmp_path / "acme"


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace something in one of the files."""
    text = (folder / name).read_text()
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new))


def test_an_organisation(folder: Path) -> None:
    playbook = read_organisation(folder)
    assert playbook.name == "Acme"
    assert playbook.audiences == (Audience("executives", "Executives"),)
    assert playbook.severities == (
        Severity(
            1, "SEV1", "Critical", "Worse.", ("checkout is down",), acknowledge_within=timedelta(minutes=5),
            update_every=timedelta(minutes=20), roles=("commander", "scribe"),
        ),
        Severity(2, "SEV2", "Major", "Bad."),
    )  # fmt: skip
    assert playbook.services == (
        Service("web", "Web shop", 1, "shop", "", ("payments",), ("latency",)),
        Service("payments", tier=3, depends_on=("web",)),
    )
    assert playbook.people == (
        Person("ana", "Ana Ribeiro", "Europe/Berlin", "platform", ("ana", "aribeiro"), ("networks",)),
        Person("bo", time_zone="UTC"),
    )
    assert [runbook.name for runbook in playbook.runbooks] == ["latency"]


def test_services_people_and_runbooks_may_be_left_out(folder: Path) -> None:
    for name in ("services.yaml", "people.yaml", "runbooks/latency.yaml"):
        (folder / name).unlink()
    (folder / "runbooks").rmdir()
    playbook = read_organisation(folder)
    assert (playbook.services, playbook.people, playbook.runbooks) == ((), (), ())


def test_without_runbooks_nobody_can_say_which_exist(folder: Path) -> None:
    (folder / "runbooks/latency.yaml").unlink()
    (folder / "runbooks").rmdir()
    assert read_organisation(folder).services[0].runbooks == ("latency",)


def test_runbooks_from_elsewhere(folder: Path) -> None:
    (folder / "runbooks").rename(folder.parent / "books")
    assert len(read_organisation(folder, folder.parent / "books").runbooks) == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("organisation.yaml", "name: Acme", "name: Acme\nnmae: Acme",
         '2: nmae: there is no such field; did you mean "name"?'),
        ("organisation.yaml", "name: Acme", "", "2: name: is missing"),
        ("organisation.yaml", "title: Executives}", "title: Executives}\n  - name: executives",
         '4: audiences[1].name: "executives" is already the name on line 3'),
        ("severities.yaml", "level: 2", "level: 1",
         "3: severities[1].level: 1 is given to two severities"),
        ("severities.yaml", "name: SEV2", "name: sev1",
         '4: severities[1].name: "SEV1" is given to two severities'),
        ("severities.yaml", "level: 2", "level: two",
         '2: severities[0].level: "two" is not a whole number from 1 to 9'),
        ("severities.yaml", "scribe]", "scrib]",
         '10: severities[1].roles: no role is called "scrib"; did you mean "scribe"?'),
        ("severities.yaml", "update_every: 20m", "update_every: 0",
         '9: severities[1].update_every: "0" is not a duration up to a year such as 90s, 5m, 1h30m or 2d'),
        ("services.yaml", "[payments]", "[paymnets]",
         '6: services[0].depends_on: no service is called "paymnets"; did you mean "payments"?'),
        ("services.yaml", "[latency]", "[latncy]",
         '7: services[0].runbooks: no runbook is called "latncy"; did you mean "latency"?'),
        ("services.yaml", "depends_on: [web]", "depends_on: [payments]",
         '9: services[1].depends_on: "payments" cannot depend on itself'),
        ("services.yaml", "tier: 1", "teir: 1",
         '4: services[0].teir: there is no such field; did you mean "tier"?'),
        ("people.yaml", "Europe/Berlin", "Eire/",
         '4: people[0].time_zone: "Eire/" is not a time zone such as Europe/Berlin; did you mean "Eire"?'),
        ("people.yaml", "Europe/Berlin", "../../etc/passwd",
         '4: people[0].time_zone: "../../etc/passwd" is not a time zone such as Europe/Berlin'),
        ("people.yaml", "- name: bo", "- name: ana",
         '8: people[1].name: "ana" is already the name on line 2'),
        ("people.yaml", "- name: bo", "- name: bo\n    logins: [aribeiro]",
         '9: people[1].logins: "aribeiro" already belongs to ana'),
        ("runbooks/latency.yaml", "[executives]", "[executvies]",
         '7: phases[0].steps[0].inform: no audience is called "executvies"; did you mean "executives"?'),
        ("runbooks/latency.yaml", "[web]", "[wbe]",
         '3: services: no service is called "wbe"; did you mean "web"?'),
    ],
)  # fmt: skip
def test_what_does_not_fit(folder: Path, name: str, old: str, new: str, expected: str) -> None:
    change(folder, name, old, new)
    assert said(lambda: read_organisation(folder)) == [f"{Path(name).name}:{expected}"]


def test_the_problems_of_all_files_are_told_together(folder: Path) -> None:
    change(folder, "organisation.yaml", "Acme", "'Acme")
    change(folder, "services.yaml", "tier: 1", "tier: 0")
    change(folder, "services.yaml", "[payments]", "[ledger]")
    change(folder, "people.yaml", "ana, aribeiro", "ana, {}")
    told = said(lambda: read_organisation(folder))
    assert told[0].startswith("organisation.yaml:3: this is not YAML: ")
    assert told[1:] == [
        'services.yaml:4: services[0].tier: "0" is not a whole number from 1 to 9',
        'services.yaml:6: services[0].depends_on: no service is called "ledger"; valid: web, payments',
        "people.yaml:6: people[0].logins[1]: must be one value, not a mapping",
    ]


def test_what_cannot_be_read_is_told_without_its_consequences(folder: Path) -> None:
    write(folder, "services.yaml", "services: [")
    write(folder, "runbooks/latency.yaml", "runbook: [")
    told = said(lambda: read_organisation(folder))
    assert [line.partition(" this is not YAML:")[0] for line in told] == [
        "services.yaml:1:",
        "latency.yaml:1:",
    ]


def test_runbooks_that_cannot_be_read_are_not_called_unknown(folder: Path) -> None:
    write(folder, "runbooks/latency.yaml", "- latency\n")
    assert said(lambda: read_organisation(folder)) == ["latency.yaml:1: must be a mapping of fields, not a list"]


@pytest.mark.parametrize("name", ["organisation.yaml", "severities.yaml"])
def test_a_required_file_is_missing(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"{name}:1: cannot be read: No such file or directory" in said(lambda: read_organisation(folder))


def test_a_misspelt_file_is_not_passed_over(folder: Path) -> None:
    (folder / "services.yaml").rename(folder / "service.yaml")
    told = said(lambda: read_organisation(folder))
    assert told[0] == 'service.yaml:1: no such file belongs here; did you mean "services.yaml"?'


def test_no_folder(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert said(lambda: read_organisation(missing)) == [f"{missing}:1: there is no such folder"]
