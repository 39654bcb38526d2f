"""Mistakes and failures: a sentence with what to do, an exit code, and never a traceback."""

import errno
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from warroom import __main__ as program
from warroom.bootstrap import open_store
from warroom.domain.errors import Unavailable

REFUSED, USAGE, UNAVAILABLE, INTERNAL = 1, 2, 3, 70


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("lst",), USAGE, "“lst” is nothing that warroom does.\nDid you mean list"),
        (("--jsn",), USAGE, "no option --jsn.\nDid you mean --json?"),
        (("note", "--tim", "-5m", "x"), USAGE, "warroom note has no option --tim.\nDid you mean --at?"),
        (("note",), USAGE, "warroom note: TEXT is missing.\nUsage: warroom note [INC] TEXT"),
        (("note", "a", "b", "c"), USAGE, "“c” is too much.\nA text of several words needs quotes"),
        (("sev", "2"), USAGE, "--because is missing"),
        (("note", "x", "--at"), USAGE, "expected one argument"),
        (("step", "1", "skp", "1.2"), USAGE, "say what to do.\nDid you mean skip?"),
        (("role",), USAGE, "There is: take, offer, accept, decline, release."),
        (("list", "--db"), USAGE, "--db needs a value."),
        (("follow", "--from", "x"), USAGE, "no number of an entry"),
        (("close", "1"), USAGE, "Say --yes"),
        (("show", "99"), REFUSED, "No incident is called “99”.\nThere is: INC-1."),
        (("show", "INC-"), REFUSED, "No incident is called"),
        (("show", "9" * 40), REFUSED, "No incident is called"),
        (("ack", "²"), REFUSED, "No incident is called"),
        (("declare", "x", "--sev", "9"), REFUSED, "No severity is called “9”."),
        (("declare", " "), REFUSED, "An incident needs a title."),
        (("declare", "x", "--at", "tomorrow"), REFUSED, "“tomorrow” is no time.\nAccepted: -12m"),
        (("declare", "x", "--at", "2999-01-01T00:00Z"), REFUSED, "lies in the future"),
        (("note", "x", "--at", "-99999999999d"), REFUSED, "is no time"),
        (("correct", "1", "x", "y"), REFUSED, "“x” is no whole number"),
        (("milestone", "containmnt"), REFUSED, "Did you mean containment?"),
        (("runbook", "attach", "latenc"), REFUSED, "No runbook is called “latenc”."),
        (("runbook", "attach", "/nope.yaml"), REFUSED, "nope.yaml:1: cannot be read"),
        (("runbook", "show", "../../etc/passwd"), REFUSED, "No runbook is called"),
        (("step", "done", "1.1"), REFUSED, "No runbook is attached to this incident."),
        (("evidence", "/nope"), REFUSED, "/nope cannot be read: No such file or directory."),
        (("evidence", "/"), REFUSED, "/ is no ordinary file."),
        (("service", "checkout", "fine"), REFUSED, "No health is called “fine”."),
        (("service", "show", "nope"), REFUSED, "No service is called “nope”."),
        (("playbook", "publish", "/nope"), REFUSED, "there is no such folder"),
        (("import", "/nope.yaml"), REFUSED, "nope.yaml"),
        (("reopen", "1", "--because", "x"), REFUSED, "there is nothing to reopen"),
        (("join", "1"), REFUSED, "The console needs a terminal."),
        (("list", "--db", "mysql://h/d"), REFUSED, "is no database that warroom knows"),
        (("list", "--db", "/"), REFUSED, "is a folder, not a database"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(shell: Shell, words: tuple[str, ...], code: int, sentence: str) -> None:
    shell.run("declare", "one")
    done = shell.run(*words)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert "Traceback" not in done.err
    assert shell.ask("verify")["events"] == 1


def test_a_database_that_is_not_there_is_refused_and_not_made(shell: Shell) -> None:
    for words in (("note", "x"), ("show", "1")):
        done = shell.run(*words)
        assert done.code == REFUSED
        assert f"There is no database at {shell.db}." in done.err
    assert shell.run("verify").code == 2
    assert not Path(shell.db).exists()


def test_a_folder_that_one_may_not_enter_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "exists", forbidden)
    with pytest.raises(Unavailable, match=r"/root/x\.db cannot be used: Permission denied\."):
        open_store("/root/x.db", create=False)


