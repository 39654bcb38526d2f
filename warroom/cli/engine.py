"""`warroom engine`: what fires ladders and sends pages. Every console keeps one alive, so nobody has to start it."""

import gc
import os
import signal
import sys
from threading import Event, Thread
from time import monotonic

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session

_PATIENCE = 20.0
"Seconds after which a console's engine ends that others leave nothing to do."


def engine(session: Session, values: Values) -> int:
    """Run an engine until it is stopped; as the child of a console no longer than there is something to do for it."""
    from warroom.bootstrap import open_engine

    gc.enable()  # which the start of the program had switched off
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    found = open_engine(session.settings, session.out.say)
    if "child" not in values:
        session.out.say("An engine runs. It fires what is due and sends what this host can; ^C ends it.")
        found.run(stop)
        return 0
    Thread(target=_parent, args=(stop,), daemon=True, name="parent").start()
    busy = monotonic()

    def enough() -> bool:
        nonlocal busy
        if not found.idle:
            busy = monotonic()
        return monotonic() - busy > _PATIENCE

    found.run(stop, enough)
    return 0


def _parent(stop: Event) -> None:
    """Standard input ends when the console is gone, however that came."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


ACTIONS = {
    "engine": Action(
        "fire what is due and send pages, until it is stopped; consoles start one by themselves",
        engine,
        (Arg("--child", "end with whoever started it, and when there is nothing to do", kind="flag", required=False),),
    ),
}
