"""What a PostgreSQL server is busy with: read only, from a real one, and nothing of the environment told to it."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.probes.asking import ask, refusal
from tests.probes.conftest import Answers, Service
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


def test_the_activity_of_a_server_is_told(postgres_url: str, service: Service) -> None:
    ran = ask("postgres", service(postgres_url))
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


def test_a_query_that_runs_long_is_told_and_its_text_is_cut(postgres_url: str, service: Service) -> None:
    secret = "x" * 300 + "nightingale"  # a word that no other test on this server says
    with session(postgres_url) as db:
        db.execute("BEGIN")
        db.execute(f"SELECT '{secret}', 'begin\n\n  of it'")
        ran = ask("postgres", service(postgres_url))
    report = ran.output.decode()
    assert "idle in transaction" in report
    assert "SELECT 'xxx" in report
    assert "nightingale" not in report


def test_who_waits_for_whom_is_told(postgres_url: str, service: Service) -> None:
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
            ran = ask("postgres", service(postgres_url))
        finally:
            holder.execute("ROLLBACK")
            thread.join()
    waiting = ran.output.decode().partition("\nwaiting for a lock\n")[2].splitlines()
    assert waiting[0].split() == ["pid", "user", "for", "held", "by", "query"]
    assert waiting[1].split()[0] == str(pids[1])
    assert f"{{{pids[0]}}}" in waiting[1]
    assert "SELECT * FROM shelf" in waiting[1]


def test_a_service_is_found_where_libpq_looks(
    postgres_url: str, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg.conninfo import conninfo_to_dict

    lines = "".join(f"{name}={value}\n" for name, value in conninfo_to_dict(postgres_url).items())
    (tmp_path / "pg_service.conf").write_text(f"# all of them\n[other]\nhost=127.0.0.1\n\n[shop]\n{lines}[last]\n")
    assert "no service “shop”" in ask("postgres", "shop").says
    monkeypatch.setenv("PGSYSCONFDIR", str(tmp_path))
    for target in ("shop", "service=shop"):
        ran = ask("postgres", target)
        assert ran.outcome == "passed", ran.says
    monkeypatch.delenv("PGSYSCONFDIR")
    (tmp_path / "pg_service.conf").rename(own_home / ".pg_service.conf")
    ran = ask("postgres", "shop")
    assert ran.outcome == "passed", ran.says


def demanding() -> tuple[socket.socket, int]:
    """A server that asks for a password in clear text, as an evil one would."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(30)
    return listening, listening.getsockname()[1]


def given_away(listening: socket.socket, heard: list[bytes]) -> None:
    """What a client tells that server."""
    with listening, listening.accept()[0] as client:
        client.settimeout(30)
        heard.append(client.recv(4096))
        client.sendall(b"R\0\0\0\x08\0\0\0\x03")
        heard.append(client.recv(4096))


@pytest.mark.parametrize("password", ["", "sections-own"])
def test_nothing_of_the_environment_goes_to_the_server(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, password: str
) -> None:
    passfile = tmp_path / "canary-passfile"
    passfile.write_text("*:*:*:*:canary-pass\n")
    passfile.chmod(0o600)
    environment = {"PASSWORD": "canary", "USER": "canary", "DATABASE": "canary", "OPTIONS": "-c canary=1"}
    environment |= {"PASSFILE": str(passfile), "APPNAME": "canary", "SERVICE": "canary", "HOST": "canary.invalid"}
    environment |= {"HOSTADDR": "192.0.2.1", "PORT": "1", "SSLMODE": "require", "CONNECT_TIMEOUT": "x"}
    environment |= {"REQUIREAUTH": "none", "SSLROOTCERT": "/canary", "GSSENCMODE": "x", "CHANNELBINDING": "require"}
    for name, value in environment.items():
        monkeypatch.setenv(f"PG{name}", value)
    listening, port = demanding()
    heard = list[bytes]()
    thread = threading.Thread(target=given_away, args=[listening, heard])
    thread.start()
    given = {"password": password} if password else {}
    ran = ask("postgres", service(host="127.0.0.1", port=port, dbname="shop", user="ana", sslmode="disable", **given))
    thread.join()
    assert ran.outcome == "failed"
    assert b"user\0ana\0database\0shop\0" in heard[0]
    assert b"canary" not in b"".join(heard)
    assert heard[1] == (b"p\0\0\0\x11sections-own\0" if password else b""), ran.says


def test_a_password_of_the_passfile_goes_where_the_passfile_says(service: Service, own_home: Path) -> None:
    listening, port = demanding()
    passfile = own_home / "passwords"
    passfile.write_text(f"127.0.0.1:{port}:shop:ana:secret\n")
    passfile.chmod(0o600)
    heard = list[bytes]()
    thread = threading.Thread(target=given_away, args=[listening, heard])
    thread.start()
    settings = {"dbname": "shop", "user": "ana", "sslmode": "disable", "passfile": passfile}
    ran = ask("postgres", service(host="127.0.0.1", port=port, **settings))
    thread.join()
    assert heard[1] == b"p\0\0\0\x0bsecret\0", ran.says


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "169.254.169.254"},
        {"host": "2852039166"},
        {"hostaddr": "169.254.169.254"},
        {"host": "db1.example.org", "hostaddr": "::ffff:169.254.169.254"},
        {"host": "127.0.0.1,169.254.169.254"},
        {"host": "metadata.example.org"},
    ],
)
def test_a_service_never_leads_to_a_metadata_address(
    service: Service, resolver: Answers, settings: dict[str, str]
) -> None:
    resolver("metadata.example.org", ["192.0.2.1", "169.254.169.254"])
    ran = ask("postgres", service(**settings))
    assert ran.outcome == "failed"
    assert "diagnostics never go there" in ran.says


