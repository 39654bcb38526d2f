"""What `warroom bastion setup` and `keys` write: a line per key, quoted for sshd and for the shell behind it."""

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bastion.account import Account, public
from tests.domain.test_public_keys import ANA
from warroom.bastion.openssh import Door, authorized_keys, drop_in, line
from warroom.domain.errors import Invalid
from warroom.domain.org import Person
from warroom.domain.public_keys import bare, fingerprint

DOOR = Door("warroom", ("/opt/warroom/bin/python", "-I", "-m", "warroom"), "/srv/warroom/warroom.db")


def unquoted(written: str) -> list[str]:
    """The words that a shell makes of the command in a line, once sshd has taken its own quotes off."""
    prefix, key = 'restrict,pty,command="', f'" {ANA}'
    assert written.startswith(prefix)
    assert written.endswith(key)
    inner = written[len(prefix) : -len(key)]
    assert '"' not in inner.replace('\\"', "")
    return shlex.split(inner.replace('\\"', '"'))


def test_a_line_opens_a_session_of_its_person_and_nothing_else() -> None:
    words = ["bastion", "session", "--person", "ana", "--key", fingerprint(ANA), "--db", "/srv/warroom/warroom.db"]
    assert unquoted(line(DOOR, "ana", ANA)) == [*DOOR.program, *words]


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \"'\\$`;#%")), st.sampled_from("xy"))
def test_whatever_a_path_holds_stays_one_word(name: str, end: str) -> None:
    door = Door("warroom", (f"/opt/{name}/python{end}",), f"/srv/{name}.db")
    words = unquoted(line(door, "ana", ANA))
    assert (words[0], words[-1]) == (door.program[0], door.db)


@pytest.mark.parametrize(
    ("user", "program", "db"),
    [
        ("root shell", "python", "/w.db"),
        ("warroom\nPermitRootLogin yes", "python", "/w.db"),
        ("*", "python", "/w.db"),
        ("warroom", "py\nthon", "/w.db"),
        ("warroom", "python", "/w\n.db"),
    ],
)
def test_what_could_begin_a_line_of_its_own_is_refused(user: str, program: str, db: str) -> None:
    with pytest.raises(Invalid):
        Door(user, (program,), db)


def test_a_file_holds_a_line_for_each_key_and_a_key_from_elsewhere_is_checked_again() -> None:
    text = authorized_keys(DOOR, (Person("ana", keys=(ANA,)), Person("bo")))
    assert [each for each in text.splitlines() if not each.startswith("#")] == [line(DOOR, "ana", ANA)]
    with pytest.raises(Invalid):
        authorized_keys(DOOR, (Person("ana", keys=(f"{ANA}\nssh-ed25519 AAAA",)),))


def test_a_percent_sign_is_no_token_of_sshd() -> None:
    text = drop_in(Door("warroom", ("/opt/100%u/python",), "/w x.db"), ask=True)
    (row,) = (each.strip() for each in text.splitlines() if "AuthorizedKeysCommand " in each)
    assert row == ('AuthorizedKeysCommand /opt/100%%u/python bastion keys %u %t %k --user warroom --db "/w x.db"')


def test_setup_prints_and_changes_nothing(account: Account) -> None:
    before = sorted(account.folder.rglob("*"))
    done = account.shell.run("bastion", "setup")
    assert done.code == 0
    assert done.out.count("restrict,pty,command=") == 3
    assert "Match User warroom" in done.out
    assert sorted(account.folder.rglob("*")) == before


def test_it_is_said_that_no_key_should_open_the_account_of_root(account: Account, tmp_path: Path) -> None:
    done = account.shell.run("bastion", "setup", "--user", "root", "--out", str(tmp_path / "out"))
    assert (done.code, "root is root, whom no key should open" in done.err) == (0, True)


def test_setup_writes_into_a_folder_and_over_nothing(account: Account, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert account.shell.run("bastion", "setup", "--out", str(out)).code == 0
    assert sorted(each.name for each in out.iterdir()) == ["60-warroom.conf", "STEPS", "authorized_keys"]
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", out / "authorized_keys"], capture_output=True, text=True, check=True
    )
    assert [row.split()[1] for row in listed.stdout.splitlines()] == [
        account.prints[each] for each in ("ana", "bo", "cy")
    ]
    again = account.shell.run("bastion", "setup", "--out", str(out))
    assert again.code == 1
    assert "already" in again.err


def test_sshd_is_told_the_line_of_a_key_and_of_no_other(account: Account) -> None:
    kind, data = bare(public(account.folder, "bo")).split(" ")
    done = account.shell.run("bastion", "keys", "warroom", kind, data)
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert f"--person bo --key {account.prints['bo']}" in done.out
    kind, data = bare(public(account.folder, "zed")).split(" ")
    assert account.shell.run("bastion", "keys", "warroom", kind, data).out == ""
    kind, data = bare(public(account.folder, "bo")).split(" ")
    assert account.shell.run("bastion", "keys", "root", kind, data).out == ""


@pytest.mark.postgres
def test_on_a_server_a_key_proves_nothing(account: Account, postgres_url: str) -> None:
    done = account.shell.run("bastion", "setup", "--db", postgres_url)
    assert done.code == 1
    assert "On Postgres a key proves nothing" in done.err
