"""A long drill with many responders at once, real engines and a real receiver: nothing of it leaves the house.

The engines have the secret of every channel, and the playbook lets drills use each of them: only the drill itself
names none.
"""

import json
import random
import threading
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.fleet import Fleet, eventually, fleet
from tests.engine.test_faults import PATIENCE, keep_secret
from tests.outreach.receivers import receiver, status
from tests.support.builders import ORG, SCENARIO, reachable
from tests.support.ladders import rung
from warroom.bootstrap import open_store
from warroom.domain.contacts import Channel
from warroom.domain.errors import Refused
from warroom.domain.event import incident_stream
from warroom.domain.exercise import Injected
from warroom.domain.ladder import Ladder, Route
from warroom.domain.org import Playbook
from warroom.domain.scenario import End, Inject, InjectMade, RoleHeld, Scenario
from warroom.room.drills import start
from warroom.room.room import Actor, Room
from warroom.store import codec
from warroom.store.contract import Store

INJECTS, RESPONDERS = 200, 8
CHANNELS = ("push", "phone", "chat")
BEAT = timedelta(milliseconds=20)

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0)]


def playbook() -> Playbook:
    """Rungs a second apart, and every channel a webhook that drills may use."""
    rungs = (rung("person ana"), rung("person bo", "channel chat"), rung("person cy"), rung("role commander"))
    fast = tuple(replace(each, delay=timedelta(seconds=1)) for each in rungs)
    book = reachable(ORG, (Ladder("it", fast, repeat=3),), (Route("it"),)).playbook
    return replace(book, channels=tuple(Channel(name, "webhook", name, drill=True) for name in CHANNELS))


def long_scenario() -> Scenario:
    """Every kind of inject: most at their times, some after another, some on what the responders do."""
    words = [Inject(f"n{number}", "alert", f"word {number}", delay=BEAT * number) for number in range(INJECTS - 30)]
    chain = [Inject(f"c{number}", "customer", "and then?", InjectMade(f"n{number}"), BEAT) for number in range(20)]
    acts = [Inject(f"r{number}", "executive", "who leads?", RoleHeld("commander"), BEAT) for number in range(8)]
    ill = Inject("ill", "service", "Nobody can pay.", service="payments", health="major-outage")
    gone = Inject("gone", "unreachable", "Bo is on a train.", person="bo")
    injects = (*words, *chain, *acts, ill, gone)
    assert len(injects) == INJECTS
    return replace(SCENARIO, injects=injects, expected=(), end=End(timedelta(hours=1)))


def respond(url: str, person: str, incident: str, over: threading.Event, seed: int) -> None:
    """Somebody does what responders do, at a terminal of their own, until it is over."""
    dice = random.Random(seed)
    with closing(open_store(url)) as store:
        room = Room(store, Actor(person))
        while not over.is_set():
            name, given = dice.choice(ACTS)
            try:
                room.do(name, incident, **given)
            except Refused:
                continue
            finally:
                over.wait(dice.uniform(0.2, 1))


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("note", {"text": "I am looking"}),
    ("ack", {}),
    ("undo", {}),
    ("role.take", {"role": "commander"}),
    ("role.take", {"role": "scribe"}),
    ("page", {"to": "cy"}),
    ("page", {"to": "chat"}),
    ("escalate", {"because": "more hands"}),
    ("sev", {"level": "1", "because": "it spreads"}),
    ("sev", {"level": "2", "because": "it does not"}),
    ("service.health", {"service": "payments", "health": "degraded"}),
    ("service.health", {"service": "payments", "health": "operational"}),
]


def came(store: Store, incident: str) -> Counter[str]:
    """How often each inject came."""
    facts = codec.facts(store.stream(incident_stream(incident)).rows)
    return Counter(fact.event.inject for fact in facts if isinstance(fact.event, Injected))


def test_nothing_of_a_drill_leaves_the_house_and_each_inject_comes_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = str(tmp_path / "warroom.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    seed = random.randrange(1_000_000)
    with receiver(status(202)) as outside, closing(open_store(url)) as store:
        for name in CHANNELS:
            keep_secret(tmp_path / "secrets", name, outside.url)
        trainer = Room(store, Actor("di"))
        trainer.publish(playbook())
        with fleet(url, tmp_path / "secrets", tmp_path, 2) as engines:
            played = long_scenario()
            incident = start(trainer, played).incident.id
            _play(url, store, incident, engines, seed)
            sandbox = tmp_path / "warroom" / "drills.jsonl"
            eventually(sandbox.exists, PATIENCE, lambda: engines.said)
            trainer.do("drill.abort", incident, because="that was enough")
        assert came(store, incident) == {each.id: 1 for each in played.injects}, f"seed {seed}"
        assert {parcel.realm for parcel, _, _ in store.outbox(incident_stream(incident))} == {"drill"}
        assert outside.asked == [], f"seed {seed}"
    messages = [json.loads(line) for line in sandbox.read_text().splitlines()]
    assert {message["marks"] for message in messages} == {"DRILL"}
    assert {message["channel"] for message in messages} <= set(CHANNELS)
    assert all(message["to"] and message["incident"] == "INC-1" for message in messages)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database."""
    return str(request.param)


def _play(url: str, store: Store, incident: str, engines: Fleet, seed: int) -> None:
    """Eight people at work until everything has come; half-way both engines die, and others take their places."""
    over = threading.Event()
    people = ("ana", "bo", "cy", "di") * (RESPONDERS // 4)
    crew = [
        threading.Thread(target=respond, args=(url, person, incident, over, seed + number))
        for number, person in enumerate(people)
    ]
    for each in crew:
        each.start()
    try:
        eventually(lambda: len(came(store, incident)) > INJECTS // 3, PATIENCE, lambda: engines.said)
        engines.kill(0)
        engines.kill(1)
        eventually(lambda: len(came(store, incident)) == INJECTS, PATIENCE, lambda: engines.said)
    finally:
        over.set()
        for each in crew:
            each.join()
