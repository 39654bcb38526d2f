"""Backups as people take and use them: written while the log is in use, checked, tried, put back, released."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.store.conftest import POSTGRES


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Where backups go."""
    return str(tmp_path / "copy.bak")


def declared(shell: Shell) -> Shell:
    """The sample organisation, and an incident with a ladder."""
    assert shell.run("init").code == 0
    shell.ask("declare", "card payments fail", "--sev", "1", "--service", "checkout")
    return shell


def at(shell: Shell, db: str) -> Shell:
    """The same person, on another database."""
    return Shell(db, shell.env)


def test_a_backup_is_written_checked_and_says_until_when_it_reaches(anywhere: Shell, file: str) -> None:
    declared(anywhere)
    head = anywhere.ask("verify")["head"]
    done = anywhere.run("backup", file)
    assert done.code == 0
    assert done.out.startswith("ok: ")
    assert "reaches until 20" in done.out
    assert f"Put it back with: warroom restore {file} --db NEW" in done.err
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    anywhere.run("note", "1", "later")
    found = at(anywhere, "/no/such/place").ask("verify", file)
    assert (found["ok"], found["head"]) == (True, head)
    assert found["reaches"] <= found["taken"]


def test_a_backup_replaces_nothing_and_needs_a_log(shell: Shell, file: str) -> None:
    assert shell.run("backup", file).code == 1
    assert not Path(file).exists()
    declared(shell)
    Path(file).write_text("mine")
    refused = shell.run("backup", file)
    assert refused.code == 1
    assert "There is already something at" in refused.err
    assert Path(file).read_text() == "mine"


def test_what_was_changed_in_a_backup_is_found_and_never_put_back(shell: Shell, file: str, tmp_path: Path) -> None:
    declared(shell).run("backup", file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("DROP TRIGGER body_no_update")
        db.execute("UPDATE body SET body = CAST(replace(body, 'card', 'bank') AS BLOB) WHERE pos = 2")
        db.commit()
    checked = shell.run("verify", file)
    assert checked.code == 1
    assert "broken: position 2: its body was changed" in checked.out
    tried = shell.run("restore", "drill", file)
    assert (tried.code, tried.out) == (1, "it would not do: position 2: its body was changed\n")
    new = str(tmp_path / "new.db")
    refused = at(shell, new).run("restore", file, "--db", new)
    assert refused.code == 1
    assert "does not hold" in refused.err
    assert not Path(new).exists()


def test_a_file_that_ends_early_cannot_be_verified(shell: Shell, file: str) -> None:
    declared(shell).run("backup", file)
    whole = Path(file).read_bytes()
    Path(file).write_bytes(whole[: len(whole) // 2])
    assert shell.run("verify", file).code == 2
    assert shell.run("restore", "drill", file).code == 2


@pytest.mark.parametrize("kind", ["sqlite", POSTGRES])
def test_a_log_is_put_back_held_and_released(
    shell: Shell, file: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    declared(shell).run("backup", file)
    shell.run("note", "1", "later")
    db = str(tmp_path / "new.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    new = at(shell, db)
    done = shell.run("restore", file, "--db", db, "--old", shell.db)
    assert done.code == 0, done
    assert done.out.startswith("restored: ")
    assert "HELD, nobody is paged: restored from a backup of " in done.err
    assert "; 1 event may be missing" in done.err
    assert new.ask("verify")["head"]["epoch"] == 2
    (line,) = (each for each in new.ask("show", "1")["timeline"] if "restored" in each["text"])
    assert line["text"].endswith("1 event may be missing.")
    assert "HELD, nobody is paged" in new.run("declare", "another", "--sev", "1", "--service", "checkout").err
    assert "HELD, nobody is paged" in new.run("doctor", "--days", "1").out
    again = shell.run("restore", file, "--db", db)
    assert (again.code, "is not empty" in again.err) == (1, True)
    let = new.ask("restore", "release", "--because", "all of it is over")
    assert let == {"sent": 0, "dropped": 0, "stopped": 1}
    assert "HELD" not in new.run("doctor", "--days", "1").out
    assert new.run("restore", "release", "--because", "again").code == 1
    assert new.ask("verify")["ok"]


def test_a_restore_needs_a_place_and_the_log_it_was_taken_of(shell: Shell, file: str, tmp_path: Path) -> None:
    declared(shell).run("backup", file)
    nowhere = shell.run("restore", file)
    assert (nowhere.code, "--db NEW" in nowhere.err) == (2, True)
    other = declared(at(shell, str(tmp_path / "other.db")))
    new = str(tmp_path / "new.db")
    refused = shell.run("restore", file, "--db", new, "--old", other.db)
    assert refused.code == 1
    assert "no beginning of that log" in refused.err
    assert not Path(new).exists()


@pytest.mark.parametrize("kept", ["", "no database" * 500])
def test_how_much_is_missing_nobody_knows_where_the_lost_log_cannot_be_read(
    shell: Shell, file: str, kept: str, tmp_path: Path
) -> None:
    declared(shell).run("backup", file)
    old, new = tmp_path / "old.db", at(shell, str(tmp_path / "new.db"))
    if kept:
        old.write_text(kept)
    done = shell.run("restore", file, "--db", new.db, "--old", str(old))
    assert (done.code, "So nobody knows how much is missing." in done.err) == (0, True), done
    assert "Declare an incident" not in done.err
    (line,) = (each for each in new.ask("show", "1")["timeline"] if "restored" in each["text"])
    assert "nobody knows how much that is" in line["text"]


def test_a_rehearsal_says_whether_a_backup_would_do(anywhere: Shell, file: str, tmp_path: Path) -> None:
    declared(anywhere).run("backup", file)
    anywhere.run("note", "1", "later")
    found = anywhere.ask("restore", "drill", file)
    assert (found["ok"], found["incidents"], found["behind"], found["problem"]) == (True, 1, 1, None)
    assert found["seconds"] >= 0
    assert anywhere.run("restore", "drill", file, "--alone").out.endswith("not compared with a log in use\n")
    other = declared(at(anywhere, str(tmp_path / "other.db"))).run("restore", "drill", file)
    assert (other.code, "no beginning of that log" in other.out) == (1, True)
