"""What the console's tests get: asynchronous tests, and teams over a store."""

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.stories import RUNBOOK, Team
from warroom.store.sqlite import SqliteStore


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Ana's team on SQLite, with an incident that has just been declared and has a runbook."""
    with closing(SqliteStore(tmp_path / "warroom.db")) as store:
        team = Team(store)
        team.declare(services=("checkout",))
        team.do("ana", "runbook.attach", runbook=RUNBOOK.name)
        yield team
