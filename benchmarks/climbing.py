"""A ladder's rung falls due with a thousand incidents open: how long until its page is handed to the channel.

The reference does the least that can be done instead: two durable transactions of bare sqlite3 (the rung fired, the
page claimed) and one POST to the same receiver. And what an engine costs while nothing is due, against a bare program
that looks into the database twice a second.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec

from benchmarks import bare_append, ours
from benchmarks.harness import Bar, Bench, Sample, ratio
from tests.outreach.receivers import Receiver, receiver, status
from tests.support.processes import cpu_seconds, pss_bytes
from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import BUILT_IN, Person, Playbook
from warroom.room.room import Actor, Room
from warroom.store.sqlite import SqliteStore

_OPEN = 1000
_PATIENCE = 600.0
_LOOK = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
while True:
    database.execute("SELECT * FROM log WHERE pos > 0 LIMIT 1").fetchall()
    time.sleep(0.5)
"""


def bars(bench: Bench) -> list[Bar]:
    """Let an engine work off a thousand first rungs, then measure one at a time, in turns with the reference."""
    count, runs = (100, 20) if bench.quick else (_OPEN, 300)
    with receiver(status(202)) as server, closing(SqliteStore(bench.folder / "warroom.db")) as store:
        room = Room(store, Actor("ana"))
        room.publish(_playbook())
        for number in range(count):
            _declare(room, f"{number}")
        with _Engine(bench.folder, server.url) as engine:
            storm = _storm(server, count)
            mine, bare = _one_by_one(bench.folder, room, server, runs)
            idle = _idle(bench, engine.pid)
    return [
        ratio("rung due to page handed over / bare", 5.0, mine, bare, at="p99"),
        Bar("rung due to page handed over", 1000, mine.p99 * 1000, f"p99 of {runs}, {count:,} incidents open", "ms"),
        Bar("rungs due all at once, each", 30, storm * 1000, f"{count:,} rungs overdue when the engine starts", "ms"),
        *idle,
    ]


def _playbook() -> Playbook:
    ladder = Ladder("it", (Rung((Target("person", "ana"),), timedelta(days=1)),))
    return Playbook(
        "climbing",
        severities=BUILT_IN.severities,
        people=(Person("ana", contacts=(Contact("push", "push", "ana"),)),),
        channels=(Channel("push", "webhook", "push"),),
        ladders=(ladder,),
        routes=(Route("it"),),
    )


def _declare(room: Room, title: str) -> tuple[str, float]:
    """A new incident: its name, and when its first rung was due (Unix seconds)."""
    incident = room.do("declare", title=title, severity="1").incident
    room.store.ring()
    room.forget(incident.id)
    due = incident.escalation.due
    assert due is not None
    return incident.name, due.timestamp()


class _Engine:
    """An engine of its own process."""

    def __init__(self, folder: Path, url: str) -> None:
        secrets = folder / "secrets"
        secrets.mkdir()
        (secrets / "push").touch(0o600)
        (secrets / "push").write_bytes(msgspec.json.encode({"url": url, "key": "0123456789abcdef"}))
        house = ours.house(folder)
        env: Mapping[str, str] = {**os.environ, **house.env, "WARROOM_SECRETS": str(secrets)}
        self._process = subprocess.Popen(ours.command("engine"), env=env, stdout=subprocess.DEVNULL)

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "_Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _storm(server: Receiver, count: int) -> float:
    """Seconds per page until a thousand overdue rungs have paged, from the first page on."""
    _wait(lambda: len(server.asked) > 0)
    began = time.perf_counter()
    _wait(lambda: len(server.asked) >= count)
    return (time.perf_counter() - began) / count


def _one_by_one(folder: Path, room: Room, server: Receiver, runs: int) -> tuple[Sample, Sample]:
    """One rung at a time, and after each the reference."""
    mine, bare = [], []
    with closing(bare_append.open_database(folder / "bare.db")) as database:
        for number in range(runs):
            mine.append(_ours(room, server, f"one {number}"))
            bare.append(_bare(database.execute, server))
    return Sample("warroom", tuple(mine)), Sample("two bare commits and a POST", tuple(bare))


def _ours(room: Room, server: Receiver, title: str) -> float:
    before = len(server.asked)
    _, due = _declare(room, title)
    _wait(lambda: len(server.asked) > before)
    arrived = time.time()
    # What the engine still writes down must not be taken for the reference's cost.
    _wait(lambda: not room.store.outbox(states=("leased", "pending")), pause=0.01)
    return arrived - due


def _bare(execute: Callable[..., object], server: Receiver) -> float:
    before = len(server.asked)
    began = time.time()
    for _ in range(2):
        execute("BEGIN IMMEDIATE")
        execute("INSERT INTO log (body) VALUES (?)", (b"x" * 400,))
        execute("COMMIT")
    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("POST", "/", b"x" * 400)
        connection.getresponse().read()
    assert len(server.asked) > before
    return time.time() - began


def _idle(bench: Bench, engine: int) -> list[Bar]:
    """What the engine costs while nothing is due, beside a bare program that looks as often."""
    seconds = 3.0 if bench.quick else 30.0
    looking = subprocess.Popen([sys.executable, "-c", _LOOK, str(bench.folder / "bare.db")])
    try:
        time.sleep(1)  # until it has started: that is not idling
        before = cpu_seconds([engine]), cpu_seconds([looking.pid])
        time.sleep(seconds)
        mine, bare = cpu_seconds([engine]) - before[0], cpu_seconds([looking.pid]) - before[1]
        memory = pss_bytes([engine]), pss_bytes([looking.pid])
    finally:
        looking.kill()
        looking.wait()
    return [
        Bar("idle engine, processor", 20, mine / seconds * 1000, f"bare polling: {bare / seconds:.2%}", "ms/s"),
        Bar("idle engine, memory (PSS)", 64, memory[0] / 1e6, f"bare polling: {memory[1] / 1e6:.1f} MB", "MB"),
    ]


def _wait(holds: Callable[[], bool], pause: float = 0.001) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("The engine has not paged.")
        time.sleep(pause)
