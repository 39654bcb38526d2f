"""One GET, where its time goes, and nowhere else than where it was sent."""

import socket
import time

import pytest

from tests.probes.asking import ask, refusal
from tests.probes.conftest import Answers
from tests.probes.servers import BINARY, HttpServer, answering, closed, full, web
from warroom.probes import http
from warroom.probes.network import refuse_metadata
from warroom.probes.session import Trouble


def url(server: HttpServer, path: str = "/") -> str:
    return f"http://127.0.0.1:{server.port}{path}"


def test_a_good_answer_passes_and_says_where_the_time_went(server: HttpServer) -> None:
    ran = ask("http", url(server, "/health?full=1"))
    assert ran.outcome == "passed"
    assert ran.says.startswith("200 in ")
    for stage in ("dns ", "connect ", "first byte "):
        assert stage in ran.says
    assert "tls" not in ran.says
    report = ran.output.decode()
    for row in ("GET /health?full=1 from 127.0.0.1:", "status      200 OK", "size        5 bytes", "body:\nfine\n"):
        assert row in report
    (path, headers), *rest = server.asked
    assert (path, rest) == ("/health?full=1", [])
    assert headers["Host"] == f"127.0.0.1:{server.port}"
    assert headers["User-Agent"] == "warroom"


@pytest.mark.parametrize(
    ("status", "expect", "outcome"),
    [
        (200, "", "passed"),
        (204, "", "passed"),
        (304, "", "passed"),
        (404, "", "failed"),
        (500, "", "failed"),
        (200, "200", "passed"),
        (201, "200", "failed"),
        (404, "404", "passed"),
        (503, "5XX", "passed"),
        (404, "200, 404", "passed"),
        (302, "2xx", "failed"),
    ],
)
def test_a_status_passes_where_it_is_expected(server: HttpServer, status: int, expect: str, outcome: str) -> None:
    ran = ask("http", url(server, f"/status/{status}"), expect)
    assert ran.outcome == outcome
    assert ran.says.startswith(str(status))
    if outcome == "failed":
        assert "instead of" in ran.says


def test_a_redirect_is_shown_and_not_followed(server: HttpServer) -> None:
    ran = ask("http", url(server, "/moved"))
    assert ran.outcome == "passed"
    assert "\nlocation    /never\n" in ran.output.decode()
    assert [path for path, _ in server.asked] == ["/moved"]


def test_of_a_body_the_beginning_is_kept_and_the_rest_is_only_counted(server: HttpServer) -> None:
    ran = ask("http", url(server, "/big"))
    assert ran.outcome == "passed"
    assert "1.0 MiB and more, which was not read" in ran.output.decode()
    assert ran.output.endswith(b"body, its first 2048 bytes:\n" + b"x" * 2048 + b"\n")


def test_a_body_stays_as_it_is(server: HttpServer) -> None:
    assert BINARY[:2048] in ask("http", url(server, "/binary")).output


def test_what_a_server_says_stays_on_its_line(server: HttpServer) -> None:
    report = ask("http", url(server, "/escape")).output
    assert b"server" in report
    assert b"\x1b[2J" not in report
    assert "␛[2Jevil" in report.decode("utf-8", "replace")


@pytest.mark.usefixtures("trusting")
def test_over_tls_the_handshake_has_its_own_time() -> None:
    with web("valid") as server:
        ran = ask("http", f"https://localhost:{server.port}/")
    assert ran.outcome == "passed", ran.says
    assert "tls " in ran.says
    assert "TLSv1." in ran.output.decode()


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("certificate", "reason"),
    [("expired", "expired"), ("self-signed", "self-signed"), ("elsewhere", "Hostname mismatch")],
)
def test_a_certificate_that_does_not_hold_fails(certificate: str, reason: str) -> None:
    with web(certificate) as server:
        ran = ask("http", f"https://localhost:{server.port}/")
        assert server.asked == []
    assert ran.outcome == "failed"
    assert "certificate that does not hold" in ran.says
    assert reason in ran.says


def test_an_authority_that_nobody_trusts_fails() -> None:
    with web("valid") as server:
        ran = ask("http", f"https://localhost:{server.port}/")
    assert (ran.outcome, "certificate that does not hold" in ran.says) == ("failed", True)


@pytest.mark.parametrize(
    ("bytes_", "says"),
    [
        (b"", "ended the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "did not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "broke off in the middle"),
        (b"HTTP/1.1 " + b"9" * 70000, "did not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", "did not answer in HTTP"),
    ],
)
def test_an_answer_that_is_none_fails_with_a_sentence(bytes_: bytes, says: str) -> None:
    def answer(link: socket.socket) -> None:
        link.recv(65536)
        link.sendall(bytes_)

    with answering(answer) as port:
        ran = ask("http", f"http://127.0.0.1:{port}/")
    assert ran.outcome == "failed"
    assert says in ran.says


def test_an_answer_ends_with_its_connection_where_nothing_else_says_so() -> None:
    def answer(link: socket.socket) -> None:
        link.recv(65536)
        link.sendall(b"HTTP/1.0 200 OK\r\n\r\nold, and fine")

    with answering(answer) as port:
        ran = ask("http", f"http://127.0.0.1:{port}/")
    assert ran.outcome == "passed", ran.says
    assert ran.output.endswith(b"body:\nold, and fine\n")


