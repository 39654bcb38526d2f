"""A house for each test that asks for one: in memory, and in an SQLite file."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path

import pytest

from tests.room.house import House, MemoryAt, SqliteAt, Wall
from warroom.store.contract import Store


@pytest.fixture(params=["memory", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An empty database, and the terminals on it."""
    with ExitStack() as stack:

        def open_file(wall: Wall) -> Store:
            return stack.enter_context(closing(SqliteAt(str(tmp_path / "warroom.db"), wall)))

        yield House(cache(MemoryAt) if request.param == "memory" else open_file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where unsent notes lie; not made yet."""
    return tmp_path / "state" / "spool"
