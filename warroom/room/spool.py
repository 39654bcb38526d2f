"""Unsent notes: what was written while the database could not be reached, kept on this machine and sent later.

Only commands that never depend on what others do may wait here. An acknowledgment that nobody else sees is a lie.
"""

import contextlib
import os
from datetime import timedelta
from pathlib import Path

import msgspec

from warroom.domain.errors import Refused
from warroom.domain.moments import moment
from warroom.room import commands
from warroom.room.room import Room

BIGGEST = 1024 * 1024
STALE = timedelta(hours=24)


class Waiting(msgspec.Struct, frozen=True):
    """One command that waits. `written`: when it was typed, in microseconds of the database's last known time."""

    command_id: str
    incident: str
    name: str
    params: dict[str, str]
    written: int


class Spool:
    """The file of one log's unsent notes; several consoles of one person may share it."""

    def __init__(self, folder: Path, log_id: str) -> None:
        self._path = folder / f"{log_id}.jsonl"
        self._stamp: tuple[int, int] | None = None
        self._known: tuple[Waiting, ...] = ()

    def add(self, command_id: str, incident: str, name: str, params: dict[str, object], written: int) -> None:
        """Keep a command until it can be sent. Refused for a deciding one, and where the file is full."""
        if not commands.find(name).commuting:
            raise Refused("Only notes can wait for the database; anything else must be decided now.")
        texts = {key: str(value) for key, value in params.items()}
        entry = msgspec.json.encode(Waiting(command_id, incident, name, texts, written)) + b"\n"
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(fd).st_size + len(entry) > BIGGEST:
                raise Refused("Too many notes wait for the database.", hint="Write them on paper until it is back.")
            os.write(fd, entry)
            os.fsync(fd)
        finally:
            os.close(fd)

    def pending(self) -> tuple[Waiting, ...]:
        """What waits, oldest first. A torn last line is left out."""
        try:
            found = self._path.stat()
        except OSError:
            self._stamp, self._known = None, ()
            return ()
        if (found.st_size, found.st_mtime_ns) != self._stamp:
            waiting = []
            for text in self._path.read_bytes().splitlines():
                with contextlib.suppress(msgspec.DecodeError):
                    waiting.append(msgspec.json.decode(text, type=Waiting))
            self._stamp, self._known = (found.st_size, found.st_mtime_ns), tuple(waiting)
        return self._known

    def drain(self, room: Room) -> int:
        """Send what waits, in order, under the same ids; how many were sent. What is older than a day stays."""
        sent = []
        now = moment(room.store.now())
        for entry in self.pending():
            if now - moment(entry.written) > STALE:
                continue
            try:
                at = {"at": moment(entry.written)} if entry.name == "note" else {}
                room.do(entry.name, entry.incident, command_id=entry.command_id, **entry.params, **at)
            except Refused as refused:
                if refused.code == "unavailable":
                    break
            sent.append(entry.command_id)
        self._forget(sent)
        return len(sent)

    def _forget(self, sent: list[str]) -> None:
        """Rewrite the file without these. A crash before leaves repeats, which the log recognises by their ids."""
        if sent:
            kept = [entry for entry in self.pending() if entry.command_id not in sent]
            draft = self._path.with_suffix(".new")
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in kept))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._path)
