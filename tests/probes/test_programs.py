"""The diagnostics that start a program: fixed arguments, and a repository that cannot strike back."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.probes.asking import ask, refusal
from warroom.probes import deploys, journal

# journal: on a machine without systemd a script stands in for journalctl, which belongs to the outside world.


def journalctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    program = tmp_path / "journalctl"
    program.write_text(f"#!{sys.executable} -I\nimport json, os, sys, time\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setattr(journal, "PROGRAMS", (tmp_path / "missing", program))


def test_the_journal_is_asked_for_one_unit_with_fixed_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_DB", "canary")
    journalctl(tmp_path, monkeypatch, "print(json.dumps([sys.argv[1:], dict(os.environ)]))")
    ran = ask("journal", "checkout@3.service")
    arguments, environment = json.loads(ran.output)
    assert arguments == ["--unit=checkout@3.service", "--lines=200", "--no-pager", "--quiet", "--output=short-iso"]
    assert "WARROOM_DB" not in environment
    assert ran.outcome == "passed"


def test_the_last_line_of_the_journal_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journalctl(tmp_path, monkeypatch, "print('started'); print('\\x1b[31mout of memory')")
    ran = ask("journal", "checkout.service")
    assert ran.says == "2 lines of checkout.service, the last: ␛[31mout of memory"
    assert ran.output == b"started\n\x1b[31mout of memory\n"


def test_a_journal_without_the_unit_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journalctl(tmp_path, monkeypatch, "")
    ran = ask("journal", "checkout.service")
    assert ran.outcome == "failed"
    assert "has nothing of checkout.service" in ran.says


def test_a_journal_that_cannot_be_read_fails_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journalctl(tmp_path, monkeypatch, "sys.exit('No permission')")
    ran = ask("journal", "checkout.service")
    assert (ran.outcome, ran.says.endswith("No permission")) == ("failed", True)


def test_a_journal_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journalctl(tmp_path, monkeypatch, "print('ready', flush=True); time.sleep(1000)")
    assert ask("journal", "checkout.service", seconds=0.3).outcome == "timed-out"
    stop = threading.Event()
    assert ask("journal", "checkout.service", heard=lambda piece: stop.set(), stop=stop).outcome == "stopped"


def test_a_host_without_a_journal_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PROGRAMS", (tmp_path / "missing",))
    ran = ask("journal", "checkout.service")
    assert ran.outcome == "failed"
    assert "has no journalctl" in ran.says


@pytest.mark.parametrize("unit", ["a/b", "*", "x y", "--file=/etc/shadow", "é", ""])
def test_what_is_no_unit_is_refused(unit: str) -> None:
    refusal("journal", unit)


# deploys


def git(folder: Path, *words: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    ana = {"NAME": "Ana", "EMAIL": "ana@example.org", "DATE": "2026-03-01T10:00:00+02:00"}
    environment |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in ana.items()}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with twelve commits and a tag."""
    place = tmp_path / "shop"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch=main")
    for number in range(12):
        (place / "file").write_text(str(number))
        git(place, "add", "file")
        git(place, "commit", "--quiet", "-m", f"Change {number}")
    git(place, "tag", "-a", "v1.2", "-m", "Second release")
    return place


def test_the_last_ten_commits_and_the_tags_are_told(repository: Path) -> None:
    ran = ask("deploys", str(repository))
    assert ran.outcome == "passed", ran.says
    commits, _, tags = ran.output.decode().partition("\ntags\n")
    lines = commits.strip().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == [str(number) for number in range(11, 1, -1)]
    assert all(line.startswith("2026-03-01 08:00 UTC  ") and "  Ana  Change " in line for line in lines)
    assert tags == "2026-03-01 08:00 UTC  v1.2  Second release\n"
    assert ran.says.startswith("Last commit ")
    assert ran.says.endswith("at 2026-03-01 08:00 UTC by Ana: Change 11. Newest tag: v1.2.")


