"""The account that people come into: a folder of its own, a playbook with keys, and what sshd would run there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.cli.shell import PATIENCE, ROOT, Done, Shell
from tests.playbook.files import write
from tests.playbook.test_organisation import FILES
from warroom.domain.public_keys import fingerprint

PEOPLE = ("ana", "bo", "cy")
CANARY = "canary-5d1f"
"""What stands in files of the account that nobody may see by coming in."""


class Account(msgspec.Struct, frozen=True):
    """`folder`: where all of it lies; `prints`: the fingerprint of each person's key."""

    folder: Path
    prints: Mapping[str, str]

    @classmethod
    def begin(cls, folder: Path) -> "Account":
        """Make it, with keys by `ssh-keygen`, and one incident that ana has declared."""
        for name, text in FILES.items():
            write(folder / "playbook", name, text)
        (folder / "data").mkdir(mode=0o700)
        (folder / "keys").mkdir(mode=0o700)
        for person in (*PEOPLE, "zed"):
            file = folder / "keys" / person
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", file], check=True)
        found = cls(folder, {each: fingerprint(public(folder, each)) for each in (*PEOPLE, "zed")})
        found.publish(*PEOPLE)
        assert found.shell.run("declare", "card payments fail", "--sev", "1").code == 0
        write(folder, "secret.yaml", f"runbook: secret\ntitle: {CANARY}\nphases: [{{name: a, steps: [{{do: b}}]}}]\n")
        write(folder, "secret.md", f"# {CANARY}\n\n1. look\n")
        return found

    @property
    def db(self) -> Path:
        """The database file."""
        return self.folder / "data" / "warroom.db"

    @property
    def shell(self) -> Shell:
        """The account's own shell, for whoever looks after it."""
        return Shell(str(self.db))

    def publish(self, *people: str) -> None:
        """Put a playbook in force in which these people have their keys."""
        rows = [f"  - name: {each}\n    keys: ['{public(self.folder, each)}']" for each in people]
        rows += [f"  - name: {each}" for each in PEOPLE if each not in people]
        (self.folder / "playbook" / "people.yaml").write_text("people:\n" + "\n".join(rows) + "\n", encoding="utf-8")
        assert self.shell.run("playbook", "publish", str(self.folder / "playbook")).code == 0

    def argv(self, person: str = "ana", key: str = "") -> list[str]:
        """What a line of authorized_keys makes sshd run."""
        session = ("bastion", "session", "--person", person, "--key", key or self.prints[person])
        return [sys.executable, "-m", "warroom", *session, "--db", str(self.db)]

    def environ(self, asked: str = "", **more: str) -> dict[str, str]:
        """The environment in which sshd runs it."""
        command = {"SSH_ORIGINAL_COMMAND": asked} if asked else {}
        return {**os.environ, "PYTHONPATH": str(ROOT), **command, **more}

    def ask(self, asked: str, person: str = "ana", key: str = "", stdin: bytes = b"", **more: str) -> Done:
        """What comes of `ssh warroom@bastion ASKED`."""
        env = self.environ(asked, **more)
        argv = self.argv(person, key)
        done = subprocess.run(argv, env=env, input=stdin, capture_output=True, timeout=PATIENCE, check=False, cwd="/")
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def public(folder: Path, person: str) -> str:
    """Somebody's public key."""
    return (folder / "keys" / f"{person}.pub").read_text(encoding="utf-8").strip()
