"""`postgres`: what a PostgreSQL server is busy with: connections, the longest queries, who waits for whom, replication.

The target is a service of the libpq service file and nothing else: where the databases of a host are is said by whoever
looks after the host, not by a runbook. The password comes from that file or ~/.pgpass (`services`). Everything is read
only, one short transaction for each question, and no question takes longer than the step has time. Texts of queries are
cut: they may hold data.
"""

import re
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes import expectations
from warroom.probes.services import settings
from warroom.probes.session import Session, Trouble, Verdict, ms, table

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
Rows = list[tuple[Any, ...]]

_SERVICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}", re.ASCII)
_HINT = "Describe it in the libpq service file (~/.pg_service.conf), and give the name of that section: shop"


class Section(NamedTuple):
    """One question: the title, the names of its columns, and the query. `empty`: what no rows mean."""

    title: str
    columns: tuple[str, ...]
    query: str
    empty: str


_SERVER = """
    SELECT current_database(), current_setting('server_version'), pg_is_in_recovery(),
        date_trunc('second', now() - pg_postmaster_start_time())::text,
        pg_size_pretty(pg_database_size(current_database())),
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
        current_setting('max_connections')::int,
        (SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0)
"""
_TEXT = "left(regexp_replace(query, '\\s+', ' ', 'g'), 100)"
_WAIT = "coalesce(wait_event_type || ':' || wait_event, '-')"
_SECTIONS = (
    Section(
        "connections",
        ("state", "count", "longest in it"),
        """SELECT coalesce(state, 'unknown'), count(*), date_trunc('second', max(now() - state_change))::text
        FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1 ORDER BY 2 DESC""",
        "none",
    ),
    Section(
        "longest running",
        ("pid", "user", "for", "state", "waits for", "query"),
        f"""SELECT pid, usename, date_trunc('second', now() - coalesce(xact_start, query_start))::text, state, {_WAIT},
            {_TEXT} FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
        ORDER BY coalesce(xact_start, query_start) LIMIT 10""",
        "nothing else runs",
    ),
    Section(
        "waiting for a lock",
        ("pid", "user", "for", "held by", "query"),
        f"""SELECT pid, usename, date_trunc('second', now() - query_start)::text, pg_blocking_pids(pid)::text, {_TEXT}
        FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 ORDER BY query_start LIMIT 10""",
        "nobody",
    ),
    Section(
        "standbys",
        ("name", "address", "state", "sync", "behind", "lag"),
        """SELECT application_name, coalesce(client_addr::text, 'local'), state, sync_state,
            coalesce(pg_size_pretty(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                ELSE pg_current_wal_lsn() END, replay_lsn)), 'unknown'),
            coalesce(date_trunc('milliseconds', replay_lag)::text, '-')
        FROM pg_stat_replication ORDER BY 1 LIMIT 10""",
        "none, or not to be seen by this role",
    ),
    Section(
        "replayed, as a standby",
        ("last transaction",),
        """SELECT coalesce(date_trunc('second', now() - pg_last_xact_replay_timestamp())::text || ' ago', 'none yet')
        WHERE pg_is_in_recovery()""",
        "",
    ),
)


def read(target: str, expect: str) -> str:
    """The name of the service. Invalid where it is anything else, which is not repeated: it may hold a password."""
    expectations.nothing(expect, "the activity of a database")
    name = target.removeprefix("service=")
    if not name:
        raise Invalid("The step names no database.", hint=_HINT)
    if not _SERVICE.fullmatch(name):
        raise Invalid("A runbook names a database only by its service, never by host or address.", hint=_HINT)
    return name


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Connect, and ask one question after the other."""
    import psycopg

    given = settings(read(target, expect))
    begun = time.monotonic()
    try:
        with _connect(given, session) as db:
            connected = time.monotonic() - begun
            verdict = _report(db, connected, session)
    except psycopg.Error as error:
        raise Trouble(f"The database cannot be read: {_reason(error)}.") from None
    return verdict


def _report(db: "psycopg.Connection[Any]", connected: float, session: Session) -> Verdict:
    import psycopg

    name, version, standby, uptime, size, used, most, waiting = _ask(db, _SERVER, session)[0]
    name = one_line(name, 63)
    role = "standby" if standby else "primary"
    rows = [("database", f"{name}, {size}"), ("server", f"PostgreSQL {version}, {role}, up for {uptime}")]
    rows += [("connect", ms(connected)), ("connections", f"{used} of {most}"), ("waiting for a lock", str(waiting))]
    session.say(table(rows))
    for section in _SECTIONS:
        try:
            found = _ask(db, section.query, session)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported) as error:
            session.say(f"\n{section.title}: {_reason(error)}")
            continue
        if found:
            lines = [section.columns, *([one_line(str(value), 120) for value in row] for row in found)]
            session.say(f"\n{section.title}\n{table(lines)}")
        elif section.empty:
            session.say(f"\n{section.title}: {section.empty}")
    return Verdict(True, f"{name} ({role}, {size}): {used} of {most} connections, {waiting} waiting for a lock.")


def _ask(db: "psycopg.Connection[Any]", query: str, session: Session) -> Rows:
    """The rows of one query, in a transaction of its own: what it set is gone afterwards, also behind a pooler."""
    with db.transaction():
        db.execute("SELECT set_config('statement_timeout', %s, true)", [str(max(1, int(session.left() * 1000)))])
        return db.execute(query.encode()).fetchall()


def _connect(given: dict[str, str], session: Session) -> "psycopg.Connection[Any]":
    """A connection that only reads, and on which no wait is longer than what is left: also a silent server's end."""
    import psycopg

    class Bounded(psycopg.Connection[Any]):
        def wait(self, gen: "psycopg.abc.PQGen[T]", *args: Any, **kwargs: Any) -> T:
            return super().wait(_bounded(gen, session), *args, **kwargs)

    ours = {
        "application_name": "warroom",
        "client_encoding": "utf8",
        "connect_timeout": max(2, int(session.left())),
    }
    db = Bounded.connect("", autocommit=True, prepare_threshold=None, **{**given, **ours})  # type: ignore[arg-type]
    db.read_only = True
    return db


def _bounded(gen: Generator[Any, Any, T], session: Session) -> Generator[Any, Any, T]:
    # Whoever drives this resumes it several times a second, whether or not the socket has become ready.
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            session.left()
            wanted = gen.send(ready)
    except StopIteration as done:
        answer: T = done.value
        return answer


def _reason(error: "psycopg.Error") -> str:
    """The first line of what the server or the driver says, without the address before it."""
    text = (error.diag.message_primary or str(error)).strip().split("\n")[0].rpartition(" failed: ")[2]
    return one_line(text.removeprefix("FATAL:"), 160).rstrip(".") or type(error).__name__
