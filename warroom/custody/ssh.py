"""Signatures by `ssh-keygen -Y`: people have such keys, and whoever checks one needs nothing of ours.

The key may be a private one without a passphrase, or a public one whose private half an agent holds.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from warroom.custody.contract import Judgement
from warroom.domain.errors import Unavailable
from warroom.domain.text import one_line

NAMESPACE = "warroom-checkpoint"
_PROGRAM = "ssh-keygen"
_PATIENCE = 30.0
_KEPT = ("PATH", "HOME", "SSH_AUTH_SOCK")
_FINGERPRINT = re.compile(r"\bSHA256:[A-Za-z0-9+/]{43}\b")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SshSigner:
    """Signs with one key."""

    def __init__(self, key: Path) -> None:
        """Unavailable with a sentence where there is no such key."""
        self._path = key
        found = _run(["-l", "-f", str(key)])
        match = _FINGERPRINT.search(found.stdout.decode(errors="replace"))
        if found.returncode or match is None:
            raise Unavailable(
                f"{key} is no key that can sign: {_said(found)}.",
                hint=f"Make one that nobody but the engine can read: ssh-keygen -t ed25519 -N '' -f {key}",
            )
        self.key = match.group()

    def sign(self, message: bytes) -> str:
        done = _run(["-Y", "sign", "-q", "-f", str(self._path), "-n", NAMESPACE], message)
        if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
            raise Unavailable(f"{self._path} cannot sign: {_said(done)}.", hint="Give one without a passphrase.")
        return done.stdout.decode("ascii")


class SshJudge:
    """Says who made a signature: by a file of allowed signers (`ssh-keygen(1)`), or, without one, only by which key."""

    def __init__(self, signers: Path | None = None) -> None:
        """Unavailable where the file cannot be read."""
        self._signers = signers
        if signers is not None and not os.access(signers, os.R_OK):
            raise Unavailable(f"{signers} cannot be read.", hint="Name a file of allowed signers.")

    def judge(self, message: bytes, signature: str, at: int) -> Judgement:
        with NamedTemporaryFile("w", suffix=".sig") as file:
            file.write(signature)
            file.flush()
            held = _run(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", file.name], message)
            match = _FINGERPRINT.search(held.stdout.decode(errors="replace"))
            if held.returncode or match is None:
                return Judgement("", problem="its signature does not hold")
            if self._signers is None:
                return Judgement(match.group())
            return self._named(match.group(), message, file.name, at)

    def _named(self, key: str, message: bytes, signature: str, at: int) -> Judgement:
        """Whom the list names for the key, as of the moment of signing, so that a key may be replaced."""
        when = (_EPOCH + timedelta(microseconds=at)).strftime("%Y%m%d%H%M%S")
        listed = ["-f", str(self._signers), "-s", signature, f"-Overify-time={when}"]
        found = _run(["-Y", "find-principals", *listed])
        for name in found.stdout.decode(errors="replace").splitlines():
            done = _run(["-Y", "verify", "-I", name, "-n", NAMESPACE, *listed], message)
            if done.returncode == 0:
                return Judgement(key, one_line(name, 60))
        return Judgement(key, problem=f"{key} was no allowed signer then")


def _run(words: Sequence[str], given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run it with nobody to ask for a passphrase, and in UTC, in which it reads moments."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {"LC_ALL": "C", "TZ": "UTC", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        return subprocess.run(
            [_PROGRAM, *words],
            input=given,
            capture_output=True,
            env=env,
            timeout=_PATIENCE,
            start_new_session=True,
            check=False,
        )
    except FileNotFoundError:
        raise Unavailable(
            "ssh-keygen is not installed, and it makes and checks the signatures of checkpoints.",
            hint="Install OpenSSH's client, 8.9 or newer.",
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"ssh-keygen did not answer ({type(error).__name__}).", hint="Try again.") from None


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
    return one_line(lines[-1].rstrip("."), 160) if lines else f"it ended with {done.returncode}"
