"""An allow-list is the administrator's word: it is believed only where nobody else can have written it."""

import os
from pathlib import Path

import pytest

from tests.runner.programs import write_program
from warroom.domain.errors import Invalid, Refused
from warroom.runner.allowed import AllowList, load
from warroom.runner.forbidden import check as check_name
from warroom.runner.trusted import settle


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return write_program(tmp_path / "rotate", "true")


def listed(place: Path, text: str) -> AllowList:
    place.write_text(text)
    place.chmod(0o644)
    return load(place)


def barred(place: Path, path: object, more: str = "") -> str:
    """Why an entry with this path may not run."""
    found = listed(place, f'[commands.site]\npath = "{path}"\n{more}')
    assert found.allowed == {}
    return found.barred["site"].why


# The file.


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[commands\n", "line 1"),
        ('[commands]\na = "/x"\na = "/y"\n', "line 3"),
        ("commands = 3\n", "“commands” must be a section"),
        ('[comands]\na = "/x"\n', "no section “comands”"),
        ("\x00", "line 1"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(place: Path, text: str, says: str) -> None:
    with pytest.raises(Invalid) as reason:
        listed(place, text)
    assert str(place) in reason.value.message
    assert says in reason.value.message


def test_a_list_that_is_no_text_is_refused(place: Path) -> None:
    place.write_bytes(b"\xff\xfe")
    place.chmod(0o644)
    with pytest.raises(Invalid, match="cannot be read"):
        load(place)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("site = 3", "it needs a path"),
        ("site = { file = '/x' }", "it needs a path"),
        ("site = { path = ['/x'] }", "it needs a path"),
        ("site = { path = '/bin/true', args = [] }", "there is no key “args”"),
        ("'a b' = '/bin/true'", "no name for a command"),
        ("'-x' = '/bin/true'", "no name for a command"),
        ("site = 'uptime'", "is not an absolute path"),
        ("site = ''", "is not an absolute path"),
        ("site = '/bin'", "is not a regular file"),
        ("site = '/dev/null'", "/dev/null"),
    ],
)
def test_an_entry_that_is_wrong_names_its_key_and_spares_the_others(
    place: Path, program: Path, entry: str, says: str
) -> None:
    found = listed(place, f"[commands]\n{entry}\ngood = '{program}'\n")
    assert list(found.allowed) == ["good"]
    (wrong,) = found.barred.values()
    assert f"{place}, commands.{wrong.name}: " in wrong.why
    assert says in wrong.why
    assert wrong.hint


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('arguments = "get"', "“arguments” must be a list"),
        ("arguments = [1]", "“arguments” must be a list"),
        ('arguments = ["("]', "no regular expression"),
        ('environment = "HOME"', "“environment” must be a list"),
        ('environment = ["A B"]', "no name of a variable"),
        ('environment = ["PATH"]', "never handed on"),
        ('environment = ["LD_PRELOAD"]', "never handed on"),
        ('environment = ["PYTHONPATH"]', "never handed on"),
        ('environment = ["BASH_ENV"]', "never handed on"),
    ],
)
def test_the_details_of_an_entry_are_checked(place: Path, program: Path, more: str, says: str) -> None:
    assert says in barred(place, program, more)


def test_a_name_that_is_too_long_for_a_file_is_a_sentence() -> None:
    with pytest.raises(Invalid, match=r"^/a+… cannot be read: File name too long\.$") as reason:
        load(Path("/" + "a" * 5000))
    assert reason.value.hint


def test_a_folder_that_may_not_be_entered_is_a_sentence(place: Path) -> None:
    listed(place, "[commands]\n")
    me = os.geteuid()
    place.parent.chmod(0)
    if me == 0:
        os.seteuid(12345)  # root may enter everything
    try:
        with pytest.raises(Refused, match=r"cannot be read: Permission denied\.$"):
            load(place)
    finally:
        os.seteuid(me)
        place.parent.chmod(0o700)


# Who could have changed it.


def test_a_program_of_our_own_is_allowed(place: Path, program: Path) -> None:
    found = listed(place, f'[commands]\nsite = "{program}"\n').allowed["site"]
    assert (found.path, found.file) == (program, program.resolve())


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o722])
def test_a_program_that_others_can_write_is_refused(place: Path, program: Path, mode: int) -> None:
    program.chmod(mode)
    assert f"{program} can be changed by other users" in barred(place, program)


