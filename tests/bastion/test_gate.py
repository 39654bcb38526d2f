"""What an SSH client may ask for: the list of what is allowed, and nothing else, whatever the text is."""

import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.cli import gate, main, options
from warroom.cli.verbs import VERBS
from warroom.domain.errors import Refused
from warroom.playbook import samples

PATHS = [path for verb in VERBS for path in main.load(verb)]
_SAMPLES = {str(samples.scenario("expired-certificate").parent)}
"""The one folder that is looked into: which scenarios came with warroom."""
_REACHING = ("open", "os.listdir", "os.scandir", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")
_OPENED: list[str] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _OPENED is not None and event in _REACHING:
        _OPENED.append(str(arguments[0]))


sys.addaudithook(_hear)


@contextlib.contextmanager
def opened() -> Iterator[list[str]]:
    """Every file that is opened and every program that is begun meanwhile."""
    global _OPENED  # an audit hook cannot be taken away again
    found: list[str] = []
    _OPENED = found
    try:
        yield found
    finally:
        _OPENED = None


@pytest.mark.parametrize("path", PATHS)
def test_each_action_is_on_one_list_and_on_one_only(path: str) -> None:
    of_the_host = path in gate.HOST or path.partition(" ")[0] in gate.HOST
    assert gate.allowed(path) != of_the_host, "a new action: is it for people who come in by a key, or the host's own?"


def test_the_lists_name_nothing_that_is_not_there() -> None:
    assert set(VERBS) >= gate.WHOLE
    assert set(PATHS) >= gate.PARTS
    assert {*VERBS, *PATHS} >= gate.HOST


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", ["join"]),
        ("  ", ["join"]),
        ("warroom", ["join"]),
        ("status --json", ["status", "--json"]),
        ("warroom status", ["status"]),
        ("note 4 'it is; $(id) `id` | sh'", ["note", "4", "it is; $(id) `id` | sh"]),
        ("note 4 -", ["note", "4", "-"]),
        ("step done 1.2 --note -", ["step", "done", "1.2", "--note", "-"]),
        ("runbook attach 4 disk-full", ["runbook", "attach", "4", "disk-full"]),
        ("drill start expired-certificate", ["drill", "start", "expired-certificate"]),
        ("oncall export -", ["oncall", "export", "-"]),
        ("help", ["help"]),
        ("step --help", ["step", "--help"]),
        ("engine --help", ["engine", "--help"]),
        ("--version", ["--version"]),
    ],
)
def test_what_is_allowed_goes_on_as_it_is(asked: str, words: list[str]) -> None:
    assert gate.words_of(asked) == words


HOSTILE = (
    *("/bin/sh", "sh -i", "bash -c id", "env", "python3 -c 1", "scp -t /", "scp -f /etc/passwd", "sftp-server"),
    *("internal-sftp", "rsync --server . /", "git-upload-pack /", "warroom warroom status", "--", "-c id", "'' status"),
    *("engine", "engine --child", "serve", "serve --bind 0.0.0.0:1", "config show", "demo", "practice", "init"),
    *("bastion session --person bo --key x", "bastion setup --out /tmp/x", "db status", "checkpoint --to /tmp/x"),
    *("status --db /tmp/x", "--db=/tmp/x status", "--db", "status --as bo", "--as=bo status", "status --db"),
    *(
        "evidence 4 /etc/passwd",
        "import /etc/passwd",
        "playbook publish /etc",
        "playbook lint /etc",
        "runbook import /",
    ),
    *(
        "runbook lint /etc",
        "runbook show /etc/x.md",
        "runbook show ~/x.yaml",
        "runbook show x.YAML",
        "runbook show a/b",
    ),
    *(
        "runbook attach 4 ../x.yml",
        "runbook attach 4 x.md#Disk",
        "runbook attach 4 .ssh",
        "runbook attach 4 x.Markdown",
    ),
    *("runbook feedback 4 --file /etc/passwd", "runbook feedback 4 --to /tmp/x", "drill lint /etc/passwd"),
    *(
        "drill start /etc/x.yaml",
        "drill start x.yaml",
        "drill schedule /etc/x.yaml --at tomorrow",
        "drill generate 4 /x",
    ),
    *("export 4 /tmp/x", "verify /etc/passwd", "verify --signers /etc/passwd", "verify --checkpoints /etc/passwd"),
    *("oncall import /etc/x.ics --into absences", "oncall export /tmp/x", "drill scheduled --ical /tmp/x"),
    *("oncall test-page bo", "doctor --ci /etc", "status; id", "status && id", "status $(id)", "status > /tmp/x"),
    *('status "', "status '", "status \\", "a" * 70_000),
)


@pytest.mark.parametrize("asked", HOSTILE)
def test_everything_else_is_refused_in_a_sentence(asked: str) -> None:
    with pytest.raises(Refused) as caught:
        gate.words_of(asked)
    assert caught.value.message.endswith(".")


_WORDS = st.sampled_from(
    [
        *VERBS,
        *(word for path in PATHS for word in path.split()),
        *("--db", "--as", "--db=/x", "--json", "--help", "--", "/etc/passwd", "~/x.md", "../x.yaml", "-", "4", "INC-4"),
        *("--file", "--to", "--key", "--out", "--ci", "--ical", "--because", "--yes", "--scheduled"),
    ]
)
_ASKED = st.lists(_WORDS | st.text(max_size=12), max_size=7)


@given(_ASKED.map(shlex.join) | _ASKED.map(" ".join) | st.text())
def test_whatever_is_asked_for_is_refused_or_on_the_list_and_no_file_is_named(asked: str) -> None:
    for verb in VERBS:
        main.load(verb)
    with opened() as found:
        try:
            words = gate.words_of(asked)
        except Refused:
            words = []
    assert set(found) <= _SAMPLES
    split = main.split(words)
    assert not split.values
    assert not split.lacking
    if not split.rest or split.switches & {"--help", "--version"} or split.rest[0] == "help":
        return
    verb = split.rest[0]
    path, rest = options.action_of(verb, main.load(verb), split.rest[1:])
    assert gate.allowed(path)
    values = options.parse(path, main.load(verb)[path], rest)
    for arg in main.load(verb)[path].args:
        given = values.get(arg.key)
        for value in given if isinstance(given, list) else [given]:
            assert not (arg.path and isinstance(value, str) and ("/" in value or Path(value).suffix)), words
