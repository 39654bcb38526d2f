"""Which texts are public keys, held against `ssh-keygen`; and that nothing which could carry more than a key is one."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.domain.errors import Invalid
from warroom.domain.public_keys import bare, fingerprint

ANA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZdqwU6CXsTuOHmVUgvWV7wrl2h1W9/Ylzz0qFfm0a5"


def made(folder: Path, *how: str) -> Path:
    """A key pair of some kind; its private file."""
    path = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", "ana@laptop", "-f", path, *how], check=True)
    return path


@pytest.mark.parametrize(
    "how", [("-t", "ed25519"), ("-t", "ecdsa"), ("-t", "ecdsa", "-b", "521"), ("-t", "rsa", "-b", "2048")]
)
def test_a_key_of_ssh_keygen_is_one_and_has_its_fingerprint(how: tuple[str, ...], tmp_path: Path) -> None:
    public = made(tmp_path, *how).with_suffix(".pub")
    text = public.read_text(encoding="utf-8").strip()
    listed = subprocess.run(["ssh-keygen", "-l", "-f", public], capture_output=True, text=True, check=True).stdout
    assert bare(text) == " ".join(text.split()[:2])
    assert fingerprint(text) == listed.split()[1]


def test_a_private_key_is_refused_loudly(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="PRIVATE") as caught:
        bare(made(tmp_path, "-t", "ed25519").read_text(encoding="utf-8"))
    assert ".pub" in caught.value.hint


def test_a_weak_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="weak"):
        bare(made(tmp_path, "-t", "rsa", "-b", "1024").with_suffix(".pub").read_text(encoding="utf-8").strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        f'command="id" {ANA}',
        f"restrict {ANA}",
        f"{ANA}\n{ANA}",
        f"{ANA}\n",
        f"\n{ANA}",
        f"{ANA} ana\r\ncommand",
        f"{ANA} \x1b[2J",
        ANA.replace("ssh-ed25519", "ssh-dss"),
        ANA.replace("ssh-ed25519", "ssh-rsa"),
        ANA.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"),
        ANA[:-4],
        f"{ANA}=",
        f"{ANA}AAAA",
        ANA.replace("AAAAC3", "AAAA\u0441C3"),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
        f"{ANA} {'x' * 5000}",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        bare(text)


@given(st.text() | st.text().map(lambda tail: f"{ANA}{tail}") | st.binary().map(lambda raw: f"ssh-ed25519 {raw!r}"))
def test_whatever_is_taken_is_one_line_of_two_words(text: str) -> None:
    try:
        found = bare(text)
    except Invalid:
        return
    kind, data = found.split(" ")
    assert found == ANA
    assert (kind + data).isascii()
