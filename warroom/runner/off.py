"""A host on which steps run no commands, whatever its list allows."""

import threading
from typing import NoReturn

from warroom.domain.errors import Refused
from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation
from warroom.runner.contract import Heard


class Off:
    """A `Runner` that refuses everything."""

    def check(self, automation: Automation) -> None:
        """Refused."""
        _refuse()

    def fingerprint(self, automation: Automation) -> str:
        """Refused."""
        _refuse()

    def run(self, automation: Automation, heard: Heard, stop: threading.Event) -> Ran:
        """Refused."""
        _refuse()


def _refuse() -> NoReturn:
    raise Refused(
        "Steps run no commands in a session that a key opened.",
        hint="Run it on a host of yours and say how it went, or ask for kiosk_commands in the account's config.toml.",
    )
