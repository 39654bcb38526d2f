"""Network file systems are told from local ones, by what Linux and macOS say about their mounts."""

from pathlib import Path

import pytest

from warroom.store.mounts import darwin, linux, mounted, network_kind

LINUX = """\
server:/ / nfs4 rw 0 0
/dev/sda1 /srv/a\\040disk ext4 rw 0 0
tmpfs /srv/a tmpfs rw 0 0
host /mnt/host 9p rw,trans=virtio 0 0
"""
DARWIN = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//ana@files/team on /Volumes/team (smbfs, nodev, nosuid, mounted by ana)
filer:/vol/on call on /Volumes/on call (2) (nfs, nodev, nosuid, mounted by ana)
//ana@old/share on /Volumes/old (afpfs)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/a disk/warroom", ""), ("/srv/a", ""), ("/srv/ab", "nfs4"), ("/", "nfs4"), ("/mnt/host/x", "9p")],
)
def test_the_nearest_mount_decides(folder: str, kind: str) -> None:
    assert network_kind(Path(folder), linux(LINUX)) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/Users/ana", ""),
        ("/System/Volumes/Data/home", ""),
        ("/Volumes/team/warroom", "smbfs"),
        ("/Volumes/on call (2)", "nfs"),
        ("/Volumes/old", "afpfs"),
        ("/Volumes/older", ""),
    ],
)
def test_mounts_of_macos_are_read(folder: str, kind: str) -> None:
    assert network_kind(Path(folder), darwin(DARWIN)) == kind


def test_odd_lines_stop_nothing() -> None:
    odd = "\n \nnone\n/dev/x on nowhere\n"
    assert (linux(odd)[1:], darwin(odd)) == ([], [])
    assert network_kind(Path("/srv"), []) == ""


def test_this_machine_tells_its_mounts() -> None:
    assert "/" in dict(mounted())
