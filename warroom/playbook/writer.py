"""A runbook as the YAML that `runbook.py` reads: for people to read and change, in the documented order of fields.

What is written and read again is the same value, where the value is one that can be read: its texts without blank
margins and hidden characters. What stands at its default is left out.
"""

from typing import Any

from warroom.domain.runbook import TIMEOUT, Automation, Gate, Parameter, Phase, Runbook, Step
from warroom.playbook.dumper import dump, filled, listed, written_duration


def write_runbook(runbook: Runbook) -> str:
    """The text of a runbook's file."""
    tree = filled(
        {
            "runbook": runbook.name,
            "title": runbook.title,
            "symptom": runbook.symptom,
            "summary": runbook.summary,
            "owner": runbook.owner,
            "reviewed": runbook.reviewed,
            "services": listed(runbook.services),
            "alerts": listed(runbook.alerts),
            "source": runbook.source,
            "parameters": [_parameter(each) for each in runbook.parameters],
            "phases": [_phase(each) for each in runbook.phases],
        }
    )
    return dump(tree)


def write_step(step: Step, *, flow: bool = False) -> str:
    """The text of one step as an item of a list, without an end of line; `flow`: on one line, between braces."""
    tree: Any = _step(step) if flow else [_step(step)]
    return dump(tree, flow=flow).rstrip("\n")


def _phase(phase: Phase) -> dict[str, Any]:
    return {"name": phase.name, "steps": [_step(each) for each in phase.steps]}


def _step(step: Step) -> dict[str, Any]:
    return filled(
        {
            "do": step.title,
            "kind": step.kind if step.kind != "do" else "",
            "name": step.name,
            "detail": step.detail,
            "command": step.command,
            "inform": listed(step.inform),
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
    return filled(
        {
            "steps": listed(gate.steps),
            "healthy": listed(gate.healthy),
            "dependencies": gate.dependencies,
            "approvals": gate.approvals,
            "roles": listed(gate.roles),
        }
    )


def _run(run: Automation) -> dict[str, Any]:
    target: object = listed(run.args) if run.tool == "command" else (run.args[0] if run.args else None)
    return {run.tool: target} | filled(
        {
            "expect": run.expect,
            "timeout": written_duration(run.timeout) if run.timeout != TIMEOUT else "",
            "dangerous": run.dangerous,
        }
    )


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return filled(
        {
            "name": parameter.name,
            "help": parameter.help,
            "kind": parameter.kind if parameter.kind != "word" else "",
            "choices": listed(parameter.choices),
            "default": parameter.default,
        }
    )
