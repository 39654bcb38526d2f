"""Taking over in a replay: a drill begins where it stands, after a question, and opens unless that would disturb."""

from threading import Event
from typing import Any

import pytest

from tests.tui.desk import PATIENCE, Desk
from tests.tui.stories import outage
from tests.tui.test_replay import replay
from warroom.domain.replay import Place
from warroom.room.room import Actor, Outcome, Room
from warroom.room.takeover import take_over
from warroom.settings import Settings
from warroom.tui import player
from warroom.tui.app import Console
from warroom.tui.screens.incident import IncidentScreen


async def test_a_drill_is_taken_over_and_opened() -> None:
    team = outage()
    before = team.known
    async with replay(team, position=12) as desk:
        await desk.press("T")
        await desk.sees("begin a drill as INC-1 was known at entry 12", "Nothing in it reaches a real channel")
        await desk.press("n")
        await desk.settles()
        await desk.sees("^ REPLAY")
        assert len(team.store.summaries()) == 1
        await desk.press("T")
        await desk.sees("y yes")
        await desk.press("y")
        await desk.sees("INC-2  DRILL  card payments fail", "LIVE", "It begins as INC-1 at entry 12 was", r"▸ 1\.2")
        assert isinstance(desk.app.screen, IncidentScreen)
    assert team.known == before


async def test_a_drill_does_not_take_away_what_was_opened_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    team, go = outage(), Event()

    def waits(*given: Any) -> Outcome:
        go.wait(PATIENCE)
        return take_over(*given)

    monkeypatch.setattr(player, "take_over", waits)
    async with replay(team, position=12) as desk:
        await desk.press("T")
        await desk.sees("y yes")
        await desk.press("y")
        await desk.settles()
        await desk.press("full_stop", "question_mark")
        await desk.sees("To the next milestone")
        go.set()
        await desk.sees("INC-2 is your drill: it is on the list of incidents")
        await desk.press("q")
        await desk.sees("^ 14:13:00 ")


async def test_where_nothing_can_be_taken_over_a_sentence_says_why() -> None:
    team = outage()
    team.do("ana", "milestone", milestone="resolution")
    team.do("ana", "close")
    async with replay(team, position=team.known.seq) as desk:
        await desk.press("T")
        await desk.sees("INC-1 was closed at entry 23. Take over at an earlier one")
    caller = Console(Room(team.store, Actor("eve", "link")), team.incident, Settings(), "", Place(position=12))
    async with caller.run_test(size=(120, 36)) as pilot:
        desk = Desk(caller, pilot)
        await desk.sees("REPLAY")
        await desk.press("T")
        await desk.sees("y yes")
        await desk.press("y")
        await desk.sees("eve has no right to declare here")
    assert len(team.store.summaries()) == 1
