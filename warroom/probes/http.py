"""`http`: one GET of a URL, and where its time goes.

`expect`: statuses that pass, such as `200`, `2xx` or `200, 404`; without it any 2xx or 3xx. A redirect is shown and
never followed, proxies and their variables are ignored, and a URL with a user or password in it is refused. Where a
connection may go is said in `network`.
"""

import http.client
import io
import re
import ssl
import time
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlsplit

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes.network import Connected, Target, connect, read_host
from warroom.probes.session import Session, Trouble, Verdict, ms, size, table

SHOWN = 2048
"Bytes of the body that are kept."
LARGEST = 1 << 20
"Bytes of the body that are read."

_STATUS = re.compile(r"[1-5](\d\d|xx)", re.ASCII)
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"User-Agent": "warroom", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
_KEPT = {0x21 + n for n in range(94)} - set(b'"<>\\^`{|}')  # what a request line may hold as it is


class Question(NamedTuple):
    """A URL taken apart; `path` as it is asked for, with its query. `passes`: such as `200`, `2xx`."""

    secure: bool
    where: Target
    path: str
    passes: tuple[str, ...]


def read(target: str, expect: str) -> Question:
    """The question; Invalid where the URL or the expected status is none."""
    hint = "Give a URL such as https://shop.example.org/health"
    try:
        url = urlsplit(target)
        port, host = url.port, url.hostname
    except ValueError:
        raise Invalid(f"“{one_line(target, 80)}” is no URL.", hint=hint) from None
    if url.scheme not in _PORTS or not host or re.search(r"[\x00-\x20\x7f-\x9f]", target):
        raise Invalid(f"“{one_line(target, 80)}” is no URL that begins with http:// or https://.", hint=hint)
    if url.username is not None or url.password is not None:
        raise Invalid("The URL holds a user or a password; a runbook is read by many.", hint="Leave both out.")
    passes = tuple(each.strip().lower() for each in expect.split(",")) if expect.strip() else ("2xx", "3xx")
    if not all(map(_STATUS.fullmatch, passes)):
        raise Invalid(f"“{one_line(expect, 60)}” is no status.", hint="Expect 200, 2xx, or several: 200, 404")
    path = quote(url.path or "/", safe=bytes(_KEPT - set(b"?#")))
    query = f"?{quote(url.query, safe=bytes(_KEPT - set(b'#')))}" if url.query else ""
    where = Target(read_host(host), _PORTS[url.scheme] if port is None else port)
    return Question(url.scheme == "https", where, path + query, passes)


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Ask, and report the times, the head of the answer and the first 2 KiB of its body."""
    question = read(target, expect)
    session.say(f"GET {question.path} from {question.where}")
    link = connect(question.where, session)
    wire = _Wire(link, session)
    try:
        if question.secure:
            wire.secure(question.where.host)
        answer = wire.ask(question)
        body, length, whole = wire.body(answer)
    except (http.client.HTTPException, OSError) as error:
        raise Trouble(f"{question.where} {_wrong(error)}.") from None
    finally:
        wire.end()
    total = link.resolved + wire.now()
    session.say(table(_rows(wire, answer, total, length, whole)))
    if body:
        session.say(f"\nbody{'' if len(body) == length else f', its first {len(body)} bytes'}:")
        session.write(body if body.endswith(b"\n") else body + b"\n")
    return _verdict(question, answer.status, f"{ms(total)} ({wire.times()})")


def _verdict(question: Question, status: int, took: str) -> Verdict:
    written = str(status)
    if any(written == each or (each.endswith("xx") and written[0] == each[0]) for each in question.passes):
        return Verdict(True, f"{status} in {took}.")
    return Verdict(False, f"{status} instead of {' or '.join(question.passes)}, in {took}.")


class _Wire:
    """One connection under one deadline; takes the time of each stage, in seconds from the connection's begin."""

    def __init__(self, link: Connected, session: Session) -> None:
        self.link = link
        self.session = session
        self.socket = link.socket
        self.begun = time.monotonic() - link.connected
        self.tls: float | None = None
        self.protocol = ""
        self.asked = 0.0
        self.first: float | None = None

    def now(self) -> float:
        """Seconds since the connection was begun."""
        return time.monotonic() - self.begun

    def secure(self, host: str) -> None:
        """Wrap the connection in TLS, verified as browsers do."""
        begun = time.monotonic()
        self.socket.settimeout(self.session.left())
        wrapped = ssl.create_default_context().wrap_socket(self.socket, server_hostname=host)
        self.tls, self.protocol, self.socket = time.monotonic() - begun, wrapped.version() or "", wrapped

    def ask(self, question: Question) -> http.client.HTTPResponse:
        """Send the request, and read the head of the answer."""
        connection = http.client.HTTPConnection(question.where.host, question.where.port)
        connection.default_port = _PORTS["https" if question.secure else "http"]
        connection.sock = cast(Any, self)
        self.asked = time.monotonic()
        connection.request("GET", question.path, headers=_HEADERS)
        return connection.getresponse()

    def body(self, answer: http.client.HTTPResponse) -> tuple[bytes, int, bool]:
        """The first bytes of the body, how many were read, and whether that was all of it."""
        shown, length = bytearray(), 0
        while piece := answer.read(65536):
            length += len(piece)
            shown += piece[: SHOWN - len(shown)]
            if length >= LARGEST:
                return bytes(shown), length, False
        if answer.length:
            raise http.client.IncompleteRead(b"")
        return bytes(shown), length, True

    def times(self) -> str:
        """Where the time went, on one line."""
        stages = [("dns", self.link.resolved), ("connect", self.link.connected)]
        stages += [("tls", self.tls)] if self.tls is not None else []
        stages += [("first byte", self.first)] if self.first is not None else []
        return ", ".join(f"{name} {ms(took).removesuffix(' ms')}" for name, took in stages)

    # What http.client asks of a socket. Each wait has no more time than is left of the whole.

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self.socket.settimeout(self.session.left())
        self.socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """The answer, as a file."""
        return io.BufferedReader(_Answer(self))

    def close(self) -> None:
        """Nothing yet: http.client says so before it has read the body."""

    def end(self) -> None:
        """Let the connection go."""
        self.socket.close()


