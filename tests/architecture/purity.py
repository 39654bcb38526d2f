"""Finds what a pure module may not mention: the clock, randomness, the outside world.

The import contracts refuse whole libraries. This looks closer: `datetime` and `uuid` are welcome in the
domain, `datetime.now` and `uuid4` are not.
"""

import ast
from collections.abc import Iterator

_IMPURE = frozenset(
    f"{place}.{name}"
    for place, names in {
        "datetime.datetime": ("now", "utcnow", "today"),
        "datetime.date": ("today",),
        "uuid": ("uuid1", "uuid4", "uuid6", "uuid7", "getnode"),
        "builtins": ("open", "input", "print", "breakpoint"),
    }.items()
    for name in names
)
_IMPURE_MODULES = ("time.", "random.", "secrets.", "os.")


def impurities(module: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Each expression that names something impure, under whatever alias, with that thing's full name."""
    origins = _origins(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute | ast.Name):
            name = _full_name(node, origins)
            if name in _IMPURE or name.startswith(_IMPURE_MODULES):
                yield node, name


def _origins(module: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `import datetime as dt` gives `{"dt": "datetime"}`."""
    origins: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                origins[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            origins |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return origins


def _full_name(node: ast.expr, origins: dict[str, str]) -> str:
    match node:
        case ast.Name(name):
            return origins.get(name, f"builtins.{name}")
        case ast.Attribute(value, name):
            return f"{_full_name(value, origins)}.{name}"
        case _:
            return ""
