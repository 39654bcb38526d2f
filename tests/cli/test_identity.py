"""Who acts, and how that is known: a word in the environment is not enough."""

import pytest

from tests.cli.shell import Shell
from warroom import bootstrap
from warroom.room.room import Actor
from warroom.settings import Settings
from warroom.store.files import login


@pytest.mark.parametrize(
    ("user", "url", "known"),
    [
        (0, "warroom.db", Actor("zed", "sudo")),
        (0, "postgresql://h/d", Actor(login(), "login")),
        (1000, "warroom.db", Actor(login(), "login")),
        (1000, "postgresql://h/d", Actor(login(), "login")),
    ],
)
def test_only_root_is_whoever_sudo_says_and_only_in_a_file(
    user: int, url: str, known: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "zed")
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert bootstrap.here(url) == known


def test_whom_sudo_names_may_respond_and_the_record_says_how_they_are_known(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "zed")
    room = bootstrap.open_room(Settings(db=shell.db))
    (fact,) = room.do("declare", title="one").facts
    assert (fact.actor, fact.via) == ("zed", "sudo")


@pytest.mark.postgres
def test_on_a_server_the_environment_names_nobody(postgres_url: str) -> None:
    shell = Shell(postgres_url, {"SUDO_USER": "zed"})
    assert shell.run("declare", "one").code == 0
    (entry,) = shell.ask("show", "1")["timeline"]
    assert (entry["actor"], entry["via"]) == (login(), "login")
