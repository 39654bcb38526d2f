"""Unsent notes: what was written while the database could not be reached, kept on this machine and sent later.

Only commands that never depend on what others do may wait here: an acknowledgment that nobody else sees is a lie.
Each note keeps its command id, so that sending one twice is harmless, and that is all a crash can lead to.
"""

import errno
import fcntl
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from warroom.domain import record
from warroom.domain.errors import Invalid, Refused, Unavailable, unknown
from warroom.domain.moments import moment, read_moment
from warroom.room import commands
from warroom.room.commands import Command
from warroom.room.room import Room

BIGGEST = 1024 * 1024
STALE = 24 * 3_600_000_000
_LOG_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_OURS = os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Waiting(msgspec.Struct, frozen=True):
    """One command that waits. `written`: when it was typed, in microseconds of the database's last known time.

    `person`: whose note it is ("" = of whoever sends it); consoles of several people may share a login.
    """

    command_id: str
    incident: str
    name: str
    params: dict[str, str]
    written: int
    person: str = ""


class Drained(msgspec.Struct, frozen=True):
    """What became of the notes that waited: only those `sent` are gone from here.

    `old`: written more than a day ago, and not sent until somebody asks for it. `refused`: each with the sentence why.
    `left`: not tried, because the database went away again.
    """

    sent: tuple[Waiting, ...] = ()
    old: tuple[Waiting, ...] = ()
    refused: tuple[tuple[Waiting, str], ...] = ()
    left: tuple[Waiting, ...] = ()


class Spool:
    """The file of one log's unsent notes, readable by its owner only. All consoles of one login share it."""

    def __init__(self, folder: Path, log_id: str, person: str = "") -> None:
        """`person`: whose notes are added and sent by this console; those of others are left alone."""
        if not _LOG_ID.fullmatch(log_id):
            raise Invalid(f"“{log_id}” is no name of a log.")
        self._folder = folder
        self._log_id = log_id
        self._person = person
        self._path = folder / f"{log_id}.jsonl"
        self._stamp: tuple[int, int, int] | None = None
        self._known: tuple[Waiting, ...] = ()

    def add(self, command_id: str, incident: str, name: str, params: Mapping[str, object], written: int) -> None:
        """Keep a note until it can be sent; on disk when this returns.

        Refused for a command that must be decided now, for what the command would refuse anyway, and where the file is
        full; Unavailable where it cannot be written.
        """
        texts = _check(commands.find(name), params, moment(written))
        line = msgspec.json.encode(Waiting(command_id, incident, name, texts, written, self._person)) + b"\n"
        with self._alone():
            fd = os.open(self._path, _OURS | os.O_RDWR | os.O_APPEND, 0o600)
            try:
                os.fchmod(fd, 0o600)
                end = _cut_torn_line(fd)
                if end + len(line) > BIGGEST:
                    raise Refused("Too many notes wait for the database.", hint="Write them on paper until it is back.")
                try:
                    if os.write(fd, line) < len(line):
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    os.fsync(fd)
                except OSError:
                    os.ftruncate(fd, end)
                    raise
            finally:
                os.close(fd)
            _sync(self._folder)

    def pending(self) -> tuple[Waiting, ...]:
        """What waits, oldest first; nothing where the file cannot be read. Cheap while the file stays the same."""
        try:
            found = self._path.stat()
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            if stamp != self._stamp:
                entries = (_read(line) for line in self._lines())
                self._known = tuple(each for each in entries if each and each.person in ("", self._person))
                self._stamp = stamp
        except OSError:
            self._stamp, self._known = None, ()
        return self._known

    def drain(self, room: Room, old: bool = False) -> Drained:
        """Send what waits, in order, under the same command ids, and forget what the log has confirmed.

        `old`: also what was written more than a day ago. Unavailable where the database still cannot be reached.
        """
        if room.store.head().log_id != self._log_id:
            raise Refused("These notes belong to another log.")
        now = room.store.now()
        waiting = self.pending()
        sent, kept, refused = [], [], []
        left: tuple[Waiting, ...] = ()
        for place, entry in enumerate(waiting):
            if not old and now - entry.written > STALE:
                kept.append(entry)
                continue
            try:
                given: dict[str, Any] = {**entry.params, "at": _happened(entry, room, now)}
                room.do(entry.name, entry.incident, command_id=entry.command_id, zone=UTC, **given)
            except Unavailable:
                left = waiting[place:]
                break
            except Refused as refusal:
                refused.append((entry, refusal.message))
            else:
                sent.append(entry)
        if sent:
            self.forget({entry.command_id for entry in sent})
            room.store.ring()
        return Drained(tuple(sent), tuple(kept), tuple(refused), left)

    def forget(self, command_ids: Collection[str]) -> None:
        """Rewrite the file without these. What this version cannot read stays."""
        with self._alone():
            lines = self._lines()
            kept = [line for line in lines if (entry := _read(line)) is None or entry.command_id not in command_ids]
            if kept == lines:
                return
            new = self._path.with_suffix(".new")
            fd = os.open(new, _OURS | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.writelines(line + b"\n" for line in kept)
                file.flush()
                os.fsync(fd)
            new.replace(self._path)
            _sync(self._folder)

    def _lines(self) -> list[bytes]:
        """The whole lines of the file. A last one without its end was torn, and never confirmed to anybody."""
        try:
            return self._path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other consoles out for the moment. What the system refuses becomes a sentence."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fd = os.open(self._path.with_suffix(".lock"), _OURS | os.O_RDWR, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                yield
            finally:
                os.close(fd)
        except OSError as error:
            raise Unavailable(
                f"Notes cannot be kept in {self._folder}: {error.strerror}.", hint="Write them on paper for now."
            ) from None


def _check(command: Command, params: Mapping[str, object], written: datetime) -> dict[str, str]:
    """The parameters as text. Refused for what would be refused later, when nobody is there to put it right."""
    if not command.commuting:
        raise Refused("Only notes can wait for the database; anything else must be decided on what is true then.")
    names = [param.name for param in command.params]
    if strangers := set(params) - set(names):
        raise unknown("parameter", min(strangers), names)
    texts = {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in params.items()}
    for param in command.params:
        text = texts.get(param.name, "").strip()
        record.check(text)
        if param.required and not text:
            raise Invalid(f"{command.title}: {param.name} is missing ({param.help}).")
        if param.happened and text:
            read_moment(text, written)
    return texts


def _happened(entry: Waiting, room: Room, now: int) -> datetime:
    """When it happened, in the incident's time: what was typed, as it was meant then; else when it was written."""
    state = room.feed(entry.incident).state
    assert state.incident is not None
    written = state.incident.clock.time(moment(min(entry.written, now)))
    typed = entry.params.get("at", "")
    return read_moment(typed, written) if typed.strip() else written


def _read(line: bytes) -> Waiting | None:
    try:
        return msgspec.json.decode(line, type=Waiting)
    except msgspec.DecodeError:
        return None


def _cut_torn_line(fd: int) -> int:
    """Cut off a last line that has no end; how long the file is then."""
    size = os.fstat(fd).st_size
    end = os.pread(fd, size, 0).rfind(b"\n") + 1
    if end < size:
        os.ftruncate(fd, end)
    return end


def _sync(folder: Path) -> None:
    """Have the folder's entries on disk, too."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
