"""A program is given nothing that is not its own: no secret, no terminal, no open file, no signal ignored."""

import os
import signal
from pathlib import Path

import pytest

from tests.runner.programs import python, said, shell
from warroom.runner.supervised import minimum


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of a console that somebody means harm, or that holds secrets."""
    for name in ("WARROOM_DB", "PGPASSWORD", "LD_PRELOAD", "PYTHONSTARTUP", "BASH_ENV", "ENV", "HOME", "PATH", "LANG"):
        monkeypatch.setenv(name, f"{tmp_path}/canary")


@pytest.mark.usefixtures("hostile")
def test_nothing_of_our_environment_is_handed_on() -> None:
    seen = shell("exec /usr/bin/env", environment={"GIVEN": "yes", "HOME": "/elsewhere"})
    names = dict(line.split("=", 1) for line in seen.output.decode().splitlines())
    for added_by_the_shell in ("PWD", "OLDPWD", "SHLVL", "_"):
        names.pop(added_by_the_shell, None)
    assert names == {**minimum(), "GIVEN": "yes"}
    assert b"canary" not in seen.output


@pytest.mark.usefixtures("hostile")
def test_the_supervisor_knows_no_secret_either() -> None:
    seen = shell("cat /proc/$PPID/environ /proc/$PPID/cmdline")
    assert seen.outcome == "passed"
    assert b"LANG=C.UTF-8" in seen.output
    assert b"canary" not in seen.output


SURROUNDINGS = """
import json, os, resource, signal, sys
def has_terminal():
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True
os_umask = os.umask(0)
print(json.dumps({
    "input": sys.stdin.read(),
    "folder": os.getcwd(),
    "umask": os_umask,
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "terminal": has_terminal(),
    "leads": os.getsid(0) == os.getpgrp() == os.getpid(),
    "open": sorted(int(n) for n in os.listdir("/dev/fd") if os.path.exists(f"/dev/fd/{n}"))[:4],
    "ignored": [s for s in signal.valid_signals() if signal.getsignal(s) == signal.SIG_IGN],
    "blocked": [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
}))
"""


def test_it_has_no_input_no_terminal_and_nothing_that_is_ours(tmp_path: Path) -> None:
    leaked = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(leaked, True)
    ignored = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR2])
    try:
        seen = said(python(SURROUNDINGS))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGUSR1, ignored)
        os.close(leaked)
    # Python itself ignores SIGPIPE and SIGXFSZ, and so cannot tell whether it inherited that.
    seen["ignored"] = [sign for sign in seen["ignored"] if sign not in (signal.SIGPIPE, signal.SIGXFSZ)]
    assert seen == {
        "input": "",
        "folder": "/",
        "umask": 0o077,
        "core": [0, 0],
        "terminal": False,
        "leads": True,
        "open": [0, 1, 2],
        "ignored": [],
        "blocked": [],
    }


def test_a_broken_pipe_ends_it_as_everywhere() -> None:
    assert shell("yes | head -n 1; echo $?").output == b"y\n0\n"
    assert shell("trap - PIPE; (kill -PIPE $$); echo ignored").output == b""
