"""`warroom bastion session`: whoever comes in by a key is its person, and gets warroom and nothing else."""

import contextlib
import stat
from pathlib import Path

import pytest

from tests.bastion.account import CANARY, Account
from tests.support.terminal import Terminal
from warroom.bastion.environment import scrubbed
from warroom.bootstrap import open_bastion, open_room
from warroom.domain.errors import Refused
from warroom.settings import Settings, load


def test_the_person_is_whose_key_it_is_and_the_record_says_so(account: Account) -> None:
    assert account.ask("note 1 'seen from afar'", "bo").code == 0
    done = account.ask("show 1 --json")
    assert done.code == 0
    entry = done.data["timeline"][-1]
    assert (entry["text"], entry["actor"], entry["via"]) == ("seen from afar", "bo", "key")


def test_a_long_text_comes_by_standard_input(account: Account) -> None:
    assert account.ask("note 1 -", stdin=b"from a pipe").code == 0
    assert "from a pipe" in account.ask("show 1").out


@pytest.mark.parametrize(("person", "key"), [("zed", "zed"), ("ana", "bo"), ("ana", "zed"), ("nobody", "ana")])
def test_who_is_not_in_the_playbook_by_this_key_is_denied(person: str, key: str, account: Account) -> None:
    done = account.ask("status --json", person, account.prints[key])
    assert (done.code, done.error["code"]) == (1, "forbidden")
    assert "does not know this key" in done.error["message"]


def test_a_key_that_left_the_playbook_opens_nothing_more(account: Account) -> None:
    assert account.ask("status").code == 0
    account.publish("bo")
    assert account.ask("status").code == 1
    assert account.ask("status", "bo").code == 0


def test_whom_no_rule_names_may_not_look(account: Account) -> None:
    rules = account.folder / "playbook" / "permissions.yaml"
    rules.write_text("permissions:\n  - {access: [administrator], people: [bo]}\n", encoding="utf-8")
    account.publish("ana", "bo")
    assert account.ask("status").code == 1
    assert account.ask("status", "bo").code == 0


def test_a_key_proves_nothing_where_others_reach_the_database(account: Account) -> None:
    account.db.parent.chmod(0o750)
    done = account.ask("status")
    assert done.code == 1
    assert "A key proves nothing here" in done.err


def test_a_key_proves_nothing_on_a_server(account: Account) -> None:
    argv = account.argv()
    shell = account.shell
    done = shell.run(*argv[3:-1], "postgresql://localhost/none")
    assert done.code == 1
    assert "On Postgres a key proves nothing" in done.err


def test_the_clients_environment_says_neither_who_nor_where(account: Account, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    done = account.ask("show 1 --json", WARROOM_DB=str(elsewhere), WARROOM_AS="bo")
    assert done.data["title"] == "card payments fail"
    assert not elsewhere.exists()
    assert account.ask("note 1 mine", WARROOM_AS="bo", SUDO_USER="bo").code == 0
    assert account.ask("show 1 --json").data["timeline"][-1]["actor"] == "ana"


@pytest.mark.parametrize("name", ["secret.yaml", "secret.md", "secret"])
@pytest.mark.parametrize("verb", ["runbook show", "runbook attach 1"])
def test_no_file_of_the_account_is_read(verb: str, name: str, account: Account) -> None:
    for named in (str(account.folder / name), name, f"./{name}", f"~/{name}", f"{account.folder}/{name}#x"):
        done = account.ask(f"{verb} '{named}'", WARROOM_RUNBOOKS=str(account.folder), HOME=str(account.folder))
        assert done.code in (1, 2)
        assert CANARY not in done.out + done.err
    assert CANARY.encode() not in account.db.read_bytes()


def test_no_file_is_written_but_the_accounts_own(account: Account, tmp_path: Path) -> None:
    before = sorted(each for each in tmp_path.rglob("*") if not each.is_relative_to(account.db.parent))
    for asked in ("export 1", "show 1", "runbook list", "oncall export -", "verify", "drill generate 1", "doctor"):
        account.ask(asked)
    assert sorted(each for each in tmp_path.rglob("*") if not each.is_relative_to(account.db.parent)) == before


def test_commands_of_the_host_are_off_unless_the_account_allows_them(account: Account, own_home: Path) -> None:
    folder = own_home / ".config" / "warroom"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "commands.toml").write_text('[commands]\ntrue = "/usr/bin/true"\n', encoding="utf-8")
    book = account.folder / "look.yaml"
    book.write_text(
        "runbook: look\ntitle: Look\nphases:\n  - name: Triage\n    steps:\n"
        "      - do: Look\n        run: {command: ['true']}\n",
        encoding="utf-8",
    )
    assert account.shell.run("runbook", "attach", "1", str(book)).code == 0
    done = account.ask("step 1 run 1.1 --json")
    assert "Steps run no commands in a session that a key opened." in done.out
    theirs = account.folder / "config.toml"
    theirs.write_text("kiosk_commands = true\n", encoding="utf-8")
    hostile = {"WARROOM_CONFIG": str(theirs), "WARROOM_KIOSK_COMMANDS": "1", "XDG_CONFIG_HOME": str(account.folder)}
    assert "Steps run no commands" in account.ask("step 1 run 1.1 --json", "ana", "", b"", **hostile).out
    (folder / "config.toml").write_text("kiosk_commands = true\n", encoding="utf-8")
    assert "Steps run no commands" not in account.ask("step 1 run 1.1 --json").out


