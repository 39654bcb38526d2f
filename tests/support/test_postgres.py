"""The PostgreSQL that the tests get is a real one, and nothing of it stays behind."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import CHOICE, Databases, NoPostgres, Server, private

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]
RUN_WITH_A_SERVER = """
from tests.support import postgres
print(postgres.shared(postgres.Run.begin().home).url(), flush=True)
input()
"""


def test_databases_are_strangers_to_each_other(postgres: Databases) -> None:
    one, other = postgres.create(), postgres.create()
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE note (text text)")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)
    postgres.drop(one)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(one)


def test_commits_are_flushed_to_disk(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


@pytest.mark.fault
def test_a_private_server_keeps_its_commits_through_a_crash(private_postgres: Server) -> None:
    url = private_postgres.create()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
    private_postgres.stop("immediate")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    private_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)


@pytest.mark.fault
def test_a_killed_run_leaves_no_server_and_no_folder() -> None:
    command = [sys.executable, "-c", RUN_WITH_A_SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        url = run.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            home = Path(connection.info.host).parent
            run.kill()
            run.stdout.read()  # The guard writes to the same pipe: it ends when the guard has done its work.
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
    assert not home.exists()


def test_without_any_server_the_user_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, str(tmp_path))
    with pytest.raises(NoPostgres, match=r"Run `make venv`"), private(tmp_path):
        pass
