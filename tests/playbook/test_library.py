"""Folders of runbooks as they are: what counts as one, what each is called, and what cannot be read."""

from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.errors import Refused, Unknown
from warroom.playbook import library, samples
from warroom.playbook.organisation import read_organisation
from warroom.playbook.runbook import read_runbook

MANY = '# Alerts\n\n## Alert Name: "DiskFull"\n\n- look\n\n## Alert Name: "DiskSlow"\n\n- wait\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A wiki as teams have it."""
    write(tmp_path / "wiki", "Node Down.md", "# Node down\n\n- look\n")
    write(tmp_path / "wiki/db", "README.md", "# Databases\n")
    write(tmp_path / "wiki/web", "README.md", "# Web\n")
    write(tmp_path / "wiki", "alerts.md", MANY)
    write(tmp_path / "wiki", "ours.yaml", "runbook: node-down\ntitle: Ours\nphases: [{name: A, steps: [{do: B}]}]\n")
    write(tmp_path / "wiki", "mkdocs.yml", "nav: [a.md]\n")
    write(tmp_path / "wiki", "Restart", "# Restart it\n\n- now\n")
    write(tmp_path / "wiki", "LICENSE", "Do what you like.\n\n1. But do it well.\n")
    write(tmp_path / "wiki", "COMMIT.txt", "# 1234\n\n- no\n")
    write(tmp_path / "wiki/.git", "hidden.md", "- no\n")
    return tmp_path / "wiki"


NAMES = ["alerts", "db-readme", "diskfull", "diskslow", "node-down", "restart", "web-readme", "wiki-node-down"]


def test_a_folder_is_read_whole(folder: Path) -> None:
    heard: list[tuple[int, int]] = []
    found = library.read([folder], lambda done, all: heard.append((done, all)))
    assert [book.name for book in found.runbooks] == NAMES
    assert {book.name: book.source for book in found.runbooks if book.name != "node-down"} == {
        "alerts": "alerts.md",
        "db-readme": "db/README.md",
        "diskfull": "alerts.md#DiskFull",
        "diskslow": "alerts.md#DiskSlow",
        "restart": "Restart",
        "web-readme": "web/README.md",
        "wiki-node-down": "Node Down.md",
    }
    assert (found.files, found.failed, found.coverage.percent) == (6, (), 100.0)
    assert heard == [(done, 6) for done in range(1, 7)]


def test_the_index_calls_everything_the_same(folder: Path) -> None:
    index = library.index([folder])
    read = {book.name: book for book in library.read([folder]).runbooks}
    assert {name: library.load(name, place) for name, place in index.items()} == read


def test_what_cannot_be_read_stops_nothing(folder: Path) -> None:
    (folder / "bad.md").write_bytes(b"# T\n\n\0")
    write(folder, "bad.yaml", "runbook: bad\ntitel: B\n")
    write(folder, "twice.yaml", (folder / "ours.yaml").read_text())
    found = library.read([folder, folder / "gone.md"])
    assert [book.name for book in found.runbooks] == NAMES
    assert [str(each) for each in found.failed] == [
        f"{folder}/bad.md:3: this is not text: there are NUL bytes in it",
        f"{folder}/bad.yaml:1: title: is missing",
        f"{folder}/bad.yaml:1: phases: is missing",
        f'{folder}/bad.yaml:2: titel: there is no such field; did you mean "title"?',
        f"{folder}/gone.md:1: cannot be read: No such file or directory",
        f'{folder}/twice.yaml:1: runbook: "node-down" is already the name of another file',
    ]  # fmt: skip
    assert "bad" in library.index([folder])


def test_one_runbook_of_a_file(folder: Path) -> None:
    assert library.read_named(folder / "Node Down.md").title == "Node down"
    assert library.read_named(folder / "alerts.md", "diskSLOW").title == "DiskSlow"
    assert library.read_named(folder / "alerts.md", "alerts").title == "Alerts"
    with pytest.raises(Unknown, match="No runbook is called “DiskGone”"):
        library.read_named(folder / "alerts.md", "DiskGone")
    with pytest.raises(Refused, match="holds 3 runbooks") as caught:
        library.read_named(folder / "alerts.md")
    assert caught.value.hint == "Say which: alerts.md#PART; there is DiskFull, DiskSlow, …"


def test_names_of_any_bytes(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.md").write_text("- a\n")
    (tmp_path / "b\udcff.md").write_text("- b\n")
    found = library.read([tmp_path])
    assert [(book.name, book.source) for book in found.runbooks] == [("a-31m", "a␛[31m.md"), ("b", "b�.md")]


def test_an_organisation_may_have_markdown_beside_yaml(tmp_path: Path) -> None:
    for name in ("organisation.yaml", "severities.yaml"):
        write(tmp_path, name, (samples.organisation() / name).read_text())
    write(tmp_path, "services.yaml", "services: [{name: web, runbooks: [node-down]}]\n")
    write(tmp_path / "runbooks", "ours.yaml", "runbook: ours\ntitle: O\nphases: [{name: A, steps: [{do: B}]}]\n")
    write(tmp_path / "runbooks", "Node Down.md", "# Node down\n- look\n")
    write(tmp_path / "runbooks", "README.md", "# About these\n")
    assert [book.name for book in read_organisation(tmp_path).runbooks] == ["node-down", "ours"]
    write(tmp_path / "runbooks", "Ours.md", "---\nservices: [webb]\n---\n- look\n")
    assert said(lambda: read_organisation(tmp_path)) == [
        'Ours.md:1: "ours" is already the name of ours.yaml',
        'Ours.md:1: services: no service is called "webb"; did you mean "web"?',
    ]


def test_yaml_that_names_no_runbook_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "title: A\n")
    assert library.files([tmp_path]) == []
    assert len(library.read([path]).failed) == 2
    assert said(lambda: read_runbook(path))
