"""The command line: words -> verb -> action -> exit code. Only what the verb needs is ever imported."""

import contextlib
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from warroom.cli import verbs
from warroom.cli.out import Out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from warroom.cli.fronts import Fronts
    from warroom.cli.options import Action
    from warroom.cli.session import Session
    from warroom.settings import Settings

_SWITCHES = ("--json", "--ascii", "--help", "-h", "--version")
_VALUES = ("--db", "--as")

REFUSED, USAGE, UNAVAILABLE, INTERNAL, INTERRUPTED, UNREAD = 1, 2, 3, 70, 130, 141
"Exit codes, beside 0. `verify` has its own: 1 broken, 2 cannot be verified."


class Words(NamedTuple):
    """The words, with what may stand anywhere taken out: switches that are on, values by name."""

    rest: list[str]
    switches: set[str]
    values: dict[str, str]
    lacking: str = ""


def run(words: Sequence[str], fronts: "Fronts", settings: "Settings | None" = None) -> int:
    """Do what the words say. Every mistake and every failure ends here, in a sentence and an exit code.

    `settings`: those in force, whatever the words say of database and person; None = they are looked for.
    """
    out = Out()
    try:
        try:
            found = split(words)
            out.json, out.ascii = "--json" in found.switches, "--ascii" in found.switches
            code = _run(found, out, fronts, settings)
            out.flush()
            return code
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user
            from warroom.cli import failure

            return failure.tell(error, out)
    except BrokenPipeError:
        out.discard()
        return UNREAD


def split(words: Sequence[str]) -> Words:
    """Take out what may stand before or after the verb."""
    found = Words([], set(), {})
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if word == "--":
            found.rest.extend([word, *waiting])
        elif word in _SWITCHES:
            found.switches.add("--help" if word == "-h" else word)
        elif name in _VALUES:
            given = value if equals else next(waiting, "")
            if not given or (not equals and given.startswith("--")):
                return found._replace(lacking=name)
            found.values[name] = given
        else:
            found.rest.append(word)
    return found


def _run(words: Words, out: Out, fronts: "Fronts", settings: "Settings | None") -> int:
    if "--version" in words.switches:
        from importlib.metadata import PackageNotFoundError, version

        try:
            out.line(version("warroom"))
        except PackageNotFoundError:
            out.line("not installed; started from its source")
        return 0
    if words.lacking:
        from warroom.cli.options import Usage

        raise Usage(f"{words.lacking} needs a value.", hint="Run: warroom --help")
    if words.rest[:1] == ["help"]:
        words = words._replace(rest=words.rest[1:], switches=words.switches | {"--help"})
    if words.rest:
        return _act(words.rest[0], words.rest[1:], words, out, lambda: _session(words, out, fronts, settings))
    if "--help" in words.switches or not (sys.stdin.isatty() and sys.stdout.isatty()):
        out.text(verbs.overview())
        return 0
    session = _session(words, out, fronts, settings)
    return session.console(session.room(create=True), None, session.settings, "")


def _act(verb: str, rest: list[str], words: Words, out: Out, session: "Callable[[], Session]") -> int:
    from warroom.cli import options

    if verb.startswith("-"):
        raise options.unknown_option("", verb, ())
    if verb not in verbs.VERBS:
        raise options.unknown_verb(verb)
    actions = load(verb)
    if "--help" in words.switches:
        out.text(_help(verb, actions, rest))
        return 0
    path, rest = options.action_of(verb, actions, rest)
    values = options.parse(path, actions[path], rest)
    return actions[path].run(session(), values)


def load(verb: str) -> "Mapping[str, Action]":
    """The actions of a verb, by path: `ack`, or `step done`, `step skip`, …"""
    module = import_module(f"warroom.cli.{verbs.VERBS[verb][0]}")
    actions: Mapping[str, Action] = module.ACTIONS
    return {path: action for path, action in actions.items() if path.partition(" ")[0] == verb}


def _help(verb: str, actions: "Mapping[str, Action]", rest: list[str]) -> str:
    """The help of one action where one is named, else what there is."""
    from warroom.cli import options

    if rest or len(actions) == 1:
        with contextlib.suppress(options.Usage):
            path, _ = options.action_of(verb, actions, rest)
            return f"{options.parser(path, actions[path]).format_help()}\n{verbs.COMMON}"
    lines = [f"  {options.usage(path, action)}\n      {action.help}" for path, action in actions.items()]
    return "\n".join([f"warroom {verb}: {verbs.VERBS[verb][1]}", "", *lines, "", verbs.COMMON])


def _session(words: Words, out: Out, fronts: "Fronts", settings: "Settings | None") -> "Session":
    from warroom.cli.session import Session
    from warroom.settings import load as load_settings

    db, person = words.values.get("--db", ""), words.values.get("--as", "")
    loaded = settings or load_settings({"db": db, "person": person, "ascii": "--ascii" in words.switches})
    out.ascii = out.ascii or loaded.ascii
    return Session(loaded, out, fronts, db)