class _Answer(io.RawIOBase):
    """Bytes from the wire; notes when the first of them came."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.socket.settimeout(self._wire.session.left())
        count = self._wire.socket.recv_into(buffer)
        if count and self._wire.first is None:
            self._wire.first = time.monotonic() - self._wire.asked
        return count


def _rows(
    wire: _Wire, answer: http.client.HTTPResponse, total: float, length: int, whole: bool
) -> list[tuple[str, str]]:
    rows = [("address", wire.link.address), ("dns", ms(wire.link.resolved)), ("connect", ms(wire.link.connected))]
    if wire.tls is not None:
        rows.append(("tls", f"{ms(wire.tls)}, {wire.protocol}"))
    rows += [("first byte", ms(wire.first or 0.0)), ("total", ms(total))]
    rows.append(("status", one_line(f"{answer.status} {answer.reason}", 120)))
    for name in ("Location", "Content-Type", "Server", "Retry-After"):
        if value := answer.getheader(name):
            rows.append((name.lower(), one_line(value, 300)))
    rows.append(("size", size(length) + ("" if whole else " and more, which was not read")))
    return rows


def _wrong(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"shows a certificate that does not hold: {one_line(error.verify_message, 160).rstrip('.')}"
        case TimeoutError():
            return "did not answer in time"
        case ssl.SSLError():
            return f"speaks no TLS that is understood here: {one_line(error.reason or str(error), 120)}"
        case http.client.IncompleteRead():
            return "broke off in the middle of its answer"
        case http.client.RemoteDisconnected() | ConnectionError():
            return "ended the connection without an answer"
        case OSError():
            return f"failed: {one_line(error.strerror or str(error), 120)}"
        case _:
            return f"did not answer in HTTP: {one_line(str(error) or type(error).__name__, 120)}"
