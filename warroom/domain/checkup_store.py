"""What is wrong with the place where the log lies: a file and what lies beside it, or a server."""

import msgspec

from warroom.domain.checkup import Check, Level

LITTLE = 100 * 2**20
NOTHING = 16 * 2**20
"Bytes of free space below which writing is about to fail."

OLDEST_SERVER = 13
_FLEETING = ("tmpfs", "ramfs")


class Place(msgspec.Struct, frozen=True):
    """What was measured of a file. `missing`: it is not there yet.

    `kind`: the file system's; `network`: it is one that other machines share. `unwritable`: files and folders that this
    user may not write. `holder`: who writes right now, "" = nobody. `version`, `known`: of the schema, here and in this
    program; 0 = nothing there. `unreadable`: why SQLite cannot read it, "" = it can. `free`: bytes.
    """

    path: str
    missing: bool = False
    kind: str = ""
    network: bool = False
    unwritable: tuple[str, ...] = ()
    holder: str = ""
    version: int = 0
    known: int = 0
    unreadable: str = ""
    free: int = 0
    state: str = ""
    state_writable: bool = True


class Server(msgspec.Struct, frozen=True):
    """What was measured of a server. `major`: its version; `superuser`: nothing in it is refused to this role."""

    place: str
    major: int
    role: str
    superuser: bool
    version: int
    known: int


def held(warning: str) -> tuple[Check, ...]:
    """Whether the log sends. `warning`: what is said where it is held, "" = it is not."""
    if not warning:
        return (Check("sending", "fine", "Nothing is held back."),)
    lead, _, fix = warning.partition(". Run: ")
    return (Check("sending", "bad", f"{lead}.", f"Run: {fix}."),)


def server(found: Server) -> tuple[Check, ...]:
    """Everything that is to be said of a server."""
    shown = f"PostgreSQL {found.major}"
    if found.major < OLDEST_SERVER:
        fix = f"Use version {OLDEST_SERVER} or newer."
        return (Check("server", "bad", f"{shown} is too old.", fix),)
    return (Check("server", "fine", f"{shown} at {found.place}."), _role(found), _schema(found.version, found.known))


def _role(found: Server) -> Check:
    if found.superuser:
        says = f"{found.role} is a superuser, to whom the database refuses nothing."
        return Check("role", "doubtful", says, "Log in as a role of your own: CREATE ROLE NAME LOGIN.")
    return Check("role", "fine", f"You are {found.role}.")


def place(found: Place) -> tuple[Check, ...]:
    """Everything that is to be said of a file and its folder."""
    checks = [_kind(found), _free(found), _state(found)]
    if found.missing:
        return (Check("database", "doubtful", f"There is none at {found.path} yet.", "Make it: warroom init."), *checks)
    for each in found.unwritable:
        fix = "Ask its owner for a folder of your group: chgrp -R GROUP FOLDER; chmod 2770 FOLDER; chmod 660 its files."
        checks.append(Check("permissions", "bad", f"You may not write {each}.", fix))
    return (*checks, _lock(found), _inside(found))


def _kind(found: Place) -> Check:
    if found.network:
        says = f"{found.path} lies on a network file system ({found.kind}), where SQLite loses writes."
        return Check("file system", "bad", says, "Put it on a local disk, or use Postgres.")
    if found.kind in _FLEETING:
        says = f"{found.path} lies in memory ({found.kind}): after a restart of the machine it is gone."
        return Check("file system", "doubtful", says, "Put it on a disk, or take backups: warroom backup FILE.")
    return Check("file system", "fine", f"{found.kind or 'Of a kind that the system does not tell'}.")


def _free(found: Place) -> Check:
    says = f"{found.free // 2**20} MiB are free."
    if found.free < LITTLE:
        level: Level = "bad" if found.free < NOTHING else "doubtful"
        return Check("free space", level, says, "Free some, before writing fails.")
    return Check("free space", "fine", says)


def _state(found: Place) -> Check:
    if found.state_writable:
        return Check("state folder", "fine", f"{found.state}.")
    says = f"You may not write {found.state}, so notes cannot be kept while the database is away."
    return Check("state folder", "bad", says, "Make it yours, or set XDG_STATE_HOME.")


def _lock(found: Place) -> Check:
    if found.holder:
        says = f"It is locked by {found.holder} at this moment."
        return Check("lock", "doubtful", says, "If that goes on, look what that process does, and end it.")
    return Check("lock", "fine", "Nobody holds it.")


def _inside(found: Place) -> Check:
    if found.unreadable:
        says = f"{found.path} cannot be read as a database: {found.unreadable}."
        fix = "See whether it is the right file, or put a backup into a new one: warroom restore FILE --db NEW."
        return Check("schema", "bad", says, fix)
    return _schema(found.version, found.known)


def _schema(version: int, known: int) -> Check:
    if version > known:
        says = f"The schema is of version {version}, and this program knows {known}."
        return Check("schema", "bad", says, "Update this program: pip install --upgrade warroom.")
    if 0 < version < known:
        says = f"The schema is of version {version}; this program brings it to {known} when it opens it."
        return Check("schema", "doubtful", says, "Update every terminal that uses it first.")
    return Check("schema", "fine", f"Version {version}." if version else "None yet.")
