"""`warroom serve`: an engine, and the site beside it, in one process that systemd may watch and restart."""

import gc
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING

from warroom.bootstrap import open_engine, open_store
from warroom.domain.errors import Refused, Unavailable
from warroom.settings import Settings, secrets_path
from warroom.web import links, systemd
from warroom.web.server import WebServer, listen

if TYPE_CHECKING:
    from warroom.engine.loop import Engine
    from warroom.store.contract import Store

_AGAIN = 2.0
_PATS = 5.0
_REPEAT = 60.0
_DEADLINE = 4.0
"Seconds after which a stop ends the process whatever still hangs: the log needs no clean exit."


def serve(settings: Settings, bind: str, url: str, say: Callable[[str], None]) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; the exit code. `say`: where sentences go.

    `bind`: HOST:PORT to listen on; `url`: the public address of links, "" = pages bear none. A database that cannot be
    reached is waited for. Refused and its kin where it cannot begin.
    """
    _check()
    base = links.public(url)
    listening, host = listen(bind)
    with listening:
        _advise(host, base, say)
        key = links.key(secrets_path(), say)
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        gc.enable()  # which the start of the program had switched off
        systemd.notify(systemd.READY)
        alive, say = _Pulse(), _Voice(say)
        opened = _opened(settings, base, key, stop, say, alive)
        if opened is None:
            return 0
        store, engine = opened
        from warroom.web.app import application

        web = WebServer(application(store, key, say), listening, partial(_ended, stop, say))
        Thread(target=_deadline, args=(stop, web), daemon=True, name="deadline").start()
        web.start()
        say(f"Serving on {_name(listening)}; an engine runs. SIGTERM or ^C ends both.")
        engine.run(stop, alive)
        web.join(_DEADLINE)
    return 0


class _Voice:
    """Says a sentence again after a minute at the earliest: a journal that repeats itself hides everything else."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._last, self._at = "", float("-inf")

    def __call__(self, sentence: str) -> None:
        """Say it, unless it was said just now."""
        if sentence != self._last or time.monotonic() - self._at >= _REPEAT:
            self._last, self._at = sentence, time.monotonic()
            self._say(sentence)


class _Pulse:
    """Tells systemd's watchdog that the loop turns, as often as it is asked but not more than it takes."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def __call__(self) -> bool:
        """Never enough: False."""
        if time.monotonic() - self._last >= _PATS:
            self._last = time.monotonic()
            systemd.notify(systemd.ALIVE)
        return False


def _opened(
    settings: Settings, base: str, key: bytes, stop: Event, say: Callable[[str], None], alive: Callable[[], bool]
) -> "tuple[Store, Engine] | None":
    """The site's store and the engine, once the database can be reached; None where the end came first.

    The site has a connection of its own, so that whoever asks it never waits for the engine.
    """
    while not stop.is_set():
        alive()
        try:
            store = open_store(settings.db, create=False)
            return store, open_engine(settings, say, links.maker(base, key, store.now))
        except Unavailable as problem:
            say(f"{problem.message} Waiting for it.")
        stop.wait(_AGAIN)
    return None


def _ended(stop: Event, say: Callable[[str], None]) -> None:
    """The site never goes on without an engine, nor an engine without it: systemd starts both again."""
    if not stop.is_set():
        say("The site has ended by itself; the engine ends, too.")
        stop.set()


def _deadline(stop: Event, web: WebServer) -> None:
    """When the stop comes, end the site; and the process, where a message that is being sent holds it up."""
    stop.wait()
    systemd.notify(systemd.STOPPING)
    web.stop()
    time.sleep(_DEADLINE)
    os._exit(0)


def _check() -> None:
    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise Refused(f"`warroom serve` needs {' and '.join(missing)}.", hint='Run: pip install "warroom[serve]"')


def _advise(host: str, base: str, say: Callable[[str], None]) -> None:
    """What whoever starts it should know."""
    if not base:
        say("Without --url pages bear no links; they say `warroom ack INC-n`.")
    if not links.is_loopback(host):
        say(f"{host} can be reached from other machines, and nothing here encrypts: put a TLS proxy in front of it.")


def _name(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
