"""Servers to be probed: real ones, on this machine."""

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

CERTIFICATES = Path(__file__).with_name("certificates")
BINARY = bytes(range(256)) * 20
Answer = Callable[[socket.socket], None]


class Pages(http.server.BaseHTTPRequestHandler):
    """`/status/N` answers with N, `/moved` redirects to `/never`, `/big`, `/binary`, `/escape`; all else is fine."""

    server: "HttpServer"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        if self.path.startswith("/status/"):
            self.answer(int(self.path.rpartition("/")[2]), b"as you like\n")
        elif self.path == "/moved":
            self.answer(302, b"", Location="/never")
        elif self.path == "/big":
            self.answer(200, b"x" * (3 << 20))
        elif self.path == "/binary":
            self.answer(200, BINARY)
        elif self.path == "/escape":
            self.answer(200, b"\x1b]0;pwned\x07", Server="\x1b[2Jevil")
        else:
            self.answer(200, b"fine\n")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # who has read enough goes away
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HttpServer(http.server.ThreadingHTTPServer):
    """A web server; `asked`: every path and its headers, in order."""

    daemon_threads = True

    def __init__(self, certificate: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked: list[tuple[str, dict[str, str]]] = []
        if certificate:
            self.socket = server_context(certificate).wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


def server_context(certificate: str) -> ssl.SSLContext:
    """TLS with one of the certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    return context


@contextmanager
def web(certificate: str = "") -> Iterator[HttpServer]:
    """A running web server, with TLS where a certificate is named."""
    with HttpServer(certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(answer: Answer, certificate: str = "") -> Iterator[int]:
    """A port where every connection is given to `answer`, and closed after it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                with suppress(OSError):
                    if certificate:
                        link = server_context(certificate).wrap_socket(link, server_side=True)
                    answer(link)
                link.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(60)


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def closed() -> Iterator[int]:
    """A port where nobody listens: it is taken, and does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def full(address: str, port: int) -> Iterator[None]:
    """A port that swallows every connection: so many wait to be accepted that the system answers no more."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((address, port))
        server.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        yield
