"""The role matrix: what each login role may write in a Postgres database, and that nothing else gets past the server.

Everything here is said to a real server by a client that means harm: the store, or the driver itself.
"""

import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, parcel, run_sql, summary, verified
from tests.support.postgres import Databases
from tests.support.roles import Roles, roles
from warroom.domain.errors import Refused, Unavailable
from warroom.store.contract import Append, Draft, Presence, Redaction, Settled
from warroom.store.postgres import PostgresStore

pytestmark = pytest.mark.postgres

TABLES = (
    "head", "stream", "event", "body", "redaction", "summary", "timer", "outbox", "blob", "presence", "lease",
    "checkpoint", "granted",
)  # fmt: skip
INNER = (
    "write", "take_away", "admit", "shut", "check_command", "admitted", "retells", "forbid", "clock_of", "event_hash",
    "log_hash", "framed", "refuse", "refuse_unredacted",
)  # fmt: skip
DOORS = {"me", "append", "hold", "vouch", "redact", "claim", "lease", "release", "beat", "leave"}
CHECKED = ("text", "text", "text", "text", "text[]", "text[]", "bytea[]", "jsonb", "jsonb")
"What the check of a command is called with."
DECLARED = "incident-declared.v1"
DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture(scope="module")
def known(postgres: Databases) -> Iterator[Roles]:
    """ana and bo are people, cy may redact, eve has a role without a grant; and there is an engine."""
    with roles(postgres) as found:
        for who in ("ana", "bo"):
            found.grant(who)
        found.grant("cy", redacts=True)
        found.grant("engine", engine=True)
        found.make("eve")
        yield found


@pytest.fixture
def ana(known: Roles) -> Iterator[PostgresStore]:
    """The store, as ana's role."""
    with closing(PostgresStore(known.url("ana"))) as store:
        yield store


@pytest.fixture
def engine(known: Roles) -> Iterator[PostgresStore]:
    """The store, as the engine's role."""
    with closing(PostgresStore(known.url("engine"))) as store:
        yield store


@pytest.fixture
def owner(known: Roles) -> Iterator[PostgresStore]:
    """The store, as its owner."""
    with closing(PostgresStore(known.owner)) as store:
        yield store


def acted(person: str, via: str = "database", stream: str = "", **given: Any) -> Append:
    """A note in a new incident, said to be somebody's."""
    return replace(command(stream or new_stream(), **given), actor=person, via=via)


def refused(store: PostgresStore, append: Append, says: str) -> None:
    """The server refuses it, with these words, and nothing is written."""
    before = store.head()
    with pytest.raises(Refused, match=says):
        store.append(append)
    assert store.head() == before


def named(text: str, name: str = DECLARED) -> Draft:
    """An event of any name and body."""
    return replace(draft(text), name=name)


def test_a_person_writes_as_themselves_and_the_record_says_that_the_server_saw_to_it(ana: PostgresStore) -> None:
    [row] = ana.append(acted("ana")).rows
    assert (row.actor, row.via) == ("ana", "database")
    with ana.exclusive() as held:
        [row] = held.append(acted("ana")).rows
    assert row in verified(ana)


@pytest.mark.parametrize("via", ["database", "login", "sudo", "asserted", "key", "engine", "link", "import", ""])
def test_a_person_writes_as_nobody_else_however_they_say_they_are_known(ana: PostgresStore, via: str) -> None:
    refused(ana, acted("bo", via), "cannot act as bo")


@pytest.mark.parametrize("via", ["login", "sudo", "asserted", "key", "engine", "link", ""])
def test_a_persons_own_acts_say_nothing_else_than_that_the_server_knows_them(ana: PostgresStore, via: str) -> None:
    refused(ana, acted("ana", via), "cannot act as ana, known by")


def test_a_person_is_no_engine(ana: PostgresStore) -> None:
    refused(ana, acted("engine", "engine"), "cannot act as engine")


def test_somebody_elses_act_is_refused_under_the_lock_as_well(ana: PostgresStore) -> None:
    before = ana.head()
    with pytest.raises(Refused, match="cannot act as bo"), ana.exclusive() as held:
        held.append(acted("bo"))
    assert ana.head() == before


@pytest.mark.parametrize("who", ["ana", "cy", "engine"])
@pytest.mark.parametrize("table", TABLES)
def test_nobody_but_the_owner_changes_a_table(known: Roles, who: str, table: str) -> None:
    [(column,)] = run_sql(
        known.owner,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'warroom'"
        f" AND table_name = '{table}' AND ordinal_position = 1",
    )
    for statement in (
        f"INSERT INTO warroom.{table} DEFAULT VALUES",
        f'UPDATE warroom.{table} SET "{column}" = "{column}"',
        f"DELETE FROM warroom.{table}",
        f"TRUNCATE warroom.{table}",
        f"BEGIN; LOCK TABLE warroom.{table} IN ACCESS EXCLUSIVE MODE",
        f"ALTER TABLE warroom.{table} DISABLE TRIGGER ALL",
        f"DROP TABLE warroom.{table}",
    ):
        with pytest.raises(DENIED):
            run_sql(known.url(who), statement)


