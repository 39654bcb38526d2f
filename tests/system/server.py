"""A real sshd on the loopback, for the account that runs the tests, and real clients of it."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.bastion.account import Account
from tests.cli.shell import Done

_PLACES = os.pathsep.join(("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))
_PATIENCE = 30.0


def program(name: str) -> str:
    """Where a program of OpenSSH is. These tests never skip themselves: without it they fail."""
    found = shutil.which(name) or shutil.which(name, path=_PLACES)
    assert found, f"there is no {name}; run: make test-system"
    return found


class Server(msgspec.Struct, frozen=True):
    """One sshd: its folder, its port, and the account that it lets people into."""

    account: Account
    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    def options(self, person: str) -> list[str]:
        """What each client is told: this server alone, by this key alone."""
        given = {
            "IdentityFile": self.account.folder / "keys" / person,
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "BatchMode": "yes",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "StrictHostKeyChecking": "yes",
            "Port": self.port,
            "LogLevel": "ERROR",
        }
        return ["-F", "none", *(word for name, value in given.items() for word in ("-o", f"{name}={value}"))]

    @property
    def address(self) -> str:
        """USER@HOST."""
        return f"{getpass.getuser()}@127.0.0.1"

    def ssh(self, person: str, *more: str) -> list[str]:
        """The command line `ssh … USER@HOST`, with more options before the host."""
        return [program("ssh"), *self.options(person), *more, self.address]

    def ask(self, person: str, asked: str, *more: str, stdin: bytes = b"") -> Done:
        """What comes of `ssh USER@HOST ASKED`."""
        return run([*self.ssh(person, *more), asked], stdin)

    def end(self) -> None:
        """Stop it, and with it every connection."""
        self.process.terminate()
        self.process.wait(_PATIENCE)


def run(words: Sequence[str | Path], stdin: bytes = b"") -> Done:
    """Run a client to its end."""
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=_PATIENCE, check=False)
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def start(account: Account, folder: Path, *how: str) -> Server:
    """Start an sshd with the drop-in and the keys that `warroom bastion setup` writes; `how`: more of its options."""
    folder.mkdir(mode=0o700)
    keys = folder / "out" / "authorized_keys"
    setup = ("bastion", "setup", "--user", getpass.getuser(), "--keys", str(keys), "--out", str(keys.parent), *how)
    done = account.shell.run(*setup)
    assert done.code == 0, done
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host"], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd gives its rights away into this empty folder
    port = _free_port()
    host = (folder / "host.pub").read_text(encoding="utf-8")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}", encoding="utf-8")
    # The tests' folders lie below one that everybody may write to, which sshd rightly does not like.
    own = f"""\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder / "host"}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
SetEnv HOME={folder}
"""
    config = folder / "sshd_config"
    config.write_text(own + (keys.parent / "60-warroom.conf").read_text(encoding="utf-8"), encoding="utf-8")
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen([program("sshd"), "-D", "-e", "-f", config], stderr=file, stdin=subprocess.DEVNULL)
    end = time.monotonic() + _PATIENCE
    while "Server listening" not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end, log.read_text(encoding="utf-8")
        time.sleep(0.02)
    return Server(account, folder, port, process)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