def test_being_a_kiosk_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load({"kiosk": True, "person": "ana"}, {"WARROOM_KIOSK": "1"}) == Settings(person="ana")


def test_only_plain_words_about_the_terminal_are_kept() -> None:
    kept = {"TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "LC_TIME": "C", "SSH_TTY": "/dev/pts/3", "HOME": "/home/w"}
    hostile = {
        **dict.fromkeys(("EDITOR", "VISUAL", "PAGER", "BROWSER", "SHELL", "LESSOPEN", "LC_ALL", "TZ"), "/tmp/x"),
        **dict.fromkeys(("PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD", "TEXTUAL_DRIVER", "TERMINFO"), "/tmp/x"),
        "WARROOM_DB": "x",
        "XDG_STATE_HOME": "/tmp",
        "TMUX": "/tmp/x,1,1",
        "COLORTERM": "../../x",
        "LC_\n": "C",
    }
    assert scrubbed({**kept, **hostile}) == {**kept, "PATH": "/usr/bin:/bin"}


def canaries(folder: Path) -> tuple[dict[str, str], Path]:
    """A hostile environment, each variable of which would leave a mark in a file; and that file."""
    mark = folder / "mark"
    trap = folder / "trap"
    trap.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{mark}'\n", encoding="utf-8")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    startup = folder / "startup.py"
    startup.write_text(f"open({str(mark)!r}, 'a').write('startup')\n", encoding="utf-8")
    programs = dict.fromkeys(("SHELL", "PAGER", "EDITOR", "VISUAL", "BROWSER", "SUDO_ASKPASS"), str(trap))
    modules = {"PYTHONSTARTUP": str(startup), "PYTHONINSPECT": "", "TEXTUAL_DRIVER": "startup:Driver"}
    return {
        **programs,
        **modules,
        "LESSOPEN": f"|{trap} %s",
        "TMUX": f"{trap},1,1",
        "TERMINFO": str(folder),
    }, mark


def programs(pid: int) -> set[str]:
    """What runs in a process and in all those below it, without the version that a name ends with."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            parent = int((each / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if pid == int(each.name):
                found.add((each / "exe").readlink().name.rstrip("0123456789."))
            elif parent == pid:
                found |= programs(int(each.name))
    return found


@pytest.mark.pty
def test_nothing_but_the_console_is_reached_in_a_hostile_environment(account: Account, tmp_path: Path) -> None:
    env, mark = canaries(tmp_path)
    for text in (
        "[@click=app.suspend_process]here[/]",
        "[link=https://example.org]x[/link]",
        "\x1b]8;;file:///x\x1b\\y",
    ):
        assert account.shell.run("note", "1", text).code == 0
    with Terminal(account.argv(), env=account.environ(**env)) as ana:
        ana.wait_for("card payments fail")
        ana.press("ctrl+z")
        ana.type_text("!")
        ana.press("e")
        ana.wait_for("Files of this machine are out of reach")
        ana.press("ctrl+z")
        ana.press("f9")
        ana.wait_for("Write a note")
        ana.type_text("screenshot")
        ana.wait_for("screenshot")
        ana.press("escape")
        ana.wait_until_gone("screenshot")
        ana.press("n")
        ana.wait_for("Note")
        ana.type_text("still here")
        ana.press("f2")
        ana.wait_for("still here")
        assert programs(ana.pid) == {"python"}
    assert not mark.exists()


@pytest.mark.pty
def test_a_verb_on_a_terminal_cannot_be_stopped_into_the_background(account: Account) -> None:
    # With job control, as below a shell that somebody works in: else the kernel itself would let nothing be stopped.
    argv = ["sh", "-c", 'set -m; "$@"; echo STOPPED', "sh", *account.argv()]
    with Terminal(argv, env=account.environ("follow 1")) as ana:
        ana.wait_for("card payments fail")
        ana.press("ctrl+z")
        assert account.ask("note 1 afterwards", "bo").code == 0
        ana.wait_for("afterwards")
        assert "STOPPED" not in ana.text


def test_without_a_terminal_and_without_words_there_is_a_sentence(account: Account) -> None:
    done = account.ask("")
    assert (done.code, done.out) == (1, "")
    assert "needs a terminal" in done.err


@pytest.mark.parametrize("name", ["secret.md", "secret.yaml"])
def test_a_console_attaches_no_file_of_the_account(name: str, account: Account) -> None:
    settings = open_bastion(account.db, "ana", account.prints["ana"])
    room = open_room(settings, create=False)
    with pytest.raises(Refused, match="No runbook"):
        room.do("runbook.attach", room.find("1"), runbook=str(account.folder / name))
