"""What the tests of the ways out of the house share."""

import logging
import warnings
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], None]]:
    """Call it to have every logger that there is write down all it says, whatever level it was given."""
    before: dict[str, int] = {}

    def listen() -> None:
        import apprise  # noqa: F401
        import httpcore  # noqa: F401
        import httpx  # noqa: F401
        import requests  # noqa: F401

        caplog.set_level(0)
        for name in list(logging.Logger.manager.loggerDict):
            before[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(1)

    yield listen
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session", autouse=True)
def services() -> None:
    """Apprise with all its services: loading them warns of what is none of our doing, and happens once in a process."""
    import apprise

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert apprise.Apprise.instantiate("json://localhost") is not None