def test_every_table_and_every_function_of_the_schema_is_in_these_lists(known: Roles) -> None:
    tables = run_sql(known.owner, "SELECT tablename FROM pg_tables WHERE schemaname = 'warroom'")
    assert {name for (name,) in tables} == set(TABLES)
    functions = run_sql(known.owner, "SELECT proname FROM pg_proc WHERE pronamespace = 'warroom'::regnamespace")
    assert {name for (name,) in functions} == {*INNER, *DOORS}


@pytest.mark.parametrize("who", ["ana", "cy", "engine", "eve"])
def test_what_lies_behind_the_doors_is_called_by_nobody(known: Roles, who: str) -> None:
    query = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'warroom'::regnamespace"
        f" AND has_function_privilege('{known.name(who)}', oid, 'EXECUTE')"
    )
    assert {name for (name,) in run_sql(known.owner, query)} == ({"me"} if who == "eve" else DOORS)


def test_the_doors_themselves_run_with_the_owners_rights_on_a_path_that_is_fixed(known: Roles) -> None:
    query = "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'warroom'::regnamespace"
    for name, definer, settings in run_sql(known.owner, query):
        if name in DOORS:
            assert (definer, settings) == (True, ["search_path=warroom, pg_temp"]), name
        assert definer == (name in DOORS), name


def test_grants_are_not_for_people_to_read(known: Roles) -> None:
    with pytest.raises(DENIED):
        run_sql(known.url("ana"), "SELECT * FROM warroom.granted")


@pytest.mark.parametrize("statement", ["SET ROLE {}", "SET SESSION AUTHORIZATION {}", "SET LOCAL ROLE {}"])
@pytest.mark.parametrize("whom", ["bo", "engine", "postgres"])
def test_nobody_slips_into_another_role(known: Roles, statement: str, whom: str) -> None:
    with pytest.raises(DENIED):
        run_sql(known.url("ana"), statement.format(whom if whom == "postgres" else known.name(whom)))


def test_who_may_slip_into_another_role_still_writes_as_who_logged_in(known: Roles) -> None:
    known.grant("di")
    run_sql(known.owner, f"GRANT {known.name('bo')} TO {known.name('di')}")
    with closing(PostgresStore(known.url("di"))) as store:
        store._do(lambda db: db.execute(f"SET ROLE {known.name('bo')}".encode()))
        refused(store, acted("bo"), "cannot act as bo")
        [row] = store.append(acted("di")).rows
        assert row.actor == "di"


def test_nothing_of_the_attackers_own_takes_the_place_of_what_the_doors_use(known: Roles) -> None:
    ana = known.name("ana")
    run_sql(known.owner, f"GRANT CREATE ON DATABASE {known.database} TO {ana}")
    run_sql(known.owner, f"GRANT ALL ON SCHEMA public TO {ana}")
    theirs = "RETURNS record LANGUAGE sql AS $$ SELECT 'bo'::text, false, false, true $$"
    out = "(OUT person text, OUT engine boolean, OUT redacts boolean, OUT owner boolean)"
    with closing(PostgresStore(known.url("ana"))) as store:

        def run(statement: str) -> None:
            store._do(lambda db: db.execute(statement.encode()))

        def plant(schema: str) -> None:
            void = "RETURNS void LANGUAGE sql AS ''"
            for statement in (
                f"CREATE TABLE {schema}.granted (role text, person text, engine boolean, redacts boolean)",
                f"INSERT INTO {schema}.granted VALUES ('{ana}', 'bo', true, true)",
                f"CREATE FUNCTION {schema}.me{out} {theirs}",
                f"CREATE FUNCTION {schema}.starts_with(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
                f"CREATE FUNCTION {schema}.admitted(a boolean DEFAULT false, b boolean DEFAULT false) {void}",
                f"CREATE FUNCTION {schema}.check_command({', '.join(CHECKED)}) {void}",
            ):
                run(statement)

        run("CREATE SCHEMA evil")
        for schema in ("evil", "public", "pg_temp"):
            plant(schema)
        run("SET search_path = pg_temp, evil, public, warroom, pg_catalog")
        refused(store, acted("bo"), "cannot act as bo")
        refused(store, acted("engine", "engine"), "cannot act as engine")
        with pytest.raises(Refused, match="Only an engine"):
            store.claim(("sms",), "real", 1, 2)
        [row] = store.append(acted("ana")).rows
        assert row.actor == "ana"


