"""What takes messages, on this machine: web servers that answer as they like, and a mail server."""

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.probes.servers import server_context


class Asked(NamedTuple):
    """One request, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class _Handler(http.server.BaseHTTPRequestHandler):
    server: "Receiver"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(Asked(self.path, dict(self.headers), body))
        with suppress(OSError):  # who has heard enough goes away
            self.server.answer(self)

    do_PUT = do_POST  # noqa: N815 - the library's names

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Answer = Callable[[_Handler], None]


class Receiver(http.server.ThreadingHTTPServer):
    """A web server; `asked`: every request in order; `over`: set when the test is done, for answers that wait."""

    daemon_threads = True

    def __init__(self, answer: Answer, certificate: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[Asked] = []
        self.over = threading.Event()
        if certificate:
            self.socket = server_context(certificate).wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if isinstance(self.socket, ssl.SSLSocket) else 'http'}://127.0.0.1:{self.port}"


def status(code: int, **headers: str) -> Answer:
    """Answers so, always; `Retry_After` is the header `Retry-After`."""
    return lambda handler: handler.reply(code, b"", **headers)


def never(handler: _Handler) -> None:
    """Takes the request and says nothing until the test is done."""
    handler.server.over.wait(60)


def drip(handler: _Handler) -> None:
    """Says one byte of an endless header line after the other."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")


def drip_body(handler: _Handler) -> None:
    """Takes the message, and goes on talking for ever."""
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000000000\r\n\r\n")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")


def gone(handler: _Handler) -> None:
    """Takes the request, and goes away without a word."""
    handler.close_connection = True


def half(handler: _Handler) -> None:
    """Breaks off in the middle of the head of the answer."""
    handler.wfile.write(b"HTTP/1.1 200 O")
    handler.close_connection = True


def cut_body(handler: _Handler) -> None:
    """Takes the message, and breaks off in the middle of the body."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthanks")
    handler.close_connection = True


@contextmanager
def receiver(answer: Answer, certificate: str = "") -> Iterator[Receiver]:
    """A running web server, with TLS where a certificate of `tests/probes` is named."""
    with Receiver(answer, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


class Post:
    """A mail server's memory; `refuses`: what it answers to each recipient, "" = it takes the mail."""

    def __init__(self) -> None:
        self.refuses = ""
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"

    def mail(self) -> EmailMessage:
        """The only mail that came."""
        (envelope,) = self.envelopes
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@contextmanager
def mail_server() -> Iterator[tuple[Post, int]]:
    """A running mail server, and its port."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()
