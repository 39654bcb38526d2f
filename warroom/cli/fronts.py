"""The other front ends, which the command line only starts: it knows none of them, and loads nothing of theirs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from warroom.domain.replay import Place
    from warroom.room.room import Room
    from warroom.settings import Settings

Console = Callable[["Room", str | None, "Settings", str], int]
"Opens the console on an incident (a UUID; None: the list of incidents) with a hint; the exit code."

Serve = Callable[["Settings", str, str, Callable[[str], None]], int]
"Runs engine and web on HOST:PORT, with the public address of links, and says what happens; the exit code."


Unit = Callable[[str, str], str]
"The unit that serves on HOST:PORT with the public address of links; Invalid where either is none."


Replay = Callable[["Room", str, "Settings", "Place"], int]
"Opens the console on the replay of an incident (a UUID) at a place; the exit code."


class Fronts(NamedTuple):
    """What opens the console, what serves, what writes the unit that serves, and what opens a replay."""

    console: Console
    serve: Serve
    unit: Unit
    replay: Replay
