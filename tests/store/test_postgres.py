"""The connection to a server: its address, its rights, and what happens when it breaks, hangs or goes away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.store.proxy import Proxy
from tests.store.support import command, draft, new_stream, run_sql, summary, verified
from tests.support.postgres import Databases, Server
from warroom.domain.errors import Invalid, Refused, Unavailable
from warroom.domain.event import ORG, SERVICES
from warroom.store import migrate, postgres_bell, postgres_link
from warroom.store.contract import Cursor, Forked, Presence
from warroom.store.postgres import PostgresStore
from warroom.store.postgres_link import Address

pytestmark = pytest.mark.postgres


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    """A stretch of network that the test can cut."""
    with closing(Proxy(postgres_url)) as stretch:
        yield stretch


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:s3cret@db1/warroom", "postgresql://ana@db1/warroom"),
        ("postgres://ana:s3cret@db1:5433,db2/w?sslmode=require", "postgres://ana@db1:5433,db2/w?sslmode=require"),
        ("postgresql://:s3cret@db1/w", "postgresql://@db1/w"),
        ("postgresql://ana:p%40s%2Fs3cret@db1", "postgresql://ana@db1"),
        ("postgresql://db1/w?user=ana&password=s3cret", "postgresql://db1/w?user=ana"),
        ("postgresql://db1/w?pass%77ord=s3cret", "postgresql://db1/w"),
        ("postgresql:///w?host=/run/pg&sslpassword=s3cret", "postgresql:///w?host=/run/pg"),
        ("postgresql://db1:5432/w", "postgresql://db1:5432/w"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    address, told = Address(url), conninfo_to_dict(url)
    assert address.shown == shown
    secret = told.get("password") or told.get("sslpassword") or "none"
    refusal = address.sentence(psycopg.OperationalError(f"“{secret}” was wrong.\nMore of it"))
    assert refusal.message.endswith(f"cannot be reached: “{'***' if 's3cret' in url else 'none'}” was wrong.")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3%cret@db1/w",
        "postgresql://db1/w?passwort=s3cret",
        "postgresql://ana:p@s3cret@db1/w",
        "postgresql://ana:s3/cret@db1/w",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        PostgresStore(url)
    assert "s3" not in f"{refused.value.message} {refused.value.hint}"


def test_a_server_that_is_not_there_gets_a_sentence(postgres: Databases) -> None:
    with closing(Proxy(postgres.url())) as gone:
        pass
    with pytest.raises(Unavailable, match="cannot be reached") as refused:
        PostgresStore(gone.url.replace("postgres@", "ana:s3cret@"))
    assert "s3cret" not in f"{refused.value.message} {refused.value.hint}"


def test_a_database_that_is_not_there_gets_a_sentence(postgres: Databases) -> None:
    with pytest.raises(Unavailable, match=r'cannot be reached: database "no_such_database" does not exist\.$'):
        PostgresStore(postgres.url("no_such_database"))


def test_of_several_hosts_the_one_that_may_be_written_is_used(postgres_url: str, proxy: Proxy) -> None:
    with closing(Proxy(postgres_url)) as gone:
        port = gone.port
    two = proxy.url.replace(f"127.0.0.1:{proxy.port}", f"127.0.0.1:{port},127.0.0.1:{proxy.port}")
    with closing(PostgresStore(two)) as store:
        store.append(command(new_stream()))
        assert store.url == two
        assert len(verified(store)) == 1


@pytest.fixture
def role(postgres_url: str) -> Iterator[str]:
    """A role that may log in, and nothing else."""
    name = f"role_{_database(postgres_url)}"
    run_sql(postgres_url, f"CREATE ROLE {name} LOGIN")
    yield name
    run_sql(postgres_url, f"DROP OWNED BY {name}")
    run_sql(postgres_url, f"DROP ROLE {name}")


def _database(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def test_rights_that_are_missing_get_a_sentence(postgres: Databases, postgres_url: str, role: str) -> None:
    theirs = postgres.url(_database(postgres_url), role)
    with pytest.raises(Unavailable, match="may not"):  # set it up
        PostgresStore(theirs)
    PostgresStore(postgres_url).close()
    with pytest.raises(Unavailable, match="may not") as refused:  # read it
        PostgresStore(theirs)
    assert refused.value.code == "readonly"


def test_an_ordinary_role_may_set_up_a_database_and_use_it(postgres: Databases, postgres_url: str, role: str) -> None:
    run_sql(postgres_url, f"GRANT CREATE ON DATABASE {_database(postgres_url)} TO {role}")
    with closing(PostgresStore(postgres.url(_database(postgres_url), role))) as store:
        store.append(command(new_stream()))
        with store.exclusive() as held:
            held.append(command(new_stream()))
        store.beat(Presence("t1", "ana", "", "", 1, 1))
        assert len(store.present(0)) == 1
        assert len(verified(store)) == 2


def test_who_may_only_read_reads(postgres: Databases, postgres_url: str, role: str) -> None:
    with closing(PostgresStore(postgres_url)) as owner:
        owner.append(command(new_stream()))
    run_sql(postgres_url, f"GRANT USAGE ON SCHEMA warroom TO {role}")
    run_sql(postgres_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA warroom TO {role}")
    with closing(PostgresStore(postgres.url(_database(postgres_url), role))) as reader:
        reader.beat(Presence("t1", "ana", "", "", 1, 1))
        reader.leave("t1")
        with pytest.raises(Unavailable, match="may not"):
            reader.append(command(new_stream()))
        with pytest.raises(Unavailable, match="may not"), reader.exclusive():
            pytest.fail("the lock was given to a reader")
        assert len(verified(reader)) == 1


def test_the_function_works_whatever_the_search_path(postgres_url: str) -> None:
    PostgresStore(postgres_url).close()
    run_sql(postgres_url, "CREATE TABLE public.event (pos bigint)")
    run_sql(postgres_url, "CREATE FUNCTION public.framed(text) RETURNS bytea LANGUAGE sql AS 'SELECT null::bytea'")
    run_sql(postgres_url, f"ALTER DATABASE {_database(postgres_url)} SET search_path = public")
    with closing(PostgresStore(postgres_url)) as store:
        store.append(command(new_stream()))
        assert len(verified(store)) == 1


def test_commits_are_on_disk_whatever_the_server_is_set_to(postgres_url: str) -> None:
    for told, kept in (("off", "on"), ("remote_apply", "remote_apply")):
        run_sql(postgres_url, f"ALTER DATABASE {_database(postgres_url)} SET synchronous_commit = {told}")
        with closing(Address(postgres_url).connect()) as db:
            assert db.execute("SHOW synchronous_commit").fetchall() == [(kept,)]


def test_a_server_that_is_too_old_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_OLDEST_SERVER", 990_000)
    with pytest.raises(Refused, match="runs PostgreSQL"):
        PostgresStore(postgres_url)


def test_a_database_that_cannot_keep_every_text_is_refused(postgres: Databases, postgres_url: str) -> None:
    name = f"latin_{_database(postgres_url)}"
    run_sql(postgres.url(), f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    try:
        with pytest.raises(Refused, match="UTF-8"):
            PostgresStore(postgres.url(name))
    finally:
        postgres.drop(postgres.url(name))


@pytest.mark.fault
def test_a_log_that_lost_its_end_in_a_failover_is_noticed(postgres: Databases, postgres_url: str) -> None:
    """The copy stands for a standby that had not received the last command when it took over."""
    name, admin, stream = _database(postgres_url), postgres.url(), new_stream()
    ending = f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'"
    with closing(PostgresStore(postgres_url)) as store:
        store.append(command(stream))
        run_sql(admin, ending)
        run_sql(admin, f"CREATE DATABASE {name}_standby TEMPLATE {name}")
        store.append(command(stream, 1, [draft("lost")]))
        cursor = store.head().cursor
        assert store.after(cursor) == []
        run_sql(admin, ending)
        run_sql(admin, f"ALTER DATABASE {name} RENAME TO {name}_old")
        run_sql(admin, f"ALTER DATABASE {name}_standby RENAME TO {name}")
        try:
            with pytest.raises(Forked):
                store.after(cursor)
            store.append(command(stream, 1, [draft("another")]))
            with pytest.raises(Forked):
                store.after(cursor)
            assert [row.body for row in verified(store)] == [b"seen", b"another"]
        finally:
            postgres.drop(postgres.url(f"{name}_old"))


@pytest.mark.fault
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_command_whose_answer_was_lost_stands_in_the_log_once(proxy: Proxy, when: str) -> None:
    stream = new_stream()
    with closing(PostgresStore(proxy.url)) as store:
        (proxy.cut_before if when == "before" else proxy.cut_after)(b"warroom.append(")
        written = command(stream, 0, [draft("once"), draft("only")], summary=summary(stream))
        appended = store.append(written)
        assert appended.duplicate is (when == "after")
        assert [row.body for row in appended.rows] == [b"once", b"only"]
        assert verified(store) == list(appended.rows)
        assert store.append(written).rows == appended.rows


@pytest.mark.fault
def test_a_command_that_may_or_may_not_be_written_says_so(proxy: Proxy, postgres_url: str) -> None:
    with closing(PostgresStore(proxy.url)) as store:
        proxy.cut_after(b"warroom.append(")
        proxy.refuse()
        with pytest.raises(Unavailable, match="not known") as refused:
            store.append(command(new_stream()))
        assert refused.value.code == "unsettled"
        with pytest.raises(Unavailable, match="cannot be reached"):
            store.head()
    with closing(PostgresStore(postgres_url)) as other:
        assert len(verified(other)) == 1


@pytest.mark.fault
def test_a_commit_that_may_or_may_not_have_happened_says_so(proxy: Proxy) -> None:
    with closing(PostgresStore(proxy.url)) as store:
        proxy.cut_after(b"COMMIT")
        with pytest.raises(Unavailable, match="not known"), store.exclusive() as held:
            held.append(command(new_stream()))
        assert len(verified(store)) == 1


@pytest.mark.fault
def test_what_breaks_inside_a_transaction_is_undone(proxy: Proxy) -> None:
    with closing(PostgresStore(proxy.url)) as store:
        proxy.cut_before(SERVICES.encode())
        with pytest.raises(Unavailable, match="cannot be reached"):
            _append_together(store, ORG, SERVICES)
        assert verified(store) == []
        _append_together(store, ORG, SERVICES)
        assert len(verified(store)) == 2


def _append_together(store: PostgresStore, *streams: str) -> None:
    with store.exclusive() as held:
        for stream in streams:
            held.append(command(stream))


@pytest.mark.fault
def test_a_refusal_that_was_swallowed_inside_does_not_pass_for_success(postgres_url: str) -> None:
    with closing(PostgresStore(postgres_url)) as store:
        holding = store.exclusive()
        held = holding.__enter__()
        held.append(command(new_stream()))
        with pytest.raises(psycopg.Error):
            held.after(Cursor(pos=1), -5)  # a statement that the server refuses
        with pytest.raises(Unavailable, match="Nothing was written"):
            holding.__exit__(None, None, None)
        assert verified(store) == []


@pytest.mark.fault
def test_a_connection_that_falls_silent_is_replaced(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_link, "_DEADLINE", 0.2)
    stream = new_stream()
    with closing(PostgresStore(proxy.url)) as store:
        proxy.freeze()
        assert store.head().pos == 0
        proxy.freeze()
        store.append(command(stream))
        assert len(verified(store)) == 1


@pytest.mark.fault
def test_a_bell_that_falls_silent_is_replaced(proxy: Proxy, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_bell, "_QUIET", 0.05)
    monkeypatch.setattr(postgres_bell, "_PATIENCE", 0.2)
    with closing(PostgresStore(proxy.url)) as store, closing(PostgresStore(postgres_url)) as other:
        while store.wait(0):
            pass
        for _ in range(4):  # signs of life are asked for and given
            assert not store.wait(0.1)
        proxy.freeze()
        assert store.wait(60)  # lost: a reason to look
        assert store.wait(60)  # listening again: another one
        other.append(command(new_stream()))
        assert store.wait(60)


@pytest.mark.fault
def test_a_bell_that_was_cut_off_comes_back_by_itself(proxy: Proxy, postgres_url: str) -> None:
    with closing(PostgresStore(proxy.url)) as store, closing(PostgresStore(postgres_url)) as other:
        while store.wait(0):
            pass
        proxy.refuse()
        run_sql(postgres_url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^LISTEN'")
        assert store.wait(60)
        for _ in range(3):
            assert not store.wait(0.01)  # no connection: it sleeps, and wakes nobody
        store.wake()
        assert not store.wait(60)
        proxy.refuse(False)
        while not store.wait(60):
            pass
        other.append(command(new_stream()))
        assert store.wait(60)


@pytest.mark.fault
def test_a_server_that_restarts_costs_nothing_that_was_confirmed(
    private_postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_link, "_PAUSE", 0.0)
    stream = new_stream()
    with closing(PostgresStore(private_postgres.create())) as store:
        while store.wait(0):
            pass
        store.append(command(stream, 0, [draft("before")]))
        store.beat(Presence("t1", "ana", "", "", 1, 1))
        private_postgres.stop("immediate")
        assert store.wait(60)
        for read in (store.head, store.summaries, lambda: store.after(Cursor())):
            with pytest.raises(Unavailable, match="cannot be reached"):
                read()
        with pytest.raises(Unavailable):
            store.append(command(stream, 1))
        with pytest.raises(Unavailable), store.exclusive():
            pass
        store.beat(Presence("t1", "ana", "", "", 1, 1))
        assert store.now()
        private_postgres.start()
        assert [row.body for row in verified(store)] == [b"before"]
        private_postgres.restart()
        store.append(command(stream, 1, [draft("after")]))
        assert [row.body for row in verified(store)] == [b"before", b"after"]
        while not store.wait(60):
            pass


@pytest.mark.fault
def test_writers_go_on_after_a_crash_of_the_server(private_postgres: Server) -> None:
    url, stream = private_postgres.create(), new_stream()
    confirmed = set[str]()

    def write(store: PostgresStore) -> None:
        while len(confirmed) < 300:
            append = command(stream, 0, commuting=True)
            try:
                store.append(append)
            except Unavailable:
                continue
            confirmed.add(append.command_id)

    crew = [PostgresStore(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, store) for store in crew]
        while len(confirmed) < 100:
            crew[0].wait(0.1)
        private_postgres.restart("immediate")
        for each in writing:
            each.result()
    rows = verified(crew[0])
    assert confirmed <= {row.command_id for row in rows}
    assert len({row.command_id for row in rows}) == len(rows)
    for store in crew:
        store.close()


def test_a_lock_that_is_held_too_long_gets_a_sentence(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_link, "_SESSION", postgres_link._SESSION.replace("'5s'", "'50ms'"))
    with closing(PostgresStore(postgres_url)) as store:
        with psycopg.connect(postgres_url) as holder:
            holder.execute("SELECT 1 FROM warroom.head FOR UPDATE")
            with pytest.raises(Unavailable, match="locked by another terminal"):
                store.append(command(new_stream()))
            with pytest.raises(Unavailable, match="locked by another terminal"), store.exclusive():
                pytest.fail("the lock was given twice")
            assert store.head().pos == 0  # readers go on
        store.append(command(new_stream()))


def test_the_time_is_the_servers(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_link, "_ticks", lambda: 0)  # a clock that stands still, far from the server's
    with closing(PostgresStore(postgres_url)) as store:
        connected = store.now()
        (server,) = run_sql(postgres_url, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")[0]
        assert server - 60_000_000 < connected <= server
        assert store.head().pos == 0
        assert store.now() == connected  # asked once, not at every call
        monkeypatch.setattr(postgres_link, "_REMEASURE", -1.0)
        assert store.head().pos == 0
        assert store.now() > connected


def test_an_append_is_one_message_to_the_server(proxy: Proxy) -> None:
    with closing(PostgresStore(proxy.url)) as store:
        store.append(command(new_stream()))
        before = len(proxy.heard)
        store.append(command(new_stream(), 0, [draft() for _ in range(5)], timers=(("page", 1),)))
        assert len(proxy.heard) == before + 1
