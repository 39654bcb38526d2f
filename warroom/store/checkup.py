"""Measuring the place where a log lies without opening it as a log: nothing is made or brought up to date."""

import fcntl
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from warroom.domain.checkup_store import Place
from warroom.domain.errors import Unavailable
from warroom.store.files import FileLock
from warroom.store.migrate import VERSION
from warroom.store.mounts import kind_of, mounted, network_kind

SIDE = ("lock", "bell", "presence", "journal")


def beside(path: Path) -> tuple[Path, ...]:
    """The files that lie beside a database of SQLite."""
    return tuple(path.with_name(f"{path.name}-{what}") for what in SIDE)


def measure(path: Path, state: Path) -> Place:
    """A file and its folder; `state`: where this user's unsent notes are kept."""
    real = path.expanduser().resolve()
    there = _nearest(real.parent)
    mounts = mounted()
    version, unreadable = _version(real)
    return Place(
        str(real),
        missing=not real.exists(),
        kind=kind_of(there, mounts),
        network=bool(network_kind(there, mounts)),
        unwritable=_unwritable(real),
        holder=_holder(real.with_name(f"{real.name}-lock")),
        version=version,
        known=VERSION,
        unreadable=unreadable,
        free=_free(there),
        state=str(state),
        state_writable=os.access(_nearest(state), os.W_OK | os.X_OK),
    )


def _nearest(folder: Path) -> Path:
    """The folder itself, or the one in which it would be made."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def _unwritable(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    wanted = [each for each in (path, *beside(path)) if each.exists() and not os.access(each, os.W_OK)]
    folder = [] if os.access(path.parent, os.W_OK | os.X_OK) else [path.parent]
    return tuple(map(str, (*wanted, *folder)))


def _holder(lock: Path) -> str:
    """Who writes at this moment; "" = nobody, or nobody knows."""
    if not lock.exists():
        return ""
    with suppress(OSError, Unavailable), closing(FileLock(lock)) as known:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return known.holder()
        finally:
            os.close(handle)
    return ""


def _version(path: Path) -> tuple[int, str]:
    """The schema's version, and why it cannot be read."""
    if not path.exists():
        return 0, ""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0]), ""
    except sqlite3.Error as error:
        return 0, str(error)


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
