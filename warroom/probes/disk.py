"""`disk`: how full the file system is that a path lies on, in bytes and in inodes, counted as `df` does.

`expect`: how many per cent may be used at most, 90 without it.
"""

import os
from pathlib import Path
from typing import NamedTuple

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes import expectations
from warroom.probes.session import Session, Trouble, Verdict, size, table

MOST = 90


class Question(NamedTuple):
    """Which file system, and how many per cent of it may be used."""

    path: Path
    most: float


def read(target: str, expect: str) -> Question:
    """The question; Invalid where the path is not absolute, or the share is no number."""
    path = Path(target)
    if not path.is_absolute() or "\0" in target:
        raise Invalid(f"“{one_line(target, 60)}” is not an absolute path.", hint="Write the whole path: /var/lib")
    most = expectations.number(expect, MOST, "how many per cent may be used", "%")
    return Question(path, MOST if most is None else most)


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Ask the file system. A network file system that hangs is what the time-out is for."""
    question = read(target, expect)
    try:
        found = os.statvfs(question.path)
        mount = _mount(question.path.resolve())
    except (OSError, RuntimeError) as error:
        raise Trouble(f"{one_line(target, 80)} cannot be read: {getattr(error, 'strerror', error)}.") from None
    used, total = found.f_blocks - found.f_bfree, found.f_blocks - found.f_bfree + found.f_bavail
    share = _share(used, total)
    inodes = _share(found.f_files - found.f_ffree, found.f_files)
    rows = [
        ("mounted on", one_line(str(mount))),
        ("size", size(found.f_blocks * found.f_frsize)),
        ("used", f"{size(used * found.f_frsize)}, {share:.0f} %"),
        ("free", size(found.f_bavail * found.f_frsize)),
        ("inodes", f"{inodes:.0f} % used, {found.f_favail} free" if found.f_files else "not counted here"),
    ]
    session.say(table(rows))
    what = f"{mount} is {share:.0f} % full, {size(found.f_bavail * found.f_frsize)} free"
    what += f", inodes {inodes:.0f} %" if found.f_files else ""
    fine = max(share, inodes) <= question.most
    return Verdict(fine, f"{what}." if fine else f"{what}; at most {question.most:g} % are expected.")


def _share(used: int, total: int) -> float:
    return 100 * used / total if total else 0.0


def _mount(path: Path) -> Path:
    """The topmost folder of the file system that a path lies on."""
    return next((each for each in (path, *path.parents) if each.is_mount()), path)
