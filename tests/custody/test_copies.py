"""Copies elsewhere: a file that grows, and a repository in which each is committed."""

import subprocess
from pathlib import Path

import pytest

from warroom.custody.copies import NAME, open_copy
from warroom.domain.errors import Unavailable


def git(folder: Path, *words: str) -> str:
    """What git says there."""
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout


def test_a_file_only_grows(tmp_path: Path) -> None:
    copy = open_copy(tmp_path / "copies.txt")
    assert copy.read() == ""
    copy.add("one\n")
    open_copy(tmp_path / "copies.txt").add("two\n")
    assert copy.read() == "one\ntwo\n"


def test_a_file_that_cannot_be_written_is_told_and_no_planted_link_is_followed(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        open_copy(tmp_path / "no" / "copies.txt").add("one\n")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match="cannot be written"):
        open_copy(tmp_path / "link").add("one\n")
    assert not (tmp_path / "elsewhere").exists()


def test_a_repository_has_a_commit_for_each_and_runs_no_hook(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    (tmp_path / "staged").write_text("somebody else's work\n")
    git(tmp_path, "add", "staged")
    copy = open_copy(tmp_path)
    assert copy.read() == ""
    copy.add("a\nb\nc\nposition 7\n")
    copy.add("a\nb\nc\nposition 9\n")
    assert git(tmp_path, "log", "--format=%s").splitlines() == [
        "warroom checkpoint: position 9",
        "warroom checkpoint: position 7",
    ]
    assert git(tmp_path, "log", "--name-only", "--format=").split() == [NAME, NAME]
    assert not (tmp_path / "ran").exists()
    (tmp_path / NAME).write_text("changed, but not committed\n")
    assert copy.read() == "a\nb\nc\nposition 7\na\nb\nc\nposition 9\n"


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is no git repository"):
        open_copy(tmp_path).read()
