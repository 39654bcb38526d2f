"""A shell with a database of its own: on SQLite, or (`anywhere`) on each kind in turn."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell with an SQLite file that is not there yet."""
    return Shell(str(tmp_path / "warroom.db"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def anywhere(request: pytest.FixtureRequest, shell: Shell) -> Shell:
    """A shell with an empty database of each kind."""
    return shell if request.param == "sqlite" else Shell(request.getfixturevalue("postgres_url"))


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The program switches the collector off while it starts; where a test calls it in this process, that ends here."""
    yield
    gc.enable()
