"""A runbook as its file has it: phases and steps, what a gate waits for, what a step runs, what has to be filled in.

Values only: nothing here knows an incident. What became of a step stands in `checklist`; a step is named `2.3`
(phase.step), one of a step's own checklist `2.3.1`.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

import msgspec

from warroom.domain.errors import Invalid

Kind = Literal["do", "read", "check", "inform", "escalate", "decide", "rollback", "gate"]
Tool = Literal["command", "http", "dns", "tls", "tcp", "disk", "load", "journal", "deploys", "postgres"]
ParameterKind = Literal["word", "text", "number", "choice"]

LONGEST_VALUE = 200
"Characters of a parameter's value."
TIMEOUT = timedelta(seconds=30)
"How long an automated step may take where its runbook does not say."
LONGEST_TIMEOUT = timedelta(hours=1)

_PLACE = re.compile(r"<([A-Za-z][A-Za-z0-9 _.-]{0,39})>")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@%+=-]*", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,9})?", re.ASCII)


class Gate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a gate waits for; all of it must hold.

    `steps`: ids (or names) of steps that must be done; `healthy`: services that must be operational; `dependencies`:
    so must everything be that the incident's services need; `approvals`: how many people must have approved; `roles`:
    role ids that somebody must hold.
    """

    steps: tuple[str, ...] = ()
    healthy: tuple[str, ...] = ()
    dependencies: bool = False
    approvals: int = 0
    roles: tuple[str, ...] = ()


class Automation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a step runs: a command as a list of arguments, never a shell's line, or a built-in diagnostic.

    `args`: for `command` the program and its arguments; for the others their one target (a URL, a host, `host:port`, a
    path, a unit, a service of the libpq service file). `expect`: what passes, in the tool's own terms; "" = its
    default. `dangerous`: a second person must approve exactly what will run.
    """

    tool: Tool
    args: tuple[str, ...] = ()
    expect: str = ""
    timeout: timedelta = TIMEOUT
    dangerous: bool = False

    @property
    def shown(self) -> str:
        """What runs, on one line for people, so quoted that no two lists of arguments look the same."""
        rest = shlex.join(self.args) + (f" (expect {self.expect})" if self.expect else "")
        return rest if self.tool == "command" else f"{self.tool} {rest}".strip()


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something to fill in once: `<name>` in any text of the runbook stands for its value.

    `kind`: `word` (one word of letters, digits and ._/:@%+=-), `text` (one line), `number`, or one of `choices`.
    """

    name: str
    help: str = ""
    kind: ParameterKind = "word"
    choices: tuple[str, ...] = ()
    default: str = ""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step.

    `name`: what gates call it; `inform`: audiences; `who`: a role id; `to`: whom an escalation goes to (a person, a
    team, a field of expertise, `rung 2`); `expected`: how long it should take; `command`: shown and copied, never run;
    `run`: what it runs; `steps`: its own checklist, one level deep.
    """

    title: str
    kind: Kind = "do"
    detail: str = ""
    command: str = ""
    inform: tuple[str, ...] = ()
    expected: timedelta | None = None
    who: str | None = None
    name: str = ""
    to: str = ""
    gate: Gate | None = None
    run: Automation | None = None
    steps: tuple["Step", ...] = ()


class Phase(msgspec.Struct, frozen=True):
    """A named group of steps."""

    name: str
    steps: tuple[Step, ...]


class Runbook(msgspec.Struct, frozen=True, omit_defaults=True):
    """A runbook. `reviewed` is the day somebody last read it for truth.

    `alerts`: names of alerts that it is for; `source`: the file that it came from, with a `#part` where a file holds
    several; `parameters`: what has to be filled in.
    """

    name: str
    title: str
    symptom: str = ""
    summary: str = ""
    owner: str = ""
    reviewed: date | None = None
    services: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    alerts: tuple[str, ...] = ()
    source: str = ""
    parameters: tuple[Parameter, ...] = ()

    @property
    def size(self) -> int:
        """How many steps there are, with those of steps' own checklists."""
        return sum(1 for _ in walk(self))

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((each for each in self.parameters if each.name == name), None)


def walk(runbook: Runbook) -> Iterator[tuple[str, Step]]:
    """Every step with its id, in order: `2.3`, then those of its own checklist, `2.3.1`."""
    for p, phase in enumerate(runbook.phases, 1):
        for s, step in enumerate(phase.steps, 1):
            yield f"{p}.{s}", step
            yield from ((f"{p}.{s}.{n}", each) for n, each in enumerate(step.steps, 1))


def digest(value: Runbook | Automation) -> str:
    """The SHA-256 of a value's canonical JSON, in hexadecimal: what an approval binds to."""
    return sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def placeholders(text: str) -> list[str]:
    """The names of the places in a text that look like `<name>`, each once, in order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with `<name>` replaced where a value is known. A value is never searched for places itself."""
    return _PLACE.sub(lambda found: values.get(found.group(1), found.group()), text)


def missing(automation: Automation, runbook: Runbook, values: Mapping[str, str]) -> list[str]:
    """The runbook's parameters that an automation needs and that have no value yet."""
    known = {each.name for each in runbook.parameters}
    wanted = (name for arg in (*automation.args, automation.expect) for name in placeholders(arg))
    return [name for name in dict.fromkeys(wanted) if name in known and name not in values]


def filled(automation: Automation, values: Mapping[str, str]) -> Automation:
    """The automation with every value in its place, to be shown. A value stays inside its one argument."""
    args = tuple(fill(arg, values) for arg in automation.args)
    return msgspec.structs.replace(automation, args=args, expect=fill(automation.expect, values))


def rendered(automation: Automation, values: Mapping[str, str]) -> Automation:
    """The automation as it may run. Invalid where an argument would become an option by its value (`-oProxy…`)."""
    found = filled(automation, values)
    for before, after in zip(automation.args, found.args, strict=True):
        if after.startswith("-") and not before.startswith("-"):
            raise Invalid(f"“{after[:60]}” would be read as an option.", hint="Give a value without a leading hyphen.")
    return found


def is_word(value: str) -> bool:
    """Whether a value is one word to a shell, too, whatever stands around it."""
    return bool(_WORD.fullmatch(value))


def read_value(parameter: Parameter, text: str) -> str:
    """What somebody typed for a parameter, checked; Invalid says what fits."""
    value = text.strip()
    what = f"<{parameter.name}>"
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise Invalid(f"{what} needs one line of at most {LONGEST_VALUE} characters.")
    if value.startswith("-") and parameter.kind != "number":
        raise Invalid(f"{what} must not begin with a hyphen: a command would take it for an option.")
    match parameter.kind:
        case "word" if not is_word(value):
            raise Invalid(f"{what} is one word; “{value}” is none.", hint="Letters, digits and ._/:@%+=- are fine.")
        case "number" if not _NUMBER.fullmatch(value):
            raise Invalid(f"{what} is a number; “{value}” is none.")
        case "choice" if value not in parameter.choices:
            raise Invalid(f"{what} is none of those: “{value}”.", hint=f"There is: {', '.join(parameter.choices)}.")
        case _:
            return value
