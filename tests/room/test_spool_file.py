"""The file of unsent notes: nobody else reads it, it has a limit, and what was torn or strange in it does no harm."""

import os
import uuid
from pathlib import Path

import pytest

from tests.room.house import House
from tests.room.unsent import keep, spool_of, texts
from warroom.domain.errors import Refused, Unavailable
from warroom.room.spool import BIGGEST


def test_only_its_owner_can_read_the_file_whatever_the_umask(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    before = os.umask(0)
    try:
        keep(spool, incident, "a secret")
        keep(spool, str(uuid.uuid4()), "to nowhere")
        assert modes(folder) == {0o600}
        spool.drain(room)
        assert modes(folder) == {0o600}
        for path in folder.glob("*.jsonl"):
            path.chmod(0o644)
        keep(spool, incident, "another")
        assert modes(folder) == {0o600}
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700


def modes(folder: Path) -> set[int]:
    """The permissions of every file there."""
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_a_link_laid_in_the_way_is_not_followed(house: House, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (folder / f"{house.store.head().log_id}.jsonl").symlink_to(victim)
    with pytest.raises(Unavailable, match="Notes cannot be kept in"):
        keep(spool_of(house, folder), "i", "seen")
    assert victim.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_sentence(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    spool = spool_of(house, tmp_path / "file" / "spool")
    assert spool.pending() == ()
    with pytest.raises(Unavailable, match="Not a directory") as refused:
        keep(spool, "i", "seen")
    assert refused.value.hint == "Write them on paper for now."


def test_the_file_has_a_limit(house: House, folder: Path) -> None:
    spool = spool_of(house, folder)
    keep(spool, "i", "x" * 8192)
    (path,) = folder.glob("*.jsonl")
    line = path.stat().st_size
    for _ in range(BIGGEST // line - 1):
        keep(spool, "i", "x" * 8192)
    with pytest.raises(Refused, match="Too many notes wait"):
        keep(spool, "i", "x" * 8192)
    assert path.stat().st_size == BIGGEST // line * line
    assert len(spool.pending()) == BIGGEST // line


def test_a_torn_last_line_is_cut_off_and_never_sent(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "whole")
    (path,) = folder.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"command_id":"torn","incident":"')
    assert texts(spool.pending()) == ["whole"]
    keep(spool, incident, "after it")
    assert texts(spool.drain(room).sent) == ["whole", "after it"]
    assert path.read_bytes() == b""


def test_a_line_that_this_version_cannot_read_stays(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "first")
    (path,) = folder.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"from":"a newer version"}\n')
    keep(spool, incident, "second")
    assert texts(spool.drain(room).sent) == ["first", "second"]
    assert path.read_bytes() == b'{"from":"a newer version"}\n'


def test_what_another_console_kept_is_seen(house: House, folder: Path) -> None:
    spool, other = spool_of(house, folder), spool_of(house, folder)
    assert spool.pending() == ()
    keep(other, "i", "seen")
    assert texts(spool.pending()) == ["seen"]
    assert spool.pending() is spool.pending(), "an unchanged file is not read again"
