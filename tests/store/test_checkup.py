"""Measuring where a log lies leaves everything as it was, and sees what is there."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import ROOT
from tests.store.conftest import POSTGRES
from warroom.store import checkup
from warroom.store.migrate import VERSION
from warroom.store.sqlite import SqliteStore


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    found = checkup.measure(tmp_path / "no" / "warroom.db", tmp_path / "state" / "warroom")
    assert (found.missing, found.version, found.unwritable, found.holder) == (True, 0, (), "")
    assert found.state_writable
    assert found.free > 0
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_a_database_in_use_is_seen_as_it_is(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "warroom.db")) as store:
        found = checkup.measure(tmp_path / "warroom.db", tmp_path)
        assert (found.missing, found.version, found.known, found.holder) == (False, VERSION, VERSION, "")
        with store.exclusive():
            assert str(os.getpid()) in checkup.measure(tmp_path / "warroom.db", tmp_path).holder
        assert checkup.measure(tmp_path / "warroom.db", tmp_path).holder == ""


def test_an_older_database_is_not_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "warroom.db")) as db:
        db.execute("PRAGMA user_version = 1")
        db.execute("CREATE TABLE head (id)")
        db.commit()
    before = (tmp_path / "warroom.db").read_bytes()
    assert checkup.measure(tmp_path / "warroom.db", tmp_path).version == 1
    assert (tmp_path / "warroom.db").read_bytes() == before


def test_a_file_that_is_no_database_is_seen_as_unreadable(tmp_path: Path) -> None:
    (tmp_path / "warroom.db").write_bytes(b"no database" * 500)
    found = checkup.measure(tmp_path / "warroom.db", tmp_path)
    assert (found.version, "not a database" in found.unreadable) == (0, True)


_LOOK = """
import sys
from pathlib import Path
from warroom.store.checkup import measure
found = measure(Path(sys.argv[1]), Path(sys.argv[2]))
print(*found.unwritable, found.state_writable, sep="\\n")
"""


def test_what_this_user_may_not_write_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    SqliteStore(folder / "warroom.db").close()
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    command = [sys.executable, "-c", _LOOK, str(folder / "warroom.db"), str(folder / "state")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    if not os.geteuid():  # to whom nothing is refused
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    finally:
        folder.chmod(0o755)
    told = done.stdout.splitlines()
    assert told[-1] == "False", done
    assert {str(folder), str(folder / "warroom.db"), str(folder / "warroom.db-lock")} <= set(told)


@pytest.mark.parametrize("kind", [POSTGRES])
def test_a_server_is_seen_before_there_is_a_log_and_after(kind: str, emptied: str) -> None:
    from warroom.store import checkup_postgres
    from warroom.store.postgres import PostgresStore

    server, link = checkup_postgres.measure(emptied)
    assert (server.version, server.known, server.superuser, server.role) == (0, VERSION, True, "postgres")
    assert server.major >= 13
    assert (link.local, link.encrypted) == (True, False)
    PostgresStore(emptied).close()
    assert checkup_postgres.measure(emptied)[0].version == VERSION
