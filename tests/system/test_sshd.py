"""People come in by a real sshd, each by their own key, and get warroom and nothing else."""

import contextlib
import getpass
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bastion.account import CANARY, Account
from tests.support.terminal import Terminal
from tests.system.server import Server, program, run, start
from warroom.bastion.inspect import sshd

pytestmark = pytest.mark.system


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """An sshd with three people's keys in a file."""
    found = start(Account.begin(tmp_path / "account"), tmp_path / "server")
    yield found
    found.end()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Server]:
    """An sshd that asks the playbook for each key."""
    found = start(Account.begin(tmp_path / "account"), tmp_path / "server", "--ask")
    yield found
    found.end()


def test_three_people_come_in_each_as_themselves(server: Server) -> None:
    with Terminal(server.ssh("ana", "-tt")) as ana, Terminal(server.ssh("bo", "-tt"), columns=80, rows=24) as bo:
        ana.wait_for("card payments fail")
        bo.wait_for("card payments fail")
        bo.press("n")
        bo.wait_for("Note")
        bo.type_text("the cache is cold")
        bo.press("f2")
        ana.wait_for("bo +note +the cache is cold")
        assert server.ask("cy", "note 1 'me too'").code == 0
        ana.wait_for("cy +note +me too")
        ana.press("q")
        ana.wait_exit()
    entries = server.ask("ana", "show 1 --json").data["timeline"]
    said = {each["text"]: (each["actor"], each["via"]) for each in entries}
    assert (said["the cache is cold"], said["me too"]) == (("bo", "key"), ("cy", "key"))


def test_verbs_work_without_a_terminal(server: Server) -> None:
    (row,) = server.ask("ana", "status --json").data
    assert row["id"] == "INC-1"
    assert server.ask("bo", "note 1 -", stdin=b"from a pipe").code == 0
    assert "from a pipe" in server.ask("ana", "show 1").out
    done = server.ask("ana", "")
    assert (done.code, done.out) == (1, "")
    assert "needs a terminal" in done.err


def test_a_stranger_does_not_come_in(server: Server) -> None:
    done = server.ask("zed", "status --json")
    assert (done.code, done.out) == (255, "")
    assert "Permission denied (publickey)" in done.err


HOSTILE = (
    *("/bin/sh -c id", "sh", "id; status", "$(id)", "status; id", "status --db /etc/passwd", "status --as bo"),
    *("engine --child", "config show", "serve", "bastion session --person bo --key x", "evidence 1 /etc/passwd"),
    *("runbook show {folder}/secret.md", "runbook attach 1 {folder}/secret.yaml", "export 1 {folder}/new"),
    *("import {folder}/secret.md", "verify {folder}/secret.md", "playbook publish {folder}/playbook"),
)


def test_hostile_commands_are_refused(server: Server) -> None:
    for asked in HOSTILE:
        done = server.ask("ana", asked.format(folder=server.account.folder))
        assert done.code in (1, 2), asked
        assert done.out == "", asked
        assert CANARY not in done.err
        assert "uid=" not in done.err
    assert not (server.account.folder / "new").exists()


def test_nothing_is_forwarded(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as secret:
        port = secret.getsockname()[1]
        through = run(server.ssh("ana", "-W", f"127.0.0.1:{port}"))
        assert (through.code, through.out) == (255, "")
        assert "forwarding failed" in through.err
        back = run(server.ssh("ana", "-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{port}"))
        assert back.code == 255
        assert "remote port forwarding failed" in back.err
        tunnel = run(server.ssh("ana", "-N", "-o", "ExitOnForwardFailure=yes", "-R", "/tmp/warroom-never:127.0.0.1:1"))
        assert tunnel.code == 255


def test_no_file_is_copied(server: Server, tmp_path: Path) -> None:
    secret, here = server.account.folder / "secret.md", tmp_path / "here"
    for old in ((), ("-O",)):  # by sftp, and as scp once did it
        done = run([program("scp"), *old, *server.options("ana"), f"{server.address}:{secret}", here])
        assert done.code != 0
        done = run([program("scp"), *old, *server.options("ana"), __file__, f"{server.address}:{tmp_path}/there"])
        assert done.code != 0
    done = run([program("sftp"), *server.options("ana"), "-b", "-", server.address], b"ls /\n")
    assert done.code != 0
    assert not here.exists()
    assert not (tmp_path / "there").exists()


def test_a_client_says_nothing_but_what_its_terminal_is(server: Server) -> None:
    hostile = ("WARROOM_AS=bo", "WARROOM_DB=/tmp/none.db", "PYTHONINSPECT=1", "LD_PRELOAD=/tmp/none.so", "PAGER=id")
    more = [word for each in hostile for word in ("-o", f"SetEnv={each}")]
    assert server.ask("ana", "note 1 mine", *more).code == 0
    entry = server.ask("ana", "show 1 --json").data["timeline"][-1]
    assert (entry["text"], entry["actor"]) == ("mine", "ana")


def test_a_key_is_asked_for_each_time_and_its_end_is_at_once(asking: Server) -> None:
    assert asking.ask("cy", "status --json").code == 0
    assert asking.ask("zed", "status").code == 255
    asking.account.publish("ana", "bo")
    assert asking.ask("cy", "status").code == 255
    assert asking.ask("bo", "status --json").code == 0


def test_the_check_finds_this_sshd_sound_and_a_careless_one_open(server: Server) -> None:
    config = server.folder / "sshd_config"
    assert [each.state for each in sshd(getpass.getuser(), config)] == ["ok"]
    text = config.read_text(encoding="utf-8").replace("AllowTcpForwarding no", "AllowTcpForwarding yes")
    config.write_text(text.replace("AcceptEnv LANG", "AcceptEnv * LANG"), encoding="utf-8")
    found = [each.what for each in sshd(getpass.getuser(), config)]
    assert found == ["sshd: AllowTcpForwarding is yes.", "sshd takes variables from clients: *."]


def sessions(server: Server) -> list[str]:
    """The command lines of all sessions in this account's database."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            words = each.read_bytes().decode(errors="replace").split("\0")
            if "session" in words and str(server.account.db) in words:
                found.append(" ".join(words))
    return found


def test_a_connection_that_is_cut_leaves_no_session_behind(server: Server) -> None:
    with Terminal(server.ssh("ana", "-tt")) as ana:
        ana.wait_for("card payments fail")
        assert sessions(server)
        ana.kill()
    end = time.monotonic() + 30
    while left := sessions(server):
        assert time.monotonic() < end, left
        time.sleep(0.05)
