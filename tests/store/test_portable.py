"""Backups: a prefix of the log however many write meanwhile, whole or not there at all, and the same log everywhere."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from msgspec.structs import replace

from tests.cli.shell import ROOT
from tests.store.conftest import POSTGRES
from tests.store.support import command, new_stream, open_url, parcel, run_sql, summary, verified
from warroom.domain.errors import Refused, Unavailable
from warroom.store import portable
from warroom.store.contract import HELD, Append, Conflict, Cursor, Settled, Store
from warroom.store.postgres import PostgresStore
from warroom.store.sqlite import SqliteStore

COLUMNS = {
    "event": "pos, epoch, stream, seq, event_id, command_id, ord, name, actor, via, happened, recorded, appended,"
    " body_hash, prev, hash, log_hash",
    "body": "pos, salt, body",
    "stream": "name, number, seq, hash",
    "summary": "stream, number, title, status, level, severity, commander, declared, origin, origin_name, ended, seq",
    "timer": "stream, key, due",
    "blob": "digest, content",
    "redaction": 'pos, "by", because',
    "checkpoint": 'pos, "key", text',
}


def quiet(done: int, of: int) -> None:
    """Nobody looks on."""


def write(store: Store, file: Path) -> None:
    """A backup of a store of either kind."""
    if isinstance(store, SqliteStore):
        portable.write(store, file, quiet)
        return
    from warroom.store import portable_postgres

    assert isinstance(store, PostgresStore)
    portable_postgres.write(store, file, quiet)


def restore(unpacked: Path, store: Store, told: tuple[Append, ...] = ()) -> None:
    """Into an empty store of either kind."""
    if isinstance(store, SqliteStore):
        portable.restore(unpacked, store, told, quiet)
        return
    from warroom.store import portable_postgres

    assert isinstance(store, PostgresStore)
    portable_postgres.restore(unpacked, store, told, quiet)


def unpack(file: Path, place: Path) -> SqliteStore:
    """A backup to be looked at."""
    store = SqliteStore(place)
    portable.unpack(file, store, quiet)
    return store


def fill(store: Store) -> str:
    """Something in every table of the log. The incident's stream."""
    stream = new_stream()
    store.append(
        command(
            stream,
            summary=summary(stream),
            timers=(("rung:1", 5_000),),
            blobs=(("ab" * 32, bytes(range(256))),),
            outbox=(parcel("waits", stream), parcel("held", stream), parcel("gone", stream)),
        )
    )
    store.append(command("org", drafts=[*command("org").drafts, *command("org").drafts]))
    assert [each.parcel.id for each in store.claim(("sms",), "real", 200, 300, limit=2)] == ["gone", "held"]
    store.append(command("org", commuting=True, settled=(Settled("gone", 1, "sent"),)))
    store.vouch(2, "SHA256:x", "checkpoint of 2")
    return stream


@pytest.fixture
def full(url: str) -> Iterator[tuple[str, Store]]:
    """A store with something in every table, on SQLite and on Postgres; and its address."""
    with closing(open_url(url)) as store:
        fill(store)
        yield url, store


def rows(url: str, table: str) -> list[tuple[object, ...]]:
    """A table as it lies in the database."""
    return sorted((tuple(row) for row in run_sql(url, f"SELECT {COLUMNS[table]} FROM {table}")), key=repr)


def test_a_backup_holds_every_table_and_says_until_when_it_reaches(full: tuple[str, Store], tmp_path: Path) -> None:
    url, store = full
    write(store, tmp_path / "copy.bak")
    with closing(unpack(tmp_path / "copy.bak", tmp_path / "scratch.db")) as copy:
        assert verified(copy) == verified(store)
        assert copy.head() == store.head()
        assert copy.outbox() == store.outbox()
        for table in COLUMNS:
            assert rows(copy.url, table) == rows(url, table), table
    about = portable.about(tmp_path / "copy.bak")
    assert (about.log_id, about.events, about.reaches) == (store.head().log_id, 4, verified(store)[-1].appended)
    assert about.taken >= about.reaches


def test_every_table_of_the_schema_is_compared_here(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "warroom.db")) as store:
        assert {*portable.layout(store._db)} == {*COLUMNS, "outbox"}


