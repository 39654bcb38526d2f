"""The outside world of a diagnostic: its web server, its authorities, its resolver."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.probes.servers import CERTIFICATES, HttpServer, web

Service = Callable[..., str]
Answers = Callable[..., list[str]]


@pytest.fixture
def server() -> Iterator[HttpServer]:
    """A web server without TLS."""
    with web() as running:
        yield running


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that trusts the tests' CA."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Stands in for the system's resolver: call it with a name and what is answered, one list for each time.

    It gives the list of what was asked.
    """
    real, asked, answers = socket.getaddrinfo, list[str](), dict[str, Iterator[list[str]]]()

    def resolve(host: Any, port: Any, *how: Any, **more: Any) -> Any:
        asked.append(str(host))
        if host not in answers:
            return real(host, port, *how, **more)
        return [entry for address in next(answers[host]) for entry in real(address, port, *how, **more)]

    def teach(host: str, *each_time: list[str]) -> list[str]:
        answers[host] = iter(each_time)
        return asked

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return teach


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Writes the libpq service file with the one service `shop`: by an address, or by settings. Gives its name."""
    from psycopg.conninfo import conninfo_to_dict

    place = tmp_path / "services.conf"
    monkeypatch.setenv("PGSERVICEFILE", str(place))

    def write(url: str = "", **settings: object) -> str:
        lines = (f"{name}={value}\n" for name, value in {**conninfo_to_dict(url), **settings}.items())
        place.write_text("[shop]\n" + "".join(lines))
        return "shop"

    return write
