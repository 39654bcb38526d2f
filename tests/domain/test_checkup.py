"""What is said of where this runs: each judgement provoked, and each that is not fine with what to do."""

import pytest
from msgspec.structs import replace

from warroom.domain import checkup, checkup_security, checkup_store
from warroom.domain.checkup import Check, Terminal
from warroom.domain.checkup_security import Keeps, Kept, Link
from warroom.domain.checkup_store import Place, Server

GOOD = Terminal(120, 36, "xterm-256color", "truecolor", "utf-8")
HERE = Place("/srv/war/warroom.db", kind="ext4", version=3, known=3, free=2**34, state="/home/ana/.local/state/warroom")
THERE = Server("postgresql://db/war", 15, "ana", False, 3, 3)


def found(checks: tuple[Check, ...], about: str) -> tuple[str, str]:
    """How it stands with one thing, and what is said of it; fails where it is not fine and has no fix."""
    assert all(bool(each.fix) == (each.level != "fine") for each in checks), checks
    assert all(each.says.endswith((".", ").")) for each in checks), checks
    (one,) = (each for each in checks if each.about == about)
    return one.level, one.says


def test_a_good_terminal_has_nothing_wrong() -> None:
    checks = checkup.terminal(GOOD)
    assert {each.level for each in checks} == {"fine"}
    assert [each.about for each in checks] == ["size", "colours", "letters", "mouse and paste"]


def test_without_a_terminal_that_alone_is_said() -> None:
    (only,) = checkup.terminal(Terminal(term="xterm"))
    assert (only.about, only.level) == ("size", "bad")


@pytest.mark.parametrize(
    ("given", "about", "level", "says"),
    [
        ({"columns": 19}, "size", "bad", "19x36 is too small"),
        ({"rows": 5}, "size", "bad", "120x5 is too small"),
        ({"columns": 59}, "size", "doubtful", "one pane at a time"),
        ({"columns": 60, "rows": 20}, "size", "fine", "60x20"),
        ({"term": ""}, "TERM", "bad", "TERM is not set"),
        ({"term": "dumb"}, "TERM", "bad", "TERM is dumb"),
        ({"no_color": True}, "colours", "doubtful", "NO_COLOR"),
        ({"colorterm": ""}, "colours", "fine", "256 colours"),
        ({"colorterm": "", "term": "xterm"}, "colours", "doubtful", "16 colours"),
        ({"colorterm": "", "term": "screen"}, "colours", "doubtful", "8 colours"),
        ({"colorterm": "", "term": "vt100"}, "colours", "doubtful", "no colours"),
        ({"colorterm": "24bit", "term": "xterm"}, "colours", "fine", "Every colour"),
        ({"encoding": "ascii"}, "letters", "doubtful", "ascii"),
        ({"encoding": ""}, "letters", "doubtful", "not known"),
        ({"encoding": "utf8"}, "letters", "fine", "UTF-8"),
        ({"term": "linux"}, "mouse and paste", "doubtful", "act as keys"),
        ({"above": ("bash", "mosh-server")}, "between", "doubtful", "Mosh"),
        ({"screen": True}, "between", "doubtful", "GNU screen"),
        ({"tmux": True}, "between", "doubtful", "which tmux does not speak"),
        ({"tmux": True, "term": "tmux-256color"}, "between", "fine", "tmux"),
        ({"ssh": True}, "SSH", "fine", "Over SSH"),
    ],
)
def test_what_a_terminal_lacks_is_told(given: dict[str, object], about: str, level: str, says: str) -> None:
    seen, text = found(checkup.terminal(replace(GOOD, **given)), about)
    assert seen == level
    assert says in text


def test_a_good_place_has_nothing_wrong() -> None:
    checks = (*checkup_store.place(HERE), *checkup_store.held(""))
    assert {each.level for each in checks} == {"fine"}


