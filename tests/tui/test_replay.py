"""A replay in the console: the same panes at any moment, read only, alone or led."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.desk import PATIENCE, Desk
from tests.tui.shop import Shop
from tests.tui.stories import Clockwork, Team, outage
from warroom.domain.replay import Place
from warroom.room.feed import State
from warroom.room.lead import Lead, following
from warroom.room.replay import Replay
from warroom.settings import Settings
from warroom.tui.actions import replay as actions
from warroom.tui.actions.catalogue import ALL, meant
from warroom.tui.app import Console
from warroom.tui.player import Player, Sought
from warroom.tui.present.layout import PANES
from warroom.tui.screens.replay import ReplayScreen

Compare = Callable[..., bool]


@asynccontextmanager
async def replay(
    team: Team, person: str = "ana", size: tuple[int, int] = (120, 36), **place: Any
) -> AsyncIterator[Desk]:
    """Somebody's replay of the team's incident."""
    app = Console(team.room(person), team.incident, Settings(), "", Place(**place))
    async with app.run_test(size=size) as pilot:
        yield Desk(app, pilot)


async def test_a_replay_says_so_and_shows_what_was_known_then() -> None:
    async with replay(outage()) as desk:
        await desk.sees("^ REPLAY  paused x1", "DECLARED SEV1", "Scribe  — open —")
        assert "LIVE" not in desk.text
        await desk.press("5")
        await desk.sees(r"✓ 1\.2 freeze deploys", "Scribe  bo", "T.00:16:00")
        assert "1.3 check the health" in desk.text
        assert "FAILED" not in desk.text
        await desk.press("9")
        await desk.sees(r"1\.3 check.*FAILED cy")
        await desk.press("0")
        await desk.sees("No runbook is attached")


async def test_events_are_stepped_through_and_milestones_jumped_to() -> None:
    async with replay(outage()) as desk:
        await desk.press("right_square_bracket", "right_square_bracket")
        await desk.sees("● ack", "14:04 ana +clock +acknowledgment")
        await desk.press("full_stop")
        await desk.sees("IC +ana")
        await desk.press("comma")
        await desk.sees("IC +— open")
        await desk.press("left_square_bracket", "left_square_bracket")
        await desk.sees("▕┃")


async def test_a_time_a_text_and_a_bookmark_are_gone_to() -> None:
    team = outage()
    async with replay(team) as desk:
        await desk.type("gT+10m\n")
        await desk.sees("^ 14:12:00 ", "escalation 14:12:00 UTC")
        await desk.type("g14:99\n")
        await desk.sees("14:99.*is no time")
        await desk.type("/bank\n")
        await desk.sees("“bank”: ", "^ 14:20:00 ")
        await desk.type("bwho was asked?\n")
        await desk.sees("◆ who was asked")
        await desk.press("0")
        await desk.sees("^ 14:02:00 ")
        await desk.press("right_curly_bracket")
        await desk.sees("^ 14:20:00 ", "◆ who was asked")
    assert [(each.at, each.remark, each.by) for each in team.known.bookmarks] == [(16, "who was asked?", "ana")]


async def test_what_acts_is_refused_and_writes_nothing() -> None:
    team = outage()
    before = team.known.seq
    async with replay(team, position=8) as desk:
        for key in ("D", "K", "E", "P", "S", "x", "n", "s", "f", "B"):
            await desk.press(key)
            await desk.sees("This is a replay: what happened stands")
        await desk.press("question_mark")
        await desk.sees("Play, or pause", "To the next milestone")
        assert "Acknowledge: you are on it" not in desk.text
    assert team.known.seq == before


async def test_the_future_is_hidden_until_it_is_shown() -> None:
    async with replay(outage(), position=4) as desk:
        await desk.sees(r"^ 14:04:20 ▕.*┃·+▏ 4 ")
        await desk.press("h")
        await desk.sees(r"^ 14:04:20 ▕.*┃.*E.*▏ 4/21 ", "next: escalation 14:12")


async def test_what_was_true_is_more_than_what_was_known() -> None:
    async with replay(outage(), position=18) as desk:
        await desk.sees("what was known", "14:22 cy")
        assert "41 open tickets" not in desk.text
        await desk.press("k")
        await desk.sees("what was true, 1 not known yet", "41 open tickets.*not known before 14:26")


async def test_it_plays_on_from_where_it_stands_until_it_is_paused() -> None:
    team = outage()
    async with replay(team, position=4) as desk:
        await desk.press("plus", "plus", "space")
        await desk.sees("▶ x4")
        assert isinstance(team.store, Clockwork)
        team.store.moment += timedelta(minutes=2)
        await desk.sees("^ 14:12:20 ", "escalation 14:12:00 UTC")
        await desk.press("space")
        await desk.sees("paused x4")


async def test_it_plays_backwards_to_the_first_entry_and_stands_still_there() -> None:
    team = outage()
    assert isinstance(team.store, Clockwork)
    async with replay(team, position=12) as desk:
        await desk.press("plus", "plus", "less_than_sign")
        await desk.sees("◀ x4")
        team.store.moment += timedelta(seconds=30)
        await desk.sees("^ 14:10:00 ▕.*▏ 11 ")
        await desk.press("minus")
        await desk.sees("◀ x2")
        await desk.press("space")
        await desk.sees("paused x2")
        await desk.press("less_than_sign")
        await desk.sees("◀ x2")
        team.store.moment += timedelta(hours=1)
        await desk.sees("paused x2", "^ 14:02:00 ▕┃", "This is the beginning")
        await desk.press("space")
        await desk.sees("▶ x2")


async def test_a_long_gap_passes_as_quickly_backwards() -> None:
    team = outage()
    assert isinstance(team.store, Clockwork)
    team.store.moment += timedelta(hours=5)
    team.do("bo", "note", text="all quiet since")
    async with replay(team, position=22) as desk:
        await desk.press("less_than_sign")
        await desk.sees("◀ x1", "^ 19:31:10 ")
        team.store.moment += timedelta(minutes=2, seconds=15)
        await desk.sees("^ 14:29:45 ▕.*▏ 20 ")


async def test_what_becomes_known_later_is_read_on_where_it_stands() -> None:
    team = outage()
    async with replay(team, hidden=False, position=21) as desk:
        await desk.sees("^ 14:30:00 ▕.*┃▏ 21/21 ")
        team.do("cy", "note", text="the queue is empty")
        await desk.sees("^ 14:30:00 ▕.*┃.+▏ 21/22 ")
        assert "the queue is empty" not in desk.text
        await desk.press("full_stop")
        await desk.sees("the queue is empty", "┃▏ 22/22 ")


async def test_playing_pauses_at_the_end_and_goes_on_once_more_is_known() -> None:
    team = outage()
    assert isinstance(team.store, Clockwork)
    async with replay(team, hidden=False, position=20) as desk:
        await desk.press("space")
        await desk.sees("▶ x1")
        team.store.moment += timedelta(minutes=5)
        await desk.sees("paused x1", "21/21", "This is the end. What becomes known later is read on")
        team.do("cy", "note", text="the queue is empty")
        await desk.sees("21/22")
        await desk.press("space")
        team.store.moment += timedelta(minutes=5)
        await desk.sees("22/22", "the queue is empty")


async def test_a_trainer_who_is_further_on_than_was_read_is_followed_there() -> None:
    team = outage()
    lead = Lead(team.store, team.incident, "bo", "bo's")
    async with replay(team) as desk:
        course = Replay(team.store, team.incident).course
        lead.tell(Place().jump(course, 21, team.store.now()))
        await desk.sees("following bo", "^ 14:30:00 ")
        team.do("cy", "note", text="the queue is empty")
        course = Replay(team.store, team.incident).course
        lead.tell(Place().jump(course, 22, team.store.now()))
        await desk.sees("following bo", "the queue is empty", "▏ 22 ")


async def test_it_opens_from_the_list_and_goes_back_to_it() -> None:
    team = outage()
    app = Console(team.room("ana"), None, Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.sees("R replay", "card payments fail")
        await desk.press("R")
        await desk.sees("^ REPLAY", "1/21|▏ 1 ")
        await desk.press("q")
        await desk.sees("R replay")


async def test_trainees_follow_go_alone_and_rejoin() -> None:
    team = outage()
    lead = Lead(team.store, team.incident, "bo", "bo's")
    async with replay(team) as desk:
        course = Replay(team.store, team.incident).course
        lead.tell(Place().jump(course, 12, team.store.now()))
        await desk.sees("following bo", "^ 14:12:00 ")
        await desk.press("full_stop")
        await desk.sees("alone; bo leads, L rejoins", "^ 14:13:00 ")
        lead.tell(Place().jump(course, 16, team.store.now()))
        await desk.press("L")
        await desk.sees("following bo", "^ 14:20:00 ")
        lead.leave()
        await desk.sees("bo leads no longer", "^ 14:20:00 ")
        await desk.press("L")
        await desk.sees("you lead")


async def test_the_lead_is_taken_and_given_back() -> None:
    team = outage()
    async with replay(team) as desk:
        await desk.press("L")
        await desk.sees("you lead")
        led = following(team.store, team.incident, team.store.now())
        assert led is not None
        assert (led.person, led.place.position) == ("ana", 1)
        await desk.press("L")
        await desk.sees("You lead no longer")
        await desk.sees_no("you lead ")
        assert following(team.store, team.incident, team.store.now()) is None


async def test_a_page_of_a_live_incident_is_told_in_a_replay_too() -> None:
    shop = Shop()
    shop.engine("ladder.fire")
    app = Console(shop.room("bo"), shop.incident, Settings(), "", Place())
    async with app.run_test(size=(120, 36)) as pilot:
        await Desk(app, pilot).sees("This is live: you are paged in INC-1")


@pytest.mark.parametrize("pane", ["", *PANES])
def test_no_two_actions_of_a_replay_share_a_key(pane: str) -> None:
    keys = [key for action in actions.OFFERED if action.pane in ("", pane) for key in action.keys]
    assert len(set(keys)) == len(keys)


def test_every_key_of_the_live_console_works_or_is_refused_in_a_replay() -> None:
    silent = {key for each in ALL for key in each.keys if not meant(key, each.pane or "checklist", actions.ALL)}
    assert silent == {"u"}, "nothing is new in a replay"


class Slow(Replay):
    """A replay that waits at its first seek until it is let go, and notes what it works out."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.store, team.incident)
        self.begun, self.go, self.done = Event(), Event(), [0]

    def at(self, position: int) -> State:
        self.begun.set()
        self.go.wait(PATIENCE)
        self.done.append(position)
        return super().at(position)


