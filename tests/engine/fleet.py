"""Several real engines on one database, and whoever kills and freezes them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.room.room import Room
from warroom.store.contract import Store

ROOT = Path(__file__).resolve().parents[2]


class Fleet:
    """So many engines, each in a process of its own. `disturbed`: how often one was killed or frozen."""

    def __init__(self, url: str, secrets: Path, folder: Path, count: int) -> None:
        self._url, self._secrets, self._folder = url, secrets, folder
        self.disturbed = 0
        self.engines = [self._start() for _ in range(count)]

    def _start(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "WARROOM_SECRETS": str(self._secrets), "XDG_STATE_HOME": str(self._folder)}
        with (self._folder / "said").open("ab") as said:
            words = [sys.executable, "-m", "warroom", "engine", "--db", self._url]
            return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=said, stderr=said)

    @property
    def said(self) -> str:
        """Everything the engines said."""
        return (self._folder / "said").read_text()

    def kill(self, place: int) -> None:
        """One of them dies, and another takes its place."""
        self.disturbed += 1
        self.engines[place].kill()
        self.engines[place].wait()
        self.engines[place] = self._start()

    def signal(self, place: int, number: signal.Signals) -> None:
        """One of them is stopped (frozen) or goes on."""
        self.disturbed += number is signal.SIGSTOP
        self.engines[place].send_signal(number)

    def end(self) -> None:
        """None of them outlives the test."""
        for engine in self.engines:
            engine.kill()
            engine.wait()


@contextmanager
def fleet(url: str, secrets: Path, folder: Path, count: int = 3) -> Iterator[Fleet]:
    """Engines that run until the end of the block."""
    found = Fleet(url, secrets, folder, count)
    try:
        yield found
    finally:
        found.end()


def disturb(engines: Fleet, seconds: float, dice: random.Random, halfway: Callable[[], object]) -> None:
    """Kill and freeze at random for so long; something happens half-way. In the end all go on."""
    begin = time.monotonic()
    frozen: dict[int, float] = {}
    pending = [halfway]
    while (now := time.monotonic()) < begin + seconds:
        if pending and now > begin + seconds / 2:
            pending.pop()()
        for place in [place for place, until in frozen.items() if until < now]:
            engines.signal(place, signal.SIGCONT)
            del frozen[place]
        place = dice.randrange(len(engines.engines))
        if place not in frozen:
            if dice.random() < 0.5:
                engines.kill(place)
            else:
                engines.signal(place, signal.SIGSTOP)
                frozen[place] = now + dice.uniform(0.2, 4)
        time.sleep(dice.uniform(0.3, 1.5))
    for place in frozen:
        engines.signal(place, signal.SIGCONT)


def settled(store: Store) -> bool:
    """Whether no rung is due, and no page is on its way."""
    if store.timers(store.now() + 600_000_000, ("rung", "silent")):
        return False
    return not store.outbox(states=("pending", "leased"))


def eventually(holds: Callable[[], bool], patience: float, said: Callable[[], str]) -> None:
    """Wait until something holds; so many seconds end a hang, and are no promise."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"It did not come about.\n{said()}"
        time.sleep(0.2)


def declare_many(room: Room, count: int) -> list[str]:
    """So many incidents, one after the other."""
    return [room.do("declare", title=f"it fails {number}", severity="1").incident.id for number in range(count)]
