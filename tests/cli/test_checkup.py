"""The doctor looks at where this runs: everything with its fix, as text and as JSON, and an exit code."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
from pathlib import Path

from msgspec.structs import replace

from tests.cli.shell import Shell


def levels(shell: Shell, part: str) -> dict[str, str]:
    """How each thing of a part stands; several of one name: the worst."""
    done = shell.run("doctor", f"--{part}", "--json")
    order = ("fine", "doubtful", "bad")
    found: dict[str, str] = {}
    for each in done.data[part]:
        assert (each["fix"] is None) == (each["level"] == "fine"), each
        found[each["about"]] = max(each["level"], found.get(each["about"], "fine"), key=order.index)
    assert done.code == ("bad" in found.values())
    assert done.data["ok"] == (done.code == 0)
    return found


def test_a_database_is_looked_at_and_nothing_is_made(shell: Shell) -> None:
    assert levels(shell, "store")["database"] == "doubtful"
    assert not Path(shell.db).exists()
    assert shell.run("init").code == 0
    found = levels(shell, "store")
    assert "database" not in found
    assert (found["schema"], found["sending"], found["lock"]) == ("fine", "fine", "fine")


def test_a_restored_log_is_bad_until_it_is_released(shell: Shell, tmp_path: Path) -> None:
    shell.run("init")
    shell.run("backup", str(tmp_path / "copy.bak"))
    new = Shell(str(tmp_path / "new.db"))
    assert shell.run("restore", str(tmp_path / "copy.bak"), "--db", new.db).code == 0
    assert levels(new, "store")["sending"] == "bad"
    assert new.run("restore", "release", "--because", "checked").code == 0
    assert levels(new, "store")["sending"] == "fine"


def test_a_damaged_file_is_told_and_not_opened(shell: Shell) -> None:
    Path(shell.db).write_bytes(b"SQLite format 3\0" + bytes(4096))
    done = shell.run("doctor", "--store")
    assert done.code in (0, 1)
    assert "schema" in done.out


def test_a_file_that_is_no_database_is_bad(shell: Shell) -> None:
    Path(shell.db).write_bytes(b"no database" * 500)
    assert levels(shell, "store")["schema"] == "bad"
    assert "cannot be read as a database" in shell.run("doctor", "--store").out
    assert Path(shell.db).read_bytes() == b"no database" * 500


def test_a_server_is_looked_at(anywhere: Shell) -> None:
    anywhere.run("init")
    assert levels(anywhere, "store")["schema"] == "fine"
    assert "identity" in levels(anywhere, "security")


def test_secrets_and_settings_that_others_reach_are_bad(shell: Shell, own_home: Path) -> None:
    shell.run("init")
    folder = own_home / ".config" / "warroom"
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    (folder / "secrets" / "push").write_text("json://example.org")
    (folder / "secrets" / "push").chmod(0o600)
    assert levels(shell, "security")["files"] == "fine"
    (folder / "secrets" / "push").chmod(0o644)
    done = shell.run("doctor", "--security")
    assert done.code == 1
    assert f"chmod 600 {folder}/secrets/push" in done.out
    assert "example.org" not in done.out
    (folder / "secrets" / "push").chmod(0o600)
    Path(shell.db).chmod(0o666)
    assert levels(shell, "security")["files"] == "bad"


def test_a_name_that_is_only_asserted_is_told_so(shell: Shell) -> None:
    shell.run("init")
    done = shell.run("doctor", "--security", "--as", "bo")
    assert "asserted by --as" in done.out


def test_the_umask_of_whoever_asks_is_told(shell: Shell) -> None:
    shell.run("init")
    before = os.umask(0)
    try:
        assert levels(shell, "security")["umask"] == "bad"
    finally:
        os.umask(before)


def test_a_terminal_is_looked_at_where_there_is_one(shell: Shell) -> None:
    assert levels(shell, "terminal") == {"size": "bad"}
    given = {"TERM": "xterm", "COLORTERM": "", "LC_ALL": "C", "TMUX": "/tmp/tmux", "SSH_CONNECTION": "192.0.2.1 1 2 3"}
    out = on_terminal(replace(shell, env=given))
    assert "colours: TERM=xterm promises 16 colours." in out
    assert "letters: The locale's encoding is ascii" in out
    assert "between: Inside tmux TERM is xterm" in out
    assert "SSH: Over SSH" in out


def on_terminal(shell: Shell) -> str:
    """What `warroom doctor --terminal` prints on a terminal of 80x24."""
    main, side = pty.openpty()
    environ = shell.environ()
    environ.pop("STY", None)
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = shell.command("doctor", "--terminal", "--ascii")
    child = subprocess.Popen(command, env=environ, stdout=side, stderr=side, stdin=side)
    os.close(side)
    told = b""
    try:
        while piece := os.read(main, 4096):
            told += piece
    except OSError:  # on Linux the end of a terminal is an error
        pass
    child.wait()
    os.close(main)
    return told.decode()
