"""Terminals that work at the same time agree on every character, whoever was faster."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest

from tests.support.builders import PLAYBOOK
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident
from warroom.room.feed import Feed, State
from warroom.room.room import Actor, Room
from warroom.room.writing import summarise
from warroom.store.contract import Cursor, Store
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore

ROUNDS = 40
STEPS = ("1.1", "1.2", "1.3", "2.1")


def written(state: State) -> str:
    """Everything a terminal can show, as text."""
    assert state.incident is not None
    return repr((state.incident, state.org, state.cursor))


def work(room: Room, incident: str, dice: Random, failed: list[BaseException]) -> None:
    """Somebody in a hurry: whatever comes to mind, and mostly what the other one does, too."""
    acts: list[Callable[[], tuple[str, dict[str, Any]]]] = [
        lambda: ("note", {"text": f"{room.actor.person} saw {dice.random()}"}),
        lambda: ("step.done", {"step": dice.choice(STEPS)}),
        lambda: ("step.reopen", {"step": dice.choice(STEPS)}),
        lambda: ("step.claim", {"step": dice.choice(STEPS)}),
        lambda: ("sev", {"level": dice.choice("123"), "because": "it looks like it"}),
        lambda: ("role.take", {"role": "scribe", "because": "I am faster"}),
        lambda: ("service.health", {"service": "payments", "health": dice.choice(["degraded", "operational"])}),
        lambda: ("undo", {}),
    ]
    try:
        for _ in range(ROUNDS):
            name, given = dice.choice(acts)()
            try:
                room.do(name, incident, **given)
            except Refused as refused:
                if refused.code == "unavailable":
                    raise
    except BaseException as error:
        failed.append(error)
        raise


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_two_rooms_in_two_threads_agree_on_every_character(kind: str, tmp_path: Path) -> None:
    shared = MemoryStore()

    def open() -> Store:
        return shared if kind == "memory" else SqliteStore(tmp_path / "warroom.db")

    with closing(open()) as one, closing(open()) as two:
        rooms = [Room(one, Actor("ana")), Room(two, Actor("bo"))]
        rooms[0].publish(PLAYBOOK)
        incident = rooms[0].do("declare", title="card payments fail", severity="2").incident.id
        rooms[0].do("runbook.attach", incident, runbook="payment-errors")
        start, failed = Barrier(2), list[BaseException]()

        def run(room: Room, seed: int) -> None:
            room.feed(incident)
            start.wait(30)
            work(room, incident, Random(seed), failed)

        threads = [Thread(target=run, args=(room, seed)) for seed, room in enumerate(rooms)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []

        lived = [written(room.feed(incident).refresh()) for room in rooms]
        fresh = Feed(one, incident).state
        assert lived == [written(fresh)] * 2
        assert isinstance(fresh.incident, Incident)
        assert {entry.actor for entry in fresh.incident.timeline} == {"ana", "bo"}
        assert [row.pos for row in one.after(Cursor(), 10_000)] == list(range(1, fresh.cursor.pos + 1))
        (summary,) = one.summaries()
        assert msgspec.structs.replace(summary, seq=fresh.incident.seq) == summarise(fresh.incident)
