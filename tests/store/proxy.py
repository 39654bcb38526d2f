"""A stretch of network that can be cut or fall silent, between a store and its server."""

import select
import socket
from contextlib import suppress
from threading import Lock, Thread
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

_CHUNK = 65536


class Proxy:
    """Listens on a port of its own and forwards each connection to the Unix socket of a server."""

    def __init__(self, url: str) -> None:
        told = conninfo_to_dict(url)
        self._target = f"{told['host']}/.s.PGSQL.5432"
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://{told['user']}@127.0.0.1:{self.port}/{quote(str(told['dbname']))}"
        self._lock = Lock()
        self._pairs: list[_Pair] = []
        self._omen = b""
        self._before = False
        self._refusing = False
        self.heard: list[bytes] = []
        "What clients have sent, piece by piece."
        Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    def cut_after(self, word: bytes) -> None:
        """Cut a connection once the server has answered to a message that holds `word`; the answer is lost."""
        self._omen, self._before = word, False

    def cut_before(self, word: bytes) -> None:
        """Cut a connection instead of forwarding a message that holds `word`. Once."""
        self._omen, self._before = word, True

    def refuse(self, refusing: bool = True) -> None:
        """Cut each new connection at once; those that stand go on."""
        self._refusing = refusing

    def freeze(self) -> None:
        """Say nothing more on the connections that stand, without closing them. New ones work."""
        with self._lock:
            for pair in self._pairs:
                pair.frozen = True

    def close(self) -> None:
        """Cut everything."""
        self._listening.close()
        with self._lock:
            for pair in self._pairs:
                pair.cut()

    def doom(self, message: bytes) -> bool:
        """Whether this message is the one to cut at, which then is forgotten."""
        with self._lock:
            doomed = bool(self._omen) and self._omen in message
            if doomed:
                self._omen = b""
            return doomed

    @property
    def before(self) -> bool:
        """Whether the cut comes before the message is forwarded."""
        return self._before

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self._refusing:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            pair = _Pair(self, client, server)
            with self._lock:
                self._pairs.append(pair)
            Thread(target=pair.forward, daemon=True).start()


class _Pair:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self.frozen = False

    def forward(self) -> None:
        doomed = False
        try:
            while True:
                ready, _, _ = select.select([self._client, self._server], [], [])
                for side in ready:
                    data = side.recv(_CHUNK)
                    if side is self._client:
                        self._proxy.heard.append(data)
                        doomed = self._proxy.doom(data)
                    if not data or (doomed and (self._proxy.before or side is self._server)):
                        return
                    if not self.frozen:
                        (self._server if side is self._client else self._client).sendall(data)
        except OSError:
            return
        finally:
            self.cut()
            self._client.close()
            self._server.close()

    def cut(self) -> None:
        """End the connection on both sides; `forward` then clears away."""
        for side in (self._client, self._server):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