def test_a_backup_is_for_its_owner_alone_and_replaces_nothing(full: tuple[str, Store], tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write(full[1], tmp_path / "copy.bak")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "copy.bak").stat().st_mode) == 0o600
    kept = (tmp_path / "copy.bak").read_bytes()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "nothing")
    for taken in ("copy.bak", "elsewhere"):
        with pytest.raises(Refused, match="already something"):
            write(full[1], tmp_path / taken)
    assert (tmp_path / "copy.bak").read_bytes() == kept
    assert not (tmp_path / "nothing").exists()
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_a_backup_that_cannot_be_written_is_not_there(full: tuple[str, Store], tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        write(full[1], tmp_path / "no" / "such" / "folder.bak")


def test_nobody_opens_a_backup_as_a_database_and_writes_into_it(full: tuple[str, Store], tmp_path: Path) -> None:
    write(full[1], tmp_path / "copy.bak")
    with pytest.raises(Refused, match="is a backup"):
        SqliteStore(tmp_path / "copy.bak")


def test_what_is_no_backup_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be taken for the header of one" * 20)
    with pytest.raises(Unavailable, match="is damaged"), portable.opened(tmp_path / "text"):
        pass
    with pytest.raises(Unavailable, match="cannot be read"), portable.opened(tmp_path / "missing"):
        pass
    SqliteStore(tmp_path / "warroom.db").close()
    with pytest.raises(Refused, match="is no backup"), portable.opened(tmp_path / "warroom.db"):
        pass


def test_a_backup_of_a_newer_program_is_refused(full: tuple[str, Store], tmp_path: Path) -> None:
    write(full[1], tmp_path / "copy.bak")
    with closing(sqlite3.connect(tmp_path / "copy.bak")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(Refused, match="newer warroom"), portable.opened(tmp_path / "copy.bak"):
        pass


@pytest.mark.parametrize("kind", ["sqlite", POSTGRES])
def test_a_log_goes_from_either_kind_of_database_to_either(
    full: tuple[str, Store], kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url, store = full
    write(store, tmp_path / "copy.bak")
    unpack(tmp_path / "copy.bak", tmp_path / "scratch.db").close()
    to = str(tmp_path / "new.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    with closing(open_url(to)) as new:
        told = command("org", store.ends().streams[-1].seq)
        restore(tmp_path / "scratch.db", new, (told,))
        *old, last = verified(new)
        assert old == verified(store)
        assert (last.command_id, last.epoch, last.pos) == (told.command_id, 2, len(old) + 1)
        assert new.head().epoch == 2
        waits = {each.id: (state, each.not_before == HELD) for each, state, _ in new.outbox()}
        assert waits == {"waits": ("pending", True), "held": ("pending", True), "gone": ("sent", False)}
        assert new.claim(("sms",), "real", 500, 600) == []
        for table in COLUMNS.keys() - {"event", "body", "stream"}:
            assert rows(to, table) == rows(url, table), table
        with pytest.raises(Refused, match="is not empty"):
            restore(tmp_path / "scratch.db", new)
        assert len(verified(new)) == len(old) + 1


def test_what_an_engine_held_may_have_gone_out(full: tuple[str, Store], tmp_path: Path) -> None:
    write(full[1], tmp_path / "copy.bak")
    unpack(tmp_path / "copy.bak", tmp_path / "scratch.db").close()
    with closing(SqliteStore(tmp_path / "new.db")) as new:
        restore(tmp_path / "scratch.db", new)
        for name in ("waits", "held"):
            new.append(command("org", commuting=True, settled=(Settled(name, 0, "pending", 100),)))
        claimed = new.claim(("sms",), "real", 500, 600)
        assert {each.parcel.id: each.repeat for each in claimed} == {"waits": False, "held": True}


def test_what_was_decided_on_another_epoch_is_decided_again(full: tuple[str, Store], tmp_path: Path) -> None:
    write(full[1], tmp_path / "copy.bak")
    unpack(tmp_path / "copy.bak", tmp_path / "scratch.db").close()
    old = full[1]
    with closing(SqliteStore(tmp_path / "new.db")) as new:
        restore(tmp_path / "scratch.db", new)
        for store, right, wrong in ((new, 2, 1), (old, 1, 2)):
            stale = replace(command("org", commuting=True), epoch=wrong)
            before = store.head()
            with pytest.raises(Conflict):
                store.append(stale)
            assert store.head() == before
            assert store.append(replace(stale, epoch=right)).rows[0].epoch == right


def test_a_backup_amid_a_storm_of_writers_is_a_prefix_of_the_log(url: str, tmp_path: Path) -> None:
    stop = Event()
    faults: list[Exception] = []

    def storm() -> None:
        try:
            with closing(open_url(url)) as mine:
                while not stop.is_set():
                    stream = new_stream()
                    mine.append(command(stream, summary=summary(stream), outbox=(parcel(stream, stream),)))
        except Exception as fault:  # noqa: BLE001 - told by the test itself
            faults.append(fault)

    with closing(open_url(url)) as store:
        writers = [Thread(target=storm) for _ in range(4)]
        for each in writers:
            each.start()
        try:
            for number in range(5):
                _grow(store)
                write(store, tmp_path / f"{number}.bak")
        finally:
            stop.set()
            for each in writers:
                each.join()
        assert faults == []
        everything = verified(store)
        ends = []
        for number in range(5):
            with closing(unpack(tmp_path / f"{number}.bak", tmp_path / f"{number}.db")) as copy:
                found = verified(copy)
                assert found == everything[: len(found)]
                assert copy.head().pos == len(found)
                assert len(copy.summaries()) == len(copy.outbox()) == len(found)
                ends.append(len(found))
        assert ends == sorted(ends)
        assert 0 < ends[0] < ends[-1] <= len(everything)


def _grow(store: Store) -> None:
    """Wait until others have written."""
    start = store.head().pos
    deadline = time.monotonic() + 60
    while store.head().pos < start + 4:
        assert time.monotonic() < deadline
        time.sleep(0.01)


_BACKUP = """
import sys
from pathlib import Path
from tests.store.support import open_url
from tests.store import test_portable as here
from warroom.store import portable

def told(done, of):
    print(done, flush=True)

here.quiet = told
portable._PAGES, portable.CHUNK = 1, 1
from warroom.store import portable_postgres
portable_postgres.CHUNK = 1
what, url, file = sys.argv[1:]
store = open_url(url)
here.write(store, Path(file)) if what == "backup" else here.restore(Path(file), store)
"""


def killed(what: str, url: str, file: Path, after: int) -> bool:
    """Start it in a process of its own, and kill that after so many reports. Whether it came to its end before."""
    child = subprocess.Popen(
        [sys.executable, "-c", _BACKUP, what, url, str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    for _ in range(after):
        if not child.stdout.readline():
            break
    child.send_signal(signal.SIGKILL)
    child.stdout.close()
    return child.wait() == 0


def several(after: Callable[[int], bool]) -> None:
    """One more report before the kill each time, until it comes to its end unharmed; or it was killed often enough."""
    for times in (1, 2, 3, 5, 8, 13):
        if after(times):
            break


@pytest.mark.fault
def test_a_backup_that_is_killed_leaves_nothing_under_its_name(full: tuple[str, Store], tmp_path: Path) -> None:
    url, store = full
    folder = tmp_path / "backups"
    folder.mkdir()

    def attempt(times: int) -> bool:
        done = killed("backup", url, folder / "copy.bak", times)
        if (folder / "copy.bak").exists():  # it had its name before the kill came
            assert portable.about(folder / "copy.bak").events == 4
            (folder / "copy.bak").unlink()
        return done

    several(attempt)
    write(store, folder / "copy.bak")
    assert [each.name for each in folder.iterdir()] == ["copy.bak"]
    with closing(unpack(folder / "copy.bak", tmp_path / "scratch.db")) as copy:
        assert verified(copy) == verified(store)


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["sqlite", POSTGRES])
def test_a_restore_that_is_killed_leaves_an_empty_database(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with closing(SqliteStore(tmp_path / "old.db")) as old:
        fill(old)
        everything = verified(old)
        write(old, tmp_path / "copy.bak")
    unpack(tmp_path / "copy.bak", tmp_path / "scratch.db").close()
    to = str(tmp_path / "new.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")

    def attempt(times: int) -> bool:
        done = killed("restore", to, tmp_path / "scratch.db", times)
        with closing(open_url(to)) as new:
            whole = new.head().pos == len(everything)
            assert whole or (new.head().pos, new.outbox(), new.after(Cursor())) == (0, [], [])
        return done or whole

    several(attempt)
    with closing(open_url(to)) as new:
        if not new.head().pos:
            restore(tmp_path / "scratch.db", new)
        assert verified(new) == everything


def test_a_folder_that_others_may_write_is_no_place_for_a_draft(full: tuple[str, Store], tmp_path: Path) -> None:
    planted = tmp_path / ".copy.bak.part"
    planted.mkdir()
    planted.chmod(0o777)
    with pytest.raises(Refused, match="is not yours alone"):
        write(full[1], tmp_path / "copy.bak")
    planted.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    planted.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match="cannot be written"):
        write(full[1], tmp_path / "copy.bak")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.fault
def test_two_processes_do_not_write_the_same_backup(full: tuple[str, Store], tmp_path: Path) -> None:
    from warroom.store.part import part

    with part(tmp_path / "copy.bak") as draft:
        draft.touch()
        with pytest.raises(Refused, match="right now"):
            write(full[1], tmp_path / "copy.bak")
