"""What every test gets: a home of its own, and, for those that ask, a real PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support import postgres as pg

POSTGRES = pytest.StashKey[Path]()

# How long an example takes says more about the machine than about the code: no deadline, no health check of time.
hypothesis.settings.register_profile(
    "warroom",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("warroom")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder for its PostgreSQL servers; the workers of pytest-xdist share it."""
    if hasattr(config, "workerinput"):
        config.stash[POSTGRES] = Path(config.workerinput["postgres"])
        return
    run = pg.Run.begin()
    config.stash[POSTGRES] = run.home
    config.add_cleanup(run.end)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the run's folder is."""
    node.workerinput["postgres"] = str(node.config.stash[POSTGRES])


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test, and none of the developer's own settings."""
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(("WARROOM_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> pg.Databases:
    """The run's shared server. Fails, with what to do about it, where none can be started."""
    try:
        return pg.shared(pytestconfig.stash[POSTGRES])
    except pg.NoPostgres as reason:
        raise pytest.fail.Exception(str(reason), pytrace=False) from None


@pytest.fixture
def postgres_url(postgres: pg.Databases) -> Iterator[str]:
    """The address of an empty database on the shared server, dropped after the test."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture
def private_postgres(pytestconfig: pytest.Config) -> Iterator[pg.Server]:
    """A server for this test alone, to stop, restart and kill."""
    try:
        with pg.private(pytestconfig.stash[POSTGRES]) as server:
            yield server
    except pg.NoPostgres as reason:
        raise pytest.fail.Exception(str(reason), pytrace=False) from None
