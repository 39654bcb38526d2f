"""Which login role of a Postgres database is whose: granting, revoking, and what would let a role past its grant."""

from typing import LiteralString

import msgspec
from psycopg import sql

from warroom.domain.errors import Invalid, Refused
from warroom.store.contract import Store
from warroom.store.postgres import PostgresStore
from warroom.store.postgres_link import Connection

ENGINE = "engine"
"Whom an engine's role acts as."

_LONGEST = 63
"Bytes of a role's name: the server cuts off what is longer, and might so name somebody else."

_MAKES = "it may make things in the schema"
_WRITES = "it may write to the tables directly"

# What would let a role write past the functions, or as another one. The first reason counts.
_WHY = f"""
    SELECT r.rolname AS role, CASE
        WHEN r.rolsuper THEN 'it is a superuser'
        WHEN pg_has_role(r.oid, n.nspowner, 'MEMBER') THEN 'it is the owner, or a member of it'
        WHEN has_schema_privilege(r.oid, n.oid, 'CREATE') THEN '{_MAKES}'
        WHEN EXISTS (
            SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND (
                has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
                OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE'))
        ) THEN '{_WRITES}'
        WHEN r.rolcreaterole THEN 'it may make and change roles'
        WHEN EXISTS (
            SELECT FROM pg_roles p WHERE pg_has_role(r.oid, p.oid, 'MEMBER')
                AND p.rolname IN ('pg_execute_server_program', 'pg_write_server_files')
        ) THEN 'it may run programs or write files on the server'
        WHEN NOT r.rolcanlogin THEN 'it cannot log in'
    END AS why, g.role IS NOT NULL AS granted, r.rolsuper OR pg_has_role(r.oid, n.nspowner, 'MEMBER') AS owns
    FROM pg_roles r JOIN pg_namespace n ON n.nspname = 'warroom' LEFT JOIN warroom.granted g ON g.role = r.rolname
"""
_OPEN = f"""
    SELECT role, why FROM ({_WHY} WHERE r.rolcanlogin OR g.role IS NOT NULL) AS known
    WHERE why IS NOT NULL AND (granted OR why IN ('{_MAKES}', '{_WRITES}')) ORDER BY role COLLATE "C"
"""
_LISTED = """
    SELECT role, person, engine, redacts FROM warroom.granted ORDER BY person COLLATE "C", role COLLATE "C"
"""
_ME = """
    SELECT session_user::text, person, engine, redacts, owner, (SELECT pg_get_userbyid(nspowner)::text
        FROM pg_namespace WHERE nspname = 'warroom')
    FROM warroom.me()
"""


class Grant(msgspec.Struct, frozen=True):
    """A login role, and whom it acts as. `redacts`: it may take secrets out of the database."""

    role: str
    person: str
    engine: bool = False
    redacts: bool = False


class Opening(msgspec.Struct, frozen=True):
    """A role that could get past its grant, and why."""

    role: str
    why: str


class Standing(msgspec.Struct, frozen=True):
    """Who is connected, as the server has it. `mine` None: this role was granted nothing; `owner`: to whom all
    belongs, and `owns`: whether that is who is connected."""

    role: str
    owner: str
    owns: bool
    mine: Grant | None


def granted(store: Store) -> Grant | None:
    """Whom the server takes whoever is connected for; None where it enforces nothing on them."""
    return store._do(_standing).mine if isinstance(store, PostgresStore) else None


class Grants:
    """The grants of one database, for its owner to change."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    def standing(self) -> Standing:
        """Who is connected."""
        return self._store._do(_standing)

    def admit(self, grant: Grant) -> bool:
        """Let a role act as a person, or as an engine; what it had before is replaced. Whether it was made for that.

        Invalid where it cannot be a role's name; Refused where it could get past the grant, and for all but the owner.
        """
        _check_name(grant.role)
        if not grant.engine and grant.person in (ENGINE, ""):
            raise Invalid(f"Nobody can be called “{grant.person}”.", hint="Engines are granted with --engine.")
        self._check_owner()
        return self._store._do(lambda db: _admit(db, grant))

    def dismiss(self, role: str) -> None:
        """Take everything from a role, at once. It may still log in."""
        self._check_owner()
        self._store._do(lambda db: db.execute("SELECT warroom.shut(%s)", (role,)))

    def listed(self) -> list[Grant]:
        """Every grant, by person and role. Refused for all but the owner."""
        self._check_owner()
        query = (
            'SELECT role, person, engine, redacts FROM warroom.granted ORDER BY person COLLATE "C", role COLLATE "C"'
        )
        return [Grant(*row) for row in self._store._all(query)]

    def openings(self) -> list[Opening]:
        """Every role that could get past its grant, or write without one. Refused for all but the owner."""
        self._check_owner()
        return [Opening(*row) for row in self._store._all(_OPEN)]

    def _check_owner(self) -> None:
        me = self.standing()
        if not me.owns:
            raise Refused(f"Only the owner of the database, {me.owner}, may look at and change grants.")


def _standing(db: Connection) -> Standing:
    role, person, engine, redacts, owns, owner = db.execute(_ME).fetchall()[0]
    return Standing(role, owner, owns, Grant(role, person, engine, redacts) if person else None)


def _check_name(role: str) -> None:
    """Invalid where the server would not take the name as it stands."""
    if not role or "\0" in role or len(role.encode()) > _LONGEST:
        raise Invalid(f"“{role}” cannot be the name of a role.", hint="Name another one with --role.")
    if role.startswith("pg_") or role in ("public", "none"):
        raise Invalid(f"“{role}” is a name that the server keeps for itself.", hint="Name another one with --role.")


def _admit(db: Connection, grant: Grant) -> bool:
    """Make the role where it is missing, and let it in; all of it or nothing."""
    role = grant.role
    with db.transaction():
        made = not db.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchall()
        if made:
            db.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        _refuse_open(db, role, "owns")  # sooner, because what the owner has must not be taken from it
        db.execute("SELECT warroom.admit(%s, %s, %s, %s)", (role, grant.person, grant.engine, grant.redacts))
        _let_connect(db, role)
        _refuse_open(db, role, "why IS NOT NULL")
    return made


def _refuse_open(db: Connection, role: str, where: LiteralString) -> None:
    """Refused where the role could get past its grant."""
    query = f"SELECT why FROM ({_WHY} WHERE r.rolname = %s) AS known WHERE {where}"
    if found := db.execute(query, (role,)).fetchall():
        raise Refused(f"The role {role} cannot be granted: {found[0][0]}.", hint="Name another one with --role.")


def _let_connect(db: Connection, role: str) -> None:
    """Databases are open to every role, unless somebody has closed them."""
    query = "SELECT current_database(), has_database_privilege(%s, current_database(), 'CONNECT')"
    [(name, may)] = db.execute(query, (role,)).fetchall()
    if not may:
        db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role)))
