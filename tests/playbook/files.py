"""Small YAML files for the tests of the readers, and what the readers say about them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from warroom.playbook.document import BadFile


def write(folder: Path, name: str, text: str) -> Path:
    """A file with this text, its common indentation taken away."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def said(read: Callable[[], object]) -> list[str]:
    """The problems that reading reports, one line each."""
    with pytest.raises(BadFile) as caught:
        read()
    assert caught.value.message.splitlines() == [str(problem) for problem in caught.value.problems]
    return caught.value.message.splitlines()
