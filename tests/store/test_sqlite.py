"""The file: its place, its modes, its neighbours, and what happens when the disk or somebody else gets in the way."""

import os
import shutil
import sqlite3
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.store import processes
from tests.store.support import command, draft, new_stream, run_sql, verified
from tests.support.processes import uncovered
from warroom.domain.errors import Refused, Unavailable
from warroom.store import files
from warroom.store.contract import Damaged, Forked, Presence
from warroom.store.sqlite import SqliteStore

SIDES = ("lock", "bell", "presence")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "warroom.db"


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody on the host may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_rollback_journal_is_used_never_the_wal(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.append(command(new_stream()))
        journal = path.with_name("warroom.db-journal")
        assert journal.stat().st_size == 0  # truncated, not deleted: one directory operation less per commit
        assert not path.with_name("warroom.db-wal").exists()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_open_to_the_group_whatever_the_umask(path: Path, umask: int) -> None:
    processes.said("driver_only", str(path), new_stream(), umask=umask)
    with closing(SqliteStore(path)) as store:
        store.beat(Presence("t1", "ana", "", "", 1, 1))
    made = [path, *(path.with_name(f"warroom.db-{side}") for side in SIDES)]
    assert [oct(stat.S_IMODE(file.stat().st_mode)) for file in made] == ["0o660"] * 4


def test_nothing_but_the_driver_opens_the_file(path: Path) -> None:
    assert processes.said("driver_only", str(path), new_stream()) == f"{path}-journal"


def test_folders_are_made(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a" / "b" / "warroom.db")) as store:
        assert store.place == str(tmp_path / "a" / "b" / "warroom.db")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "virtiofs", "beegfs_nodev"])
def test_network_file_systems_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(files, "mounted", lambda: [("/", "ext4"), (str(path.parent), kind)])
    with pytest.raises(Refused, match=f"network file system \\({kind}\\)") as refused:
        SqliteStore(path)
    assert "postgresql://" in refused.value.hint
    assert not path.exists()


def test_a_second_name_is_refused(path: Path) -> None:
    SqliteStore(path).close()
    os.link(path, path.with_name("alias.db"))
    with pytest.raises(Refused, match="second name"):
        SqliteStore(path.with_name("alias.db"))


def test_a_symbolic_link_leads_to_the_same_log(path: Path) -> None:
    path.with_name("alias.db").symlink_to(path)
    with closing(SqliteStore(path)) as store, closing(SqliteStore(path.with_name("alias.db"))) as same:
        store.append(command(new_stream()))
        assert same.place == store.place
        assert same.head() == store.head()


