"""A secret is found where it was put, and nothing but `reveal` ever shows it."""

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from warroom.domain.errors import Invalid, Refused
from warroom.outreach import keyring as ring
from warroom.outreach.secrets import LARGEST, Secret, find, make, need, variable

CANARY = "canary-4f1c"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir(mode=0o700)
    return made


def put(folder: Path, name: str, value: str = CANARY, mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(value)
    path.chmod(mode)
    return path


def revealed(name: str, folder: Path, **environ: str) -> str | None:
    found = find(name, folder, environ)
    return found.reveal() if found else None


def test_a_secret_shows_itself_as_stars() -> None:
    secret = Secret(CANARY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), "%s" % secret]  # noqa: UP031
    assert not any(CANARY in each for each in shown)
    assert str(secret) == "***"
    assert secret.reveal() == CANARY


@pytest.mark.parametrize("way", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_written_down(way: Any) -> None:
    with pytest.raises(TypeError) as refused:
        way(Secret(CANARY))
    assert CANARY not in str(refused.value)


def test_the_environment_comes_first_then_systemd_then_the_folder(folder: Path, tmp_path: Path) -> None:
    systemd, named = tmp_path / "systemd", tmp_path / "named"
    systemd.mkdir()
    named.mkdir()
    assert revealed("chat-ops", folder) is None
    put(folder, "chat-ops", "folder")
    assert revealed("chat-ops", folder) == "folder"
    put(named, "chat-ops", "named\n")
    environ = {"WARROOM_SECRETS": str(named)}
    assert revealed("chat-ops", folder, **environ) == "named"
    environ["CREDENTIALS_DIRECTORY"] = str(systemd)
    assert revealed("chat-ops", folder, **environ) == "named"
    put(systemd, "chat-ops", "systemd", 0o440)
    assert revealed("chat-ops", folder, **environ) == "systemd"
    environ[variable("chat-ops")] = "environment"
    assert revealed("chat-ops", folder, **environ) == "environment"
    assert variable("chat-ops") == "WARROOM_SECRET_CHAT_OPS"


def test_a_folder_that_is_named_takes_the_place_of_the_usual_one(folder: Path, tmp_path: Path) -> None:
    put(folder, "chat")
    assert revealed("chat", folder, WARROOM_SECRETS=str(tmp_path / "nowhere")) is None


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_read(folder: Path, mode: int) -> None:
    put(folder, "chat", f"{CANARY}\n", mode)
    assert revealed("chat", folder) == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o602, 0o601])
def test_a_file_that_others_can_use_is_refused_with_the_way_to_mend_it(folder: Path, mode: int) -> None:
    path = put(folder, "chat", mode=mode)
    with pytest.raises(Refused, match="can be read by other users") as refused:
        find("chat", folder, {})
    assert refused.value.hint == f"chmod 600 {path}"
    assert CANARY not in repr(refused.value)


@pytest.mark.parametrize("mode", [0o444, 0o460])
def test_even_systemds_file_is_no_file_for_everybody(folder: Path, tmp_path: Path, mode: int) -> None:
    put(folder, "chat", mode=mode)
    with pytest.raises(Refused, match="can be read by other users"):
        find("chat", tmp_path / "nowhere", {"CREDENTIALS_DIRECTORY": str(folder)})


def test_a_symbolic_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "chat").symlink_to(put(tmp_path, "elsewhere"))
    with pytest.raises(Refused, match="is a symbolic link"):
        find("chat", folder, {})


