"""A site for each test that asks for one: over memory, an SQLite file and Postgres."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.support import open_url
from tests.web.site import Site, serving
from warroom.store.memory import MemoryStore


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site over each kind of database."""
    if request.param == "memory":
        with serving(MemoryStore()) as found:
            yield found
        return
    address = str(tmp_path / "warroom.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with closing(open_url(address)) as store, serving(store) as found:
        yield found


@pytest.fixture
def plain() -> Iterator[Site]:
    """A site over memory, where the database does not matter."""
    with serving(MemoryStore()) as found:
        yield found
