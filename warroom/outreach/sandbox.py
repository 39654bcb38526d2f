"""What drills send to: a list, or a file of JSON lines. Nothing leaves the machine."""

import os
import threading
from pathlib import Path

import msgspec

from warroom.outreach.contract import Message, Receipt
from warroom.outreach.safe import safe


class Sandbox:
    """Takes every message. `path`: a file to which each is added as one line of JSON; None = `messages` alone.

    Its folder is made where there is none, as on a host whose database is elsewhere. Each line names the incident, the
    channel, and to whom it went: the channel itself where that is all that was paged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.messages: list[Message] = []
        self._path = path
        self._lock = threading.Lock()

    def check(self) -> str:
        """Why nothing could be written down, as a sentence; "" where it could."""
        try:
            self._write(b"")
        except OSError as error:
            return f"{self._path} cannot be written: {error.strerror}."
        return ""

    def send(self, message: Message, timeout: float) -> Receipt:
        """Write the message down."""
        ready = safe(message)
        line = msgspec.json.encode(msgspec.structs.replace(ready, to=ready.to or ready.channel))
        try:
            self._write(line + b"\n")
        except OSError as error:
            return Receipt("retry", f"{self._path} cannot be written: {error.strerror}.")
        with self._lock:
            self.messages.append(ready)
        return Receipt("sent", "Kept on this machine; nothing was sent.")

    def _write(self, line: bytes) -> None:
        if self._path is None:
            return
        # One write in append mode: several processes may share the file without mixing their lines.
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, how, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
