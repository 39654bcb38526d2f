"""People's public keys in `people.yaml`."""

from pathlib import Path

import pytest

from tests.domain.test_public_keys import ANA, made
from tests.playbook.files import said, write
from tests.playbook.test_organisation import FILES
from warroom.playbook.organisation import read_organisation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small organisation in which all is well."""
    for name, text in FILES.items():
        write(tmp_path / "acme", name, text)
    return tmp_path / "acme"


def test_people_have_keys_without_their_comments(folder: Path) -> None:
    write(folder, "people.yaml", f"people:\n  - {{name: ana, keys: [{ANA} ana@laptop, {ANA}]}}\n  - name: bo\n")
    assert [each.keys for each in read_organisation(folder).people] == [(ANA,), ()]


def test_a_key_is_one_persons(folder: Path) -> None:
    write(folder, "people.yaml", f"people:\n  - {{name: ana, keys: [{ANA}]}}\n  - {{name: bo, keys: [{ANA} bo]}}\n")
    assert said(lambda: read_organisation(folder)) == [
        "people.yaml:3: people[1].keys: one of them already belongs to ana; a key is one person's"
    ]


def test_a_private_key_is_refused_loudly_and_not_repeated(folder: Path, tmp_path: Path) -> None:
    private = made(tmp_path, "-t", "ed25519").read_text(encoding="utf-8")
    pasted = "".join(f"          {line}\n" for line in private.splitlines())
    (folder / "people.yaml").write_text(f"people:\n  - name: ana\n    keys:\n      - |\n{pasted}", encoding="utf-8")
    (problem,) = said(lambda: read_organisation(folder))
    assert "PRIVATE key" in problem
    assert private.splitlines()[1] not in problem


@pytest.mark.parametrize("given", ['command="id" ', "from=*,permitopen=* "])
def test_options_are_no_part_of_a_key(given: str, folder: Path) -> None:
    write(folder, "people.yaml", f"people:\n  - name: ana\n    keys: ['{given}{ANA}']\n")
    (problem,) = said(lambda: read_organisation(folder))
    assert problem.startswith("people.yaml:3: people[0].keys[0]: must begin with the kind of key")
