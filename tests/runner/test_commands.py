"""Only what the allow-list says runs, and what a runbook or a person wrote stays inside its one argument."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runner.conftest import Host
from tests.runner.programs import said, unheard, write_echo, write_program
from warroom.domain.errors import Invalid, Refused, Unknown
from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation
from warroom.runner.commands import Commands

# What would start another command, and what else a shell or a program would take for more than a text.
CORPUS = [
    "; touch /tmp/pwned",
    "| cat /etc/passwd",
    "&& reboot",
    "& reboot",
    "$(reboot)",
    "`reboot`",
    "${HOME}",
    "$HOME",
    "~",
    "~root",
    "-oProxyCommand=reboot",
    "--output=/etc/passwd",
    "--",
    "-",
    "@/etc/passwd",
    "> /etc/passwd",
    "< /etc/passwd",
    "%00",
    "%0a",
    "\\n",
    "\\",
    "\\\\'\"",
    "'",
    '"',
    "' or 1=1; --",
    '"; reboot; "',
    "*",
    "/etc/*",
    "?",
    "[a-z]*",
    "{a,b}",
    "!!",
    "#",
    " ",
    "",
    "a  b",
    "a=b",
    "PATH=/tmp",
    "../../etc/passwd",
    "<cluster>",
    "[red]markup[/]",
    "é✓🙂",
    "\u202e\u2066",
]


def command(*args: str, expect: str = "", seconds: float = 60) -> Automation:
    return Automation("command", args, expect=expect, timeout=timedelta(seconds=seconds))


def run(commands: Commands, *args: str, expect: str = "", seconds: float = 60) -> Ran:
    return commands.run(command(*args, expect=expect, seconds=seconds), unheard, threading.Event())


@pytest.fixture
def echo(host: Host, tmp_path: Path) -> Commands:
    """A host that allows one program, which prints its arguments as JSON."""
    return host(f'[commands]\necho = "{write_echo(tmp_path / "tell")}"\n')


# What runs.


@pytest.mark.parametrize("hostile", CORPUS)
def test_whatever_an_argument_holds_it_arrives_as_one_argument(echo: Commands, hostile: str) -> None:
    assert said(run(echo, "echo", "before", hostile, "after")) == ["before", hostile, "after"]


def test_a_host_can_be_given_the_whole_corpus_at_once(echo: Commands) -> None:
    assert said(run(echo, "echo", *CORPUS)) == CORPUS


@given(arguments=st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50), max_size=5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_argument_without_control_characters_arrives(echo: Commands, arguments: list[str]) -> None:
    assert said(run(echo, "echo", *arguments)) == arguments


@pytest.mark.parametrize("character", ["\0", "\n", "\r", "\t", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_an_argument_with_a_control_character_is_refused(echo: Commands, character: str) -> None:
    with pytest.raises(Refused, match="control character"):
        echo.check(command("echo", f"a{character}b"))
    with pytest.raises(Refused, match="control character"):
        run(echo, "echo", f"a{character}b")


def test_a_program_sees_itself_under_the_path_that_the_list_gives(host: Host, tmp_path: Path) -> None:
    real = write_program(tmp_path / "multi", "", "/bin/sh")
    (tmp_path / "single").symlink_to(real)
    commands = host(f'[commands]\none = "{tmp_path}/single"\n')
    assert run(commands, "one").says.startswith("single ended with 0 ")


def test_only_the_variables_that_the_list_names_are_handed_on(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KUBECONFIG", "WARROOM_DB", "PGPASSWORD"):
        monkeypatch.setenv(name, f"canary of {name}")
    program = write_program(tmp_path / "tell", "exec /usr/bin/env")
    entry = f'[commands.tell]\npath = "{program}"\nenvironment = ["KUBECONFIG", "NOT_SET"]\n'
    output = run(host(entry), "tell").output.decode()
    assert "KUBECONFIG=canary of KUBECONFIG\n" in output
    assert output.count("canary") == 1
    assert "NOT_SET" not in output


def test_expected_exit_codes_pass_and_no_others(host: Host, tmp_path: Path) -> None:
    commands = host(f'[commands]\nend = "{write_program(tmp_path / "end", "exit $1")}"\n')
    assert run(commands, "end", "0").outcome == "passed"
    assert run(commands, "end", "1").outcome == "failed"
    assert run(commands, "end", "1", expect="0, 1").outcome == "passed"
    assert run(commands, "end", "0", expect="1").outcome == "failed"
    assert run(commands, "end", "2", expect="0, 1").outcome == "failed"


def test_a_command_has_the_time_that_its_step_gives(host: Host, tmp_path: Path) -> None:
    commands = host(f'[commands]\nhang = "{write_program(tmp_path / "hang", "sleep 1000")}"\n')
    assert run(commands, "hang", seconds=0.2).outcome == "timed-out"


# What does not.


def refusal(commands: Commands, *args: str, expect: str = "") -> Refused:
    """How it is refused; being asked to run it changes nothing."""
    with pytest.raises(Refused) as checked:
        commands.check(command(*args, expect=expect))
    with pytest.raises(Refused) as asked:
        run(commands, *args, expect=expect)
    assert str(asked.value) == str(checked.value)
    return checked.value


def test_without_an_allow_list_commands_are_off(place: Path) -> None:
    reason = refusal(Commands(place), "uptime")
    assert "switched off on this host" in reason.message
    assert str(place) in reason.hint


def test_an_empty_allow_list_allows_nothing(host: Host) -> None:
    for text in ("", "[commands]\n", "# nothing yet\n"):
        reason = refusal(host(text), "uptime")
        assert isinstance(reason, Unknown)
        assert "“uptime” is not in this host's allow-list" in reason.message


@pytest.mark.parametrize("name", ["ECHO", "echo ", "ech", "", "-", "echo\0", "*", "commands"])
def test_only_the_very_name_counts(echo: Commands, name: str) -> None:
    assert "allow-list" in refusal(echo, name).message


@pytest.mark.parametrize("name", ["/bin/sh", "./tell", "../tell", "/usr/bin/uptime"])
def test_a_path_in_a_runbook_is_refused_even_to_a_program_that_is_allowed(echo: Commands, name: str) -> None:
    assert "is a path" in refusal(echo, name).message


def test_a_step_without_a_command_is_refused(echo: Commands) -> None:
    assert isinstance(refusal(echo), Invalid)


@pytest.mark.parametrize("expect", ["ok", "2xx", "-1", "0;1", "1000"])
def test_an_expectation_that_is_no_exit_code_is_refused(echo: Commands, expect: str) -> None:
    assert "can be expected to end with" in refusal(echo, "echo", expect=expect).message


def test_only_commands_are_run_here(echo: Commands) -> None:
    with pytest.raises(Refused, match="is not a command"):
        echo.check(Automation("http", ("http://localhost/",)))


def test_too_many_arguments_are_refused_before_the_system_does(echo: Commands) -> None:
    assert "longer than 32 KiB" in refusal(echo, "echo", *["x" * 1000] * 40).message


def test_the_list_can_say_which_arguments_are_allowed(host: Host, tmp_path: Path) -> None:
    program = json.dumps(str(write_echo(tmp_path / "tell")))
    commands = host(f'[commands.kubectl]\npath = {program}\narguments = ["get", "pods|events", "--namespace=[a-z]+"]\n')
    assert said(run(commands, "kubectl", "get", "pods", "--namespace=web")) == ["get", "pods", "--namespace=web"]
    for wrong in ("exec", "pods2", "xget", "--namespace=web;", "--namespace=", "get\u00a0", ""):
        assert "does not allow kubectl with the argument" in refusal(commands, "kubectl", "get", wrong).message


def test_no_arguments_at_all_can_be_what_is_allowed(host: Host, tmp_path: Path) -> None:
    program = write_echo(tmp_path / "tell")
    commands = host(f'[commands.tell]\npath = "{program}"\narguments = []\n')
    assert said(run(commands, "tell")) == []
    assert "does not allow tell" in refusal(commands, "tell", "x").message


def test_what_is_taken_out_of_the_list_is_off_at_once(echo: Commands, place: Path) -> None:
    echo.check(command("echo"))
    place.write_text("[commands]\n")
    refusal(echo, "echo")


def test_a_program_that_others_can_change_since_it_was_allowed_does_not_run(echo: Commands, tmp_path: Path) -> None:
    echo.check(command("echo"))
    (tmp_path / "tell").chmod(0o757)
    assert "can be changed by other users" in refusal(echo, "echo").message


# What people are told.


def test_the_listing_tells_what_is_allowed_and_why_the_rest_is_not(host: Host, tmp_path: Path) -> None:
    program = write_echo(tmp_path / "tell")
    commands = host(f'[commands]\ntell = "{program}"\nbash = "/bin/bash"\ngone = "{tmp_path}/gone"\n')
    bash, gone, tell = commands.listing()
    assert (tell.name, tell.path, tell.allowed) == ("tell", str(program), True)
    assert (bash.name, bash.allowed) == ("bash", False)
    assert "commands.bash: “bash” is a shell" in bash.why
    assert "script of your own" in bash.hint
    assert f"{tmp_path}/gone cannot be used: No such file or directory" in gone.why
    assert refusal(commands, "bash").message == bash.why


def test_without_a_list_there_is_nothing_to_list(place: Path) -> None:
    assert Commands(place).listing() == []
