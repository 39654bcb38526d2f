"""Who may read and write files and folders of this host, as the file system has it."""

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

from warroom.domain.checkup_security import Keeps, Kept


def look(places: Iterable[tuple[Path, Keeps]]) -> tuple[Kept, ...]:
    """Those that are there; what a link leads to, not the link."""
    found = []
    for path, keeps in places:
        try:
            seen = path.stat()
        except OSError:
            continue
        found.append(Kept(str(path), keeps, stat.S_IMODE(seen.st_mode), seen.st_uid, _name(seen.st_uid)))
    return tuple(found)


def umask() -> int:
    """The bits that new files do not get. Not for a process of several threads."""
    bits = os.umask(0o077)
    os.umask(bits)
    return bits


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return ""
