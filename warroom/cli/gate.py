"""What may be asked of warroom from afar, through a key: a list of what is allowed, and nothing that names a file.

The list is kept beside `verbs`: an action that stands on neither list fails a test, and is refused until then.
"""

import re
import shlex
from collections.abc import Mapping

from warroom.cli import main, options
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.verbs import VERBS
from warroom.domain.errors import Refused
from warroom.domain.text import one_line

WHOLE = frozenset(
    {
        *("join", "list", "status", "show", "follow", "replay", "bookmark", "declare", "ack", "page", "escalate"),
        *("milestone", "sev", "role", "step", "service", "note", "decide", "correct", "redact", "undo", "break-glass"),
        *("resolve", "close", "reopen", "doctor", "simulate", "permissions", "severities", "glossary", "export"),
        "verify",
    }
)
"Verbs of which every action is allowed, with whatever names no file."
PARTS = frozenset(
    {
        *("oncall now", "oncall calendar", "oncall list", "oncall export", "oncall override", "oncall take"),
        *("oncall swap", "oncall away", "oncall back", "oncall drop", "oncall withdraw"),
        *("runbook attach", "runbook fill", "runbook list", "runbook show", "runbook suggest"),
        *("drill start", "drill status", "drill list", "drill schedule", "drill scheduled", "drill cancel"),
        *("drill abort", "drill inject", "drill skip", "drill delay", "drill end", "drill note"),
        *("drill report", "drill compare", "drill trend", "drill coverage", "drill ladder", "drill generate"),
        "playbook show",
    }
)
"Actions of other verbs that are allowed as well."
HOST = frozenset(
    {
        *("demo", "practice", "init", "import", "config", "engine", "serve", "checkpoint", "evidence", "bastion", "db"),
        *("backup", "restore"),
        *("playbook publish", "playbook lint", "playbook diff", "playbook import-schedules"),
        *("runbook import", "runbook lint", "runbook feedback", "drill lint"),
        *("oncall import", "oncall test-page", "oncall confirm"),
    }
)
"Verbs and actions that are this host's own: they read and write its files, use its secrets, or begin programs."
_LONGEST = 64 * 1024
_OF_THE_PROGRAM = ("--db", "--as")
_RUNBOOK = re.compile(r"(?!.*\.(yaml|yml|md|markdown)$)[A-Z0-9][A-Z0-9 _:+.-]{0,127}", re.IGNORECASE)
_SCENARIO = "SCENARIO"


def words_of(asked: str) -> list[str]:
    """The words for warroom in what an SSH client asked for (SSH_ORIGINAL_COMMAND). Refused where they are not allowed.

    Without any, they open the console. No shell ever sees them.
    """
    if len(asked) > _LONGEST:
        raise Refused("That is too long.")
    try:
        words = shlex.split(asked)
    except ValueError:
        raise Usage(
            "A quotation mark is missing.", hint="Quote twice: once for your own shell, once for here."
        ) from None
    if words[:1] == ["warroom"]:
        del words[0]
    if not words:
        return ["join"]
    found = main.split(words)
    for name in (*found.values, found.lacking):
        if name in _OF_THE_PROGRAM:
            raise Refused(f"{name} is not for sessions by a key: the key says who you are, and the account where.")
    if "--version" not in found.switches:
        _check(found)
    return words


def _check(found: "main.Words") -> None:
    """Refuse what is not on the list, or names a file."""
    rest = found.rest[1:] if found.rest[:1] == ["help"] else found.rest
    if not rest:
        if "--help" in found.switches or found.rest:
            return
        raise Usage("Say what to do.", hint="Try: help")
    verb = rest[0]
    if verb not in VERBS:
        raise options.unknown_verb(verb) if not verb.startswith("-") else options.unknown_option("", verb, ())
    if "--help" in found.switches or found.rest[0] == "help":
        return
    actions = main.load(verb)
    path, others = options.action_of(verb, actions, rest[1:])
    if not allowed(path):
        raise Refused(
            f"“{path}” is not for sessions by a key.", hint="Run it on a host of yours, or on this one itself."
        )
    _check_values(path, actions[path], options.parse(path, actions[path], others))


def allowed(path: str) -> bool:
    """Whether an action may be asked for from afar, by its path (`step done`)."""
    return path.partition(" ")[0] in WHOLE or path in PARTS


def _check_values(path: str, action: Action, values: Values) -> None:
    for arg in action.args:
        given = values.get(arg.key)
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, str) and not _harmless(path, arg, value):
                shown = one_line(value, 60)
                raise Refused(
                    f"{arg.name}: “{shown}” names a file, which is not for sessions by a key.", hint=_instead(path, arg)
                )


def _harmless(path: str, arg: Arg, value: str) -> bool:
    """Whether a value can name no file of this host."""
    if arg.name == _SCENARIO:
        from warroom.playbook.samples import scenarios

        return value in scenarios()
    if not arg.path:
        return True
    if path in ("runbook attach", "runbook show"):
        return _RUNBOOK.fullmatch(value) is not None
    return value == "-" and path in ("oncall export", "drill scheduled")


def _instead(path: str, arg: Arg) -> str:
    hints: Mapping[str, str] = {
        "runbook attach": "Name a runbook that warroom runbook list shows.",
        "runbook show": "Name a runbook that warroom runbook list shows.",
        "drill start": "Name one of the scenarios that came with warroom.",
        "drill schedule": "Name one of the scenarios that came with warroom.",
    }
    return hints.get(path, f"Leave {arg.name} out.")