def test_an_engine_does_what_engines_do_and_nothing_as_a_person(engine: PostgresStore) -> None:
    [row] = engine.append(acted("engine", "engine")).rows
    assert (row.actor, row.via) == ("engine", "engine")
    for person, via in (("ana", "database"), ("ana", "login"), ("ana", "engine"), ("engine", "database")):
        refused(engine, acted(person, via), "Your role here is an engine's")
    refused(engine, acted("ana", "import"), "Your role here is an engine's")


def test_an_engine_passes_acknowledgments_by_link_on_and_nothing_else_by_one(engine: PostgresStore) -> None:
    answer = [named("{}", "milestone-set.v1"), named("{}", "acknowledged.v1")]
    assert [row.actor for row in engine.append(acted("ana", "link", drafts=answer)).rows] == ["ana", "ana"]
    refused(engine, acted("ana", "link", drafts=[*answer, draft()]), "Your role here is an engine's")
    refused(engine, acted("ana", "link", drafts=[]), "Your role here is an engine's")


def test_only_engines_take_messages_out_and_say_what_became_of_them(
    ana: PostgresStore, engine: PostgresStore, known: Roles
) -> None:
    page = parcel(str(uuid.uuid4()), expires=2_000_000_000_000_000)
    ana.append(acted("ana", outbox=(page,)))
    with pytest.raises(Refused, match="Only an engine"):
        ana.claim(("sms",), "real", 200, 300)
    refused(ana, acted("ana", settled=(Settled(page.id, 0, "dropped"),)), "Only an engine")
    with closing(PostgresStore(known.url("cy"))) as cy:
        refused(cy, acted("cy", drafts=[], settled=(Settled(page.id, 0, "dropped"),)), "Only an engine")
    [claimed] = engine.claim(("sms",), "real", 200, 300)
    assert claimed.parcel == page
    engine.append(acted("engine", "engine", settled=(Settled(page.id, claimed.lease_epoch, "sent"),)))
    assert [state for each, state, _ in engine.outbox() if each.id == page.id] == ["sent"]


def test_people_hold_no_engines_lease_and_take_none_from_one(ana: PostgresStore, engine: PostgresStore) -> None:
    now = engine.now()
    assert engine.lease("engine", "e1", now, now + 60_000_000) == 1
    with pytest.raises(Refused, match="Only an engine"):
        ana.lease("engine", "ana", now * 2, now * 3)
    with pytest.raises(Refused, match="Only an engine"):
        ana.release("engine", "e1")
    assert not engine.lease("engine", "e2", now * 2, now * 3), "whoever says that it is late has not made it so"
    assert [each.holder for each in engine.leases() if each.name == "engine"] == ["e1"]


def test_people_lead_replays_in_their_own_name_and_take_the_lead_from_nobody(ana: PostgresStore, known: Roles) -> None:
    now, name = ana.now(), "replay:1"
    assert ana.lease(name, "s1", now, now * 2, '{"person":"ana"}') == 1
    [held] = [each for each in ana.leases() if each.name == name]
    assert held.until < now * 2, "nobody leads for ever"
    with pytest.raises(Refused, match="in another name"):
        ana.lease(name, "s1", now, now, '{"person":"bo"}')
    with closing(PostgresStore(known.url("bo"))) as bo:
        assert not bo.lease(name, "s1", now * 2, now * 3, '{"person":"bo"}')
        bo.release(name, "s1")
    assert held in ana.leases()
    ana.release(name, "s1")
    assert held not in ana.leases()


def test_nothing_is_taken_away_beside_the_log_without_an_event(ana: PostgresStore) -> None:
    stream = new_stream()
    ana.append(acted("ana", stream=stream, timers=(("rung:1", 5),)))
    refused(ana, acted("ana", stream=stream, expected=1, drafts=[], timers=()), "without an event")
    other = summary(new_stream())
    refused(ana, acted("ana", stream=stream, expected=1, summary=other), "its own incident")
    assert (stream, "rung:1", 5) in ana.timers(5)


def test_presence_is_of_oneself_alone(ana: PostgresStore, known: Roles) -> None:
    now = ana.now()
    here = Presence("t-ana", "ana", "", "", now, now)
    ana.beat(here)
    with closing(PostgresStore(known.url("bo"))) as bo:
        with pytest.raises(Refused, match="nobody else is here"):
            bo.beat(replace(here, session="t-bo"))
        bo.beat(replace(here, person="bo"))
        bo.leave("t-ana")
        bo.beat(Presence("t-bo", "bo", "", "", now * 2, now))
    assert here in ana.present(now), "whoever says that it is late makes nobody forgotten"
    ana.leave("t-ana")
    assert here not in ana.present(now)


