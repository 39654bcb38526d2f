"""The web server: one thread beside whatever else the process does, with little room for anybody who would fill it."""

import socket
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

from warroom.domain.errors import Invalid, Refused

if TYPE_CHECKING:
    from starlette.applications import Starlette

CONNECTIONS = 100
LARGEST_HEAD = 16 * 1024
"Bytes of a request's head."

_GRACE = 2


class WebServer:
    """Serves an application on a socket that listens already."""

    def __init__(self, application: "Starlette", listening: socket.socket, ended: Callable[[], None]) -> None:
        """`ended`: called when it has stopped, for whatever reason."""
        from uvicorn import Config, Server

        from warroom.web.protocol import OneRequest

        self._server = Server(
            Config(
                application,
                http=OneRequest,
                ws="none",
                loop="asyncio",
                lifespan="off",
                interface="asgi3",
                # Its lines hold whole addresses, and the address of a link is a key.
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=_GRACE,
                h11_max_incomplete_event_size=LARGEST_HEAD,
            )
        )
        self._socket = listening
        self._ended = ended
        self._thread = Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering, soon: what is being answered gets two seconds."""
        self._server.should_exit = True

    def join(self, seconds: float) -> None:
        """Wait for the end, so long at most."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._ended()


def place(bind: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT` or `[HOST]:PORT`. Invalid where it is none."""
    host, _, digits = bind.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (digits.isascii() and digits.isdecimal() and int(digits[:6]) < 65536):
        raise Invalid(f"--bind: “{bind[:80]}” is no HOST:PORT.", hint="Such as 127.0.0.1:8008 or [::1]:8008.")
    return host, int(digits)


def listen(bind: str) -> tuple[socket.socket, str]:
    """A socket that listens on `HOST:PORT` or `[HOST]:PORT`, and its host.

    Invalid for what is no such thing; Refused where nothing can listen there.
    """
    host, port = place(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=CONNECTIONS), host
    except (OSError, UnicodeError) as error:
        # Python adds in brackets what the sentence says already.
        reason = (getattr(error, "strerror", None) or "there is no such host").partition(" (")[0]
        raise Refused(f"Nothing can listen on {bind}: {reason}.", hint="Name another one with --bind.") from None
