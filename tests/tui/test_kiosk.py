"""A console that somebody's key opened: nothing of the machine that it runs on is within reach."""

import webbrowser

import pytest

from tests.tui.desk import console
from tests.tui.stories import Team


async def test_no_file_of_the_machine_becomes_evidence(team: Team) -> None:
    async with console(team, kiosk=True) as desk:
        await desk.press("e")
        await desk.sees("Files of this machine are out of reach")
        await desk.settles()


async def test_elsewhere_a_file_can_be_kept(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("e")
        await desk.sees("Which file")


async def test_a_link_starts_no_browser(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url, *how, **more: opened.append(url))
    async with console(team, kiosk=True) as desk:
        desk.app.open_url("https://example.org")
        await desk.settles()
    assert opened == []
