"""What the supervisor sends to the console, and how much of a command's output it keeps. The standard library only.

A frame is one byte of kind, four of length (big endian), and the payload. Kinds: `p` the command's process id; `o`
output that is kept; `l` a sample of output that is too much to be kept; `t` the last bytes of such output; `r` the end,
as JSON: `{"how": "ended"|"timed-out"|"stopped"|"unstartable", "code", "signal", "error", "cut", "stuck"}`.
"""

import os
import struct
from collections.abc import Iterator

HEAD = 192 * 1024
TAIL = 64 * 1024
"Bytes of output that are kept: the first and the last."

_FRAME = struct.Struct(">cI")


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame, as it is sent."""
    return _FRAME.pack(kind, len(payload)) + payload


def frames(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """The whole frames at the beginning of the buffer, (kind, payload); each is taken out of it."""
    while len(buffer) >= _FRAME.size:
        kind, length = _FRAME.unpack_from(buffer)
        end = _FRAME.size + length
        if len(buffer) < end:
            return
        payload = bytes(buffer[_FRAME.size : end])
        del buffer[:end]
        yield kind, payload


class Tape:
    """The first `HEAD` and the last `TAIL` bytes of a stream of any length."""

    def __init__(self) -> None:
        self._head = 0
        self._total = 0
        self._tail = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Take in some bytes; gives back those that belong to the head."""
        head = data[: HEAD - self._head]
        self._head += len(head)
        self._total += len(data)
        self._tail += data[len(head) :]
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]
        return head

    def end(self) -> tuple[bytes, int]:
        """The tail, and how many bytes lie between it and the head."""
        tail = bytes(self._tail[-TAIL:])
        return tail, self._total - self._head - len(tail)


class Outbox:
    """Frames for the console. A console that does not read never holds this process up before the command's end."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.pending = bytearray()
        self.broken = False
        os.set_blocking(self._fd, False)

    def add(self, kind: bytes, payload: bytes) -> None:
        """Send a frame, now or later."""
        if not self.broken:
            self.pending += frame(kind, payload)
            self.flush()

    def flush(self) -> None:
        """Send what goes through without waiting."""
        try:
            while self.pending:
                del self.pending[: os.write(self._fd, self.pending)]
        except BlockingIOError:
            pass
        except OSError:
            self.broken = True
            self.pending.clear()

    def finish(self) -> None:
        """Send the rest, and wait for it: the command has ended."""
        os.set_blocking(self._fd, True)
        self.flush()
