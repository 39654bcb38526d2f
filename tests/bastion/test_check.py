"""`warroom bastion check`: what is open is found, each with what closes it."""

import getpass
import os
import pwd
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.bastion.account import Account, public
from tests.domain.test_public_keys import ANA
from warroom.bastion import files, openssh
from warroom.bastion.findings import Finding
from warroom.bastion.inspect import judged, keys_file
from warroom.bastion.openssh import Door, authorized_keys
from warroom.domain.org import Org, Person, Playbook

ME = os.geteuid()
SOUND = {name.lower(): [value] for name, value in (*openssh.WANTED, *openssh.GLOBAL)} | {"acceptenv": ["LANG", "LC_*"]}


def opens(found: Iterable[Finding]) -> list[str]:
    """What is open, in words."""
    return [each.what for each in found if each.state == "open"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a database that is ours alone."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    for name in ("warroom.db", "warroom.db-lock"):
        (folder / name).touch(mode=0o660)
    return folder


def test_a_database_of_the_account_alone_is_sound(home: Path) -> None:
    assert opens(files.database(home / "warroom.db", ME)) == []


@pytest.mark.parametrize("mode", [0o770, 0o701, 0o755, 0o777])
def test_a_folder_that_others_may_enter_is_open(mode: int, home: Path) -> None:
    home.chmod(mode)
    (what,) = opens(files.database(home / "warroom.db", ME))
    assert f"mode {mode:o}" in what


def test_a_folder_or_file_of_somebody_else_is_open(home: Path) -> None:
    assert len(opens(files.database(home / "warroom.db", ME + 1))) == 3


def test_a_folder_that_others_could_put_another_in_place_of_is_open(home: Path) -> None:
    home.parent.chmod(0o777)
    assert "can be written by others" in files.private(home, ME)


def test_a_link_in_the_place_of_a_side_file_and_an_open_file_are_found(home: Path) -> None:
    (home / "warroom.db-bell").symlink_to("/dev/null")
    (home / "warroom.db").chmod(0o664)
    os.link(home / "warroom.db-lock", home / "second")
    what = opens(files.database(home / "warroom.db", ME))
    assert [each.split("/")[-1].split(" ")[0] for each in what] == ["warroom.db", "warroom.db-bell", "warroom.db-lock"]


def org() -> Org:
    return Org(playbook=Playbook("Acme", people=(Person("ana", keys=(ANA,)), Person("bo"))))


GOOD = openssh.line(Door("warroom", ("warroom",), "/w.db"), "ana", ANA)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (ANA, "it may open more than a session"),
        (GOOD.replace("restrict,", ""), "it may open more than a session"),
        (GOOD.replace("restrict,pty,", "restrict,pty,port-forwarding,"), "it may open more than a session"),
        (GOOD.replace(" bastion session ", " join "), "its command is no session of warroom"),
        (GOOD.replace("--person ana", "--person bo"), "the playbook does not say that the key is this person's"),
        (GOOD.replace("SHA256:", "SHA256:x"), "its command names another key"),
        (GOOD[:-8], "its key is no"),
    ],
)
def test_a_line_that_opens_more_or_for_another_is_found(line: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "authorized_keys"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    assert any(why in each for each in opens(keys_file(path, org())))


def test_a_file_as_setup_writes_it_says_only_who_could_change_it(tmp_path: Path) -> None:
    path = tmp_path / "authorized_keys"
    path.write_text(authorized_keys(Door("warroom", ("warroom",), "/w.db"), org().playbook.people), encoding="utf-8")
    found = list(keys_file(path, org()))
    assert found[-1] == Finding("ok", f"{path}: each of 1 keys opens a session of its own person only.")
    path.write_text("", encoding="utf-8")
    assert f"{path} lacks keys of ana, who cannot come in by them." in opens(keys_file(path, org()))


def test_sshd_as_setup_wants_it_is_sound() -> None:
    assert [each.state for each in judged(SOUND)] == ["ok"]


@pytest.mark.parametrize("name", sorted(SOUND.keys() - {"acceptenv"}))
def test_each_option_of_sshd_counts(name: str) -> None:
    other = "no" if SOUND[name] == ["yes"] else "yes"
    assert len(opens(judged({**SOUND, name: [other]}))) == 1
    assert len(opens(judged({key: value for key, value in SOUND.items() if key != name}))) == 1


def test_each_variable_that_sshd_would_take_counts() -> None:
    assert opens(judged({**SOUND, "acceptenv": ["LANG", "PYTHON*"]})) == ["sshd takes variables from clients: PYTHON*."]


def test_root_makes_no_file_of_its_own_beside_the_accounts() -> None:
    account = pwd.getpwnam("nobody").pw_uid if ME == 0 else ME
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, account, -1)
        place = Path(folder) / "made"
        with files.acting_as(account):
            place.touch()
        assert place.stat().st_uid == account
    assert os.geteuid() == ME


def test_an_account_that_is_not_there_is_said() -> None:
    found, owner = files.account("no-such-account")
    assert owner is None
    assert "useradd" in found[0].fix


def test_the_check_ends_with_1_where_something_is_open_and_says_how_to_close_it(
    account: Account, tmp_path: Path
) -> None:
    done = account.shell.run(
        "bastion", "check", "--user", getpass.getuser(), "--keys", str(tmp_path / "none"), "--json"
    )
    assert done.code == 1
    assert not done.data["ok"]
    (found,) = (each for each in done.data["findings"] if str(tmp_path / "none") in each["what"])
    assert (found["state"], found["fix"]) == ("open", "Write it anew: warroom bastion setup")
    assert public(account.folder, "ana") not in done.out
    count = {state: sum(each["state"] == state for each in done.data["findings"]) for state in ("open", "unknown")}
    told = account.shell.run("bastion", "check", "--user", getpass.getuser(), "--keys", str(tmp_path / "none"))
    assert told.err == f"Open: {count['open']}; could not be looked at: {count['unknown']}.\n"
