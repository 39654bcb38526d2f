"""`permissions.yaml`: the rules that it becomes, and what is said of those that make no sense."""

from pathlib import Path

import pytest

from tests.playbook.files import said, write
from tests.playbook.test_organisation import FILES
from warroom.domain.permissions import Permissions, Rule
from warroom.playbook.organisation import read_organisation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small organisation in which all is well."""
    for name, text in FILES.items():
        write(tmp_path / "acme", name, text)
    return tmp_path / "acme"


def test_without_the_file_there_are_no_rules(folder: Path) -> None:
    assert read_organisation(folder).permissions is None


def test_rules_name_people_teams_and_everyone(folder: Path) -> None:
    write(
        folder,
        "permissions.yaml",
        """\
        permissions:
          - {access: [observer], everyone: true}
          - {access: [commander, scribe], teams: [platform]}
          - {access: [administrator], people: [ana]}
        """,
    )
    assert read_organisation(folder).permissions == Permissions(
        (
            Rule(("observer",), everyone=True),
            Rule(("commander", "scribe"), teams=("platform",)),
            Rule(("administrator",), people=("ana",)),
        )
    )


def test_every_mistake_is_named_with_its_line(folder: Path) -> None:
    write(
        folder,
        "permissions.yaml",
        """\
        permissions:
          - {access: [observer], everyone: true}
          - access: [king]
            people: [anna]
          - {access: [scribe]}
          - {teams: [platfrom], shout: yes}
        """,
    )
    found = "\n".join(said(lambda: read_organisation(folder)))
    for part in ("king", "anna", "names nobody", "platfrom", "shout", "nobody could ever change the rules"):
        assert part in found, found
    assert all(line.startswith("permissions.yaml:") for line in found.splitlines())
