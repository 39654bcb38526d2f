"""Draws `docs/console.svg`: the console on the demo's incident, 25 minutes in. Run: `python -m docs.picture`."""

import asyncio
import re
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from warroom.bootstrap import library
from warroom.domain.moments import micros
from warroom.engine.players import Players, rehearsal
from warroom.playbook import samples
from warroom.playbook.incident import read_incident
from warroom.playbook.organisation import read_organisation
from warroom.playbook.script import read_script
from warroom.room.room import Actor, Outcome, Room
from warroom.settings import Settings
from warroom.store.contract import Store
from warroom.store.memory import MemoryStore
from warroom.tui.app import Console

PICTURE = Path(__file__).with_name("console.svg")
UNTIL = datetime(2018, 10, 21, 23, 17, tzinfo=UTC)


def rehearsed() -> tuple[Console, Generator[Outcome, None, None]]:
    """The console of one of the people, with the demo played up to the moment of the picture, and the rest of it.

    While somebody holds the rest, the others are still here.
    """
    script = read_script(samples.demo())
    memory = MemoryStore()
    store = rehearsal(memory, micros(script.starts))
    Room(store, Actor("director")).publish(read_organisation(samples.organisation(), samples.runbooks()))
    services = read_incident(samples.incident(script.incident)).services
    players = Players(lambda person: Room(store, Actor(person, "asserted"), library), script, services)
    incident = players.declare().incident.id
    play = players.play(incident)
    while next(play).facts[-1].happened < UNTIL:
        pass
    still = cast(Store, _Still(memory, store.now()))
    return Console(Room(still, Actor("bo", "asserted")), incident, Settings()), play


class _Still:
    """The store in a time that stands still, for a picture that is the same each time."""

    def __init__(self, store: MemoryStore, now: int) -> None:
        self._store = store
        self._now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def now(self) -> int:
        return self._now


async def draw() -> str:
    """The picture as SVG, without the fonts that it would fetch from elsewhere."""
    console, rest = rehearsed()
    async with console.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.5)
        await pilot.press(*"jjjjj")
        await pilot.pause(0.5)
        svg = console.export_screenshot()
    rest.close()
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
