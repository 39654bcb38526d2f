"""A runbook as the YAML that `runbook.py` reads: for people to read and change, in the documented order of fields.

What is written and read again is the same value, where the value is one that can be read: its texts without blank
margins and hidden characters. What stands at its default is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import yaml

from warroom.domain.runbook import TIMEOUT, Automation, Gate, Parameter, Phase, Runbook, Step

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


def write_runbook(runbook: Runbook) -> str:
    """The text of a runbook's file."""
    tree = _filled(
        {
            "runbook": runbook.name,
            "title": runbook.title,
            "symptom": runbook.symptom,
            "summary": runbook.summary,
            "owner": runbook.owner,
            "reviewed": runbook.reviewed,
            "services": _list(runbook.services),
            "alerts": _list(runbook.alerts),
            "source": runbook.source,
            "parameters": [_parameter(each) for each in runbook.parameters],
            "phases": [_phase(each) for each in runbook.phases],
        }
    )
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text


def write_step(step: Step, *, flow: bool = False) -> str:
    """The text of one step as an item of a list, without an end of line; `flow`: on one line, between braces."""
    tree: Any = _step(step) if flow else [_step(step)]
    style: dict[str, Any] = {"default_flow_style": True, "width": 1_000_000} if flow else {"width": WIDTH}
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **style)
    return text.rstrip("\n")


def _phase(phase: Phase) -> dict[str, Any]:
    return {"name": phase.name, "steps": [_step(each) for each in phase.steps]}


def _step(step: Step) -> dict[str, Any]:
    return _filled(
        {
            "do": step.title,
            "kind": step.kind if step.kind != "do" else "",
            "name": step.name,
            "detail": step.detail,
            "command": step.command,
            "inform": _list(step.inform),
            "to": step.to,
            "expected": written_duration(step.expected) if step.expected else "",
            "who": step.who or "",
            "needs": _gate(step.gate) if step.gate else None,
            "run": _run(step.run) if step.run else None,
            "steps": [_step(each) for each in step.steps],
        },
        kept=("needs",) if step.gate is not None else (),
    )


def _gate(gate: Gate) -> dict[str, Any]:
    return _filled(
        {
            "steps": _list(gate.steps),
            "healthy": _list(gate.healthy),
            "dependencies": gate.dependencies,
            "approvals": gate.approvals,
            "roles": _list(gate.roles),
        }
    )


def _run(run: Automation) -> dict[str, Any]:
    target: object = _list(run.args) if run.tool == "command" else (run.args[0] if run.args else None)
    return {run.tool: target} | _filled(
        {
            "expect": run.expect,
            "timeout": written_duration(run.timeout) if run.timeout != TIMEOUT else "",
            "dangerous": run.dangerous,
        }
    )


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return _filled(
        {
            "name": parameter.name,
            "help": parameter.help,
            "kind": parameter.kind if parameter.kind != "word" else "",
            "choices": _list(parameter.choices),
            "default": parameter.default,
        }
    )


def written_duration(span: timedelta) -> str:
    """A duration as it is typed: `90s`, `5m`, `1h30m`, `2d`; whole seconds only."""
    rest = int(span.total_seconds())
    parts = []
    for sign, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{sign}")
    return "".join(parts)


def _list(texts: Sequence[str]) -> list[str]:
    """A list of texts, on one line where it is short and no text has lines of its own."""
    short = sum(len(text) + 2 for text in texts) <= _SHORT and not any("\n" in text for text in texts)
    return _Row(texts) if short else list(texts)


def _filled(fields: Mapping[str, Any], kept: Sequence[str] = ()) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value or name in kept}