@pytest.mark.parametrize(
    ("given", "about", "level", "says"),
    [
        ({"missing": True, "version": 0}, "database", "doubtful", "none at /srv/war/warroom.db yet"),
        ({"network": True, "kind": "nfs4"}, "file system", "bad", "network file system (nfs4)"),
        ({"kind": "tmpfs"}, "file system", "doubtful", "in memory (tmpfs)"),
        ({"kind": ""}, "file system", "fine", "does not tell"),
        ({"free": checkup_store.NOTHING - 1}, "free space", "bad", "15 MiB"),
        ({"free": checkup_store.NOTHING}, "free space", "doubtful", "16 MiB"),
        ({"free": checkup_store.LITTLE}, "free space", "fine", "100 MiB"),
        ({"state_writable": False}, "state folder", "bad", "You may not write /home/ana"),
        ({"unwritable": ("/srv/war",)}, "permissions", "bad", "You may not write /srv/war."),
        ({"holder": "process 7 of bo"}, "lock", "doubtful", "locked by process 7 of bo"),
        ({"version": 2}, "schema", "doubtful", "brings it to 3"),
        ({"version": 4}, "schema", "bad", "this program knows 3"),
        ({"version": 0}, "schema", "fine", "None yet"),
        ({"version": 0, "unreadable": "no database"}, "schema", "bad", "cannot be read as a database: no database."),
    ],
)
def test_what_is_wrong_with_a_file_is_told(given: dict[str, object], about: str, level: str, says: str) -> None:
    seen, text = found(checkup_store.place(replace(HERE, **given)), about)
    assert seen == level
    assert says in text


def test_what_is_wrong_with_a_server_is_told() -> None:
    assert {each.level for each in checkup_store.server(THERE)} == {"fine"}
    assert found(checkup_store.server(replace(THERE, major=12)), "server")[0] == "bad"
    assert found(checkup_store.server(replace(THERE, superuser=True)), "role")[0] == "doubtful"
    assert found(checkup_store.server(replace(THERE, version=4)), "schema")[0] == "bad"


def test_a_held_log_is_bad_and_its_release_is_the_fix() -> None:
    warning = "HELD, nobody is paged: restored. Run: warroom restore release --because REASON"
    assert checkup_store.held(warning) == (
        Check("sending", "bad", "HELD, nobody is paged: restored.", "Run: warroom restore release --because REASON."),
    )


@pytest.mark.parametrize(
    ("keeps", "mode", "level"),
    [
        ("secret", 0o600, "fine"),
        ("secret", 0o640, "bad"),
        ("secret", 0o604, "bad"),
        ("secret", 0o620, "bad"),
        ("settings", 0o644, "fine"),
        ("settings", 0o664, "bad"),
        ("settings", 0o646, "bad"),
        ("log", 0o660, "fine"),
        ("log", 0o664, "doubtful"),
        ("log", 0o666, "bad"),
        ("folder", 0o2770, "fine"),
        ("folder", 0o777, "bad"),
        ("folder", 0o1777, "doubtful"),
    ],
)
def test_who_else_may_read_and_write_is_told(keeps: Keeps, mode: int, level: str) -> None:
    assert found(checkup_security.kept((Kept("/a/file", keeps, mode, 1000),), 1000), "files")[0] == level


def test_what_belongs_to_somebody_else_is_bad_but_for_root_and_the_shared_log() -> None:
    def level(keeps: Keeps, owner: int) -> str:
        return found(checkup_security.kept((Kept("/a/file", keeps, 0o600, owner, "eve"),), 1000), "files")[0]

    assert [level("secret", owner) for owner in (1000, 0, 1001)] == ["fine", "fine", "bad"]
    assert level("log", 1001) == "fine"


def test_how_it_is_established_who_acts_is_a_sentence() -> None:
    known = {"asserted": "--as", "login": "your login", "sudo": "root", "database": "by database", "key": "SSH key"}
    for via, says in known.items():
        level, text = found((checkup_security.identity(via),), "identity")
        assert says in text
        assert level == ("fine" if via in ("database", "key") else "doubtful")


def test_a_umask_that_lets_everybody_write_is_bad() -> None:
    assert [checkup_security.umask(bits).level for bits in (0o000, 0o020, 0o022, 0o077)] == [
        "bad",
        "bad",
        "fine",
        "fine",
    ]


@pytest.mark.parametrize(
    ("link", "level"),
    [
        (Link(True, False, "prefer"), "fine"),
        (Link(False, False, "prefer"), "bad"),
        (Link(False, True, "require"), "doubtful"),
        (Link(False, True, "verify-full"), "fine"),
    ],
)
def test_a_link_that_others_can_read_or_answer_is_told(link: Link, level: str) -> None:
    assert found((checkup_security.link(link),), "link")[0] == level
