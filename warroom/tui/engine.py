"""Keeps an engine alive while a console is open, so that nobody has to think of starting one.

The engine is a child process that ends when its standard input does: with the console, however that ends. A thread of
its own looks now and then whether one is missing; the screen never waits for it.
"""

import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from time import monotonic

from warroom.domain import modules
from warroom.domain.org import Org
from warroom.outreach.contract import Adapter
from warroom.room.engines import FIRED, engines
from warroom.room.room import Room
from warroom.settings import Settings
from warroom.store.contract import Store

_SOON = (0.5, 2.0)
_EVERY = 3.0
_RECHECK = 60.0
_QUICK = 60.0
"Seconds: a child that ends sooner had little to do, or could not do it."
_PAUSES = (10.0, 30.0, 60.0)
_PATIENCE = 2.0
_FOREVER = 2**62

Adapters = Callable[[Org, Store], Mapping[str, Adapter]]


class Keeper:
    """Starts an engine where none leads, or where one is missing that sends what this host can send."""

    def __init__(self, room: Room, settings: Settings, adapters: Adapters, argv: tuple[str, ...] = ()) -> None:
        """`adapters`: of an organisation's channels, those of this host. `argv`: another engine than ours."""
        self._room = room
        self._db = _address(room.store, settings)
        self._open = adapters
        self._argv = argv or (sys.executable, "-P", "-m", "warroom", "engine", "--child")
        self._child: subprocess.Popen[bytes] | None = None
        self._began = self._not_before = 0.0
        self._failures = 0
        self._can: frozenset[str] = frozenset()
        self._checked = float("-inf")
        self._stop = Event()
        self._lock = Lock()

    def start(self) -> None:
        """Begin to look, in the background. Consoles that open at once look at different moments."""
        Thread(target=self._keep, daemon=True, name="engine").start()

    def stop(self) -> None:
        """End the child: it hears the end of its standard input, and is told again if that is not enough."""
        self._stop.set()
        with self._lock:
            child = self._child
        if child is None:
            return
        _hang_up(child)
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.terminate()

    def look(self) -> None:
        """Once: take note of a child that has ended, and start one where one is missing."""
        if self._alive() or monotonic() < self._not_before or not self._missing():
            return
        with self._lock:
            if not self._stop.is_set():
                self._child = self._spawn()
                self._began = monotonic()

    def _keep(self) -> None:
        pause = random.uniform(*_SOON)
        while not self._stop.wait(pause):
            # Whatever is wrong here, the console works without; its header says that no engine runs.
            with contextlib.suppress(Exception):
                self.look()
            pause = _EVERY + random.uniform(*_SOON)

    def _alive(self) -> bool:
        child = self._child
        if child is None:
            return False
        if child.poll() is None:
            return True
        self._child = None
        _hang_up(child)
        quick = monotonic() - self._began < _QUICK
        self._failures = self._failures + 1 if quick else 0
        self._not_before = monotonic() + (_PAUSES[min(self._failures, len(_PAUSES)) - 1] if quick else 0.0)
        return False

    def _missing(self) -> bool:
        if self._room.actor.via == "database":
            return False  # an engine acts for nobody, and the server lets a person's role act as that person alone
        org = self._room.feed(None).refresh().org
        store = self._room.store
        if not _pages(org) and not store.timers(_FOREVER, FIRED):
            return False
        known = engines(store)
        return not known.leads or bool(self._servable(org, frozenset(modules.channels(org)).difference(known.served)))

    def _servable(self, org: Org, unserved: frozenset[str]) -> frozenset[str]:
        """On which of these channels this host could send; asked rarely, since secrets and programs are looked for."""
        if unserved and monotonic() - self._checked >= _RECHECK:
            self._checked = monotonic()
            self._can = frozenset(name for name, each in self._open(org, self._room.store).items() if not each.check())
        return self._can & unserved

    def _spawn(self) -> subprocess.Popen[bytes]:
        # The address goes by the environment: the list of processes is for everybody to read.
        environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "WARROOM_DB": self._db}
        return subprocess.Popen(
            self._argv,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _hang_up(child: subprocess.Popen[bytes]) -> None:
    """Close our end of its standard input."""
    if child.stdin is not None:
        child.stdin.close()


def _pages(org: Org) -> bool:
    """Whether anybody could be paged by this organisation: it has a ladder, or a channel to page by hand."""
    return bool(org.playbook.ladders or modules.channels(org) or any(each.ladders for each in org.playbook.modules))


def _address(store: Store, settings: Settings) -> str:
    """What a process of its own opens the same database by. A server's own address is shown without its password."""
    return settings.db if "://" in store.url else store.url
