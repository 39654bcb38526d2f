"""The bell: a file beside the database that is touched after each commit, so that other terminals look at once.

On Linux, inotify wakes a sleeping thread after about a millisecond and costs nothing while idle; elsewhere the file's
time of change is looked at ten times a second. A bell is a hint only: not every file system delivers it, so a slow
poll goes on beneath it.
"""

import contextlib
import ctypes
import os
import select
import struct
import sys
import time
from pathlib import Path
from threading import Lock

from warroom.domain.errors import Unavailable
from warroom.store.files import open_beside

_IN_MODIFY = 0x00000002
_POLL = 0.1


class Bell:
    """`ring` wakes every `wait` on the same file, in this and in other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting = Lock()
        self._closed = False
        self._fd = -1
        with contextlib.suppress(Unavailable):  # who may only read cannot ring, but hears others
            self._fd = open_beside(path)
        self._asleep, self._awake = os.pipe()
        os.set_blocking(self._awake, False)
        self._watch = _inotify(path)
        self._stamp = self._changed()

    def ring(self) -> None:
        """Wake the others. Where the file may not be written nobody is woken, and the slow poll must do."""
        with contextlib.suppress(OSError):
            os.pwrite(self._fd, struct.pack("<q", time.time_ns()), 0)

    def wake(self) -> None:
        """End a `wait` of this process."""
        with contextlib.suppress(OSError):  # a full pipe wakes as well
            os.write(self._awake, b"!")

    def wait(self, timeout: float) -> bool:
        """Sleep until the bell rings; True where it did, False at the timeout or on `wake`. One thread at a time."""
        with self._waiting:
            if self._closed:
                return False
            if self._watch < 0:
                return self._poll(timeout)
            ready, _, _ = select.select([self._watch, self._asleep], [], [], timeout)
            if self._asleep in ready:
                os.read(self._asleep, 4096)
            if self._watch in ready:
                os.read(self._watch, 65536)
            return self._watch in ready

    def _poll(self, timeout: float) -> bool:
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            if select.select([self._asleep], [], [], min(_POLL, left))[0]:
                os.read(self._asleep, 4096)
                return False
            if (stamp := self._changed()) != self._stamp:
                self._stamp = stamp
                return True
        return False

    def _changed(self) -> int:
        with contextlib.suppress(OSError):
            return self._path.stat().st_mtime_ns
        return 0

    def close(self) -> None:
        """Let go of the descriptors, ending a `wait`."""
        if self._closed:
            return
        self._closed = True
        self.wake()
        with self._waiting:
            for fd in (self._fd, self._asleep, self._awake, self._watch):
                if fd >= 0:
                    os.close(fd)
            self._fd = self._awake = -1  # a late `ring` or `wake` must not write into whatever gets these numbers next


def _inotify(path: Path) -> int:
    """A descriptor that becomes readable when the file is written, or -1 where the system has none to give."""
    if not sys.platform.startswith("linux"):
        return -1
    libc = ctypes.CDLL(None, use_errno=True)
    fd: int = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
    if fd >= 0 and libc.inotify_add_watch(fd, os.fsencode(path), _IN_MODIFY) < 0:
        os.close(fd)
        return -1
    return fd
