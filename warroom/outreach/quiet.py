"""Keeps what libraries log about sending out of every log.

They write whole addresses, and the address of a webhook is its key. What Apprise says is the
only way to learn why it failed, so it is heard here and goes no further.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LIBRARIES = ("httpx", "httpcore", "apprise", "requests", "requests_oauthlib", "oauthlib", "urllib3")


class _Ear(logging.Filter):
    """Lets no record pass, and keeps what Apprise says in a thread that listens."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        lines: list[str] | None = getattr(self.thread, "lines", None)
        if lines is not None and record.name.startswith("apprise"):
            lines.append(record.getMessage())
        return False


_EAR = _Ear()


def hush() -> None:
    """Silence these libraries. Call it before they are imported, and again after, when all their loggers are there."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # The reason of a failure is said at DEBUG.
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    # A logger's filter does not hold for the loggers below it.
    for name in list(logging.Logger.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES:
            logging.getLogger(name).addFilter(_EAR)


@contextmanager
def heard() -> Iterator[list[str]]:
    """What Apprise says in this thread meanwhile: one text for each record. Holds secrets; show none of it."""
    lines: list[str] = []
    _EAR.thread.lines = lines
    try:
        yield lines
    finally:
        _EAR.thread.lines = None
