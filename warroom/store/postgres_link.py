"""The connections of the Postgres store: made with deadlines, replaced when they break, shown without a password.

Every wait for the server has an end: connecting (3 s for each host), a lock (5 s), a statement (10 s, by the server),
and any answer at all (12 s, by us, for a server or a network that says nothing any more).
"""

import time
from collections.abc import Generator
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from warroom.domain.errors import Invalid, Refused, Unavailable
from warroom.store.address import SECRETS, without_secrets
from warroom.store.contract import ALREADY

T = TypeVar("T")

_DEADLINE = 12.0
_PAUSE = 0.5
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": 3,
    "target_session_attrs": "read-write",  # of several hosts, the one that is no standby
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "client_encoding": "utf8",
    "application_name": "warroom",
}
# A server may be set to confirm commits before they are on disk; here nothing that was confirmed may be lost.
_SESSION = """
    SELECT set_config('synchronous_commit', CASE found WHEN 'off' THEN 'on' ELSE found END, false),
        set_config('default_transaction_isolation', 'read committed', false),
        set_config('idle_in_transaction_session_timeout', '3s', false),
        set_config('lock_timeout', '5s', false),
        set_config('statement_timeout', '10s', false)
    FROM current_setting('synchronous_commit') AS found
"""
_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_REMEASURE = 60.0
# Both go on counting while the machine sleeps, and neither is moved by setting the wall clock.
_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which no wait is without end: a server that falls silent is a lost one."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        """Wait for an answer. OperationalError after twelve seconds without one; the connection is closed then."""
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, gen: PQGen[T]) -> Generator[Any, Any, T]:
        # Whoever drives this resumes it several times a second, whether or not the socket has become ready.
        end = time.monotonic() + _DEADLINE
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > end:
                    self.close()
                    raise psycopg.OperationalError("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as done:
            answer: T = done.value
            return answer


class Address:
    """Where the database is. `shown`: the address without its secrets, for people and for other terminals."""

    def __init__(self, url: str) -> None:
        self.shown = without_secrets(url)
        try:
            self._given = conninfo_to_dict(url)
            _check(self._given)
        except (psycopg.Error, ValueError):
            # The driver's own text repeats pieces of the address, which may be pieces of the password.
            raise Invalid(
                "The address of the database cannot be read.",
                hint="Write postgresql://USER@HOST:PORT/DATABASE; special characters in a password as %XX.",
            ) from None

    def connect(self) -> Connection:
        """A new connection, ready for use; each statement is a transaction of its own."""
        db = Connection.connect("", autocommit=True, prepare_threshold=None, **{**_DEFAULTS, **self._given})
        try:
            db.execute(_SESSION)
        except BaseException:
            db.close()
            raise
        return db

    def sentence(self, error: psycopg.Error) -> Refused:
        """What a user reads about an error of the driver or the server."""
        state = error.sqlstate or ""
        if state in _SENTENCES:
            what, hint, code = _SENTENCES[state]
            return Unavailable(what.format(place=self.shown), hint=hint, code=code)
        if state == "WR004":
            return Refused(error.diag.message_primary or "", hint="Your role decides who you are: warroom db status")
        if state == "23505":
            return Refused(ALREADY)
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return Unavailable(
                f"The database {self.shown} cannot be reached{self._reason(error)}.",
                hint="Check the server, the network and the address. It is tried again by itself.",
            )
        return Unavailable(f"The database {self.shown} cannot be used{self._reason(error)}.")

    def _reason(self, error: psycopg.Error) -> str:
        # The driver's own text begins with the address again, and goes on over several lines.
        text = (error.diag.message_primary or str(error)).strip().split("\n")[0].rstrip(".")
        text = text.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()
        for name in SECRETS:
            if secret := self._given.get(name):
                text = text.replace(str(secret), "***")
        return f": {text}" if text else ""


class Link:
    """The one connection of a store for commands and reading. Not safe to use from several threads at once."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._db: Connection | None = None
        self._failed: psycopg.Error | None = None
        self._retry = 0.0
        self._offset = 0
        self._measured = 0.0

    def get(self) -> Connection:
        """The connection, made anew where it has broken. psycopg's errors where it cannot be made."""
        if self._db is None or self._db.closed:
            if self._failed is not None and time.monotonic() < self._retry:
                raise self._failed.with_traceback(None)
            try:
                self._db = self._address.connect()
            except psycopg.Error as error:
                self._failed, self._retry = error, time.monotonic() + _PAUSE
                raise
            self._failed = None
            self._measure(self._db)
        elif time.monotonic() - self._measured > _REMEASURE and not self._busy(self._db):
            self._measure(self._db)
        return self._db

    @property
    def broken(self) -> bool:
        """Whether there is no working connection right now."""
        return self._db is None or self._db.closed

    def lost(self, error: psycopg.Error) -> bool:
        """Whether an error means that another connection may do better: it broke, or the server became a standby."""
        if (error.sqlstate or "").startswith(_GONE):
            self.close()
        return self.broken

    def now(self) -> int:
        """The database's time by its measured distance from this machine's clock, without asking."""
        return _ticks() + self._offset

    def close(self) -> None:
        """Let the connection go."""
        if self._db is not None:
            with suppress(psycopg.Error):
                self._db.close()

    def _measure(self, db: Connection) -> None:
        before = _ticks()
        row = db.execute(_NOW).fetchone()
        assert row is not None
        self._offset = row[0] - (before + _ticks()) // 2
        self._measured = time.monotonic()

    @staticmethod
    def _busy(db: Connection) -> bool:
        return db.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE


# Connection errors, shutdowns, a timeout that ends the session, and a primary that is none any more.
_GONE = ("08", "57P", "25P03", "25006")
_SENTENCES: dict[str, tuple[str, str, str]] = {
    "42501": (
        "You may not do this in the database {place}.",
        "Ask its owner for the right to use the schema “warroom”.",
        "readonly",
    ),
    "55P03": (
        "The database {place} has been locked by another terminal for five seconds.",
        "Try again; a terminal that hangs is cut off after three seconds.",
        "unavailable",
    ),
    "57014": ("The database {place} took longer than ten seconds.", "Try again.", "unavailable"),
    "25P03": (
        "This terminal hung while it held the log of {place}, and was cut off; nothing was written.",
        "Try again.",
        "unavailable",
    ),
    "53100": (
        "The disk of the database {place} is full.",
        "Free some space on the server; reading still works.",
        "unavailable",
    ),
    "42883": (
        "The database {place} and this program do not fit together.",
        "Update this program: pip install --upgrade warroom",
        "newer",
    ),
}


def _ticks() -> int:
    return time.clock_gettime_ns(_TICKS) // 1000


def _check(given: dict[str, Any]) -> None:
    """ValueError where a piece of the password was taken for a host or a port, because it holds a bare @ or /."""
    hosts, ports = str(given.get("host", "")), str(given.get("port", ""))
    if any("@" in host[1:] for host in hosts.split(",")):  # at its beginning it names an abstract socket
        raise ValueError
    if not all(port.isdecimal() for port in ports.split(",") if port):
        raise ValueError