def test_the_home_of_nobody_is_a_sentence(shell: Shell) -> None:
    done = shell.run("list", "--db", "~nobody-of-that-name/x.db")
    assert (done.code, "x.db cannot be used: Could not determine home directory." in done.err) == (UNAVAILABLE, True)


def test_a_file_of_another_kind_is_unavailable_and_unchanged(shell: Shell) -> None:
    Path(shell.db).write_bytes(b"holiday pictures" * 64)
    done = shell.run("list", "--json")
    assert (done.code, done.error["code"]) == (UNAVAILABLE, "damaged")
    assert shell.run("verify").code == 2
    assert Path(shell.db).read_bytes() == b"holiday pictures" * 64


def test_a_server_that_does_not_answer_is_unavailable(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("list", "--db", f"postgresql://nobody@/nothing?host={tmp_path}")
    assert done.code == UNAVAILABLE
    assert done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "words", [("declare", b"caf\xe9"), ("note", "1", b"\xff"), ("sev", "1", "2", "--because", b"\xfe")]
)
def test_arguments_that_are_no_utf8_are_refused(shell: Shell, words: tuple[str | bytes, ...]) -> None:
    shell.run("declare", "one")
    done = shell.run(*(os.fsdecode(word) for word in words))
    assert done.code == USAGE
    assert "is not UTF-8" in done.err


def test_a_full_disk_under_stdout_is_a_sentence(shell: Shell) -> None:
    shell.run("declare", "one")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            shell.command("show"), env=shell.environ(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == UNAVAILABLE
    assert done.stderr.endswith("The output cannot be written: No space left on device.\n")


def test_a_reader_that_goes_away_is_nothing_to_talk_about(shell: Shell) -> None:
    shell.run("declare", "one")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        shell.command("show", "1"), env=shell.environ(), stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_mistake_of_ours_is_kept_for_its_owner_alone(
    shell: Shell, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        secret = "hunter2"  # noqa: F841 - a local variable must not be written down
        raise ZeroDivisionError("\x1b[31m")

    monkeypatch.setattr("warroom.cli.main.split", broken)
    assert program.main(["list"]) == INTERNAL
    said = capsys.readouterr().err
    (kept,) = (own_home / ".local" / "state" / "warroom").glob("error-*.txt")
    assert said.startswith("Something went wrong inside warroom (ZeroDivisionError).")
    assert str(kept) in said
    assert "Traceback" not in said
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "Traceback" in kept.read_text()
    assert "hunter2" not in kept.read_text()


def test_an_interruption_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("warroom.cli.main.split", interrupted)
    assert program.main(["list"]) == 130
    assert capsys.readouterr() == ("", "")


def test_bad_settings_name_the_file_and_the_key(shell: Shell, own_home: Path) -> None:
    path = own_home / ".config" / "warroom" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('themes = "dark"\n')
    done = shell.run("config", "validate")
    assert done.code == REFUSED
    assert f"{path}: there is no setting “themes”." in done.err
    path.write_text('theme = "light"\n')
    assert shell.ask("config", "validate") == {"ok": True, "path": str(path), "exists": True}
    assert shell.ask("config", "show")["theme"] == "light"


def test_a_password_is_not_shown(shell: Shell) -> None:
    for url in ("postgresql://u:hunter2@h/d", "postgresql://h/d?user=u&password=hunter2&sslmode=require"):
        shown = shell.run("config", "show", "--db", url)
        assert shown.code == 0
        assert "hunter2" not in shown.out
        assert "h/d" in shown.out
