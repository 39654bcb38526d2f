"""Values as YAML for people to read and change: what the writers of runbooks and of rosters have in common."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import yaml

WIDTH = 100
_SHORT = 72
"The longest list that stands on one line, in characters."
_BASE: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Row(list[Any]):
    """A list that is written on one line."""


class _Dumper(_BASE):  # type: ignore[misc]
    """Block style; texts of several lines as they are."""


def _text(dumper: Any, text: str) -> yaml.Node:
    literal = "\n" in text and not any(line.endswith((" ", "\t")) for line in text.split("\n"))
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if literal else None)
    return node


def _row(dumper: Any, row: _Row) -> yaml.Node:
    node: yaml.Node = dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Row, _row)


def dump(tree: Any, *, flow: bool = False) -> str:
    """The YAML of plain data, in the order of its fields; `flow`: on one line, between braces."""
    style: dict[str, Any] = {"default_flow_style": True, "width": 1_000_000} if flow else {"width": WIDTH}
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **style)
    return text


def written_duration(span: timedelta) -> str:
    """A duration as it is typed: `90s`, `5m`, `1h30m`, `2d`; whole seconds only."""
    rest = int(span.total_seconds())
    parts = []
    for sign, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{sign}")
    return "".join(parts)


def listed(texts: Sequence[str]) -> list[str]:
    """A list of texts, on one line where it is short and no text has lines of its own."""
    short = sum(len(text) + 2 for text in texts) <= _SHORT and not any("\n" in text for text in texts)
    return _Row(texts) if short else list(texts)


def filled(fields: Mapping[str, Any], kept: Sequence[str] = ()) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value or name in kept}
