"""Whose word a file is: who could put another in its place.

A program of the allow-list, and the list itself, are trusted only where nobody but root and the user who runs warroom
can change them: not the file, not a folder above it, not a symbolic link on the way. What
access control lists grant beyond the mode's bits is only seen as far as the bits show it.
"""

import os
import stat
from hashlib import file_digest
from pathlib import Path

from warroom.domain.errors import Refused

LARGEST = 64 * 1024 * 1024
"Bytes of a file that are read to tell it from others; a larger one is told by what the file system says of it."

_HOPS = 40
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def settle(path: Path) -> tuple[Path, list[str]]:
    """The regular file at the end of all symbolic links, and every name it bears on the way there.

    Refused where it is missing, no regular file, or where somebody else could change where the way leads.
    """
    if not path.is_absolute():
        raise Refused(f"{path} is not an absolute path.", hint="Write the whole path, from / on.")
    here, todo, names = Path("/"), list(reversed(path.parts[1:])), [path.name]
    hops = 0
    _check(here, _look(here))
    while todo:
        part = todo.pop()
        if part == "..":
            here = here.parent
            continue
        there = here / part
        found = _look(there)
        _check(there, found)
        if stat.S_ISLNK(found.st_mode):
            hops += 1
            if hops > _HOPS:
                raise Refused(f"{path} leads in a circle of symbolic links.", hint="Name the file itself.")
            target = Path(there.readlink())
            names.append(target.name)
            here = Path("/") if target.is_absolute() else here
            todo += reversed(target.parts[1:] if target.is_absolute() else target.parts)
            continue
        here = there
    if not stat.S_ISREG(_look(here).st_mode):
        raise Refused(f"{here} is not a regular file.", hint="Name a file.")
    return here, [*names, here.name]


def content(file: Path) -> str:
    """What stands in a regular file, as a short text that is another one after every change.

    A file that is too large, or that may be executed but not read, goes by its number, size and times. Refused where it
    is gone.
    """
    found = _look(file)
    told = f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
    if found.st_size > LARGEST:
        return told
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except PermissionError:
        return told
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.", hint="Correct the path.") from None


def _look(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise Refused(f"{path} cannot be used: {error.strerror}.", hint="Correct the path.") from None


def _check(path: Path, found: os.stat_result) -> None:
    """Refused where another user owns it or may write to it.

    A folder such as /tmp, where everybody may write but nobody may replace what is another's (the sticky bit), is
    fine: the next step of the way has an owner who is checked in turn.
    """
    if found.st_uid not in (0, os.geteuid()):
        raise Refused(f"{path} belongs to another user, who could change it.", hint=f"chown root {path}")
    if stat.S_ISLNK(found.st_mode) or (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        return
    if found.st_mode & _OTHERS_WRITE:
        raise Refused(f"{path} can be changed by other users.", hint=f"chmod go-w {path}")
