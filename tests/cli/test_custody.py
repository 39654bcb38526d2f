"""What an administrator does for the log's custody, from the command line, on a file and on a server."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.store.support import run_sql
from tests.support import signing

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


# Checkpoints.


@pytest.fixture
def signing_shell(shell: Shell, tmp_path: Path) -> Shell:
    """A shell with a signing key and a place for copies in its settings."""
    env = {"WARROOM_SIGNING_KEY": str(signing.key(tmp_path)), "WARROOM_CHECKPOINTS": str(tmp_path / "copies.txt")}
    return Shell(shell.db, {**shell.env, **env})


def test_a_checkpoint_vouches_for_the_log_up_to_its_position(signing_shell: Shell, tmp_path: Path) -> None:
    shell, copies = signing_shell, str(tmp_path / "copies.txt")
    shell.run("declare", "card payments fail")
    done = shell.run("checkpoint")
    assert (done.code, done.out) == (0, Path(copies).read_text())
    shell.run("note", "1", "seen")
    listed = str(signing.signers(tmp_path, ana=tmp_path / "key"))
    told = shell.run("verify", "--checkpoints", copies, "--signers", listed)
    assert told.code == 0, told
    assert f"vouched: up to position 1, by ana, in {copies}\n" in told.out
    assert told.err == "From position 2 on, nothing but the chain vouches for it.\n"
    assert shell.ask("verify", "--checkpoints", copies)["vouched"]["pos"] == 1
    assert shell.ask("verify")["vouched"] is None


def test_a_checkpoint_that_does_not_hold_is_told(signing_shell: Shell, tmp_path: Path) -> None:
    shell, copies = signing_shell, tmp_path / "copies.txt"
    shell.run("declare", "card payments fail")
    shell.run("checkpoint")
    stranger = str(signing.signers(tmp_path, eve=signing.key(tmp_path, "eve")))
    done = shell.run("verify", "--checkpoints", str(copies), "--signers", stranger)
    assert (done.code, "was no allowed signer then" in done.out) == (1, True)
    copies.write_text(copies.read_text().replace("epoch 1", "epoch 2"))
    data = shell.run("verify", "--checkpoints", str(copies), "--json").data
    assert data["ok"] is False
    assert data["checkpoint_problems"] == [f"{copies}: position 1: its signature does not hold"]


def test_copies_that_are_not_there_are_no_tampering(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "card payments fail")
    missing = tmp_path / "missing"
    done = shell.run("verify", "--checkpoints", str(missing))
    assert (done.code, done.out) == (2, "")
    assert f"{missing} cannot be read" in done.err
    missing.write_text("")
    assert shell.run("verify", "--checkpoints", str(missing)).code == 1


def test_without_a_key_or_ssh_keygen_there_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "card payments fail")
    done = shell.run("checkpoint")
    assert (done.code, "There is no key to sign with." in done.err) == (1, True)
    key = str(signing.key(tmp_path))
    bare = Shell(shell.db, {**shell.env, "PATH": str(tmp_path)})
    done = bare.run("checkpoint", "--key", key)
    assert (done.code, "ssh-keygen is not installed" in done.err) == (3, True)
    assert shell.run("verify", "--signers", key).code == 2


def test_a_copy_that_cannot_be_written_is_told(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "card payments fail")
    key, kept = str(signing.key(tmp_path)), str(tmp_path / "kept.txt")
    done = shell.run("checkpoint", "--key", key, "--to", str(tmp_path / "no" / "x"), "--to", kept)
    assert (done.code, "cannot be written" in done.err) == (1, True)
    assert shell.run("verify", "--checkpoints", kept).code == 0


# For an auditor.


def test_an_incident_is_handed_over_in_a_folder_that_verifies_alone(signing_shell: Shell, tmp_path: Path) -> None:
    shell, folder = signing_shell, tmp_path / "handed-over"
    shell.run("declare", "card payments fail")
    done = shell.run("export", "1", "--custody", str(folder))
    assert (done.code, done.out) == (0, "")
    checked = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py")], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked
    assert "vouched: up to position 1, by SHA256:" in checked.stdout
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        ("incident.bundle.jsonl", "links.txt", "checkpoints.txt", "verify.py", "SHA256SUMS"), 0o600
    )
    assert shell.run("verify", str(folder / "incident.bundle.jsonl")).code == 0
    again = shell.run("export", "1", "--custody", str(folder))
    assert (again.code, "already something at" in again.err) == (1, True)
    assert shell.run("export", "1", "--custody").code == 2


def test_a_backup_is_vouched_for_and_what_hinders_that_does_not_hinder_it(signing_shell: Shell, tmp_path: Path) -> None:
    shell, copies = signing_shell, tmp_path / "copies.txt"
    shell.run("declare", "card payments fail")
    assert shell.run("backup", str(tmp_path / "one.backup")).code == 0
    assert "position 1\n" in copies.read_text()
    (tmp_path / "key").unlink()
    done = shell.run("backup", str(tmp_path / "two.backup"))
    assert (done.code, "No checkpoint was made." in done.err) == (0, True)
    told = shell.run("verify", str(tmp_path / "one.backup"), "--checkpoints", str(copies))
    assert (told.code, "vouched: up to position 1, by SHA256:" in told.out) == (0, True)
    later = shell.run("note", "1", "seen"), shell.run("checkpoint", "--key", str(signing.key(tmp_path, "other")))
    assert [each.code for each in later] == [0, 0]
    cut = shell.run("verify", str(tmp_path / "one.backup"), "--checkpoints", str(copies))
    assert (cut.code, "an older copy put back" in cut.out) == (1, True)
    restored = Shell(str(tmp_path / "restored.db"), shell.env)
    assert restored.run("restore", str(tmp_path / "one.backup"), "--db", restored.db).code == 0
    assert restored.run("verify", "--checkpoints", str(copies)).code == 1
    assert restored.run("verify").code == 0


# Evidence.


def test_evidence_is_read_back_and_what_was_changed_is_told(shell: Shell, tmp_path: Path) -> None:
    shell.run("declare", "card payments fail")
    kept, back = tmp_path / "graph.png", tmp_path / "back.png"
    kept.write_bytes(b"\x00graph\x1b[31m")
    shell.run("evidence", "1", str(kept))
    done = shell.run("evidence", "1", "show", "graph.png", str(back))
    assert (done.code, back.read_bytes()) == (0, kept.read_bytes())
    assert shell.run("evidence", "1", "show", "graph.png", str(back)).code == 1
    digest = shell.ask("show", "1")["evidence"][0]["digest"]
    assert shell.ask("evidence", "1", "show", digest[:8], str(tmp_path / "again.png"))["digest"] == digest
    assert "Did you mean graph.png?" in shell.run("evidence", "1", "show", "grpah.png", str(tmp_path / "x")).err
    content = "decode('00', 'hex')" if "://" in shell.db else "x'00'"
    run_sql(shell.db, f"UPDATE blob SET content = {content}")
    for words in (("evidence", "1", "show", "graph.png", str(tmp_path / "x")), ("export", "1")):
        changed = shell.run(*words)
        assert (changed.code, "was changed: it is not what was kept" in changed.err) == (3, True), changed
    run_sql(shell.db, "DELETE FROM blob")
    gone = shell.run("evidence", "1", "show", "graph.png", str(tmp_path / "x"))
    assert (gone.code, "is missing from the database" in gone.err) == (3, True)
    assert not (tmp_path / "x").exists()