def test_a_planted_link_beside_the_file_is_not_followed(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_text("precious")
    path.with_name("warroom.db-lock").symlink_to(victim)
    with pytest.raises(Unavailable, match="-lock cannot be used"):
        SqliteStore(path)
    assert victim.read_text() == "precious"


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"):
        SqliteStore(tmp_path)


@pytest.fixture(params=["pipe", "device"])
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Something of our own that can be opened and is no file; the device is a new terminal."""
    if request.param == "pipe":
        os.mkfifo(tmp_path / "pipe")
        yield tmp_path / "pipe"
        return
    ends = os.openpty()
    yield Path(os.ttyname(ends[1]))
    for end in ends:
        os.close(end)


def test_what_is_no_file_is_refused_and_left_alone(no_file: Path) -> None:
    no_file.chmod(0o600)
    beside = set(no_file.parent.iterdir())
    with pytest.raises(Refused, match="is a device or a pipe"):
        SqliteStore(no_file)
    assert stat.S_IMODE(no_file.stat().st_mode) == 0o600
    assert set(no_file.parent.iterdir()) == beside


@pytest.mark.parametrize("place", ["~nobody-of-this-name/warroom.db", "{folder}/file/below/warroom.db"])
def test_impossible_places_get_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"):
        SqliteStore(place.format(folder=tmp_path))


@pytest.mark.parametrize("removed", [True, False], ids=["removed", "replaced"])
def test_a_file_that_is_gone_is_noticed(path: Path, removed: bool) -> None:
    with closing(SqliteStore(path)) as store:
        store.append(command(new_stream()))
        other = path.with_name("other.db")
        SqliteStore(other).close()
        path.unlink() if removed else other.replace(path)
        for gone in (lambda: store.append(command(new_stream())), store.head, store.summaries):
            with pytest.raises(Unavailable, match="removed or replaced"):
                gone()
    if not removed:
        with closing(SqliteStore(path)) as store:
            assert store.head().pos == 0


def test_a_file_that_is_gone_is_noticed_by_who_only_waits(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        path.unlink()
        with pytest.raises(Unavailable, match="removed or replaced"):
            store.wait(0)


def test_a_file_that_is_put_back_is_read_and_written_again(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.append(command(new_stream()))
        path.rename(path.with_name("elsewhere.db"))
        with pytest.raises(Unavailable, match="removed or replaced"):
            store.head()
        path.with_name("elsewhere.db").rename(path)
        store.append(command(new_stream()))
        assert len(verified(store)) == 2


def test_a_clock_that_is_set_back_does_not_set_the_log_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SqliteStore(path)) as store:
        first = store.append(command(new_stream())).rows[0].appended
        monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000_000_000)
        assert store.append(command(new_stream())).rows[0].appended == first
        verified(store)


def test_presence_is_made_anew_when_its_file_is_damaged(path: Path) -> None:
    here = Presence("t1", "ana", "", "", 5, 5)
    path.with_name("warroom.db-presence").write_bytes(b"no database at all, " * 100)
    with closing(SqliteStore(path)) as store:
        for _ in range(2):  # the first heartbeat finds the damage
            store.beat(here)
        assert store.present(0) == [here]


def test_presence_never_stands_in_the_way(path: Path) -> None:
    path.with_name("warroom.db-presence").mkdir()
    with closing(SqliteStore(path)) as store:
        store.beat(Presence("t1", "ana", "", "", 5, 5))
        store.leave("t1")
        assert store.present(0) == []
        store.append(command(new_stream()))


@pytest.mark.fault
def test_others_may_read_what_they_may_not_write(public: Path) -> None:
    url = public / "warroom.db"
    with closing(SqliteStore(url)) as store:
        store.append(command(new_stream()))
    for file in public.iterdir():
        file.chmod(0o444)
    read, refusal = processes.said("as_stranger", str(url)).splitlines()
    assert read == "read 1"
    assert refusal.startswith(f"readonly {url} cannot be written by you. Ask ")
    assert "chgrp" in refusal


@pytest.mark.fault
def test_others_may_read_even_where_they_may_not_open_the_lock(public: Path) -> None:
    url = public / "warroom.db"
    with closing(SqliteStore(url)) as store:
        store.append(command(new_stream()))
    public.chmod(0o555)
    for file in public.iterdir():
        file.chmod(0o000)
    url.chmod(0o444)
    read, refusal = processes.said("as_stranger", str(url)).splitlines()
    assert read == "read 1"
    assert refusal.startswith("readonly ")


@pytest.mark.fault
def test_a_file_that_may_not_even_be_read_gets_a_sentence(public: Path) -> None:
    url = public / "warroom.db"
    SqliteStore(url).close()
    url.chmod(0o000)
    assert processes.said("as_stranger", str(url)).startswith("readonly ")


@pytest.mark.fault
def test_a_folder_that_may_not_be_written_gets_a_sentence(public: Path) -> None:
    public.chmod(0o555)
    refusal = processes.said("as_stranger", str(public / "warroom.db"))
    assert refusal.startswith("readonly ")
    assert not list(public.iterdir())


@pytest.mark.fault
def test_a_full_disk_costs_nothing_that_was_confirmed(path: Path) -> None:
    confirmed, refused, attempts = map(int, processes.said("fill", str(path), new_stream(), env=uncovered()).split())
    assert confirmed > 0
    assert refused == attempts - confirmed > 0
    with closing(SqliteStore(path)) as store:
        assert len(verified(store)) == confirmed + 1
    assert run_sql(str(path), "PRAGMA integrity_check") == [("ok",)]


def test_a_stuck_writer_costs_readers_one_short_wait(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    with closing(SqliteStore(path)) as store, closing(SqliteStore(path)) as other, store.exclusive():
        before = len(list(Path("/dev/fd").iterdir()))
        for _ in range(200):  # without that, as many threads and open files would pile up
            assert other.head().pos == 0
        assert len(list(Path("/dev/fd").iterdir())) < before + 100
        with pytest.raises(Unavailable, match=f"process {os.getpid()} of "):
            other.append(command(new_stream()))


def test_a_file_that_another_program_has_locked_gets_a_sentence(path: Path) -> None:
    with closing(SqliteStore(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="locked by another program"):
            store.append(command(new_stream()))
        other.execute("ROLLBACK")
        store.append(command(new_stream()))


def test_the_bell_also_rings_where_there_is_no_inotify(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.store.bell._inotify", lambda path: -1)
    with closing(SqliteStore(path)) as store:
        assert not store.wait(0.01)
        store.ring()
        assert store.wait(60)
        store.wake()
        assert not store.wait(60)


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\0" * 4096, b"\0" * 4096])
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Refused):
        SqliteStore(path)
    assert path.read_bytes() == content


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with some history: the same bytes at each run."""
    path, chance = tmp_path_factory.mktemp("sound") / "warroom.db", Random(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
        patch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)
        with closing(SqliteStore(path)) as store:
            stream = new_stream()
            for number in range(12):
                store.append(command(stream, 3 * number, [draft(bytes([number]) * 200) for _ in range(3)]))
    return path


@settings(max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(0.921875, 128)])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes_are_detected_or_harmless(path: Path, sound: Path, flips: list[tuple[float, int]]) -> None:
    """The driver refuses the file, or the chains do not hold, or every row that is left is as it was written."""
    with closing(SqliteStore(sound)) as store:
        before = verified(store)
    flipped = bytearray(sound.read_bytes())
    for place, mask in flips:
        flipped[int(place * len(flipped))] ^= mask
    path.write_bytes(flipped)
    try:
        with closing(SqliteStore(path)) as store:
            after = verified(store)
    except (Refused, Forked, AssertionError):
        return  # detected; an AssertionError is what `verified` itself found
    assert after == before[: len(after)]


def test_a_salt_and_a_body_of_other_sizes_in_the_file_are_detected(path: Path, sound: Path) -> None:
    sizes, others = bytes([0x2C, 0x83, 0x1C]), bytes([0x2E, 0x83, 0x1A])  # 16 and 200 bytes; 17 and 199
    raw = sound.read_bytes()
    assert raw.count(sizes) == 36
    path.write_bytes(raw.replace(sizes, others, 1))
    with closing(SqliteStore(path)) as store, pytest.raises(Damaged, match="body was changed"):
        verified(store)


def test_a_seek_that_a_flipped_byte_leads_astray_is_detected(path: Path, sound: Path) -> None:
    (root,) = run_sql(str(sound), "SELECT rootpage FROM sqlite_master WHERE name = 'event'")[0]
    flipped = bytearray(sound.read_bytes())
    flipped[root * 4096 - 1] ^= 128  # the first key in the root of the tree
    path.write_bytes(flipped)
    with closing(SqliteStore(path)) as store, pytest.raises(Forked):
        verified(store)