def test_a_host_is_looked_up_once_and_the_address_that_was_checked_is_used(service: Service, resolver: Answers) -> None:
    with closed() as port:
        asked = resolver("db1.example.org", ["127.0.0.1"], ["169.254.169.254"])
        ran = ask("postgres", service(host="db1.example.org", port=port))
    assert "Connection refused" in ran.says
    assert asked == ["db1.example.org"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[shop]\nldap://ldap.example.org/dc=canary\n", "holds a line"),
        ("[shop]\nservice=canary\n", "holds a line"),
        ("[shop]\ncanary\n", "holds a line"),
        ("[shop]\nhots=canary\n", "unknown setting: hots"),
        ("[shop]\nhost=a,b\nport=1,2,3\n", "as many hosts"),
        ("[shop]\nhostaddr=127.1\n", "is no address"),
        ("[shops]\n", "no service “shop”"),
        ("\0\xff", "no service “shop”"),
    ],
)
def test_a_service_that_makes_no_sense_fails_with_a_sentence(service: Service, text: str, says: str) -> None:
    service()
    Path(os.environ["PGSERVICEFILE"]).write_text(text, encoding="utf-8")
    ran = ask("postgres", "shop")
    assert ran.outcome == "failed"
    assert says in ran.says
    assert "canary" not in ran.says


def test_a_service_file_that_cannot_be_read_fails_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICEFILE", "/" + "a" * 5000)
    assert "cannot be read: File name too long" in ask("postgres", "shop").says
    monkeypatch.setenv("PGSERVICEFILE", "/")
    assert "cannot be read: Is a directory" in ask("postgres", "shop").says


def test_it_can_only_read(postgres_url: str, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECTIONS", (postgres.Section("evil", ("x",), "CREATE TABLE evil (id int)", ""),))
    ran = ask("postgres", service(postgres_url))
    assert ran.outcome == "failed"
    assert "read-only transaction" in ran.says


def test_a_question_that_takes_too_long_is_ended_on_the_server(
    postgres_url: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = "SELECT pg_sleep(1000)::text /* canary */"
    monkeypatch.setattr(postgres, "_SECTIONS", (postgres.Section("slow", ("x",), sleep, ""),))
    assert ask("postgres", service(postgres_url), seconds=0.5).outcome == "timed-out"
    with session(postgres_url) as db:
        active = "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        eventually(lambda: not [query for (query,) in db.execute(active) if "canary" in query])


def test_a_role_that_may_see_nothing_is_told_what_it_may_see(postgres_url: str, service: Service) -> None:
    with session(postgres_url) as db:
        db.execute("DROP ROLE IF EXISTS probe_nobody")
        db.execute("CREATE ROLE probe_nobody LOGIN")
    try:
        ran = ask("postgres", service(postgres_url, user="probe_nobody"))
        assert ran.outcome == "passed", ran.says
    finally:
        with session(postgres_url) as db:
            db.execute("DROP ROLE probe_nobody")


@pytest.mark.fault
def test_a_password_of_the_section_opens_a_server_that_wants_one(private_postgres: Server, service: Service) -> None:
    rules = private_postgres.home / "data" / "pg_hba.conf"
    rules.write_text("local all ana scram-sha-256\n" + rules.read_text())
    with session(private_postgres.url()) as db:
        db.execute("CREATE ROLE ana LOGIN PASSWORD 'secret'")
        db.execute("SELECT pg_reload_conf()")
        eventually(lambda: "ana" in str(db.execute("SELECT user_name FROM pg_hba_file_rules").fetchall()))

    def asked(password: str) -> str:
        return ask("postgres", service(private_postgres.url(), user="ana", password=password)).outcome

    eventually(lambda: asked("wrong") == "failed")  # the server reads its rules anew when it gets to it
    assert asked("secret") == "passed"


def test_a_server_that_is_not_there_fails(service: Service) -> None:
    with closed() as port:
        ran = ask("postgres", service(host="127.0.0.1", port=port))
    assert ran.outcome == "failed"
    assert "Connection refused" in ran.says


@pytest.mark.fault
def test_a_server_that_freezes_is_left_in_time(private_postgres: Server, service: Service) -> None:
    postmaster = int((private_postgres.home / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    try:
        assert ask("postgres", service(private_postgres.url()), seconds=0.5).outcome == "timed-out"
    finally:
        os.kill(postmaster, signal.SIGCONT)


@pytest.mark.fault
def test_a_server_that_freezes_in_the_middle_leaves_no_thread_behind(
    postgres_url: str, service: Service, monkeypatch: pytest.MonkeyPatch
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
            assert ask("postgres", service(postgres_url), seconds=1, heard=freeze).outcome == "timed-out"
            eventually(lambda: all(thread.name != "probe" for thread in threading.enumerate()))
        finally:
            for pid in frozen[:1]:
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    "target",
    [
        "postgresql://db1/canary",
        "postgresql://ana:canary@db1/shop",
        "postgres://",
        "host=db1 password=canary",
        "host=canary",
        "service=shop host=canary",
        "service=shop password=canary",
        "service=",
        "service=service=shop",
        "canary:5432",
        "canary/shop",
        "shop canary",
        "shop\ncanary",
        "a" * 64,
    ],
)
def test_a_host_or_an_address_is_refused_and_not_repeated(target: str) -> None:
    reason = refusal("postgres", target)
    assert "canary" not in reason.message + reason.hint
