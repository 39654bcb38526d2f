"""Where the program starts: the words decide what is loaded. The console's libraries only where one is opened."""

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warroom.domain.replay import Place
    from warroom.room.room import Room
    from warroom.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say (those of the process where `argv` is None); the exit code."""
    # Nothing that a start makes is garbage; whoever runs on enables the collector again.
    gc.disable()
    try:
        from warroom.cli.fronts import Fronts
        from warroom.cli.main import run

        return run(sys.argv[1:] if argv is None else argv, Fronts(_console, _serve, _unit, _replay))
    except KeyboardInterrupt:
        return 130


def _console(room: "Room", incident: str | None, settings: "Settings", hint: str) -> int:
    from warroom.tui.environment import prepare

    prepare()
    from warroom.tui.app import run

    return run(room, incident, settings, hint)


def _replay(room: "Room", incident: str, settings: "Settings", place: "Place") -> int:
    from warroom.tui.environment import prepare

    prepare()
    from warroom.tui.app import run

    return run(room, incident, settings, place=place)


def _serve(settings: "Settings", bind: str, url: str, say: Callable[[str], None]) -> int:
    from warroom.web.serve import serve

    return serve(settings, bind, url, say)


def _unit(bind: str, url: str) -> str:
    from warroom.web.unit import unit

    return unit(bind, url)


if __name__ == "__main__":
    sys.exit(main())
