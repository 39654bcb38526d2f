"""Connections that do not dawdle: uvicorn waits for ever for the first request of one, and here nobody may."""

import asyncio
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0
"Seconds in which a whole request must have come. Every connection carries one (`html.HEADERS` says so)."


class OneRequest(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; a connection whose request does not come is closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(HEAD, self._give_up)

    def _give_up(self) -> None:
        # Its type leaves out that there is none before a request has come.
        if cast(object, self.cycle) is None:
            self.transport.abort()
