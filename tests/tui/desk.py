"""A console without a terminal: keys, pastes and clicks go in, the text of the whole screen comes out."""

import asyncio
import io
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console as Printer
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.tui.stories import Team
from warroom.settings import Settings
from warroom.tui.app import Console
from warroom.tui.screens.incident import IncidentScreen

PATIENCE = 20.0
"""Seconds after which a test gives up waiting; how long something takes is never what is tested."""


class Desk:
    """One person's console."""

    def __init__(self, app: Console, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def text(self) -> str:
        """Every row of the screen, dialogs on top, without the blanks at their ends."""
        width, height = self.app.size
        printer = Printer(width=width, height=height, file=io.StringIO(), force_terminal=True, record=True)
        frame = self.app.screen._compositor.render_update(full=True, screen_stack=self.app._background_screens)
        printer.print(frame)
        return "\n".join(line.rstrip() for line in printer.export_text().split("\n"))

    def line(self, pattern: str) -> str:
        """The first row that matches."""
        return next(line for line in self.text.split("\n") if re.search(pattern, line))

    async def press(self, *keys: str) -> None:
        """Press keys, by Textual's names, and wait until they are dealt with."""
        await self.pilot.press(*keys)

    def go_to(self, row: str) -> None:
        """Put the cursor on a row of the runbook's pane."""
        assert isinstance(self.app.screen, IncidentScreen)
        self.app.screen.board.pane("checklist").select(row)

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        for letter in text:
            key = "enter" if letter == "\n" else _character_to_key(letter)
            self.app.post_message(events.Key(key, letter))
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Paste, as a terminal that marks pastes hands it over."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def click(self, pattern: str) -> None:
        """Click where the screen first matches."""
        for row, line in enumerate(self.text.split("\n")):
            if found := re.search(pattern, line):
                await self.pilot.click(offset=(found.start(), row))
                return
        raise AssertionError(f"nothing to click matches {pattern!r}\n{self.text}")

    async def sees(self, *patterns: str) -> None:
        """Wait until the screen matches all of them."""
        await self._wait(lambda text: all(re.search(each, text, re.MULTILINE) for each in patterns), patterns)

    async def sees_no(self, pattern: str) -> None:
        """Wait until nothing on the screen matches."""
        await self._wait(lambda text: not re.search(pattern, text, re.MULTILINE), ("no", pattern))

    async def settles(self) -> None:
        """Wait until no dialog stands, and no key waits for one."""
        app = self.app
        await self._wait(lambda text: not app.holding and len(app.screen_stack) == 1, ("no dialog",))

    async def _wait(self, holds: Any, what: tuple[str, ...]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds(self.text):
            if time.monotonic() > end:
                raise AssertionError(f"not seen: {' '.join(what)}\n{self.text}")
            await asyncio.sleep(0.02)


@asynccontextmanager
async def console(
    team: Team, person: str = "ana", size: tuple[int, int] = (120, 36), home: bool = False, **settings: Any
) -> AsyncIterator[Desk]:
    """Open somebody's console on the team's incident; `home`: on the list of incidents."""
    incident = None if home else team.incident
    app = Console(team.room(person), incident, Settings(**settings))
    async with app.run_test(size=size) as pilot:
        yield Desk(app, pilot)
