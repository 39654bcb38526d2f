"""Signatures by the real ssh-keygen: what holds, who made it, and what is said where it cannot be told."""

from pathlib import Path

import pytest

from tests.support import signing
from warroom.custody.ssh import SshJudge, SshSigner
from warroom.domain.errors import Unavailable

NOW = 1_780_000_000_000_000
MESSAGE = b"warroom checkpoint 1\nlog x\n"


def test_a_signature_tells_its_key_and_whom_the_list_names(tmp_path: Path) -> None:
    one, two = signing.key(tmp_path, "one"), signing.key(tmp_path, "two")
    signer = SshSigner(one)
    signature = signer.sign(MESSAGE)
    assert SshJudge().judge(MESSAGE, signature, NOW).key == signer.key
    known = SshJudge(signing.signers(tmp_path, ana=one)).judge(MESSAGE, signature, NOW)
    assert (known.key, known.by, known.problem) == (signer.key, "ana", "")
    stranger = SshJudge(signing.signers(tmp_path, bo=two)).judge(MESSAGE, signature, NOW)
    assert (stranger.by, stranger.problem) == ("", f"{signer.key} was no allowed signer then")


def test_what_was_changed_does_not_hold(tmp_path: Path) -> None:
    signature = SshSigner(signing.key(tmp_path)).sign(MESSAGE)
    for message, armour in ((MESSAGE + b" ", signature), (MESSAGE, signature.replace("A", "B")), (MESSAGE, "x")):
        found = SshJudge().judge(message, armour, NOW)
        assert (found.key, found.problem) == ("", "its signature does not hold")


def test_a_key_vouches_only_for_the_time_that_the_list_gives_it(tmp_path: Path) -> None:
    key = signing.key(tmp_path)
    listed = signing.signers(tmp_path, ana=key)
    listed.write_text(listed.read_text().replace("ana ", 'ana valid-before="20250101" '))
    signature = SshSigner(key).sign(MESSAGE)
    judge = SshJudge(listed)
    assert judge.judge(MESSAGE, signature, 1_700_000_000_000_000).by == "ana"
    assert judge.judge(MESSAGE, signature, NOW).by == ""


def test_a_key_that_cannot_sign_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is no key that can sign"):
        SshSigner(tmp_path / "none")
    locked = SshSigner(signing.key(tmp_path, phrase="a phrase"))
    with pytest.raises(Unavailable, match="cannot sign"):
        locked.sign(MESSAGE)
    with pytest.raises(Unavailable, match="cannot be read"):
        SshJudge(tmp_path / "none")


def test_without_ssh_keygen_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = signing.key(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="ssh-keygen is not installed"):
        SshSigner(key)
    with pytest.raises(Unavailable, match="ssh-keygen is not installed"):
        SshJudge().judge(MESSAGE, "x", NOW)
