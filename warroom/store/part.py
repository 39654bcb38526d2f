"""Files that appear whole or not at all: written in a folder of their own, flushed, then given their name.

Whoever is killed meanwhile leaves that folder behind and nothing under the name; the next attempt clears it away.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.domain.errors import Refused, Unavailable

_PRIVATE = 0o600


@contextmanager
def part(path: Path) -> Iterator[Path]:
    """Where to write the file that is to be `path`; it gets the name, only for its owner, where nothing is raised.

    Refused where something has that name already, and while another process writes the same file.
    """
    try:
        with _workshop(path) as folder:
            draft = folder / "draft"
            yield draft
            _refuse_taken(path)
            draft.chmod(_PRIVATE)
            _flush(draft)
            draft.rename(path)
            _flush(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.", hint="No such file was made.") from None


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """A private folder beside `path`, this process's alone as long as it is used."""
    _refuse_taken(path)
    folder = path.with_name(f".{path.name}.part")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _refuse_shared(folder, os.fstat(handle))
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(folder)
        yield folder
    except BlockingIOError:
        raise Refused(f"Another process is writing {path} right now.", hint="Wait for it.") from None
    finally:
        os.close(handle)
    shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> None:
    """Remove what somebody who was killed has left."""
    for left in folder.iterdir():
        left.unlink()


def _refuse_shared(folder: Path, found: os.stat_result) -> None:
    """Whoever else may write the folder could put another file in the draft's place."""
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise Refused(f"{folder} is not yours alone.", hint="Remove it, or write the file somewhere else.")


def _refuse_taken(path: Path) -> None:
    if os.path.lexists(path):
        raise Refused(f"There is already something at {path}.", hint="Name another file; nothing was written.")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
