"""How a database of before becomes one with grants, and what becomes of rights that were given by hand."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec.structs import replace

from tests.store.support import command, new_stream, run_sql, verified
from tests.support.postgres import Databases
from tests.support.roles import Roles
from warroom.domain.errors import Refused, Unavailable
from warroom.store import migrate
from warroom.store.grants_postgres import Grant, Grants
from warroom.store.postgres import PostgresStore

pytestmark = pytest.mark.postgres

_OWNERS = """
    SELECT DISTINCT pg_get_userbyid(proowner)::text FROM pg_proc WHERE pronamespace = 'warroom'::regnamespace
    UNION SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'warroom'
"""


@pytest.fixture
def known(postgres: Databases, postgres_url: str) -> Iterator[Roles]:
    """Roles of an empty database. `zoe` is an ordinary one that may set it up."""
    found = Roles(postgres, postgres_url)
    found.make("zoe")
    run_sql(postgres_url, f"GRANT CREATE ON DATABASE {found.database} TO {found.name('zoe')}")
    yield found
    run_sql(postgres_url, "DROP SCHEMA IF EXISTS warroom CASCADE")
    found.drop()


@pytest.fixture
def before(known: Roles, monkeypatch: pytest.MonkeyPatch) -> Roles:
    """zoe has set the database up with a program that knew no grants, and eve was given rights by hand."""
    known.make("eve")
    with monkeypatch.context() as older:
        older.setattr(migrate, "VERSION", 3)
        PostgresStore(known.url("zoe")).close()
    for right in (
        "USAGE ON SCHEMA warroom",
        "SELECT, UPDATE ON ALL TABLES IN SCHEMA warroom",
        "EXECUTE ON ALL FUNCTIONS IN SCHEMA warroom",
    ):
        run_sql(known.url("zoe"), f"GRANT {right} TO {known.name('eve')}")
    return known


@pytest.mark.parametrize("who", ["zoe", "postgres"])
def test_everything_stays_its_owners_whoever_brings_it_up_to_date(before: Roles, who: str) -> None:
    PostgresStore(before.url("zoe") if who == "zoe" else before.owner).close()
    assert run_sql(before.owner, _OWNERS) == [(before.name("zoe"),)]
    with closing(PostgresStore(before.url("zoe"))) as store:
        store.append(command(new_stream()))
        assert len(verified(store)) == 1


def test_a_door_that_was_opened_by_hand_is_shut(before: Roles) -> None:
    PostgresStore(before.owner).close()
    with closing(PostgresStore(before.url("eve"))) as store, pytest.raises(Unavailable, match="may not"):
        store.append(command(new_stream()))
    query = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'warroom'::regnamespace AND proname <> 'me'"
    query += f" AND has_function_privilege('{before.name('eve')}', oid, 'EXECUTE')"
    assert run_sql(before.owner, query) == [(0,)]


def test_a_grant_takes_away_what_was_given_by_hand(before: Roles) -> None:
    eve = before.name("eve")
    with closing(PostgresStore(before.owner)) as store:
        assert (eve, "it may write to the tables directly") in [(o.role, o.why) for o in Grants(store).openings()]
        assert not Grants(store).admit(Grant(eve, "eve"))
        assert eve not in [each.role for each in Grants(store).openings()]
    query = "SELECT count(*) FROM pg_class WHERE relnamespace = 'warroom'::regnamespace AND relkind = 'r'"
    query += f" AND has_table_privilege('{eve}', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
    assert run_sql(before.owner, query) == [(0,)]


def test_an_ordinary_owner_grants_what_was_made_for_it_and_makes_no_role_itself(known: Roles) -> None:
    known.make("ana")
    with closing(PostgresStore(known.url("zoe"))) as store:
        grants = Grants(store)
        assert not grants.admit(Grant(known.name("ana"), "ana"))
        with pytest.raises(Unavailable, match="may not"):
            grants.admit(Grant(known.name("bo"), "bo"))
        assert [each.person for each in grants.listed()] == ["ana"]
        with pytest.raises(Refused, match="the owner"):
            grants.admit(Grant(known.name("zoe"), "zoe"))
    with closing(PostgresStore(known.url("ana"))) as store, pytest.raises(Refused, match="Only the owner"):
        Grants(store).listed()


def test_an_ordinary_owner_that_may_make_roles_makes_them(known: Roles) -> None:
    run_sql(known.owner, f"ALTER ROLE {known.name('zoe')} CREATEROLE")
    with closing(PostgresStore(known.url("zoe"))) as store:
        assert Grants(store).admit(Grant(known.name("ana"), "ana"))
        known.keep(known.name("ana"))
        assert Grants(store).openings() == []
    with closing(PostgresStore(known.url("ana"))) as store:
        mine = replace(command(new_stream()), via="database")
        store.append(mine)
        with pytest.raises(Refused, match="cannot act as bo"):
            store.append(replace(mine, command_id="another", actor="bo"))


def test_a_role_that_the_server_has_lost_can_be_forgotten(known: Roles) -> None:
    ana = known.name("ana")
    run_sql(known.owner, f"CREATE ROLE {ana} LOGIN")
    with closing(PostgresStore(known.owner)) as store:
        Grants(store).admit(Grant(ana, "ana"))
        run_sql(known.owner, f"DROP OWNED BY {ana}")
        run_sql(known.owner, f"DROP ROLE {ana}")
        Grants(store).dismiss(ana)
        assert Grants(store).listed() == []


def test_a_database_that_is_closed_to_everybody_is_opened_to_who_was_granted(known: Roles) -> None:
    run_sql(known.owner, f"REVOKE CONNECT ON DATABASE {known.database} FROM PUBLIC")
    ana = known.grant("ana")
    with closing(PostgresStore(ana)) as store:
        assert store.head().pos == 0
