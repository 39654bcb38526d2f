"""The addresses of links, and the key that signs them."""

import os
from pathlib import Path

import pytest

from tests.web.site import KEY
from warroom.domain.errors import Invalid, Refused
from warroom.web import links, tokens
from warroom.web.links import LIFE, SECRET, is_loopback, maker, public

INCIDENT, PAGE = "6f1d9a52-0c1e-4f5e-9d35-3c4b8a7f0e11", "0c9a6b1e-52f2-5b0e-8a53-7a1f0f4b9d22"
NOW = 1_800_000_000


def test_a_link_stands_for_its_page_and_lives_for_a_day() -> None:
    link = maker("https://war.example.org/w", KEY, lambda: NOW * 1_000_000)(INCIDENT, PAGE, "ana")
    head, _, token = link.rpartition("/")
    assert head == "https://war.example.org/w/ack"
    found = tokens.read(KEY, token, NOW)
    assert (found.incident, found.page, found.person, found.expires) == (INCIDENT, PAGE, "ana", NOW + LIFE)


def test_without_an_address_there_is_no_link() -> None:
    assert maker("", KEY, lambda: NOW)(INCIDENT, PAGE, "ana") == ""


def test_a_person_whose_name_fits_no_link_gets_none() -> None:
    assert maker("https://war.example.org", KEY, lambda: NOW)(INCIDENT, PAGE, "n" * 300) == ""


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("", ""),
        ("https://war.example.org/", "https://war.example.org"),
        ("https://war.example.org:8443/a/b/", "https://war.example.org:8443/a/b"),
        ("http://127.0.0.1:8008", "http://127.0.0.1:8008"),
        ("http://localhost:8008", "http://localhost:8008"),
        ("http://[::1]:8008", "http://[::1]:8008"),
    ],
)
def test_a_public_address_is_used_without_its_last_slash(url: str, used: str) -> None:
    assert public(url) == used


@pytest.mark.parametrize("url", ["ftp://a", "https://", "a b", "https://a b", "https://a/\x1b", "https://a#b", "//a"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="--url: "):
        public(url)


def test_this_machine_is_told_from_others() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "war.example.org", ""))


def test_a_key_is_made_once_and_told(tmp_path: Path) -> None:
    said: list[str] = []
    made = links.key(tmp_path / "secrets", said.append)
    path = tmp_path / "secrets" / SECRET
    assert said == [f"A key for acknowledge links was made: {path}. Other hosts that serve need a copy of it."]
    assert links.key(tmp_path / "secrets", said.append) == made
    assert len(said) == 1
    assert links.key(tmp_path / "others", said.append) != made


def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / SECRET
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(Refused, match="is shorter than 32 letters"):
        links.key(tmp_path, lambda _: None)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / SECRET
    path.write_bytes(os.urandom(64).hex().encode())
    path.chmod(0o644)
    with pytest.raises(Refused, match="can be read by other users"):
        links.key(tmp_path, lambda _: None)
