"""What an administrator does for the log's custody, from the command line, on a file and on a server."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.store.support import run_sql

SECRET = "hunter2-a-pasted-secret"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """Somebody's shell, on an empty database."""
    db = str(tmp_path / "w.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Shell(db, {"XDG_STATE_HOME": str(tmp_path / "state")})


def test_a_redacted_note_is_in_no_file_and_in_no_output(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "card payments fail")
    shell.run("note", "1", f"the password is {SECRET}")
    kept = tmp_path / "dump.txt"
    kept.write_text(SECRET)
    shell.run("evidence", "1", str(kept))
    kept.unlink()
    asked = shell.run("redact", "1", "2", "--because", "a password")
    assert (asked.code, "nobody is here to ask" in asked.err) == (2, True)
    done = shell.run("redact", "1", "2", "--because", "a password", "--yes")
    assert (done.code, done.out) == (0, "INC-1 4 redacted entry 2: a password\n")
    data = shell.ask("redact", "1", "3", "--because", "a password", "--yes")
    assert [each["text"] for each in data["entries"]] == ["redacted entry 3: a password"]
    assert data["warnings"] == []
    for words in (("show", "1"), ("follow", "1", "--once"), ("replay", "1", "--plain", "--instant"), ("export", "1")):
        assert SECRET not in shell.run(*words).out
    assert shell.ask("verify")["redacted"] == 2
    assert [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()] == []
    because = "SELECT count(*), min(because) FROM redaction"
    assert run_sql(shell.db, because) == [(2, "a password")]


def test_what_cannot_be_redacted_is_said(shell: Shell) -> None:
    shell.run("declare", "card payments fail")
    for entry, words in (("x", "no whole number"), ("9", "There is no entry 9"), ("1", "changes the incident")):
        done = shell.run("redact", "1", entry, "--because", "a password", "--yes")
        assert (done.code, words in done.err) == (1, True), done
