"""Words to values: what a verb takes, as data, and the parser made of it.

The options of the room's commands are derived from its registry (`acts`), so a parameter added there appears here, in
the help and in the documents.
"""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import msgspec

from warroom.cli.verbs import VERBS
from warroom.domain.errors import Refused

if TYPE_CHECKING:
    from warroom.cli.session import Session

INCIDENT_HELP = "INC-4, 4 or a UUID; may be left out while exactly one incident is open"
_NEGATIVE = re.compile(r"-\d", re.ASCII)


class Usage(Refused):
    """The words make no sense as they stand. Nothing was done."""

    code = "usage"


class Arg(msgspec.Struct, frozen=True):
    """One argument: `--note` is an option, `STEP` a word in its place. `dest`: its key among the values.

    `path`: its value is a file's name, which need not be text. `several`: it may be given more than once; as a word,
    it must be there once at least.
    """

    name: str
    help: str
    dest: str = ""
    kind: Literal["text", "flag"] = "text"
    required: bool = True
    several: bool = False
    path: bool = False

    @property
    def key(self) -> str:
        """Where its value is found."""
        return self.dest or self.name.removeprefix("--").replace("-", "_").lower()

    @property
    def option(self) -> bool:
        """Whether it is an option."""
        return self.name.startswith("--")

    @property
    def usage(self) -> str:
        """As it stands in a line of usage."""
        text = f"{self.name} {self.value}" if self.option and self.kind != "flag" else self.name
        text = text if self.required else f"[{text}]"
        return f"{text} …" if self.several else text

    @property
    def value(self) -> str:
        """What stands for an option's value in the help."""
        return self.name.rpartition("-")[2].upper()


Values = Mapping[str, Any]


class Action(msgspec.Struct, frozen=True):
    """One thing a verb does. `incident`: it is done to one, named by its first word."""

    help: str
    run: "Callable[[Session, Values], int]"
    args: tuple[Arg, ...] = ()
    incident: bool = False


class Parser(argparse.ArgumentParser):
    """argparse, but mistakes are refusals."""

    def error(self, message: str) -> NoReturn:
        lead, _, missing = message.partition("are required: ")
        text = f"{missing} is missing" if missing else lead.removeprefix("argument ")
        raise Usage(f"{self.prog}: {text}.", hint=f"Usage: {self.usage}")


def usage(path: str, action: Action) -> str:
    """`warroom step [INC] done STEP [--note NOTE]`."""
    verb, _, rest = path.partition(" ")
    words = ["warroom", verb, "[INC]" if action.incident else "", rest, *(arg.usage for arg in action.args)]
    return " ".join(filter(None, words))


def parser(path: str, action: Action) -> Parser:
    """The parser of one action."""
    made = Parser(
        prog=f"warroom {path}",
        usage=usage(path, action),
        description=f"{action.help[0].upper()}{action.help[1:]}.",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28),
        add_help=False,
        allow_abbrev=False,
    )
    # Newer versions of argparse would colour the help.
    made.__dict__["color"] = False
    if action.incident:
        made.add_argument("incident", metavar="INC", nargs="?", help=INCIDENT_HELP)
    for arg in action.args:
        _add(made, arg)
    return made


def _add(made: Parser, arg: Arg) -> None:
    help = arg.help.replace("%", "%%")
    if not arg.option:
        many = ("+" if arg.required else "*") if arg.several else (None if arg.required else "?")
        made.add_argument(arg.key, metavar=arg.name, nargs=many, help=help)
    elif arg.kind == "flag":
        made.add_argument(arg.name, dest=arg.key, action="store_true", help=help)
    else:
        how: Any = "append" if arg.several else "store"
        made.add_argument(arg.name, dest=arg.key, action=how, metavar=arg.value, required=arg.required, help=help)


def parse(path: str, action: Action, words: Sequence[str]) -> Values:
    """The values that an action is called with. Usage where the words do not fit."""
    made = parser(path, action)
    found, rest = made.parse_known_intermixed_args(joined(words, valued(action.args)))
    for word in rest:
        if word.startswith("--") and word != "--":
            raise unknown_option(path, word, action.args)
    if negative := next((word for word in rest if _NEGATIVE.match(word)), None):
        raise Usage(
            f"{made.prog}: “{negative}” is negative, which a span cannot be.",
            hint="Say it without the sign; a time ago follows its option: --at -5m.",
        )
    if rest:
        extra = " ".join(rest)
        raise Usage(f"{made.prog}: “{extra}” is too much.", hint="A text of several words needs quotes around it.")
    values = {key: value for key, value in vars(found).items() if value is not None and value is not False}
    for arg in action.args:
        if not arg.path:
            _check_text(made.prog, arg, values.get(arg.key))
    return values


def unknown_option(path: str, word: str, args: Iterable[Arg]) -> Usage:
    """The refusal of an option that is not there, with the likeliest one."""
    name = word.partition("=")[0]
    known = [arg.name for arg in args if arg.option] + ["--db", "--as", "--json", "--ascii", "--help"]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    where = f"warroom {path}".strip()
    hint = f"Did you mean {near[0]}?" if near else f"There is: {', '.join(known)}."
    return Usage(f"{where} has no option {name}.", hint=hint)


def unknown_verb(word: str) -> Usage:
    """The refusal of a verb that is not there, with the likeliest one."""
    near = get_close_matches(word.lower(), list(VERBS), n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(near)}?" if near else "Run: warroom --help"
    return Usage(f"“{word}” is nothing that warroom does.", hint=hint)


def valued(args: Iterable[Arg]) -> frozenset[str]:
    """The options that take a value."""
    return frozenset(arg.name for arg in args if arg.option and arg.kind != "flag")


def joined(words: Sequence[str], options: frozenset[str]) -> list[str]:
    """`--at -5m` as `--at=-5m`: argparse takes a value that begins with a hyphen for an option."""
    found: list[str] = []
    waiting = iter(words)
    for word in waiting:
        found.append(word)
        if word == "--":
            return [*found, *waiting]
        if word in options and (value := next(waiting, "")):
            found[-1:] = [word, value] if value.startswith("--") else [f"{word}={value}"]
    return found


def action_of(verb: str, actions: Mapping[str, Action], words: Sequence[str]) -> tuple[str, list[str]]:
    """Which action of a verb is meant, by its path (`step done`), and the words without its name."""
    names = {path.partition(" ")[2]: path for path in actions}
    if "" in names and len(names) == 1:
        return names[""], list(words)
    options = frozenset().union(*(valued(action.args) for action in actions.values()))
    places = list(_plain(words, options))[:2]
    for place in places:
        if words[place] in names:
            return names[words[place]], [*words[:place], *words[place + 1 :]]
    if "" in names:
        return names[""], list(words)
    known = ", ".join(names)
    near = [match for place in places for match in get_close_matches(words[place].lower(), list(names), n=1)]
    hint = f"Did you mean {near[0]}?" if near else f"There is: {known}."
    raise Usage(f"warroom {verb}: say what to do.", hint=hint)


def _plain(words: Sequence[str], options: frozenset[str]) -> Iterable[int]:
    """Where the words stand that are neither options nor their values."""
    skip = False
    for place, word in enumerate(words):
        if skip or word.startswith("--"):
            skip = not skip and word in options
        else:
            yield place


def _check_text(prog: str, arg: Arg, value: object) -> None:
    """Bytes that are no UTF-8 arrive as halves of characters, which nothing further on can keep."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise Usage(f"{prog}: {arg.name} is not UTF-8.", hint="Type it again.")
