"""Which kind of file system a folder lies on: SQLite loses writes where locks do not hold between machines."""

import re
import subprocess
import sys
from pathlib import Path

Mounts = list[tuple[str, str]]
"Where file systems are mounted, and the type of each."

_LINUX = ("nfs", "cifs", "smb", "afs", "ceph", "lustre", "gpfs", "davfs", "9p", "virtiofs", "beegfs")
_FUSE = ("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs")
_DARWIN = ("afpfs", "webdav")
_NETWORK = (*_LINUX, *_FUSE, *_DARWIN)
_PATIENCE = 3.0


def kind_of(folder: Path, mounts: Mounts) -> str:
    """The type of the file system that a folder lies on; "" where the system does not tell."""
    best, kind = "", ""
    for point, found in mounts:
        if len(point) >= len(best) and folder.is_relative_to(point):
            best, kind = point, found
    return kind


def network_kind(folder: Path, mounts: Mounts) -> str:
    """The type of the network file system that a folder lies on, or ""."""
    kind = kind_of(folder, mounts)
    return kind if kind.startswith(_NETWORK) else ""


def mounted() -> Mounts:
    """What is mounted now; nothing where the system does not tell."""
    try:
        if sys.platform == "darwin":
            told = subprocess.run(["/sbin/mount"], capture_output=True, timeout=_PATIENCE, check=True).stdout
            return darwin(told.decode(errors="replace"))
        return linux(Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace"))
    except (OSError, subprocess.SubprocessError):
        return []


def linux(text: str) -> Mounts:
    """What /proc/self/mounts says: a line is `device point type options 0 0`, with spaces written as \\040."""
    lines = [line.split() for line in text.splitlines()]
    return [(parts[1].replace("\\040", " "), parts[2]) for parts in lines if len(parts) > 2]


def darwin(text: str) -> Mounts:
    """What macOS's mount says: a line is `device on point (type, option, …)`."""
    return re.findall(r"^.*? on (/.*) \((\w+)[,)].*$", text, re.MULTILINE)
