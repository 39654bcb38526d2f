"""A database on a real server in which people and engines have login roles of their own.

Roles belong to the whole server, so each database gets its own, and they go with it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from psycopg.conninfo import conninfo_to_dict

from tests.store.support import run_sql
from tests.support.postgres import Databases
from warroom.store.grants_postgres import Grant, Grants
from warroom.store.postgres import PostgresStore


class Roles:
    """Login roles of one database. `owner`: the address as whom it belongs to."""

    def __init__(self, server: Databases, owner: str) -> None:
        self._server = server
        self.owner = owner
        self.database = str(conninfo_to_dict(owner)["dbname"])
        self._made: list[str] = []

    def name(self, who: str) -> str:
        """The name of somebody's role."""
        return f"{who}_{self.database}"

    def make(self, who: str, rights: str = "") -> str:
        """A role that may log in, without any grant; the database's address as it."""
        run_sql(self.owner, f"CREATE ROLE {self.name(who)} LOGIN {rights}")
        self._made.append(self.name(who))
        return self.url(who)

    def url(self, who: str) -> str:
        """The address of the database as somebody's role."""
        return self._server.url(self.database, self.name(who))

    def grant(self, who: str, *, engine: bool = False, redacts: bool = False) -> str:
        """Make a role where it is missing, and grant it; the database's address as it."""
        grant = Grant(self.name(who), "engine" if engine else who, engine, redacts)
        with closing(PostgresStore(self.owner)) as store:
            if Grants(store).admit(grant):
                self._made.append(grant.role)
        return self.url(who)

    def keep(self, role: str) -> None:
        """Somebody else has made this role; it goes with the others."""
        self._made.append(role)

    def drop(self) -> None:
        """Remove the roles."""
        for role in self._made:
            run_sql(self.owner, f"DROP OWNED BY {role} CASCADE")
            run_sql(self.owner, f"DROP ROLE {role}")


@contextmanager
def roles(server: Databases) -> Iterator[Roles]:
    """A new database with an empty log, and the means to make roles in it."""
    owner = server.create()
    try:
        PostgresStore(owner).close()
        found = Roles(server, owner)
        try:
            yield found
        finally:
            found.drop()
    finally:
        server.drop(owner)
