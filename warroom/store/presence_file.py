"""Who is here and who does which job, in a second SQLite file: no history, not durable, never rings the bell.

Losing this file costs nothing but a few seconds of presence and a change of engines, so a damaged one is simply made
anew.
"""

import contextlib
import os
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from warroom.domain.errors import Unavailable
from warroom.store.contract import STALE, Lease, Presence
from warroom.store.files import open_beside

_FIELDS = Presence.__struct_fields__
_LEASE_FIELDS = ", ".join(Lease.__struct_fields__)
_PRESENCE_TABLE = f"CREATE TABLE IF NOT EXISTS presence ({', '.join(_FIELDS)}, PRIMARY KEY (session))"
_LEASE_TABLE = f"CREATE TABLE IF NOT EXISTS lease ({_LEASE_FIELDS}, PRIMARY KEY (name))"
_UPSERT = f"INSERT OR REPLACE INTO presence ({', '.join(_FIELDS)}) VALUES ({','.join('?' * len(_FIELDS))})"
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM presence WHERE seen >= ? ORDER BY person, session"
_LEASE = f"""
    INSERT INTO lease ({_LEASE_FIELDS}) VALUES (:name, :holder, 1, :until, :detail)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, detail = excluded.detail,
        epoch = lease.epoch + (lease.holder <> excluded.holder)
    WHERE lease.holder = excluded.holder OR lease.until <= :now
"""
_HELD = "SELECT epoch FROM lease WHERE name = ? AND holder = ? AND until = ?"
# The row stays, because its epoch must go on growing.
_RELEASE = "UPDATE lease SET until = 0 WHERE name = ? AND holder = ?"


class PresenceFile:
    """Heartbeats and leases. Every call is best effort: none may ever stand in the way of the log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._db: sqlite3.Connection | None = None

    def beat(self, presence: Presence) -> None:
        """Write one heartbeat, and forget terminals not heard of for an hour."""
        self._do(_UPSERT, [getattr(presence, field) for field in _FIELDS])
        self._do("DELETE FROM presence WHERE seen < ?", [presence.seen - STALE])

    def leave(self, session: str) -> None:
        """Forget one terminal."""
        self._do("DELETE FROM presence WHERE session = ?", [session])

    def present(self, since: int) -> list[Presence]:
        """The terminals heard of since then."""
        return [Presence(*row) for row in self._do(_SELECT, [since])]

    def lease(self, name: str, holder: str, now: int, until: int, detail: str) -> int:
        """Take or renew a lease; its epoch, or 0 where somebody else holds it or it could not be written."""
        self._do(_LEASE, {"name": name, "holder": holder, "now": now, "until": until, "detail": detail})
        # Only what stands in the file counts: a statement that failed has left an older moment there.
        held = self._do(_HELD, [name, holder, until])
        return int(held[0][0]) if held else 0

    def release(self, name: str, holder: str) -> None:
        """Give a lease back."""
        self._do(_RELEASE, [name, holder])

    def leases(self) -> list[Lease]:
        """Every lease, by name."""
        return [Lease(*row) for row in self._do(f"SELECT {_LEASE_FIELDS} FROM lease ORDER BY name", [])]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _do(self, statement: str, values: list[object] | dict[str, object]) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._open().execute(statement, values).fetchall()
            except (sqlite3.OperationalError, Unavailable):
                return []
            except sqlite3.DatabaseError:
                if self._db is not None:
                    self._db.close()
                self._db = None
                with contextlib.suppress(OSError):
                    self._path.unlink()
                return []

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            os.close(open_beside(self._path))
            db = sqlite3.connect(self._path, timeout=0.25, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode=MEMORY")
            db.execute("PRAGMA synchronous=OFF")
            db.execute(_PRESENCE_TABLE)
            db.execute(_LEASE_TABLE)
            self._db = db
        return self._db