def test_of_what_was_wanted_meanwhile_only_the_newest_is_worked_out() -> None:
    team = outage()
    slow, posted, last = Slow(team), [], Event()

    def post(message: object) -> None:
        if isinstance(message, Sought):
            posted.append(message.position)
            if message.position == 20:
                last.set()

    player = Player(team.room("ana"), team.incident, slow, post)
    player.start()
    try:
        player.want(Place(position=2))
        assert slow.begun.wait(PATIENCE)
        for position in range(3, 21):
            player.want(Place(position=position))
        slow.go.set()
        assert last.wait(PATIENCE)
    finally:
        slow.go.set()
        player.stop()
    assert posted == [2, 20]


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (60, 20), (200, 60)])
async def test_it_stands_at_every_size(size: tuple[int, int]) -> None:
    async with replay(outage(), size=size, position=9) as desk:
        await desk.sees("REPLAY")
        await desk.press("full_stop", "z", "c", "tab")
        assert isinstance(desk.app.screen, ReplayScreen)


def picture(compare: Compare, size: tuple[int, int], **given: Any) -> bool:
    """Whether a replay of the outage looks as it did."""
    settings = Settings(**given.pop("settings", {}))
    team = outage()
    team.do("bo", "bookmark", remark="who decides here?", at=17)
    app = Console(team.room("ana"), team.incident, settings, "", Place(**{"position": 17, "hidden": False, **given}))

    async def settle(pilot: Pilot[None]) -> None:
        await Desk(app, pilot).sees("REPLAY", "DECISION")
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


def test_a_replay_at_120_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, (120, 36))


def test_a_replay_at_80_columns_with_its_future_hidden(snap_compare: Compare) -> None:
    assert picture(snap_compare, (80, 24), hidden=True)


def test_a_replay_in_ascii(snap_compare: Compare) -> None:
    assert picture(snap_compare, (80, 24), settings={"ascii": True})
