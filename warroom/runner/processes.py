"""What the supervisor needs of the operating system. The standard library only."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

PDEATHSIG, CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def wakeful(stop: Callable[..., None]) -> int:
    """The descriptor that becomes readable whenever a child ends or a signal asks to stop."""
    ears, mouth = os.pipe()
    for fd in (ears, mouth):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, stop)
    return ears


def strays(group: int) -> list[int]:
    """The living children of this process that are not in a group: orphans handed to us. Linux only."""
    me, found = str(os.getpid()).encode(), []
    for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib would be loaded for this alone
        if name.isdigit():
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                state, parent, theirs = file.read().rpartition(b") ")[2].split()[:3]
                if parent == me and state != b"Z" and int(theirs) != group:
                    found.append(int(name))
    return found


def signal_name(number: int) -> str:
    """`SIGKILL`, or `signal 63` where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def prctl() -> Callable[[int, int], bool]:
    """Linux's prctl; says False, elsewhere always."""
    if sys.platform != "linux":
        return lambda option, value: False
    import ctypes

    libc = ctypes.CDLL(None)
    return lambda option, value: libc.prctl(option, value, 0, 0, 0) == 0
