"""The bell of the Postgres store: LISTEN on a connection of its own, which nobody has to wait for.

A hint only. The server or the network may fall silent without closing anything, so after five quiet seconds the server
is asked for a sign of life, and after five more the connection counts as lost. A lost one is made anew by itself.
"""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

import psycopg

from warroom.store.postgres_link import Connection

CHANNEL = "warroom"
_QUIET = 5.0
_PATIENCE = 5.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0


class PostgresBell:
    """`wait` sleeps until an append somewhere is announced. One thread waits at a time; any may call `wake`."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._asleep, self._awake = os.pipe()
        os.set_blocking(self._awake, False)
        self._waiting = Lock()
        self._closed = False
        self._db: Connection | None = None
        self._heard = 0.0
        self._asked = False
        self._retry = 0.0
        self._pause = _FIRST_PAUSE

    def wake(self) -> None:
        """End a `wait` in another thread, or the next one."""
        with suppress(OSError):  # a full pipe wakes as well
            os.write(self._awake, b"!")

    def wait(self, timeout: float) -> bool:
        """Sleep until the bell rings; False at the timeout or on `wake`.

        Also True when listening has just begun and when the connection was just lost: both are reasons to look at the
        log now. While there is no connection, it sleeps and tries again with growing pauses.
        """
        end = time.monotonic() + timeout
        with self._waiting:
            if self._closed:
                return False
            if self._db is None:
                return self._sleep(min(end, self._retry)) and time.monotonic() >= self._retry and self._listen()
            try:
                return self._wait(self._db, end)
            except psycopg.Error:
                self._drop()
                return True

    def close(self) -> None:
        """Let go of everything, ending a `wait`."""
        if self._closed:
            return
        self._closed = True
        self.wake()
        with self._waiting:
            self._drop()
            os.close(self._asleep)
            os.close(self._awake)
            self._awake = -1  # a late `wake` must not write into whatever gets this number next

    def _wait(self, db: Connection, end: float) -> bool:
        while True:
            self._ask(db)
            until = min(end, self._heard + (_PATIENCE if self._asked else _QUIET))
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([db.fileno(), self._asleep], [], [], left)
            if db.fileno() in ready and self._take(db):
                return True
            if self._asleep in ready:
                os.read(self._asleep, 4096)
                return False
            if time.monotonic() >= end:
                return False

    def _ask(self, db: Connection) -> None:
        """Ask for a sign of life after a quiet while. OperationalError where the last question was not answered."""
        quiet = time.monotonic() - self._heard
        if self._asked and quiet >= _PATIENCE:
            raise psycopg.OperationalError("the server does not answer")
        if not self._asked and quiet >= _QUIET:
            db.pgconn.send_query(b"")
            self._asked, self._heard = True, time.monotonic()

    def _take(self, db: Connection) -> bool:
        """Read what the server has sent. True where an append was announced."""
        wire = db.pgconn
        wire.consume_input()
        self._heard = time.monotonic()
        while not wire.is_busy() and wire.get_result() is not None:
            pass
        self._asked = self._asked and bool(wire.is_busy())
        rang = False
        while wire.notifies() is not None:
            rang = True
        return rang

    def _listen(self) -> bool:
        try:
            db = self._connect()
            db.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            self._retry = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            return False
        self._db, self._heard, self._asked, self._pause = db, time.monotonic(), False, _FIRST_PAUSE
        return True

    def _sleep(self, until: float) -> bool:
        """Sleep up to a moment; False where `wake` ended it."""
        ready, _, _ = select.select([self._asleep], [], [], max(0.0, until - time.monotonic()))
        if ready:
            os.read(self._asleep, 4096)
        return not ready

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(psycopg.Error):
                self._db.close()
            self._db = None
        self._retry = time.monotonic()
