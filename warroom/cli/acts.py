"""The room's commands on the command line: arguments, confirmation and answer, all derived from its registry."""

import sys
import uuid
from functools import partial
from pathlib import Path

from warroom.cli import engines
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain import services
from warroom.domain.errors import Invalid
from warroom.domain.timeline import Entry
from warroom.room import commands, views
from warroom.room.commands import Command, Param
from warroom.room.room import Outcome
from warroom.room.values import BIGGEST_EVIDENCE

_SPELT = {"severity": "--sev", "services": "--service", "content": "FILE", "runbook": "NAME"}
"Parameters that people know by another name."

_PAGES = ("declare", "page", "escalate", "sev", "reopen")
"After these somebody may rely on a page."

COMMAND_ID = Arg("--command-id", "an id of your own, a UUID: the same one again changes nothing", required=False)
_YES = Arg("--yes", "do it without asking", kind="flag", required=False)
_LARGEST_TEXT = 64 * 1024


def acts(prefix: str) -> dict[str, Action]:
    """The actions of every command of that name or group: `step` gives `step done`, `step skip`, …"""
    mine = (each for each in commands.ALL if not each.internal and each.name.partition(".")[0] == prefix)
    return {each.name.replace(".", " "): _action(each) for each in mine}


def _action(command: Command) -> Action:
    args = [_arg(param) for param in command.params]
    words = [arg for arg in args if not arg.option]
    options = [arg for arg in args if arg.option] + ([_YES] if command.final else []) + [COMMAND_ID]
    about = command.title[0].lower() + command.title[1:]
    return Action(about, partial(perform, command), (*words, *options), incident=command.name != "declare")


def _arg(param: Param) -> Arg:
    """What is required is a word in its place; reasons are always options, since they read better named."""
    name = _SPELT.get(param.name) or (param.name.upper() if param.required else f"--{param.name}")
    if param.name == "because":
        name = "--because"
    help = f"{param.help}; - reads it from stdin" if param.long and param.required else param.help
    return Arg(
        name,
        help,
        dest=param.name,
        kind="flag" if param.kind == "flag" else "text",
        required=param.required,
        several=param.kind == "names",
        path=param.kind in ("content", "runbook"),
    )


def command_id(values: Values) -> str:
    """The id that was given for the command, "" = none. Invalid where it is no UUID."""
    given = str(values.get("command_id", ""))
    try:
        return str(uuid.UUID(given)) if given else ""
    except ValueError:
        raise Invalid(f"--command-id: “{given[:60]}” is no UUID.") from None


def perform(command: Command, session: Session, values: Values) -> int:
    """Carry out a command and say what came of it."""
    out = session.out
    given = {param.name: values[param.name] for param in command.params if param.name in values}
    for param in command.params:
        if param.kind == "content":
            given |= {"content": _read(Path(given[param.name])), "name": Path(given[param.name]).name}
        elif param.long and given.get(param.name) == "-":
            given[param.name] = _stdin(session)
    room = session.room(create=command.name == "declare")
    incident = session.incident(values.get("incident")) if command.name != "declare" else None
    if command.final and not values.get("yes"):
        if not sys.stdin.isatty():
            raise Usage("This cannot be undone, and nobody is here to ask.", hint="Say --yes to do it all the same.")
        if not out.ask(f"{command.title}? This cannot be undone."):
            out.say("Nothing was done.")
            return 1
    outcome = room.do(command.name, incident, command_id=command_id(values), **given)
    room.store.ring()
    warnings = _warnings(outcome, given.get("services") or [given.get("service")])
    if command.name in _PAGES:
        warnings += engines.remark(session, outcome.incident)
    answer(session, command, outcome, warnings)
    return 0


def answer(session: Session, command: Command, outcome: Outcome, warnings: list[str]) -> None:
    """Say what came of a command: the entries that it made, or all of it as JSON."""
    out, incident = session.out, outcome.incident
    numbers = [fact.seq for fact in outcome.facts]
    entries: list[Entry] = [incident.timeline[number - 1] for number in numbers]
    if outcome.repeated:
        out.say("This was done before; nothing was changed.")
    if out.json:
        out.data(views.acted(outcome.state, entries, outcome.repeated) | {"warnings": warnings})
        return
    for warning in warnings:
        out.say(warning)
    if command.name == "declare":
        out.line(incident.name)
        out.say(f"Declared {entries[0].text}. To open the console: warroom join {incident.name}")
    else:
        for entry in entries:
            out.line(f"{incident.name} {entry.seq} {entry.text}")


def _warnings(outcome: Outcome, named: list[str | None]) -> list[str]:
    """A service that no catalogue knows is accepted, but it may be a slip of the finger."""
    catalogue = outcome.incident.services.catalogue or outcome.state.org.playbook.services
    known = [row.name for row in catalogue]
    ladder = outcome.incident.escalation.ladder
    by_service = ladder and any(target.kind == "service" for rung in ladder.rungs for target in rung.targets)
    unpaged = " No owner of it will be paged." if by_service else ""
    found = []
    for name in named:
        if name and services.resolve(catalogue, name) not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=3)
            also = f" (it has {', '.join(near)})" if near else ""
            found.append(f"The catalogue has no service “{name}”{also}; it was taken as it is.{unpaged}")
    return found


def _read(path: Path) -> bytes:
    """The bytes of a file that is to be kept, no more than are needed to see that it is too big."""
    try:
        if path.exists() and not path.is_file():
            raise Invalid(f"{path} is no ordinary file.")
        with path.open("rb") as file:
            return file.read(BIGGEST_EVIDENCE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise Invalid(f"{path} cannot be read: {reason}.") from None


def _stdin(session: Session) -> str:
    """A text from stdin. What is longer than any text may be is cut off; the rule then refuses it."""
    raw = sys.stdin.buffer.read(_LARGEST_TEXT)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        session.out.say("The text is not all UTF-8; what could not be read became �.")
        return raw.decode(errors="replace")
