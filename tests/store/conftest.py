"""Stores to test: each test that asks for `opened` or `store` runs on memory, SQLite and Postgres."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.store.support import open_url, run_sql
from tests.support.postgres import Databases
from warroom.store.contract import Store
from warroom.store.memory import MemoryStore

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(scope="module")
def database(postgres: Databases) -> Iterator[str]:
    """The address of a database on the shared server, for one test of the module after the other."""
    address = postgres.create()
    yield address
    postgres.drop(address)


@pytest.fixture
def emptied(database: str) -> Iterator[str]:
    """The address of a database without a log in it. Emptying one is much faster than making another."""
    yield database
    run_sql(database, "DROP SCHEMA IF EXISTS warroom CASCADE")


@pytest.fixture(params=["sqlite", POSTGRES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has never been opened, in a file and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "warroom.db")
    address: str = request.getfixturevalue("emptied")
    return address


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens one more store on the same data at each call, as another terminal would; in memory there is only one."""
    if request.param == "memory":
        memory = MemoryStore()
        yield lambda: memory
        return
    address = str(tmp_path / "warroom.db") if request.param == "sqlite" else request.getfixturevalue("emptied")
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(open_url(address)))


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    """An open, empty store."""
    return opened()
