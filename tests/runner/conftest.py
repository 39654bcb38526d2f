"""A host with an allow-list of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from warroom.runner.commands import Commands

Host = Callable[[str], Commands]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the allow-list is, or would be."""
    return tmp_path / "commands.toml"


@pytest.fixture
def host(place: Path) -> Host:
    """Writes the allow-list, and gives the commands of a host that has it."""

    def write(text: str) -> Commands:
        place.write_text(text)
        place.chmod(0o644)
        return Commands(place)

    return write


@pytest.fixture
def mark(tmp_path: Path) -> str:
    """A word that no other process in the world has in its environment."""
    return tmp_path.as_posix()