def test_only_who_was_granted_it_takes_bytes_out_and_only_in_their_own_name(ana: PostgresStore, known: Roles) -> None:
    [row] = ana.append(acted("ana")).rows
    with pytest.raises(Refused, match="take nothing out"):
        ana.redact(Redaction((row.pos,), (), "ana", "a password"))
    assert row.pos not in ana.ends().redacted
    with closing(PostgresStore(known.url("cy"))) as cy:
        cy.redact(Redaction((row.pos,), (), "bo", "a password"))
        with pytest.raises(Unavailable, match="Only the owner"):
            cy.scrub()
    [(by,)] = run_sql(known.owner, f"SELECT by FROM redaction WHERE pos = {row.pos}")
    assert by == "cy"
    verified(ana)


def test_the_owner_writes_the_tables_anew(owner: PostgresStore) -> None:
    [before] = run_sql(owner.url, "SELECT pg_relation_filenode('warroom.body')")
    owner.scrub()
    assert run_sql(owner.url, "SELECT pg_relation_filenode('warroom.body')") != [before]


def test_a_drill_retells_what_others_did_and_nothing_else_does(ana: PostgresStore) -> None:
    stream, told = new_stream(), named('{"exercise":"drill"}')
    ana.append(acted("bo", "import", stream, drafts=[told]))
    ana.append(acted("engine", "import", stream, expected=1))
    ana.append(acted("ana", "database", stream, expected=2))
    refused(ana, acted("bo", "import", stream, expected=3), "cannot act as bo")
    refused(ana, acted("bo", "import", drafts=[named('{"exercise":""}')]), "cannot act as bo")
    refused(ana, acted("bo", "import", drafts=[named('{"exercise":"drill"}', "note-added.v1")]), "cannot act as bo")
    refused(ana, acted("bo", "import", "org", commuting=True, drafts=[told]), "cannot act as bo")
    own = new_stream()
    ana.append(acted("ana", stream=own))
    refused(ana, acted("bo", "import", own, expected=1), "cannot act as bo")


def test_a_drill_does_not_become_an_incident_by_a_second_declaration(ana: PostgresStore) -> None:
    stream, told = new_stream(), named('{"exercise":"drill"}')
    first = acted("ana", stream=stream, drafts=[told])
    ana.append(first)
    ana.append(acted("ana", stream=stream, expected=1))
    assert ana.append(first).duplicate
    refused(ana, acted("ana", stream=stream, expected=2, drafts=[named("{}")]), "declared once")
    refused(ana, acted("ana", drafts=[told, named("{}")]), "declared once")


def test_a_role_without_a_grant_writes_nothing_even_where_the_doors_were_opened_to_it(known: Roles) -> None:
    eve = known.name("eve")
    with pytest.raises(Unavailable, match="may not"):
        PostgresStore(known.url("eve"))
    run_sql(known.owner, f"GRANT USAGE ON SCHEMA warroom TO {eve}")
    run_sql(known.owner, f"GRANT SELECT ON ALL TABLES IN SCHEMA warroom TO {eve}")
    run_sql(known.owner, f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA warroom TO {eve}")
    with closing(PostgresStore(known.url("eve"))) as store:
        for person, via in (("eve", "database"), ("ana", "database"), ("engine", "engine"), ("", "database")):
            refused(store, acted(person, via), "was not granted anything")
        with pytest.raises(Refused, match="not granted"), store.exclusive():
            pytest.fail("the lock was given to a stranger")
        with pytest.raises(Refused, match="not granted"):
            store.claim(("sms",), "real", 1, 2)
        with pytest.raises(Refused, match="not granted"):
            store.vouch(1, "key", "text")
        with pytest.raises(Refused, match="not granted"):
            store.redact(Redaction((1,), (), "eve", "nothing"))
        with pytest.raises(Refused, match="not granted"):
            store.lease("replay:2", "eve", 1, 2)
        with pytest.raises(DENIED):
            run_sql(known.url("eve"), f"SELECT warroom.admit('{eve}', 'ana', false, false)")
    run_sql(known.owner, f"DROP OWNED BY {eve}")


def test_the_owner_writes_as_before_but_never_says_that_the_server_saw_to_it(owner: PostgresStore) -> None:
    for via in ("login", "engine", "import", "link"):
        [row] = owner.append(acted("zed", via)).rows
        assert (row.actor, row.via) == ("zed", via)
    owner.append(acted("zed", "login", drafts=[], timers=()))
    refused(owner, acted("zed", "database"), "enforces nothing on its owner")
