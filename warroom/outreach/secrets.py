"""Addresses and keys of channels, as each host keeps them: in the environment, in files, or in a keyring.

A secret is never in the playbook, in arguments, in a log or in an exception: `find` gives a `Secret`, which shows
itself as `***`, and what is wrong with a file is said with its path alone.
"""

import os
import re
import secrets as random
import stat
from collections.abc import Mapping
from pathlib import Path

from warroom.domain.errors import Invalid, Refused
from warroom.domain.text import one_line
from warroom.outreach.keyring import look_up

LARGEST = 16 * 1024
"Bytes that a secret may have at most."

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Secret:
    """A value that shows itself as `***` wherever it is printed; only `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for whoever hands it to the channel."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> str:
        raise TypeError("A secret is not written down.")


def find(name: str, folder: Path, environ: Mapping[str, str] = os.environ) -> Secret | None:
    """The secret of that name, or None where this host keeps none.

    Looked up as the variable WARROOM_SECRET_NAME; as a file in the folder of systemd's credentials; as a file in the
    folder that WARROOM_SECRETS names, or else in `folder`; and in the keyring. Invalid for what is no name; Refused
    where a file is there that other users can read, or that cannot be read.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"“{one_line(name, 60)}” is no name of a secret.",
            hint="Use letters, digits, - and _, beginning with a letter or a digit.",
        )
    if value := environ.get(variable(name), "").strip():
        return Secret(value)
    if credentials := environ.get("CREDENTIALS_DIRECTORY"):
        # systemd shows the right of a service's user, given by an access control list, as the right of a group.
        found = _file(Path(credentials) / name, stat.S_IRWXO | stat.S_IWGRP)
        if found is not None:
            return found
    found = _file(place(folder, environ) / name, _OTHERS)
    if found is not None:
        return found
    value = look_up(name)
    return Secret(value) if value else None


def need(name: str, folder: Path, environ: Mapping[str, str] = os.environ) -> Secret:
    """Like `find`, but Refused, with what to do, where this host keeps no such secret."""
    found = find(name, folder, environ)
    if found is None:
        raise Refused(
            f"This host keeps no secret “{name}”.",
            hint=f"Put it into {place(folder, environ) / name} (chmod 600), or into {variable(name)}.",
        )
    return found


def make(name: str, folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Write a new secret of 32 random bytes (as text) where `find` looks for it; the file, which only its owner reads.

    Whoever was faster is left alone: the file is then theirs. Refused where it cannot be written.
    """
    path = place(folder, environ) / name
    # Whole before it has its name, so that nobody ever finds a part of it.
    draft = path.with_name(f".{name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(f"{random.token_urlsafe(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return path
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(
            f"{path} cannot be written: {error.strerror}.", hint=f"Put a secret there, or into {variable(name)}."
        ) from None
    return path


def variable(name: str) -> str:
    """The environment variable of a secret: `chat-ops` is WARROOM_SECRET_CHAT_OPS."""
    return f"WARROOM_SECRET_{name.upper().replace('-', '_')}"


def place(folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of secrets in force: what WARROOM_SECRETS names, or else `folder`."""
    return Path(environ.get("WARROOM_SECRETS") or folder)


def _file(path: Path, forbidden: int) -> Secret | None:
    """The secret in a file, None where there is no such file. `forbidden`: the mode's bits that it must not have."""
    try:
        raw = _raw(path, forbidden)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if path.is_symlink():
            raise Refused(f"{path} is a symbolic link.", hint="Put the file itself there.") from None
        raise Refused(f"{path} cannot be read: {error.strerror}.", hint=f"chown it to yourself: {path}") from None
    if len(raw) > LARGEST:
        raise Refused(f"{path} is larger than 16 KiB.", hint="Keep one secret in it, and nothing else.")
    # Replaced rather than refused by the decoder, whose exception would carry the bytes.
    text = raw.decode("utf-8", "replace").strip()
    if not text or "\ufffd" in text:
        raise Refused(f"{path} holds {'no text' if text else 'nothing'}.", hint="Write the secret into it, as UTF-8.")
    return Secret(text)


def _raw(path: Path, forbidden: int) -> bytes:
    """What stands in a file that nobody else can read; one byte more than allowed where it is too large."""
    # Not blocking, since opening a pipe would wait for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _check(path, os.fstat(descriptor), forbidden)
        return os.read(descriptor, LARGEST + 1)
    finally:
        os.close(descriptor)


def _check(path: Path, found: os.stat_result, forbidden: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{path} is not a regular file.", hint="Put a file there that holds the secret.")
    if found.st_uid not in (0, os.geteuid()):
        raise Refused(f"{path} belongs to another user.", hint=f"chown it to yourself or to root: {path}")
    if found.st_mode & forbidden:
        raise Refused(f"{path} can be read by other users.", hint=f"chmod 600 {path}")