def test_what_is_no_regular_file_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe", 0o600)
    (folder / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(Refused, match="is not a regular file"):
            find(name, folder, {})


def test_a_file_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "chat")
    own = os.geteuid()
    if own == 0:
        os.chown(folder / "chat", 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(Refused, match="belongs to another user"):
        find("chat", folder, {})


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "holds nothing"),
        (b" \n", "holds nothing"),
        (b"\xff\xfe" + CANARY.encode(), "holds no text"),
        (CANARY.encode() * (LARGEST // len(CANARY) + 1), "larger than 16 KiB"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_without_a_word_of_it(folder: Path, raw: bytes, says: str) -> None:
    path = put(folder, "chat")
    path.write_bytes(raw)
    with pytest.raises(Refused, match=says) as refused:
        find("chat", folder, {})
    error: BaseException | None = refused.value
    while error is not None:
        assert CANARY not in repr(error)
        error = error.__context__


@pytest.mark.parametrize("name", ["", "../chat", "a/b", ".hidden", "a b", "x" * 65, "a\n", "é"])
def test_what_is_no_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(Invalid, match="is no name of a secret"):
        find(name, folder, {})


def test_a_missing_secret_says_where_to_put_it(folder: Path) -> None:
    with pytest.raises(Refused, match="keeps no secret “chat”") as refused:
        need("chat", folder, {})
    assert str(folder / "chat") in refused.value.hint
    assert "WARROOM_SECRET_CHAT" in refused.value.hint


class Desktop:
    """Stands in for a desktop's Secret Service: locked or not, and what is asked of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
        import keyring
        import secretstorage
        from keyring.backends import SecretService

        self.asked: list[tuple[str, str]] = []
        desktop = self

        class Kept(SecretService.Keyring):
            def get_password(self, service: str, username: str) -> str | None:
                desktop.asked.append((service, username))
                return CANARY if username == "chat" else None

        class Collection:
            def is_locked(self) -> bool:
                return locked

        class Connection:
            def close(self) -> None:
                """Nothing is open."""

        monkeypatch.setattr(keyring, "get_keyring", Kept)
        monkeypatch.setattr(secretstorage, "dbus_init", Connection)
        monkeypatch.setattr(secretstorage, "get_default_collection", lambda connection: Collection())


def test_an_unlocked_keyring_is_asked_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(monkeypatch, locked=False)
    assert revealed("chat", folder) == CANARY
    assert revealed("other", folder) is None
    assert desktop.asked == [("warroom", "chat"), ("warroom", "other")]
    put(folder, "chat", "file")
    assert revealed("chat", folder) == "file"
    assert len(desktop.asked) == 2


def test_a_locked_keyring_is_not_asked_since_it_would_open_a_window(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop(monkeypatch, locked=True)
    assert revealed("chat", folder) is None
    assert desktop.asked == []


def test_a_keyring_that_never_answers_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    import keyring

    done = threading.Event()
    monkeypatch.setattr(ring, "PATIENCE", 0.05)
    monkeypatch.setattr(keyring, "get_keyring", lambda: done.wait(60))
    assert revealed("chat", folder) is None
    done.set()


def test_a_desktop_without_a_bus_has_no_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    assert revealed("chat", folder) is None


def test_a_host_makes_a_secret_for_itself(tmp_path: Path) -> None:
    path = make("link-key", tmp_path / "a" / "secrets", {})
    assert path == tmp_path / "a" / "secrets" / "link-key"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(revealed("link-key", path.parent) or "") >= 43
    assert [each.name for each in path.parent.iterdir()] == ["link-key"]


def test_what_is_there_is_never_made_anew(folder: Path) -> None:
    put(folder, "link-key")
    make("link-key", folder, {})
    assert revealed("link-key", folder) == CANARY
    assert [each.name for each in folder.iterdir()] == ["link-key"]


def test_of_several_that_make_it_at_once_all_find_the_same(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from warroom.outreach.secrets import find, make\n"
        "make('k', Path(sys.argv[1]), {}); print(find('k', Path(sys.argv[1]), {}).reveal())"
    )
    argv = [sys.executable, "-c", code, str(folder)]
    started = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    found = {each.communicate(timeout=60)[0] for each in started}
    assert len(found) == 1
    assert len(found.pop().strip()) >= 43


def test_a_folder_that_takes_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as refused:
        make("link-key", tmp_path / "file", {})
    assert f"{tmp_path / 'file' / 'link-key'} cannot be written" in refused.value.message
    assert "WARROOM_SECRET_LINK_KEY" in refused.value.hint
