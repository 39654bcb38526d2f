"""The bridge between the threads and the screen holds, whatever happens on the other side."""

from threading import Event

import pytest

from tests.tui.desk import console
from tests.tui.stories import Team
from warroom.domain.errors import Unavailable
from warroom.room.feed import Feed
from warroom.room.room import Room


async def test_a_fault_in_one_command_is_said_and_the_next_one_works(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object, **given: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    async with console(team) as desk:
        await desk.sees("LIVE")
        with monkeypatch.context() as broken:
            broken.setattr(Room, "do", break_down)
            await desk.press("K")
            await desk.sees("ZeroDivisionError")
        await desk.press("K")
        await desk.sees("● ack")


async def test_a_fault_in_following_is_said_and_following_goes_on(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(self: Feed) -> None:
        raise ZeroDivisionError("a fault of ours")

    async with console(team) as desk:
        await desk.sees("LIVE")
        with monkeypatch.context() as broken:
            broken.setattr(Feed, "refresh", break_down)
            team.store.ring()
            await desk.sees("RECONNECTING", "ZeroDivisionError")
        team.do("bo", "note", text="gateway is slow")
        await desk.sees("LIVE", "gateway is slow")


async def test_a_note_that_cannot_be_sent_stays_on_the_timeline_until_it_is(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*args: object, **given: object) -> None:
        raise Unavailable("The database cannot be reached.")

    async with console(team) as desk:
        with monkeypatch.context() as broken:
            broken.setattr(type(team.store), "append", cut_off)
            await desk.press("N")
            await desk.type("support has 41 tickets")
            await desk.press("f2")
            await desk.sees("pending +support has 41 tickets.*not sent yet", "kept and sent later")
            await desk.press("space")
            await desk.sees("The database cannot be reached.", r"▸ 1\.1")
        team.store.ring()
        await desk.sees("note +support has 41 tickets")
        await desk.sees_no("not sent yet")
    assert [entry.text for entry in team.known.timeline][-1] == "support has 41 tickets", "and it was sent once"


async def test_a_slow_command_shows_as_pending_and_then_as_done(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()
    append = type(team.store).append

    def slow(*args: object) -> object:
        gate.wait(10)
        return append(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(type(team.store), "append", slow)
    async with console(team) as desk:
        await desk.press("space")
        await desk.sees(r"… 1\.1 ")
        gate.set()
        await desk.sees(r"✓ 1\.1 .*done ana")
