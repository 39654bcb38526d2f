"""Every diagnostic has one target, ends in time, can be stopped, and never takes the console with it."""

import socket
import threading

import pytest

from tests.probes.asking import PROBES, ask, refusal, step
from tests.probes.conftest import Service
from tests.probes.servers import silent
from tests.runner.programs import eventually
from warroom.domain.errors import Refused
from warroom.domain.runbook import Automation, Tool
from warroom.probes.session import ms, size, table

TARGETS: dict[Tool, str] = {
    "http": "http://localhost/",
    "dns": "localhost",
    "tls": "localhost",
    "tcp": "localhost:1",
    "disk": "/",
    "load": "",
    "journal": "checkout.service",
    "deploys": "/srv/shop",
    "postgres": "shop",
}
NONSENSE = ["a b", "$(reboot)", "-x", "--help", "a\nb", "a\0b", "`x`", "; x", "\ud800", "a" * 5000]
HANGING: dict[Tool, str] = {
    "http": "http://127.0.0.1:{port}/",
    "tls": "127.0.0.1:{port}",
    "postgres": "shop",
}


@pytest.mark.parametrize("tool", TARGETS)
def test_each_diagnostic_knows_its_target(tool: Tool) -> None:
    PROBES.check(step(tool, TARGETS[tool]))


@pytest.mark.parametrize("tool", TARGETS)
def test_each_diagnostic_has_one_target(tool: Tool) -> None:
    with pytest.raises(Refused, match="has one target, not 2"):
        PROBES.check(Automation(tool, ("a", "b")))


@pytest.mark.parametrize("tool", TARGETS)
@pytest.mark.parametrize("target", NONSENSE)
def test_nothing_that_makes_no_sense_is_asked_for(tool: Tool, target: str) -> None:
    refusal(tool, target)


@pytest.mark.parametrize("tool", sorted(TARGETS.keys() - {"load"}))
def test_a_target_that_is_missing_is_missed(tool: Tool) -> None:
    refusal(tool)


@pytest.mark.parametrize("tool", ["tcp", "journal", "deploys", "postgres"])
def test_where_nothing_can_be_expected_nothing_must_be(tool: Tool) -> None:
    assert "nothing can be expected" in refusal(tool, TARGETS[tool], "200").message


def test_a_command_is_no_diagnostic() -> None:
    with pytest.raises(Refused, match="no built-in diagnostic"):
        PROBES.check(Automation("command", ("uptime",)))


# Ends.


@pytest.mark.parametrize("tool", HANGING)
def test_a_server_that_says_nothing_is_left_in_time(tool: Tool, service: Service) -> None:
    with silent() as port:
        service(host="127.0.0.1", port=port, sslmode="disable")
        ran = ask(tool, HANGING[tool].format(port=port), seconds=0.3)
    assert ran.outcome == "timed-out"
    assert ran.says


@pytest.mark.parametrize("tool", HANGING)
def test_a_server_that_says_nothing_can_be_stopped(tool: Tool, service: Service) -> None:
    stop = threading.Event()
    with silent() as port:
        service(host="127.0.0.1", port=port, sslmode="disable")
        threading.Timer(0.2, stop.set).start()
        ran = ask(tool, HANGING[tool].format(port=port), stop=stop)
    assert ran.outcome == "stopped"
    assert "was stopped" in ran.says


@pytest.fixture
def hanging_resolver(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A resolver that answers only once the event is set: nothing can interrupt it."""
    release = threading.Event()
    real = socket.getaddrinfo

    def resolve(*how: object, **more: object) -> object:
        release.wait(60)
        return real("127.0.0.1", 1)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return release


@pytest.mark.parametrize("tool", ["dns", "tcp", "http", "tls"])
def test_a_resolver_that_hangs_holds_nobody_up(tool: Tool, hanging_resolver: threading.Event) -> None:
    try:
        assert ask(tool, TARGETS[tool], seconds=0.2).outcome == "timed-out"
    finally:
        hanging_resolver.set()


def test_what_was_left_alone_is_no_longer_heard(hanging_resolver: threading.Event) -> None:
    heard = list[bytes]()
    ran = ask("tcp", "localhost:1", seconds=0.2, heard=heard.append)
    hanging_resolver.set()
    eventually(lambda: all(thread.name != "probe" for thread in threading.enumerate()))
    assert (ran.output, heard) == (b"", [])


def test_a_fault_of_a_diagnostic_is_not_taken_for_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*how: object, **more: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(socket, "getaddrinfo", broken)
    with pytest.raises(ZeroDivisionError):
        ask("dns", "localhost")


def test_a_listener_that_fails_is_heard_of() -> None:
    def fail(piece: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask("load", heard=fail)


# Figures.


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0.0 ms"), (0.0017, "1.7 ms"), (0.00999, "10 ms"), (0.084, "84 ms"), (2.5, "2500 ms")]
)
def test_short_times_are_written_in_milliseconds(seconds: float, text: str) -> None:
    assert ms(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1536 << 20, "1.5 GiB"), (1 << 60, "1048576.0 TiB")],
)
def test_sizes_are_written_for_people(count: int, text: str) -> None:
    assert size(count) == text


def test_columns_stand_below_each_other() -> None:
    assert table([("a", "long", "x"), ("bb", "s", "")]) == "a   long  x\nbb  s"
