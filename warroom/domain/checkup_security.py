"""Who else can read or write what is this user's, and how far it is certain who acts."""

from typing import Literal

import msgspec

from warroom.domain.checkup import Check

Keeps = Literal["secret", "settings", "log", "folder"]
"""What a file is: nobody else may read a secret; nobody else may write settings; the log may be its group's; what lies
in a folder that others may write can be replaced by them."""

_GROUP_READS, _OTHERS_READ = 0o040, 0o004
_GROUP_WRITES, _OTHERS_WRITE = 0o020, 0o002
_STICKY = 0o1000
_ROOT = 0


class Kept(msgspec.Struct, frozen=True):
    """One file or folder. `mode`: the bits of permission, with the sticky one; `owner`: a user's number."""

    path: str
    keeps: Keeps
    mode: int
    owner: int
    owner_name: str = ""


class Link(msgspec.Struct, frozen=True):
    """How a server is reached. `local`: by a socket, or on this machine; `mode`: libpq's sslmode."""

    local: bool
    encrypted: bool
    mode: str


_IDENTITIES = {
    "asserted": (
        "Who you are is asserted by --as, and events say so: anybody who may write the file can be anybody.",
        "Leave --as out.",
    ),
    "login": (
        "Who you are is your login, as this program sees it: whoever reaches the database without it can be anybody.",
        "Let only those reach the database whom you trust with every name.",
    ),
    "key": (
        "Who you are is what your SSH key says, and the database belongs to the account that you came in by.",
        "",
    ),
    "sudo": (
        "You are root, and who you are is what sudo says: whoever is root can be anybody.",
        "Log in as yourself.",
    ),
}


def identity(via: str) -> Check:
    """How it is established who acts, as a sentence."""
    says, fix = _IDENTITIES.get(via, (f"Who you are is established by {via}.", ""))
    return Check("identity", "doubtful" if fix else "fine", says, fix)


def umask(bits: int) -> Check:
    """What becomes of files that this user makes elsewhere."""
    if not bits & _OTHERS_WRITE:
        return Check("umask", "bad", f"umask {bits:03o}: everybody may write what you make.", "Set it: umask 027.")
    return Check("umask", "fine", f"umask {bits:03o}.")


def kept(found: tuple[Kept, ...], me: int) -> tuple[Check, ...]:
    """What is wrong with files and folders of the user with the number `me`; one sentence where nothing is."""
    wrong = tuple(check for each in found if (check := _wrong(each, me)))
    return wrong or (
        Check(
            "files",
            "fine",
            f"Nobody else can read or change what they should not ({len(found)}).",
        ),
    )


def _wrong(each: Kept, me: int) -> Check | None:
    """The first thing that is wrong with one file or folder."""
    path, mode = each.path, each.mode
    if each.keeps != "log" and each.owner not in (me, _ROOT):
        return Check("files", "bad", f"{path} belongs to {each.owner_name or each.owner}.", f"chown {me} {path}")
    if each.keeps == "folder":
        return _folder(path, mode)
    if mode & _OTHERS_WRITE:
        return Check("files", "bad", f"Everybody may write {path}.", f"chmod o-rwx {path}")
    if each.keeps == "settings":
        writes = mode & _GROUP_WRITES
        return Check("files", "bad", f"Its group may write {path}.", f"chmod g-w {path}") if writes else None
    if each.keeps == "secret":
        reads = mode & (_GROUP_READS | _GROUP_WRITES | _OTHERS_READ)
        return Check("files", "bad", f"Others may read {path}.", f"chmod 600 {path}") if reads else None
    if mode & _OTHERS_READ:
        return Check("files", "doubtful", f"Everybody may read {path}.", f"chmod o-r {path}")
    return None


def _folder(path: str, mode: int) -> Check | None:
    if mode & _OTHERS_WRITE and not mode & _STICKY:
        return Check("files", "bad", f"Everybody may replace what lies in {path}.", f"chmod o-w {path}")
    if mode & _OTHERS_WRITE:
        says = f"Everybody may put files into {path}, such as ones that stand in your way."
        return Check("files", "doubtful", says, "Use a folder of your own, or of your group.")
    return None


def link(found: Link) -> Check:
    """How a server is reached."""
    if found.local:
        return Check("link", "fine", "The server is on this machine.")
    if not found.encrypted:
        says = "The link to the server is not encrypted: whoever is in between reads and changes everything."
        return Check("link", "bad", says, "Add sslmode=verify-full to the address, and encrypt on the server.")
    if found.mode not in ("verify-full", "verify-ca"):
        says = f"The link is encrypted, but with sslmode={found.mode} nobody checks whose server it is."
        return Check("link", "doubtful", says, "Add sslmode=verify-full and sslrootcert to the address.")
    return Check("link", "fine", "The link is encrypted, and the server is checked.")