def test_a_folder_inside_a_repository_will_do(repository: Path) -> None:
    (repository / "inner").mkdir()
    assert ask("deploys", str(repository / "inner")).outcome == "passed"


def test_a_commit_says_what_it_likes_and_stays_on_its_line(repository: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "\x1b[2Jevil\x1f\x1ffields\x1eand records")
    ran = ask("deploys", str(repository))
    assert ran.outcome == "passed"
    assert b"\x1b" not in ran.output
    assert "␛[2Jevil" in ran.output.decode()
    assert len(ran.output.decode().partition("\ntags\n")[0].strip().splitlines()) == 10


def test_a_repository_without_commits_fails(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    ran = ask("deploys", str(tmp_path))
    assert ran.outcome == "failed"


def test_what_is_no_repository_fails(tmp_path: Path) -> None:
    assert "is no git repository" in ask("deploys", str(tmp_path)).says
    assert "is no folder" in ask("deploys", str(tmp_path / "missing")).says


def test_a_host_without_git_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploys, "PROGRAMS", ())
    assert ask("deploys", str(repository)).says == "This host has no git."


@pytest.mark.parametrize("target", ["shop", "./shop", "~/shop", "--exec=x", ""])
def test_a_path_that_is_not_absolute_is_refused(target: str) -> None:
    refusal("deploys", target)


def trap(repository: Path) -> tuple[str, Path]:
    """A program that leaves a trace where it is run, and the trace."""
    trace = repository.parent / "trace"
    program = repository.parent / "trap"
    program.write_text(f"#!/bin/sh\necho run by git >> '{trace}'\nexit 1\n")
    program.chmod(0o755)
    return str(program), trace


def test_a_hostile_repository_runs_nothing(repository: Path) -> None:
    program, trace = trap(repository)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "core.alternateRefsCommand",
        "gpg.program",
        "gpg.ssh.program",
        "credential.helper",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "uploadpack.packObjectsHook",
    ):
        git(repository, "config", name, program)
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "alias.log", f"!{program}")
    git(repository, "config", "core.hooksPath", str(repository.parent))
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
        (repository.parent / hook).symlink_to(program)
    ran = ask("deploys", str(repository))
    assert ran.outcome == "passed", ran.says
    assert not trace.exists()


def sign(repository: Path) -> None:
    """Give HEAD something that looks like a signature."""
    git(repository, "config", "gpg.program", "/bin/true")
    body = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=repository, capture_output=True, check=True).stdout
    head, _, message = body.partition(b"\n\n")
    armour = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----"
    signed = repository.parent / "signed"
    signed.write_bytes(head + b"\n" + armour + b"\n\n" + message)
    done = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", str(signed)], cwd=repository, capture_output=True, check=True
    )
    git(repository, "update-ref", "HEAD", done.stdout.decode().strip())


def test_a_signature_is_not_checked_by_a_program_of_the_repository(repository: Path) -> None:
    sign(repository)
    program, trace = trap(repository)
    git(repository, "config", "gpg.program", program)
    git(repository, "config", "log.showSignature", "true")
    # Without our settings git would run it; else this test could not fail.
    subprocess.run(["git", "log", "-1"], cwd=repository, capture_output=True, check=False)
    assert trace.exists()
    trace.unlink()
    assert ask("deploys", str(repository)).outcome == "passed"
    assert not trace.exists()


def test_a_missing_object_is_not_fetched_by_a_program_of_the_repository(repository: Path) -> None:
    program, trace = trap(repository)
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::{program}"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
    ):
        git(repository, "config", name, value)
    done = subprocess.run(["git", "rev-parse", "HEAD~2"], cwd=repository, capture_output=True, check=True)
    parent = done.stdout.decode().strip()
    (repository / ".git" / "objects" / parent[:2] / parent[2:]).unlink()
    subprocess.run(["git", "log"], cwd=repository, capture_output=True, check=False)
    assert trace.exists()
    trace.unlink()
    assert ask("deploys", str(repository)).outcome == "failed"
    assert not trace.exists()
