"""Links: which of a text's are asked, and what is said about those that are dead. The servers are real ones."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from warroom.playbook.links import ask, dead, links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://wiki.corp/a_(b), and http://10.0.0.1:8080/x?y=1.", ["https://wiki.corp/a_(b)", "http://10.0.0.1:8080/x?y=1"]),
        ("the page (https://wiki.corp/a) has it", ["https://wiki.corp/a"]),
        ("curl -s 'http://prometheus:9090/api/v1/query'", ["http://prometheus:9090/api/v1/query"]),
        ("https://wiki.corp/<cluster>/x https://wiki.corp/$NAME https://${HOST}/ https://{{ host }}/", []),
        ("https://shop.example/ https://www.example.com/x http://a.invalid", []),
        ("ftp://wiki.corp/a file:///etc/passwd https:///", []),
    ],
)  # fmt: skip
def test_the_links_of_a_text(text: str, found: list[str]) -> None:
    assert list(links(text)) == found


class _Pages(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        code, headers = {
            "/there": (200, {}),
            "/login": (401, {}),
            "/gone": (404, {}),
            "/broken": (503, {}),
            "/moved": (302, {"Location": "/there"}),
            "/moved-away": (308, {"Location": "/gone"}),
            "/loop": (302, {"Location": "/loop"}),
            "/file": (302, {"Location": "file:///etc/passwd"}),
            "/ftp": (302, {"Location": "ftp://127.0.0.1/x"}),
        }.get(self.path, (200 if self.command == "GET" else 405 if self.path == "/get-only" else 404, {}))
        self.server.asked.append((self.command, self.path))  # type: ignore[attr-defined]
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = _answer  # noqa: N815 - the names that the server calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """A web server on this machine, which writes down what it was asked."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    made.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/there", ""), ("/login", ""), ("/moved", ""), ("/only-get", ""), ("/get-only", ""),
        ("/gone", "answers 404"), ("/broken", "answers 503"), ("/moved-away", "answers 404"),
        ("/loop", "redirects without end"),
        ("/file", "redirects to file:///etc/passwd, which is no web page"),
        ("/ftp", "redirects to ftp://127.0.0.1/x, which is no web page"),
    ],
)  # fmt: skip
def test_what_a_server_answers(server: ThreadingHTTPServer, path: str, wrong: str) -> None:
    assert ask(f"http://127.0.0.1:{server.server_port}{path}") == wrong


def test_only_the_dead_are_told_and_each_is_asked_once(server: ThreadingHTTPServer) -> None:
    base = f"http://127.0.0.1:{server.server_port}"
    urls = [f"{base}/there", f"{base}/gone", f"{base}/there", *(f"{base}/gone{n}" for n in range(3))]
    assert dead(urls) == {f"{base}/gone": "answers 404"}
    asked = server.asked  # type: ignore[attr-defined]
    assert asked.count(("HEAD", "/there")) == 1
    assert dead([]) == {}


def test_where_nothing_listens_or_nothing_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert dead([f"http://127.0.0.1:{port}/"], timeout=0.2) == {
            f"http://127.0.0.1:{port}/": "did not answer within 0.2 s"
        }
    assert ask(f"http://127.0.0.1:{port}/") == "nothing listens there"


def test_a_host_that_drips_is_given_up() -> None:
    """One byte at a time keeps every single wait short, so only the whole may not last."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            peer, _ = listening.accept()
            with peer:
                while not ended.wait(0.05):
                    peer.send(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert dead([url], timeout=0.3) == {url: "did not answer within 0.3 s"}
        ended.set()
        thread.join()
