"""`warroom db`: the owner grants roles, and from then on everybody is who the server says they are."""

from collections.abc import Iterator

import pytest

from tests.cli.shell import Shell
from tests.store.support import run_sql
from tests.support.postgres import Databases
from tests.support.roles import Roles, roles
from warroom.store.files import login


@pytest.fixture
def known(postgres: Databases) -> Iterator[Roles]:
    """A database whose owner has granted nothing yet."""
    with roles(postgres) as found:
        yield found


@pytest.fixture
def owner(known: Roles) -> Shell:
    """The shell of whom the database belongs to."""
    return Shell(known.owner)


def granted(owner: Shell, known: Roles, *words: str, who: str) -> Shell:
    """Somebody gets a role by the command line; their shell."""
    known.keep(known.name(who))
    assert owner.run("db", "grant", *words, "--role", known.name(who)).code == 0
    return Shell(known.url(who))


pytestmark = pytest.mark.postgres


def test_a_grant_makes_the_role_and_says_how_it_gets_a_password(owner: Shell, known: Roles) -> None:
    role = known.name("ana")
    known.keep(role)
    done = owner.run("db", "grant", "ana", "--role", role)
    assert (done.code, done.out) == (0, f"{role} acts as ana, and as nobody else\n")
    assert f"\\password {role}" in done.err
    again = owner.run("db", "grant", "ana", "--role", role, "--redact")
    assert (again.code, again.err) == (0, "")
    assert owner.ask("db", "grants") == {
        "grants": [{"role": role, "person": "ana", "engine": False, "redacts": True}],
    }


def test_two_people_work_in_their_own_roles_and_the_record_says_how_they_are_known(owner: Shell, known: Roles) -> None:
    ana = granted(owner, known, "ana", who="ana")
    bo = granted(owner, known, "bo", who="bo")
    assert ana.run("declare", "card payments fail").code == 0
    assert bo.run("note", "error rate 31 %").code == 0
    assert bo.run("ack").code == 0
    timeline = owner.ask("show", "1")["timeline"]
    assert {(each["actor"], each["via"]) for each in timeline} == {("ana", "database"), ("bo", "database")}
    assert owner.run("verify").code == 0


def test_before_anything_is_granted_everybody_is_their_login_as_before(owner: Shell) -> None:
    assert owner.run("declare", "one").code == 0
    [entry] = owner.ask("show", "1")["timeline"]
    assert (entry["actor"], entry["via"]) == (login(), "login")
    assert owner.ask("db", "grants") == {"grants": []}


def test_a_persons_role_runs_no_engine_and_an_engines_role_acts_for_nobody(owner: Shell, known: Roles) -> None:
    ana = granted(owner, known, "ana", who="ana")
    engine = granted(owner, known, "--engine", who="engine")
    done = ana.run("engine", "--child")
    assert (done.code, "an engine acts for nobody" in done.err) == (1, True)
    assert ana.run("declare", "one").code == 0
    assert engine.run("show", "1").code == 0
    assert "no right" in engine.run("note", "1", "mine").err
    assert engine.run("engine", "--child").code == 0


def test_a_granted_person_reads_times_in_their_own_zone(owner: Shell, known: Roles) -> None:
    assert owner.run("init").code == 0  # where ana lives in Berlin
    ana = granted(owner, known, "ana", who="ana")
    assert ana.ask("oncall", "calendar")["zone"] == "Europe/Berlin"


def test_what_is_revoked_ends_at_once(owner: Shell, known: Roles) -> None:
    ana = granted(owner, known, "ana", who="ana")
    granted(owner, known, "ana", who="second")
    granted(owner, known, "bo", who="bo")
    assert ana.run("declare", "one").code == 0
    assert len(owner.ask("db", "revoke", "ana")["revoked"]) == 2
    assert "may not" in ana.run("note", "1", "still here").err
    assert [each["person"] for each in owner.ask("db", "grants")["grants"]] == ["bo"]
    assert owner.run("db", "revoke", "ana").code == 1
    assert owner.run("db", "revoke", "--role", known.name("bo")).code == 0


