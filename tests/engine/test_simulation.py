"""Several engines, dying, freezing and cut off at random: what must hold afterwards, seed after seed.

WARROOM_SEEDS runs so many seeds instead of a few hundred, WARROOM_SEED one alone. A failure names its seed.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.engine.judging import (
    commands_stand_once,
    no_page_is_forgotten,
    pages_by_contact,
    rungs_fire_once_and_in_order,
)
from tests.engine.world import World
from warroom.domain.clock import MilestoneCleared, MilestoneSet, Reopened
from warroom.domain.effects import effect_id
from warroom.domain.escalation import (
    Acknowledged,
    AcknowledgmentLapsed,
    AcknowledgmentWithdrawn,
    LadderStarted,
)
from warroom.domain.event import Event, Fact, incident_stream
from warroom.store import codec

#: Read before the tests' environment is cleared of everything that bears our name.
SEEDS = int(os.environ.get("WARROOM_SEEDS", "200"))
ONLY = os.environ.get("WARROOM_SEED")
GROUPS = 4
STEPS = 160


def seeds(group: int) -> Iterator[int]:
    """The seeds of one of the groups, which may run at the same time."""
    if ONLY is not None:
        return iter([int(ONLY)] if group == 0 else [])
    return iter(range(group, SEEDS, GROUPS))


@pytest.mark.timeout(0)
@pytest.mark.parametrize("group", range(GROUPS))
def test_whatever_happens_to_engines_every_rung_fires_once_and_every_page_comes_to_its_end(group: int) -> None:
    for seed in seeds(group):
        try:
            judge(World(seed).live(STEPS))
        except Exception as problem:
            raise AssertionError(f"seed {seed}: WARROOM_SEED={seed} runs it alone") from problem


def judge(world: World) -> None:
    """Everything that must hold, of each incident and of the log as a whole."""
    facts = {
        incident: list(codec.facts(world.store.stream(incident_stream(incident)).rows)) for incident in world.incidents
    }
    commands_stand_once(world.store)
    for each in facts.values():
        rungs_fire_once_and_in_order(each)
    nothing_is_due(world)
    no_page_is_forgotten(world.store, facts.values())
    nothing_goes_out_against_an_acknowledgment(world, facts)
    repeats_are_excused_and_marked(world)
    drills_reach_nobody(world)


def nothing_is_due(world: World) -> None:
    """Half an hour of calm later no rung waits, and no page."""
    assert world.store.timers(world.wall.time - 1_000_000, ("rung", "silent")) == []
    left = [state for parcel, state, _ in world.store.outbox() if parcel.not_before < world.wall.time]
    assert set(left) <= {"sent", "failed", "dropped"}, Counter(left)


def nothing_goes_out_against_an_acknowledgment(world: World, facts: dict[str, list[Fact]]) -> None:
    """What was judged when the log already said that somebody is on it, or that it is over, was not handed over."""
    for incident in facts.values():
        mine = {effect_id(order.id, way.name): order for order, way in pages_by_contact(incident)}
        for handed in world.handed:
            if order := mine.get(handed.key):
                stopped, over = _standing(fact for fact in incident if fact.pos <= handed.judged)
                assert not over
                assert not stopped or order.forced, handed


def repeats_are_excused_and_marked(world: World) -> None:
    """Twice goes out only what an engine lost hold of, or what nobody knew of; and all but one say so."""
    taken = Counter(each.key for each in world.handed if each.taken)
    for key in (key for key, times in taken.items() if times > 1):
        assert key in world.doubtful
        assert sum(not each.repeat for each in world.handed if each.key == key and each.taken) <= 1


def drills_reach_nobody(world: World) -> None:
    """What a drill sends stays in the sandbox, and nothing else goes there."""
    realms = {parcel.id: parcel.realm for parcel, _, _ in world.store.outbox()}
    assert all(realms[each.key] == each.realm for each in world.handed)


def _standing(facts: Iterator[Fact]) -> tuple[bool, bool]:
    """(somebody has acknowledged, the incident is over), told from the events alone."""
    stopped = over = False
    for fact in facts:
        event: Event = fact.event
        match event:
            case Acknowledged():
                stopped = True
            case AcknowledgmentWithdrawn(by=by) | LadderStarted(by=by):
                stopped = bool(by)
            case AcknowledgmentLapsed():
                stopped = False
            case MilestoneSet(milestone="resolution"):
                over = True
            case MilestoneCleared(milestone="resolution") | Reopened():
                over = False
            case _:
                continue
    return stopped, over
