"""One runner for everything that a step can run."""

import threading

from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation
from warroom.runner.contract import Heard, Runner


class Tools:
    """A `Runner` that hands commands to one runner and every built-in diagnostic to the other."""

    def __init__(self, commands: Runner, diagnostics: Runner) -> None:
        self._commands = commands
        self._diagnostics = diagnostics

    def check(self, automation: Automation) -> None:
        """Refused where the one whose work it is will not run it."""
        self._whose(automation).check(automation)

    def fingerprint(self, automation: Automation) -> str:
        """What the one whose work it is would really carry out."""
        return self._whose(automation).fingerprint(automation)

    def run(self, automation: Automation, heard: Heard, stop: threading.Event) -> Ran:
        """Have it run by the one whose work it is."""
        return self._whose(automation).run(automation, heard, stop)

    def _whose(self, automation: Automation) -> Runner:
        return self._commands if automation.tool == "command" else self._diagnostics
