"""What an SQLite store needs of the file system: a safe place, group-writable files, and a fair lock.

The database is opened by the driver only: opening and closing it by hand in the same process would silently drop
SQLite's own locks (POSIX). Locking goes through a side file instead, where waiting is fair and has an end.
"""

import contextlib
import fcntl
import os
import pwd
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

from warroom.domain.errors import Refused, Unavailable
from warroom.store.mounts import mounted, network_kind

MODE = 0o660
_PATIENCE = 3.0
_READER_PATIENCE = 0.25


def login() -> str:
    """The name of the login that this process runs under."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def settle_path(path: str | Path) -> Path:
    """The real path of a database, with its folder made.

    Refused where something else than a file is in its place, on a network file system, and for an alias by hard link.
    """
    try:
        real = Path(path).expanduser().resolve()
        real.parent.mkdir(parents=True, exist_ok=True)
        found = real.stat() if real.exists() else None
    except (OSError, RuntimeError) as error:
        raise Unavailable(f"{path} cannot be used: {getattr(error, 'strerror', error)}.") from None
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise Refused(f"{real} is a folder, not a database.", hint="Name a file, such as warroom.db in it.")
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise Refused(f"{real} is a device or a pipe, not a file.", hint="Name a file, such as warroom.db.")
    if kind := network_kind(real.parent, mounted()):
        raise Refused(
            f"{real} lies on a network file system ({kind}), where SQLite loses writes.",
            hint="Put the file on a local disk, or use Postgres: --db postgresql://…",
        )
    if found is not None and found.st_nlink > 1:
        raise Refused(f"{real} has a second name (a hard link); two names mean two locks.", hint="Remove one.")
    return real


def open_beside(path: Path, flags: int = os.O_RDWR) -> int:
    """A descriptor of a side file, made group-writable whatever the umask; read-only where that is all we may.

    Unavailable where it can be neither opened nor made. A symbolic link in its place is never followed.
    """
    always = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with contextlib.suppress(FileExistsError):
            made = os.open(path, flags | os.O_CREAT | os.O_EXCL | always, MODE)
            os.fchmod(made, MODE)
            return made
        try:
            return os.open(path, flags | always)
        except PermissionError:
            return os.open(path, os.O_RDONLY | always)
    except OSError as error:
        what = f"{path} cannot be used: {error.strerror}."
        raise Unavailable(what, hint=sharing_hint(path), code="readonly") from None


def sharing_hint(path: Path) -> str:
    """What to do where a file may not be written."""
    try:
        owner = pwd.getpwuid(path.stat().st_uid).pw_name
    except (OSError, KeyError):
        owner = "its owner"
    return f"Ask {owner} to share the folder with your group: chgrp -R GROUP {path.parent}; chmod 2770 {path.parent}."


class FileLock:
    """A lock between processes on a side file: shared for readers, exclusive for the one writer.

    `flock` hands the lock on fairly, where SQLite's own busy handler was measured to starve writers. A waiter gives up
    after three seconds and names the holder, whom the file itself records. Where the side file may not even be read,
    reading goes on without it and writing is refused.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._me = f"{os.getpid()} {login()}\n".encode().ljust(64)
        self._stuck: _Waiter | None = None
        self._refusal: Unavailable | None = None
        self._fd = -1
        try:
            self._fd = open_beside(path)
        except Unavailable as refusal:
            self._refusal = refusal

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer."""
        if self._refusal is not None:
            raise self._refusal
        self._take(fcntl.LOCK_EX, _PATIENCE)
        try:
            with contextlib.suppress(OSError):  # who may only read, or has no room left, goes unnamed
                os.pwrite(self._fd, self._me, 0)
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read while nobody writes. A writer that is stuck does not keep readers out for long: they go on unlocked,
        and SQLite's own locks still keep what they read whole."""
        if self._fd < 0 or (self._stuck is not None and self._stuck.waits()):
            yield
            return
        try:
            self._take(fcntl.LOCK_SH, _READER_PATIENCE)
        except Unavailable:
            yield
            return
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def holder(self) -> str:
        """The process and login that last took the lock for writing, for people."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid, name = os.pread(self._fd, 64, 0).decode().split()[:2]
            return f"process {pid} of {name}"
        return "another process"

    def close(self) -> None:
        """Let the side file go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _take(self, how: int, patience: float) -> None:
        try:
            fcntl.flock(self._fd, how | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        # A blocking flock is fair but has no time limit, so a thread waits for it, on a descriptor of its own.
        waiting = _Waiter(self._path, how)
        if not waiting.granted(patience):
            self._stuck = waiting
            raise Unavailable(
                f"The database is locked by {self.holder()}.",
                hint="If that process hangs, end it; nothing that was confirmed is lost.",
            )
        old, self._fd = self._fd, waiting.fd
        os.close(old)


class _Waiter:
    """One blocking wait for a lock that can be given up: whoever comes too late lets the lock go again."""

    def __init__(self, path: Path, how: int) -> None:
        self.fd = open_beside(path)
        self._how = how
        self._done = threading.Event()
        self._mutex = threading.Lock()
        self._given_up = False
        self._thread = threading.Thread(target=self._wait, daemon=True, name="lock")
        self._thread.start()

    def granted(self, patience: float) -> bool:
        """Whether the lock came in time."""
        if self._done.wait(patience):
            return True
        with self._mutex:
            self._given_up = not self._done.is_set()
            return not self._given_up

    def waits(self) -> bool:
        """Whether it still waits."""
        return self._thread.is_alive()

    def _wait(self) -> None:
        fcntl.flock(self.fd, self._how)
        with self._mutex:
            if self._given_up:
                os.close(self.fd)
            else:
                self._done.set()


class Identity:
    """Which file a path named when it was opened; tells when another one has taken its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._look()

    def check(self) -> None:
        """Unavailable where the file was removed or replaced."""
        if self._look() != self._known:
            raise Unavailable(
                f"The database file {self._path} was removed or replaced.",
                hint="Put it back, or leave and join again; nothing is read or written until then.",
            )

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
