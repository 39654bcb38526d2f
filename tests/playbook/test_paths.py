"""Folders that hold anything: no FIFO, device, huge file or impossible name hangs warroom or is a traceback."""

import os
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom import bootstrap
from warroom.domain.runbook import Runbook
from warroom.playbook import library
from warroom.playbook.amend import amend
from warroom.playbook.document import BadFile
from warroom.playbook.paths import Unreadable, contents, is_file, is_folder
from warroom.playbook.sources import file_of, read_sources

LONG = "x" * 5000


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with everything in it that must not be read to its end."""
    for name in ("fifo.md", "fifo.yaml", "fifo"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for name in ("sparse.md", "sparse.yaml"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(3 * 1024**3)
    return tmp_path


def test_only_ordinary_files_are_read_and_never_more_than_asked_for(odd: Path) -> None:
    assert contents(odd / "sparse.md", 5) == b"\0" * 5
    for name in ("fifo", "zero.md"):
        with pytest.raises(Unreadable, match="this is not a file"):
            contents(odd / name, 5)
    with pytest.raises(Unreadable, match="no name of a file"):
        contents(odd / "a\0b", 5)
    for path in (odd / LONG, odd / "a\0b"):
        assert not is_file(path)
        assert not is_folder(path)


def test_a_folder_of_odd_things_is_read_and_indexed(odd: Path) -> None:
    write(odd, "good.md", "# Good\n\n- look\n")
    found = library.read([odd])
    assert [book.name for book in found.runbooks] == ["good"]
    assert [str(each) for each in found.failed] == [
        f"{odd}/fifo.md:1: this is not a file",
        f"{odd}/fifo.yaml:1: this is not a file",
        f"{odd}/sparse.md:1: the file is larger than 1024 KiB; split it",
        f"{odd}/zero.md:1: this is not a file",
        f"{odd}/zero.yaml:1: this is not a file",
    ]
    assert "good" in library.index([odd])
    assert library.find("good", [odd]) is not None


def test_a_folder_of_odd_things_is_linted(odd: Path) -> None:
    _, problems = read_sources([odd])
    assert f"{odd}/fifo.yaml:1: this is not a file" in map(str, problems)
    assert len(problems) == 6


@pytest.mark.parametrize("name", ["fifo.md", "fifo.yaml", "zero.md", "sparse.yaml"])
def test_no_change_of_an_odd_file_is_shown(odd: Path, name: str) -> None:
    assert said(lambda: amend(odd / name, "", []))[0].startswith(f"{name}:1: th")


@pytest.mark.parametrize(
    "name", ["~nosuchuser/x.yaml", "~nosuchuser/x.md", f"{LONG}.md#x", f"{LONG}.yaml", "a\0b.yaml"]
)
def test_a_file_that_cannot_be_is_told_in_a_sentence(name: str) -> None:
    with pytest.raises(BadFile, match="cannot be read: "):
        bootstrap.library(name)


def test_a_name_that_no_file_can_have_is_no_runbook() -> None:
    assert bootstrap.library(LONG) is None
    assert bootstrap.library("a\0b") is None
    assert file_of(Runbook("x", "X", source="y" * 400 + ".md"), []) is None


def test_folders_that_cannot_be_read_have_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "shut/a.md", "# A\n\n- look\n")
    write(tmp_path, "b.md", "# B\n\n- look\n")
    scan = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)  # the tests may run as root, to whom nothing is shut
    found = library.read([tmp_path])
    assert [book.name for book in found.runbooks] == ["b"]
    assert [str(each) for each in found.failed] == [
        f"{tmp_path}/shut:1: the folder cannot be read: Permission denied"
    ]  # fmt: skip


def test_a_file_in_a_folder_that_may_not_be_entered_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def refusing(path: Path, **options: bool) -> os.stat_result:
        if path.name == "foo.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refusing)
    path = tmp_path / "foo.yaml"
    _, problems = read_sources([path])
    assert [str(each) for each in problems] == [f"{path}:1: cannot be read: Permission denied"]


BOOK = "title: T\nphases: [{name: A, steps: [{do: B}]}]\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"\ufeffrunbook: mine\n{BOOK}", "mine"),
        (f'"runbook": mine\n{BOOK}', "mine"),
        (f"'runbook' : \"mine\"\n{BOOK}", "mine"),
        (f"runbook : mine  # ours\n{BOOK}", "mine"),
        (f"runbook:\n  mine\n{BOOK}", "mine"),
        ("# c\n" * 3000 + f"runbook: mine\n{BOOK}", "mine"),
        (f"{BOOK}runbook: mine", "mine"),
        ('{"runbook": "mine", "title": "T", "phases": [{"name": "A", "steps": [{"do": "B"}]}]}', "mine"),
    ],
)
def test_what_is_linted_is_imported_however_it_is_written(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/a.yaml").write_text(text, encoding="utf-8")
    for place in (tmp_path, tmp_path / "wiki"):
        found = library.read([place])
        assert ([book.name for book in found.runbooks], found.failed) == ([name], ())
        assert list(library.index([place])) == [name]
        sources, problems = read_sources([place])
        assert ([each.runbook.name for each in sources], problems) == ([name], [])


@pytest.mark.parametrize("value", ["MyRunbook", "two words", "", "[a]"])
def test_a_yaml_runbook_whose_name_is_none_has_failed(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, "wiki/a.yaml", f"runbook: {value}\n{BOOK}")
    found = library.read([tmp_path])
    assert [(each.file, each.line, each.field) for each in found.failed] == [(str(path), 1, "runbook")]
