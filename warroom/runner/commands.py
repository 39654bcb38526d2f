"""Runs the commands that the host's allow-list allows: argument lists, never a shell's line."""

import json
import os
import re
import threading
from hashlib import sha256
from pathlib import Path

import msgspec

from warroom.domain.errors import Invalid, Refused
from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation
from warroom.domain.text import one_line
from warroom.runner.allowed import Allowed, AllowList, load
from warroom.runner.contract import Heard
from warroom.runner.supervised import carry_out
from warroom.runner.trusted import content

LONGEST = 32 * 1024
"Bytes of all arguments together."

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CODES = re.compile(r"\d{1,3}(\s*,\s*\d{1,3})*", re.ASCII)


class Line(msgspec.Struct, frozen=True):
    """One command of the list, for people: where it is, or why it may not run and what to do about it."""

    name: str
    path: str
    why: str = ""
    hint: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it may run."""
        return not self.why


class Commands:
    """A `Runner` for the tool `command`. `place`: the allow-list."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def check(self, automation: Automation) -> None:
        """Refused where the allow-list of this host does not cover exactly this."""
        self._decide(automation)

    def fingerprint(self, automation: Automation) -> str:
        """The program, what stands in it, and the variables that it is given with their values."""
        command = self._decide(automation)
        parts = [str(command.path), str(command.file), content(command.file), sorted(_handed(command).items())]
        return sha256(json.dumps(parts).encode()).hexdigest()  # as JSON: no two lists of parts look the same

    def run(self, automation: Automation, heard: Heard, stop: threading.Event) -> Ran:
        """Run it; `expect` is the exit codes that pass, such as `0` (the default) or `0, 1`."""
        command = self._decide(automation)
        return carry_out(
            [str(command.file), *automation.args[1:]],
            _handed(command),
            automation.timeout.total_seconds(),
            heard,
            stop,
            known_as=str(command.path),
            passes=_codes(automation.expect),
        )

    def listing(self) -> list[Line]:
        """Every command of the list, by name. Refused where the whole list cannot be used; [] where there is none."""
        found = load(self._place)
        lines = [Line(each.name, str(each.path)) for each in found.allowed.values()]
        lines += [Line(one_line(each.name, 60), "", each.why, each.hint) for each in found.barred.values()]
        return sorted(lines, key=lambda line: line.name)

    def _decide(self, automation: Automation) -> Allowed:
        if automation.tool != "command":
            raise Refused(f"“{automation.tool}” is not a command.")
        if not automation.args:
            raise Invalid("The step says no command.", hint="Give the program and its arguments as a list.")
        allowed = load(self._place)
        command = _find(allowed, automation.args[0])
        _check_arguments(command, automation.args[1:])
        _codes(automation.expect)
        return command


def _handed(command: Allowed) -> dict[str, str]:
    return {name: os.environ[name] for name in command.environment if name in os.environ}


def _find(allowed: AllowList, name: str) -> Allowed:
    if "/" in name:
        raise Refused(
            f"“{one_line(name, 60)}” is a path; a runbook names a command of this host's allow-list.",
            hint=f"Give its name alone. Where it lies is said in {allowed.place}.",
        )
    return allowed.find(name)


def _check_arguments(command: Allowed, arguments: tuple[str, ...]) -> None:
    for each in arguments:
        if _CONTROL.search(each):
            raise Refused(
                f"An argument of {command.name} holds a control character: “{one_line(each, 60)}”.",
                hint="Take it out of the runbook, or of the value that was filled in.",
            )
        if command.arguments is not None and not any(re.fullmatch(one, each) for one in command.arguments):
            raise Refused(
                f"This host does not allow {command.name} with the argument “{one_line(each, 60)}”.",
                hint="What it allows stands in “arguments” of the allow-list.",
            )
    if sum(len(each.encode()) for each in arguments) > LONGEST:
        raise Refused(f"The arguments of {command.name} are longer than {LONGEST // 1024} KiB.", hint="Shorten them.")


def _codes(expect: str) -> tuple[int, ...]:
    if not expect.strip():
        return (0,)
    if not _CODES.fullmatch(expect.strip()):
        raise Invalid(
            f"“{one_line(expect, 60)}” is not what a command can be expected to end with.",
            hint="Give its exit code, or several: 0, 1",
        )
    return tuple(int(code) for code in expect.split(","))