def test_an_answer_without_an_end_is_read_no_further_than_is_needed() -> None:
    def flood(link: socket.socket) -> None:
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            link.sendall(b"x" * 65536)

    with answering(flood) as port:
        ran = ask("http", f"http://127.0.0.1:{port}/")
    assert ran.outcome == "passed"
    assert "1.0 MiB and more, which was not read" in ran.output.decode()


def test_an_answer_that_trickles_is_left_in_time() -> None:
    def trickle(link: socket.socket) -> None:
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            link.sendall(b".")
            time.sleep(0.01)

    with answering(trickle) as port:
        assert ask("http", f"http://127.0.0.1:{port}/", seconds=0.5).outcome == "timed-out"


def test_where_nobody_listens_it_fails() -> None:
    with closed() as port:
        ran = ask("http", f"http://127.0.0.1:{port}/")
    assert ran.outcome == "failed"
    assert ran.says == f"127.0.0.1:{port} cannot be reached: Connection refused."


def test_of_several_addresses_one_that_answers_is_enough(server: HttpServer, resolver: Answers) -> None:
    resolver("two.test", ["127.0.0.2", "127.0.0.1"])
    ran = ask("http", f"http://two.test:{server.port}/")
    assert ran.outcome == "passed"
    assert ran.output.decode().splitlines()[1].startswith("127.0.0.2  Connection refused")


def test_an_address_that_swallows_everything_leaves_the_others_their_share(
    server: HttpServer, resolver: Answers
) -> None:
    resolver("two.test", ["127.0.0.3", "127.0.0.1"])
    with full("127.0.0.3", server.port):
        ran = ask("http", f"http://two.test:{server.port}/", seconds=4)
    assert ran.outcome == "passed", ran.says
    assert ran.output.decode().splitlines()[1].startswith("127.0.0.3  no answer after ")


def test_the_usual_port_is_not_named_to_the_server(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(http._PORTS, "http", server.port)
    assert ask("http", "http://127.0.0.1/").outcome == "passed"
    assert server.asked[0][1]["Host"] == "127.0.0.1"


# Where it must not go.


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.1",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
    ],
)
@pytest.mark.parametrize("tool", ["http", "tcp", "tls"])
def test_no_diagnostic_goes_to_metadata_whatever_its_address_is_wrapped_in(
    tool: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = list[object]()
    monkeypatch.setattr("warroom.probes.network._open", lambda *where: gone.append(where))
    ran = ask("http", f"http://{host}/latest") if tool == "http" else ask(tool, f"{host}:80")  # type: ignore[arg-type]
    assert ran.outcome == "failed"
    assert "diagnostics never go there" in ran.says
    assert gone == []


def test_one_bad_address_among_good_ones_is_one_too_many(server: HttpServer, resolver: Answers) -> None:
    resolver("mixed.test", ["127.0.0.1", "169.254.169.254"])
    assert "never go there" in ask("http", f"http://mixed.test:{server.port}/").says
    assert server.asked == []


def test_a_resolver_that_changes_its_answer_changes_nothing(server: HttpServer, resolver: Answers) -> None:
    asked = resolver("rebinding.test", ["127.0.0.1"], ["169.254.169.254"])
    assert ask("http", f"http://rebinding.test:{server.port}/").outcome == "passed"
    assert asked == ["rebinding.test"]
    assert server.asked[0][1]["Host"] == f"rebinding.test:{server.port}"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "fd12::7", "93.184.216.34"])
def test_internal_addresses_are_what_operators_probe(address: str) -> None:
    refuse_metadata(address)
    with pytest.raises(Trouble):
        refuse_metadata("169.254.0.1")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_asked(server: HttpServer, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask("http", url(server)).outcome == "passed"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("ftp://localhost/", "no URL that begins with"),
        ("file:///etc/passwd", "no URL that begins with"),
        ("javascript:alert(1)", "no URL that begins with"),
        ("localhost/health", "no URL that begins with"),
        ("http://", "no URL that begins with"),
        ("http://localhost:99999/", "is no URL"),
        ("http://[::1/", "is no URL"),
        ("http://user@localhost/", "user or a password"),
        ("http://user:canary@localhost/", "user or a password"),
        ("http://localhost/\r\nX-Evil: 1", "no URL that begins with"),
        ("http://local host/", "no URL that begins with"),
        ("http://loc%61lhost/", "is no host"),
        ("http://-oProxyCommand=x/", "is no host"),
    ],
)
def test_a_url_that_is_none_is_refused(target: str, says: str) -> None:
    reason = refusal("http", target)
    assert says in reason.message
    assert "canary" not in reason.message + reason.hint


@pytest.mark.parametrize("expect", ["ok", "20", "2000", "600", "2xx;3xx", "200,"])
def test_an_expected_status_that_is_none_is_refused(expect: str) -> None:
    assert "is no status" in refusal("http", "http://localhost/", expect).message


def test_an_odd_path_is_asked_for_as_one(server: HttpServer) -> None:
    assert ask("http", url(server, "/a%20b/<é>'\"?q=<x>#part")).outcome == "passed"
    assert server.asked[0][0] == "/a%20b/%3C%C3%A9%3E'%22?q=%3Cx%3E"