@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_folder_that_others_can_write_is_refused_wherever_it_is_on_the_way(place: Path, mode: int) -> None:
    open_folder = place.parent / "open"
    (open_folder / "inner").mkdir(parents=True)
    program = write_program(open_folder / "inner" / "rotate", "true")
    open_folder.chmod(mode)
    assert f"{open_folder} can be changed by other users" in barred(place, program)
    open_folder.chmod(0o755)
    assert "site" in listed(place, f'[commands]\nsite = "{program}"\n').allowed


def test_a_link_is_followed_to_its_end_and_every_step_of_the_way_is_checked(place: Path, program: Path) -> None:
    bin_, etc = place.parent / "bin", place.parent / "etc"
    bin_.mkdir()
    etc.mkdir()
    (etc / "alternative").symlink_to("../rotate")
    (bin_ / "site").symlink_to(etc / "alternative")
    text = f'[commands]\nsite = "{bin_}/site"\n'
    assert listed(place, text).allowed["site"].file == program.resolve()
    etc.chmod(0o777)
    assert f"{etc} can be changed by other users" in listed(place, text).barred["site"].why


def test_a_circle_of_links_ends(place: Path) -> None:
    (place.parent / "a").symlink_to("b")
    (place.parent / "b").symlink_to("a")
    assert "circle" in barred(place, place.parent / "a")


def test_a_folder_where_nobody_can_replace_what_is_anothers_will_do(place: Path) -> None:
    shared = place.parent / "shared"
    shared.mkdir()
    program = write_program(shared / "rotate", "true")
    shared.chmod(0o1777)
    assert "site" in listed(place, f'[commands]\nsite = "{program}"\n').allowed


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_program_that_is_not_executable_is_refused(place: Path, program: Path, mode: int) -> None:
    program.chmod(mode)
    assert "is not executable" in barred(place, program)


def test_a_list_that_others_can_write_is_not_believed(place: Path, program: Path) -> None:
    listed(place, f'[commands]\nsite = "{program}"\n')
    for mode in (0o664, 0o646):
        place.chmod(mode)
        with pytest.raises(Refused, match="can be changed by other users"):
            load(place)


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file another user's: only root can give one away, anybody else becomes another user."""
    if os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)


def test_a_program_of_another_user_is_refused(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settle(program)[0] == program.resolve()
    give_away(program, monkeypatch)
    with pytest.raises(Refused, match="belongs to another user"):
        settle(program)


def test_a_list_of_another_user_is_not_believed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(place, "[commands]\n")
    give_away(place, monkeypatch)
    with pytest.raises(Refused, match="belongs to another user"):
        load(place)


# What no list can allow.

NEVER = (
    "sh bash dash zsh fish ksh busybox python python3 python3.11 perl perl5.36 ruby3.1 node nodejs lua5.4 php8.2 awk "
    "gawk mawk sed env xargs sudo su doas ssh scp rsync git find tar vi vim vim.tiny nvim emacs less more man ed nc "
    "nc.openbsd ncat socat curl wget systemd-run nsenter watch time timeout nice nohup setsid strace gdb make psql "
    "ld-linux-x86-64.so.2 Python BASH bash-static busybox.static busybox-static zsh-static zsh-5.9-static dash.static "
    "bash-4.4 bash-static-4.4 bash_static mksh-static ksh93 busybox-x86_64 busybox-musl.static static-bash sash lksh "
    "python3-dbg python3.11-static python-bin perl-static lua5.4-static gawk.bin dd cp install mv ln tee gcp genv"
)


@pytest.mark.parametrize("name", NEVER.split())
def test_what_runs_other_programs_can_never_be_allowed(name: str) -> None:
    with pytest.raises(Refused) as reason:
        check_name(name)
    assert f"“{name}”" in reason.value.message
    assert reason.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "kubectl",
        "systemctl",
        "uptime",
        "df",
        "pg_isready",
        "time-sync",
        "find-slow-queries.sh",
        "redis-cli",
        "sshd",
        "k9s",
        "sha256sum",
        "install-info",
        "node_exporter",
        "bash-completion-check.sh",
    ],
)
def test_what_does_one_thing_can_be_allowed(name: str) -> None:
    check_name(name)


def test_a_shell_behind_a_harmless_name_is_found(place: Path) -> None:
    shell = write_program(place.parent / "bash", "true")
    (place.parent / "middle").symlink_to(shell)
    (place.parent / "harmless").symlink_to("middle")
    assert "“bash” is a shell" in barred(place, place.parent / "harmless")


def test_a_harmless_program_under_the_name_of_a_shell_is_refused_too(place: Path, program: Path) -> None:
    (place.parent / "bash").symlink_to(program)
    assert "“bash” is a shell" in barred(place, place.parent / "bash")
    assert "bash" in listed(place, f'[commands]\nbash = "{program}"\n').barred
