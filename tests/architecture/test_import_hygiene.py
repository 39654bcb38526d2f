"""What importing a part of warroom really loads, seen in a fresh interpreter.

The import contracts read the source; this also sees what a library, or a name in a string, drags in.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.sources import modules

IMPORT_AND_SHOW = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([*sys.modules]))
"""
HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "psycopg", "yaml", "markdown_it", "httpx"}
SCREEN = {"textual", "rich"}
UNWANTED = {
    "domain": HEAVY | SCREEN | {"sqlite3", "asyncio", "subprocess"},
    "room": HEAVY | SCREEN,
    "engine": HEAVY | SCREEN,
    "runner": HEAVY | SCREEN,
    "probes": HEAVY | SCREEN,
    "settings.py": HEAVY | SCREEN,
    "bootstrap.py": HEAVY | SCREEN,
    "cli": HEAVY - {"yaml"} | SCREEN,
    "cli/main.py": HEAVY | SCREEN,
    "tui": HEAVY,
    "web": HEAVY | SCREEN,
    "__main__.py": HEAVY | SCREEN,
}


def loaded_by(*names: str) -> set[str]:
    """The top-level packages in memory after importing these modules."""
    # Without coverage's settings, which make it load libraries of its own in every process.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", IMPORT_AND_SHOW, *names]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_what_a_module_drags_in_is_seen() -> None:
    assert loaded_by("textual.app") >= SCREEN


@pytest.mark.parametrize("floor", UNWANTED)
def test_heavy_libraries_are_loaded_only_where_they_are_needed(floor: str) -> None:
    assert loaded_by(*modules(floor)) & UNWANTED[floor] == set()
