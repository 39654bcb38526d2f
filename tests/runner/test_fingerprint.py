"""What was approved is what runs: another program, or another setting, has another fingerprint."""

import os
import re
from pathlib import Path

import pytest

from tests.runner.conftest import Host
from tests.runner.programs import write_program
from warroom.domain.errors import Refused
from warroom.domain.runbook import Automation
from warroom.probes.probes import Probes
from warroom.runner import trusted
from warroom.runner.commands import Commands
from warroom.runner.supervised import carry_out
from warroom.runner.tools import Tools

STEP = Automation("command", ("site", "now"))
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return write_program(tmp_path / "rotate", "echo one")


@pytest.fixture
def commands(host: Host, program: Path) -> Commands:
    return host(f'[commands.site]\npath = "{program}"\nenvironment = ["SITE_TOKEN", "SITE_ZONE"]\n')


def test_it_is_the_same_while_nothing_changes(commands: Commands) -> None:
    found = commands.fingerprint(STEP)
    assert DIGEST.fullmatch(found)
    assert commands.fingerprint(STEP) == found


def test_another_content_is_another_program(commands: Commands, program: Path) -> None:
    before, times = commands.fingerprint(STEP), program.stat()
    write_program(program, "echo two")
    os.utime(program, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert commands.fingerprint(STEP) != before


def test_the_same_content_elsewhere_is_another_program(host: Host, program: Path) -> None:
    twin = write_program(program.with_name("twin"), "echo one")
    assert twin.read_bytes() == program.read_bytes()
    link = program.with_name("link")
    text = f'[commands]\nsite = "{link}"\n'
    link.symlink_to(program)
    before = host(text).fingerprint(STEP)
    link.unlink()
    link.symlink_to(twin)
    assert host(text).fingerprint(STEP) != before


def test_a_variable_that_is_handed_on_counts_with_its_value(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {commands.fingerprint(STEP)}
    for name, value in (("SITE_TOKEN", ""), ("SITE_TOKEN", "canary"), ("SITE_ZONE", "x")):
        monkeypatch.setenv(name, value)
        found.add(commands.fingerprint(STEP))
    assert len(found) == 4
    monkeypatch.setenv("OTHER", "x")
    assert commands.fingerprint(STEP) in found


@pytest.mark.parametrize(("largest", "error"), [(4, AssertionError), (trusted.LARGEST, PermissionError)])
def test_a_program_that_is_large_or_may_not_be_read_goes_by_what_the_file_system_says(
    commands: Commands, program: Path, monkeypatch: pytest.MonkeyPatch, largest: int, error: type[Exception]
) -> None:
    def unread(*_: object) -> None:
        raise error

    monkeypatch.setattr(trusted, "LARGEST", largest)
    monkeypatch.setattr(trusted, "file_digest", unread)
    before = commands.fingerprint(STEP)
    assert commands.fingerprint(STEP) == before
    os.utime(program, ns=(1, 1))
    assert commands.fingerprint(STEP) != before


def test_what_the_host_will_not_run_has_none(commands: Commands, program: Path) -> None:
    for step in (Automation("command", ("other",)), Automation("command", ("/bin/true",)), Automation("command")):
        with pytest.raises(Refused) as checked:
            commands.check(step)
        with pytest.raises(Refused) as asked:
            commands.fingerprint(step)
        assert (asked.value.message, asked.value.hint) == (checked.value.message, checked.value.hint)
    program.chmod(0o777)
    with pytest.raises(Refused, match="can be changed by other users"):
        commands.fingerprint(STEP)


def test_a_diagnostic_has_one_of_its_own_and_refuses_as_always(commands: Commands) -> None:
    tools = Tools(commands, Probes(carry_out))
    load, disk = (tools.fingerprint(Automation("load")), tools.fingerprint(Automation("disk", ("/",))))
    assert DIGEST.fullmatch(load)
    assert load != disk
    assert tools.fingerprint(Automation("disk", ("/tmp",))) == disk
    assert tools.fingerprint(STEP) == commands.fingerprint(STEP)
    with pytest.raises(Refused, match="always that of this host"):
        tools.fingerprint(Automation("load", ("x",)))
