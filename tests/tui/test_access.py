"""Breaking the glass at the console: who needs it reads what they may not, gives a reason, and may."""

from msgspec.structs import replace

from tests.tui.desk import console
from tests.tui.stories import PLAYBOOK, Team
from warroom.domain.permissions import Permissions, Rule
from warroom.room.room import Actor, Room

RULES = Permissions((Rule(("administrator",), people=("ana",)), Rule(("observer",), everyone=True)))


def locked(team: Team) -> Team:
    """The team under rules by which only ana may do anything."""
    Room(team.store, Actor("ana")).publish(replace(PLAYBOOK, permissions=RULES))
    return team


async def test_whoever_breaks_the_glass_acts_and_everybody_reads_so(team: Team) -> None:
    async with console(locked(team), "di") as desk:
        await desk.press("K")
        await desk.sees("di has no right to acknowledge here")
        await desk.press("ctrl+g")
        await desk.sees("Break the glass", "Everybody reads it")
        await desk.type("ana is on a plane")
        await desk.press("enter")
        await desk.sees("BROKE THE GLASS: di acts with a commander's rights")
        await desk.press("ctrl+g")
        await desk.sees("You have broken the glass here already")


async def test_where_nothing_is_locked_there_is_no_glass(team: Team) -> None:
    async with console(team, "di") as desk:
        await desk.press("ctrl+g")
        await desk.sees("Nothing is locked here")
