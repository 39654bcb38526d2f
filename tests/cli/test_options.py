"""Words to values."""

import pytest

from tests.cli.shell import Shell
from warroom.cli import main, options
from warroom.cli.options import Usage, Values
from warroom.cli.verbs import GROUPS, VERBS
from warroom.room import commands


def parsed(*words: str) -> tuple[str, Values]:
    """Which action the words mean, and the values for it."""
    actions = main.load(words[0])
    path, rest = options.action_of(words[0], actions, words[1:])
    return path, options.parse(path, actions[path], rest)


@pytest.mark.parametrize(
    ("words", "path", "values"),
    [
        (("ack",), "ack", {}),
        (("ack", "INC-4"), "ack", {"incident": "INC-4"}),
        (("note", "x"), "note", {"text": "x"}),
        (("note", "4", "x"), "note", {"incident": "4", "text": "x"}),
        (("note", "4", "--at", "-5m", "x"), "note", {"incident": "4", "at": "-5m", "text": "x"}),
        (("note", "--at", "-5m", "4", "x"), "note", {"incident": "4", "at": "-5m", "text": "x"}),
        (("note", "--at=-5m", "x"), "note", {"at": "-5m", "text": "x"}),
        (("note", "4", "-5 % drop"), "note", {"incident": "4", "text": "-5 % drop"}),
        (("note", "4", "--", "--at"), "note", {"incident": "4", "text": "--at"}),
        (("note", "-"), "note", {"text": "-"}),
        (("step", "4", "done", "1.2"), "step done", {"incident": "4", "step": "1.2"}),
        (("step", "done", "1.2", "--note", "done"), "step done", {"step": "1.2", "note": "done"}),
        (("step", "--note", "skip", "4", "done", "1.2"), "step done", {"incident": "4", "step": "1.2", "note": "skip"}),
        (("step", "note", "1.2", "done"), "step note", {"step": "1.2", "text": "done"}),
        (("role", "take", "ic"), "role take", {"role": "ic"}),
        (("role", "4", "take", "ic", "--force"), "role take", {"incident": "4", "role": "ic", "force": True}),
        (("sev", "2", "--because", "x"), "sev", {"level": "2", "because": "x"}),
        (("sev", "1", "2", "--because", "x"), "sev", {"incident": "1", "level": "2", "because": "x"}),
        (("service", "web", "degraded"), "service", {"service": "web", "health": "degraded"}),
        (("service", "4", "health", "web", "degraded"), "service health",
         {"incident": "4", "service": "web", "health": "degraded"}),
        (("service", "show", "web"), "service show", {"name": "web"}),
        (("declare", "x", "--service", "a", "--service", "b"), "declare", {"title": "x", "services": ["a", "b"]}),
        (("import", "a", "b"), "import", {"file": ["a", "b"]}),
        (("join",), "join", {}),
    ],
)  # fmt: skip
def test_words_are_understood(words: tuple[str, ...], path: str, values: dict[str, object]) -> None:
    assert parsed(*words) == (path, values)


@pytest.mark.parametrize(
    "words",
    [("note", "--at", "--json", "x"), ("note", "--at"), ("step",), ("import",), ("ack", "1", "2"), ("note", "x", "-q")],
)
def test_what_does_not_fit_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(Usage):
        parsed(*words)


@pytest.mark.parametrize(
    ("words", "rest", "switches", "values"),
    [
        (["--json", "list"], ["list"], {"--json"}, {}),
        (["list", "--db", "x"], ["list"], set(), {"--db": "x"}),
        (["--as=ana", "list", "-h"], ["list"], {"--help"}, {"--as": "ana"}),
        (["note", "--", "--json"], ["note", "--", "--json"], set(), {}),
    ],
)
def test_what_may_stand_anywhere_is_taken_out(
    words: list[str], rest: list[str], switches: set[str], values: dict[str, str]
) -> None:
    assert main.split(words) == (rest, switches, values, "")


def test_what_stands_after_two_hyphens_is_text(shell: Shell) -> None:
    shell.run("declare", "one")
    assert shell.run("note", "1", "--", "--json").out == "INC-1 2 --json\n"


def test_help_names_every_action_of_a_verb(shell: Shell) -> None:
    for words, sentence in (
        (("service", "--help"), "warroom service show NAME"),
        (("step", "--help"), "warroom step [INC] done STEP [--note NOTE]"),
        (("step", "skip", "--help"), "usage: warroom step [INC] skip STEP --because BECAUSE"),
        (("help", "declare"), "[--service SERVICE] …"),
    ):
        done = shell.run(*words)
        assert (done.code, sentence in done.out, "--db URL" in done.out) == (0, True, True), done


def test_every_verb_is_there_and_no_other() -> None:
    for verb in VERBS:
        assert main.load(verb), verb
    modules = {module for module, _ in VERBS.values()}
    found = {path.partition(" ")[0] for verb in VERBS for path in main.load(verb)}
    assert found == set(VERBS)
    assert sum(map(len, GROUPS.values())) == len(VERBS)
    assert len(modules) > 1


def test_every_command_of_the_room_can_be_given() -> None:
    offered = {command.name.replace(".", " ") for command in commands.ALL if not command.internal}
    paths = {path for verb in VERBS for path in main.load(verb)}
    assert offered - paths == set()


def test_every_parameter_of_every_command_has_an_argument() -> None:
    for command in commands.ALL:
        if not command.internal:
            path = command.name.replace(".", " ")
            keys = {arg.key for arg in main.load(path.partition(" ")[0])[path].args}
            assert {param.name for param in command.params} <= keys, path


def test_what_cannot_be_undone_asks_first() -> None:
    final = [command.name for command in commands.ALL if command.final]
    assert final
    for name in final:
        path = name.replace(".", " ")
        assert "yes" in {arg.key for arg in main.load(path.partition(" ")[0])[path].args}
