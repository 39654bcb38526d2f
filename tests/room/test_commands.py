"""The registry: every command names exactly what its rule takes, so that every front end can be derived from it."""

import inspect

import pytest

from warroom.room import commands
from warroom.room.commands import Command

NAMES = [command.name for command in commands.ALL]


def test_names_are_unique_and_found() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(commands.find(name).name == name for name in NAMES)


@pytest.mark.parametrize("command", commands.ALL, ids=NAMES)
def test_a_command_names_what_its_rule_takes(command: Command) -> None:
    rule = inspect.signature(command.rule).parameters
    taken = {name for name in rule if name != "case"}
    named = {param.name for param in command.params}
    if "content" in named:
        named = named - {"content"} | {"digest", "size"}
    happened = {param.name for param in command.params if param.happened}
    assert named - taken <= happened, "a parameter that the rule does not take is the moment at which it happened"
    assert taken - named == set(command.besides)


@pytest.mark.parametrize("command", commands.ALL, ids=NAMES)
def test_a_command_requires_what_its_rule_requires(command: Command) -> None:
    rule = inspect.signature(command.rule).parameters
    for param in command.params:
        if param.name in rule:
            assert param.required == (rule[param.name].default is inspect.Parameter.empty), param.name
        assert param.help
        assert not (param.happened and param.kind != "moment")
    assert command.title[0].isupper()


def test_whoever_looks_at_who_is_here_says_so() -> None:
    looking = {command.name for command in commands.ALL if "case.present" in inspect.getsource(command.rule)}
    assert {command.name for command in commands.ALL if command.presence} == looking
