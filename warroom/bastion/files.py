"""Who may read and change the files that a bastion rests on: the database, the keys, the program."""

import contextlib
import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from warroom.bastion.findings import Finding

_FOREIGN = (".ssh/authorized_keys", ".ssh/authorized_keys2", ".ssh/rc", ".ssh/environment")
"What could let people in, or run something, beside the keys of the playbook."


def private(folder: Path, owner: int) -> str:
    """Why somebody else than `owner` (a user id) and root could come at what lies in a folder; "" = nobody could."""
    try:
        found = folder.lstat()
    except OSError as error:
        return f"{folder} cannot be looked at: {error.strerror}"
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is no folder"
    if found.st_uid != owner:
        return f"{folder} belongs to {_name(found.st_uid)}, not to {_name(owner)}"
    if found.st_mode & 0o077:
        return f"{folder} can be entered by others (mode {stat.S_IMODE(found.st_mode):o})"
    return replaceable(folder.parent, (0, owner))


def replaceable(path: Path, owners: Iterable[int]) -> str:
    """Why somebody else than `owners` (user ids) could put something in a path's place; "" = nobody could.

    A folder that anybody may write to, but only the owner of a file may take it away from (`/tmp`), is none such.
    """
    allowed = tuple(owners)
    for each in (path, *path.parents):
        try:
            found = each.stat()
        except OSError as error:
            return f"{each} cannot be looked at: {error.strerror}"
        if found.st_uid not in allowed:
            return f"{each} belongs to {_name(found.st_uid)}"
        sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
        if found.st_mode & 0o022 and not sticky:
            return f"{each} can be written by others (mode {stat.S_IMODE(found.st_mode):o})"
    return ""


@contextlib.contextmanager
def acting_as(owner: int) -> Iterator[None]:
    """Be the account (a user id) for a while, where root asks.

    A side file that root made would keep the account out of its own database.
    """
    root = os.geteuid() == 0
    if root:
        os.seteuid(owner)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def database(path: Path, owner: int) -> Iterator[Finding]:
    """The folder of a database file, the file, and what lies beside it."""
    folder = path.parent
    if why := private(folder, owner):
        fix = f"chown {_name(owner)} {_word(folder)}; chmod 700 {_word(folder)}"
        yield Finding("open", f"{why}, so who is in the log need not be who wrote it.", fix)
    else:
        yield Finding("ok", f"{folder} is {_name(owner)}'s alone.")
    for each in sorted(folder.glob(f"{path.name}*")):
        found = each.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            yield Finding("open", f"{each} is a link, or has a second name.", f"rm {_word(each)}")
        elif found.st_uid != owner:
            yield Finding("open", f"{each} belongs to {_name(found.st_uid)}.", f"chown {_name(owner)} {_word(each)}")
        elif found.st_mode & 0o007:
            yield Finding("open", f"{each} is open to everybody.", f"chmod o= {_word(each)}")
        else:
            yield Finding("ok", f"{each} is {_name(owner)}'s.")


def account(user: str) -> tuple[list[Finding], int | None]:
    """The account that people come into, and its user id; None = there is none."""
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        fix = f"useradd --system --create-home --shell /bin/sh {user}"
        return [Finding("open", f"There is no account {user}.", fix)], None
    findings = []
    if found.pw_uid == 0:
        findings.append(Finding("open", f"{user} is root.", "Make an account of its own, without rights."))
    if Path(found.pw_shell).name in ("nologin", "false"):
        fix = f"usermod --shell /bin/sh {user}"
        findings.append(Finding("open", f"The shell of {user} runs no command, so nobody comes in.", fix))
    beside = (place for name in _FOREIGN if os.path.lexists(place := Path(found.pw_dir) / name))
    findings += [
        Finding("open", f"{each} is there, beside the keys of the playbook.", f"rm {_word(each)}") for each in beside
    ]
    return findings or [Finding("ok", f"The account {user} is there, with no keys of its own.")], found.pw_uid


def programs(paths: Iterable[Path]) -> Iterator[Finding]:
    """What runs in a session: whoever could change it, could do everything that people do."""
    for path in paths:
        if why := replaceable(path.resolve(), (0,)):
            fix = f"Install warroom where root alone may write, such as /opt/warroom: chown -R root {_word(path)}"
            yield Finding("open", f"{path} runs in each session, and {why}.", fix)
        else:
            yield Finding("ok", f"{path} can be changed by root alone.")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _word(path: Path) -> str:
    return shlex.quote(str(path))
