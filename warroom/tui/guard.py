"""Ending well: SIGTERM, SIGHUP and a vanished terminal end the process within seconds and restore the terminal.

Textual handles none of these: with SIGHUP ignored it was measured to spin at 123 % CPU after an SSH drop. Nothing of
correctness depends on this; presence runs out by its lease.
"""

import asyncio
import codecs
import os
import signal
import sys
import termios
from functools import partial
from threading import Timer

from textual.app import App
from textual.drivers import linux_driver

_LOOK_EVERY = 1.0
_PATIENCE = 2.0


def install(app: App[None]) -> None:
    """Watch for the signals and for the terminal's end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end, app, 128 + number)
    _look(app, loop)


def _look(app: App[None], loop: asyncio.AbstractEventLoop) -> None:
    """Look whether the terminal is still there, again and again; a bare timer, since this must cost nothing."""
    if _terminal():
        loop.call_later(_LOOK_EVERY, _look, app, loop)
    else:
        end(app, 128 + signal.SIGHUP)


def accept_any_bytes() -> None:
    """Let what is typed be no UTF-8, as from a Latin-1 terminal: it becomes �, where the framework would break off."""
    decoder = partial(codecs.getincrementaldecoder("utf-8"), "replace")
    vars(linux_driver)["getincrementaldecoder"] = lambda name: decoder


def end(app: App[None], code: int) -> None:
    """Leave in good order; by force where that takes too long."""
    force = Timer(_PATIENCE, os._exit, (code,))
    force.daemon = True
    force.start()
    app.exit(return_code=code)


def _terminal() -> bool:
    """Whether standard input still is a terminal that answers."""
    try:
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except (termios.error, OSError, ValueError):
        return False
    return True
