"""Seeking in a replay of ten thousand events, against folding them from the start."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from benchmarks.harness import Bar, Bench, ratio, take_turns
from warroom.domain import fold as folding
from warroom.domain.clock import MilestoneSet
from warroom.domain.event import Event, Fact, incident_stream
from warroom.domain.incident import Declared, Incident
from warroom.domain.org import BUILT_IN
from warroom.domain.record import NoteAdded
from warroom.room.replay import Replay
from warroom.room.writing import draft
from warroom.store.contract import Append, Store
from warroom.store.sqlite import SqliteStore

_UUID = "5e5d3c1e-24c4-4b09-8b5e-6a5f0c0e7d11"
_EVENTS = 10_000
_START = datetime(2026, 5, 4, 14, tzinfo=UTC)
_BATCH = 100
_SEEKS = 20


def bars(bench: Bench) -> list[Bar]:
    """Seek to places all over the log in turns with folding all of it, in either view."""
    store = SqliteStore(str(bench.folder / "warroom.db"))
    facts = _write(store)
    replay = Replay(store, _UUID)
    places = [Random(0).randrange(_EVENTS) for _ in range(_SEEKS)]
    contenders = {
        f"a seek in {_EVENTS} events": partial(_mean, replay.at, places),
        f"a seek in {_EVENTS} events, what was true": partial(_mean, replay.true_at, places),
        "folding from the start": partial(_mean, partial(_fold, facts), [_EVENTS]),
    }
    known, true, whole = take_turns(contenders, bench.runs(20)).values()
    store.close()
    return [
        ratio("seek / folding from the start", 0.1, known, whole, at="median"),
        ratio("seek, what was true / folding from the start", 0.2, true, whole, at="median"),
    ]


def _events() -> list[tuple[datetime, Event]]:
    found: list[tuple[datetime, Event]] = [(_START, Declared("card payments fail", 1, BUILT_IN.severities))]
    for number in range(1, _EVENTS):
        at = _START + timedelta(seconds=number)
        event = MilestoneSet("detection", at) if number % 500 == 0 else NoteAdded(f"note {number}: errors at 31 %")
        found.append((at, event))
    return found


def _write(store: Store) -> list[Fact]:
    """The log in the store, and its facts."""
    told = _events()
    stream = incident_stream(_UUID)
    for start in range(0, _EVENTS, _BATCH):
        drafts = tuple(draft(event, at, at) for at, event in told[start : start + _BATCH])
        store.append(Append(f"c{start}", stream, start, "ana", "login", drafts))
    return [
        Fact(seq, stream, seq, event, "ana", "login", at, at, at, command=f"c{seq}")
        for seq, (at, event) in enumerate(told, 1)
    ]


def _fold(facts: list[Fact], count: int) -> Incident:
    return folding.fold(Incident(_UUID, 1), facts[:count])


def _mean(work: Callable[[int], object], places: list[int]) -> float:
    """Seconds for one of these places, on average."""
    started = time.perf_counter()
    for place in places:
        work(place)
    return (time.perf_counter() - started) / len(places)
