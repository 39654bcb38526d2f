"""The list of incidents: what is open, into one of them and back, and declaring a new one."""

import pytest

from tests.support.builders import at
from tests.tui.desk import console
from tests.tui.stories import Clockwork, Team


async def test_the_list_shows_every_incident_and_opens_one(team: Team) -> None:
    team.room("bo").do("declare", title="search is slow", severity="3")
    async with console(team, home=True) as desk:
        await desk.sees("INC-2 +SEV3 +search is slow", "INC-1 +SEV1 +card payments fail")
        await desk.press("j", "enter")
        await desk.sees("card payments fail", "3 Runbook")
        await desk.press("minus")
        await desk.sees("Incidents ─", "search is slow")
        await desk.press("g", "enter")
        await desk.sees("search is slow  SEV3")


async def test_a_newcomer_is_told_what_to_do_and_declares() -> None:
    team = Team(Clockwork(at("14:00")))
    async with console(team, home=True) as desk:
        await desk.sees("No incident is known here", "warroom demo")
        await desk.type("aqueues are full")
        await desk.sees("Declare an incident", "What fails, as users see it", "queues are full")
        await desk.press("enter")
        await desk.sees("Severity", "SEV1 Critical")
        await desk.press("enter")
        await desk.sees("INC-1 queues are full  SEV1")


async def test_a_second_click_opens_an_incident(team: Team) -> None:
    team.room("bo").do("declare", title="search is slow", severity="3")
    async with console(team, home=True) as desk:
        await desk.sees("search is slow")
        await desk.click("card payments fail")
        await desk.sees("›.*INC-1")
        await desk.click("card payments fail")
        await desk.sees("3 Runbook")


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (80, 24), (200, 60)])
async def test_the_list_is_readable_at_every_size(team: Team, size: tuple[int, int]) -> None:
    async with console(team, size=size, home=True) as desk:
        await desk.sees("INC-1 +SEV1")


async def test_what_another_incidents_console_still_hears_is_not_shown_in_this_one(team: Team) -> None:
    other = team.room("bo").do("declare", title="search is slow", severity="3").incident.id
    async with console(team) as desk:
        await desk.press("minus")
        await desk.sees("search is slow")
        await desk.press("g", "enter")
        await desk.sees("search is slow  SEV3")
        team.do("bo", "note", text="about the payments")
        team.room("bo").do("note", other, text="about the search")
        team.store.ring()
        await desk.sees("about the search")
        await desk.sees_no("about the payments")


async def test_an_incident_that_others_declare_appears(team: Team) -> None:
    async with console(team, home=True) as desk:
        await desk.sees("card payments fail")
        team.room("bo").do("declare", title="search is slow", severity="3")
        await desk.sees("search is slow")


async def test_help_and_leaving_work_here_too(team: Team) -> None:
    async with console(team, home=True) as desk:
        await desk.press("question_mark")
        await desk.sees("Keys", "q leaves")
        await desk.press("q")
        await desk.sees("card payments fail")
        await desk.press("q")
        assert desk.app._exit
