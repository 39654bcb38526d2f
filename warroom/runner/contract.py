"""What every runner promises, whatever it runs: commands of this host, or the built-in diagnostics."""

import threading
from collections.abc import Callable
from typing import Protocol

from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation

Heard = Callable[[bytes], None]
"Is called with pieces of the output while it runs. They are raw: whoever shows them makes them visible first."


class Runner(Protocol):
    """Carries out one automation at a time for each thread that asks. The automation is rendered: no places left."""

    def check(self, automation: Automation) -> None:
        """Refused, with a sentence and what to do, where this host will not run it. Starts nothing."""

    def fingerprint(self, automation: Automation) -> str:
        """What would really be carried out here, as 64 hex digits: another program or setting gives another one.

        What the automation itself says (arguments, expectation, timeout) is not in it. It is a hash, from which no
        value can be read. Starts nothing, but reads the program: never on an event loop. Refused as by `check`.
        """

    def run(self, automation: Automation, heard: Heard, stop: threading.Event) -> Ran:
        """Run it to its end, its timeout, or `stop`. Blocks; never on an event loop.

        `heard` is called on the same thread: with all the output at first, with samples where there is too much. It
        checks again first, so Refused as above, and then nothing was started. Whatever goes wrong after that is an
        outcome, not an error. If this process dies in the middle, what was started is ended, and nobody knows how far
        it came: it must not be run a second time by itself.
        """
