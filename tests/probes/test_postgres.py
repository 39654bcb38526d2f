"""What a PostgreSQL server is busy with: read only, from a real one, and no password in a runbook."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.probes.asking import PROBES, ask, refusal, step
from tests.probes.servers import closed
from tests.runner.programs import eventually
from tests.support.postgres import Server
from warroom.probes import postgres

pytestmark = pytest.mark.postgres


@contextmanager
def session(url: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        yield db


def test_the_activity_of_a_server_is_told(postgres_url: str) -> None:
    ran = ask("postgres", postgres_url)
    assert ran.outcome == "passed", ran.says
    assert "(primary, " in ran.says
    assert "waiting for a lock" in ran.says
    report = ran.output.decode()
    for part in (
        "server              PostgreSQL ",
        "connections         ",
        "\nconnections\nstate ",
        "\nstandbys: none",
    ):
        assert part in report
    assert "replayed" not in report


def test_a_query_that_runs_long_is_told_and_its_text_is_cut(postgres_url: str) -> None:
    secret = "x" * 300 + "canary"
    with session(postgres_url) as db:
        db.execute("BEGIN")
        db.execute(f"SELECT '{secret}', 'begin\n\n  of it'")
        ran = ask("postgres", postgres_url)
    report = ran.output.decode()
    assert "idle in transaction" in report
    assert "SELECT 'xxx" in report
    assert "canary" not in report


def test_who_waits_for_whom_is_told(postgres_url: str) -> None:
    with session(postgres_url) as holder, session(postgres_url) as waiter:
        holder.execute("CREATE TABLE shelf (id int)")
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE shelf")
        pids = [db.execute("SELECT pg_backend_pid()").fetchone()[0] for db in (holder, waiter)]
        thread = threading.Thread(target=waiter.execute, args=["SELECT * FROM shelf"])
        thread.start()
        try:
            with session(postgres_url) as watcher:
                blocked = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
                eventually(lambda: watcher.execute(blocked, [pids[1]]).fetchone()[0])
            ran = ask("postgres", postgres_url)
        finally:
            holder.execute("ROLLBACK")
            thread.join()
    waiting = ran.output.decode().partition("\nwaiting for a lock\n")[2].splitlines()
    assert waiting[0].split() == ["pid", "user", "for", "held", "by", "query"]
    assert waiting[1].split()[0] == str(pids[1])
    assert f"{{{pids[0]}}}" in waiting[1]
    assert "SELECT * FROM shelf" in waiting[1]


def test_a_service_of_the_service_file_will_do(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg.conninfo import conninfo_to_dict

    lines = "".join(f"{name}={value}\n" for name, value in conninfo_to_dict(postgres_url).items())
    (tmp_path / "services").write_text(f"[shop]\n{lines}")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    assert ask("postgres", "shop").outcome == "passed"
    ran = ask("postgres", "other")
    assert ran.outcome == "failed"
    assert "“other”" in ran.says or '"other"' in ran.says


def test_it_can_only_read(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECTIONS", (postgres.Section("evil", ("x",), "CREATE TABLE evil (id int)", ""),))
    ran = ask("postgres", postgres_url)
    assert ran.outcome == "failed"
    assert "read-only transaction" in ran.says


def test_a_question_that_takes_too_long_is_ended_on_the_server(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = "SELECT pg_sleep(1000)::text /* canary */"
    monkeypatch.setattr(postgres, "_SECTIONS", (postgres.Section("slow", ("x",), sleep, ""),))
    assert ask("postgres", postgres_url, seconds=0.5).outcome == "timed-out"
    with session(postgres_url) as db:
        active = "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        eventually(lambda: not [query for (query,) in db.execute(active) if "canary" in query])


def test_a_role_that_may_see_nothing_is_told_what_it_may_see(postgres_url: str) -> None:
    with session(postgres_url) as db:
        db.execute("DROP ROLE IF EXISTS probe_nobody")
        db.execute("CREATE ROLE probe_nobody LOGIN")
    try:
        ran = ask("postgres", postgres_url.replace("//postgres@", "//probe_nobody@"))
        assert ran.outcome == "passed", ran.says
    finally:
        with session(postgres_url) as db:
            db.execute("DROP ROLE probe_nobody")


def test_a_server_that_is_not_there_fails() -> None:
    with closed() as port:
        ran = ask("postgres", f"postgresql://127.0.0.1:{port}/shop")
    assert ran.outcome == "failed"
    assert "Connection refused" in ran.says


@pytest.mark.fault
def test_a_server_that_freezes_is_left_in_time(private_postgres: Server) -> None:
    postmaster = int((private_postgres.home / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    try:
        assert ask("postgres", private_postgres.url(), seconds=0.5).outcome == "timed-out"
    finally:
        os.kill(postmaster, signal.SIGCONT)


@pytest.mark.fault
def test_a_server_that_freezes_in_the_middle_leaves_no_thread_behind(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = postgres.Section("slow", ("x",), "SELECT pg_sleep(1000)::text", "")
    monkeypatch.setattr(postgres, "_SECTIONS", (slow,))
    with session(postgres_url) as db:
        found = "SELECT pid FROM pg_stat_activity WHERE application_name = 'warroom' AND datname = current_database()"
        frozen = list[int]()

        def freeze(piece: bytes) -> None:
            frozen.append(db.execute(found).fetchone()[0])
            os.kill(frozen[0], signal.SIGSTOP)

        try:
            assert ask("postgres", postgres_url, seconds=1, heard=freeze).outcome == "timed-out"
            eventually(lambda: all(thread.name != "probe" for thread in threading.enumerate()))
        finally:
            for pid in frozen[:1]:
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    "target",
    [
        "postgresql://ana:canary@db1/shop",
        "postgresql://db1/shop?password=canary",
        "host=db1 password=canary",
        "postgresql://db1/shop?sslpassword=canary",
        "postgresql://ana:can@ary@db1:x/shop",
    ],
)
def test_a_password_in_a_runbook_is_refused_and_not_repeated(target: str) -> None:
    reason = refusal("postgres", target)
    assert "canary" not in reason.message + reason.hint


@pytest.mark.parametrize(
    "target",
    [
        "postgresql://db1/shop?options=-c%20x=y",
        "host=db1 passfile=/etc/shadow",
        "host=db1 application_name=x",
        "postgresql://",
    ],
)
def test_what_does_not_belong_into_a_runbook_is_refused(target: str) -> None:
    refusal("postgres", target)


def test_an_address_without_a_password_is_fine() -> None:
    PROBES.check(step("postgres", "postgresql://ana@db1.example.org:5433/shop?sslmode=verify-full"))
    PROBES.check(step("postgres", "host=/run/postgresql dbname=shop"))
