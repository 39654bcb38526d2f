"""A drill for the console to show: ana leads it, cy watches it, bo and di take part."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.support.builders import SCENARIO, at
from tests.tui.stories import RUNBOOK, Clockwork, Team
from warroom.domain.exercise import DrillStarted
from warroom.domain.scenario import Inject, Scenario
from warroom.room.room import Actor, Room

HOSTILE = "[bold red]all[/] is \x1b[31mlost\x1b]0;title\x07 [@click=app.quit]here[/]"


def rehearse(team: Team, scenario: Scenario = SCENARIO, **given: Any) -> Team:
    """The team in a drill that has just begun."""
    started = DrillStarted(scenario, **{"controllers": ("ana",), "evaluators": ("cy",), "team": "payments", **given})
    team.declare("DRILL: card payments fail", services=("payments",), exercise="drill", drill=started)
    team.do("ana", "runbook.attach", runbook=RUNBOOK.name)
    return team


def rehearsal(**given: Any) -> Team:
    """Such a drill at 14:00, on a clock that stands still until a test moves it."""
    return rehearse(Team(Clockwork(at("14:00"))), **given)


def fire(team: Team, *injects: str) -> None:
    """Injects that are due come by themselves."""
    engine = Room(team.store, Actor("engine", "engine"))
    for name in injects:
        engine.do("drill.fire", team.incident, inject=name)
    team.store.ring()


def hostile() -> Scenario:
    """The scenario with an inject whose text would like to be more than text."""
    return replace(SCENARIO, injects=(Inject("odd", "customer", HOSTILE, by="[red]a shop[/]"), *SCENARIO.injects))


def halfway() -> Team:
    """Seven minutes into the drill: some of it has come, one was put off, one left out; some was done, some is late."""
    team = rehearsal()
    clock = team.store
    assert isinstance(clock, Clockwork)
    fire(team, "page")
    clock.moment = at("14:03")
    team.do("bo", "ack")
    clock.moment = at("14:05")
    fire(team, "down")
    team.do("cy", "drill.note", text="nobody looks at the queue")
    clock.moment = at("14:06:20")
    team.do("ana", "drill.delay", inject="asks", span=timedelta(minutes=4))
    team.do("ana", "drill.skip", inject="nobody", because="they have enough to do")
    clock.moment = at("14:07:10")
    return team