def test_only_the_owner_grants(owner: Shell, known: Roles) -> None:
    ana = granted(owner, known, "ana", who="ana")
    for words in (("grant", "ana"), ("revoke", "ana"), ("grants",)):
        done = ana.run("db", *words)
        assert (done.code, "Only the owner" in done.err) == (1, True), words


def test_status_says_whom_the_server_takes_one_for(owner: Shell, known: Roles) -> None:
    ana = granted(owner, known, "ana", who="ana")
    assert ana.run("db", "status").out == f"{known.name('ana')} acts as ana; the server enforces it\n"
    assert owner.ask("db", "status") == {
        "role": "postgres", "owner": "postgres", "owns": True, "enforced": False, "person": None, "open": [],
    }  # fmt: skip


def test_status_names_what_would_let_a_role_past_its_grant(owner: Shell, known: Roles) -> None:
    granted(owner, known, "ana", who="ana")
    known.make("eve")
    run_sql(known.owner, f"GRANT UPDATE (title) ON warroom.summary TO {known.name('ana')}")
    run_sql(known.owner, f"GRANT INSERT ON warroom.event TO {known.name('eve')}")
    done = owner.run("db", "status", "--json")
    assert done.code == 1
    why = "it may write to the tables directly"
    assert [each for each in done.data["open"] if each["role"].endswith(known.database)] == [
        {"role": known.name("ana"), "why": why},
        {"role": known.name("eve"), "why": why},
    ]
    assert owner.run("db", "grant", "ana", "--role", known.name("ana")).code == 0
    assert owner.ask("db", "grants")["grants"], "granting anew takes away what was given by hand"
    assert known.name("ana") not in owner.run("db", "status").out


@pytest.mark.parametrize(
    ("rights", "why"),
    [
        ("SUPERUSER", "it is a superuser"),
        ("CREATEROLE", "it may make and change roles"),
        ("IN ROLE postgres", "it is the owner, or a member of it"),
        ("IN ROLE pg_execute_server_program", "it may run programs"),
    ],
)
def test_a_role_that_could_get_past_its_grant_gets_none(owner: Shell, known: Roles, rights: str, why: str) -> None:
    known.make("zed", rights)
    done = owner.run("db", "grant", "zed", "--role", known.name("zed"))
    assert (done.code, why in done.err) == (1, True), done
    assert owner.ask("db", "grants") == {"grants": []}


def test_a_group_is_nobodys_role(owner: Shell, known: Roles) -> None:
    known.make("zed")
    run_sql(known.owner, f"ALTER ROLE {known.name('zed')} NOLOGIN")
    assert "it cannot log in" in owner.run("db", "grant", "zed", "--role", known.name("zed")).err
    assert owner.ask("db", "grants") == {"grants": []}


@pytest.mark.parametrize("role", ["pg_monitor", "public", "none", "x" * 64])
def test_a_name_that_the_server_would_not_take_as_it_stands_is_refused(owner: Shell, role: str) -> None:
    assert "no role" not in owner.run("db", "grant", "ana", "--role", role).err
    assert owner.ask("db", "grants") == {"grants": []}


def test_nobody_is_called_engine(owner: Shell) -> None:
    assert owner.run("db", "grant", "engine", "--role", "somebody").code == 1


def test_who_is_meant_must_be_said(owner: Shell) -> None:
    for words in (("grant",), ("grant", "ana", "--engine"), ("revoke",), ("revoke", "ana", "--engine"),
                  ("grant", "--engine", "--redact")):  # fmt: skip
        assert owner.run("db", *words).code == 2, words


def test_a_file_has_no_roles(shell: Shell) -> None:
    for words in (("grant", "ana"), ("revoke", "ana"), ("grants",), ("status",)):
        done = shell.run("db", *words)
        assert (done.code, "A file has no roles" in done.err) == (1, True)
