"""The steps of a runbook file: what each may hold, and what its gates may wait for.

Which fields a step may have depends on its kind; a gate may name steps by their labels, which become ids here.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import cast, get_args

import msgspec

from warroom.domain.roles import ROLES
from warroom.domain.runbook import (
    LONGEST_TIMEOUT,
    TIMEOUT,
    Automation,
    Gate,
    Kind,
    Parameter,
    Phase,
    Step,
    Tool,
    placeholders,
)
from warroom.playbook.fields import Fields, nearest
from warroom.playbook.targets import faults

KINDS: tuple[Kind, ...] = get_args(Kind)
TOOLS: tuple[Tool, ...] = get_args(Tool)
ROLE_IDS = tuple(role.id for role in ROLES)
LONGEST_TEXT = 64 * 1024
"Characters of a step's detail or command, and of a summary."
_MOST_APPROVALS = 20
_ONLY = {"needs": "gate", "to": "escalate", "steps": "rollback"}
"Fields that only one kind of step has."
_NEVER_RUN = ("gate", "decide")
"Kinds of steps that people settle, so that nothing runs there."


class Known(msgspec.Struct, frozen=True):
    """The names that a runbook may refer to; None = not known here, so not checked."""

    services: Collection[str] | None = None
    audiences: Collection[str] | None = None


class Steps:
    """Reads the phases of one file; knows after that what its steps are called."""

    def __init__(self, known: Known, parameters: Collection[Parameter]) -> None:
        self._known = known
        self._parameters = [each.name for each in parameters]
        self._ids: list[str] = []
        self._labels: dict[str, str] = {}
        self._needs: dict[str, Fields] = {}

    def phases(self, rows: list[Fields]) -> tuple[Phase, ...]:
        """The phases, with what their gates wait for resolved to ids of steps."""
        found = tuple(self._phase(str(number), row) for number, row in enumerate(rows, 1))
        return tuple(
            msgspec.structs.replace(phase, steps=self._gated(phase.steps, str(number)))
            for number, phase in enumerate(found, 1)
        )

    def _gated(self, steps: tuple[Step, ...], prefix: str) -> tuple[Step, ...]:
        found = []
        for number, step in enumerate(steps, 1):
            place = f"{prefix}.{number}"
            gate = self._resolved(place, step.gate) if step.gate else None
            found.append(msgspec.structs.replace(step, gate=gate, steps=self._gated(step.steps, place)))
        return tuple(found)

    def _phase(self, number: str, fields: Fields) -> Phase:
        phase = Phase(
            name=fields.text("name", required=True, longest=60),
            steps=tuple(
                self._step(f"{number}.{place}", each)
                for place, each in enumerate(fields.maps("steps", required=True), 1)
            ),
        )
        fields.close()
        return phase

    def _step(self, place: str, fields: Fields, own: bool = False) -> Step:
        """A step at its place (`2.3`); `own`: it stands in another step's own checklist, and has none itself."""
        self._ids.append(place)
        kind = cast(Kind, fields.choice("kind", KINDS, default="do"))
        step = Step(
            title=fields.text("do", required=True, longest=60),
            kind=kind,
            detail=fields.text("detail", longest=LONGEST_TEXT, lines=True),
            command=fields.text("command", longest=LONGEST_TEXT, lines=True),
            inform=fields.names("inform", "audience", self._known.audiences),
            expected=fields.duration("expected"),
            who=fields.choice("who", ROLE_IDS) or None,
            name=self._label(place, fields),
            to=fields.text("to", longest=64),
            gate=self._gate(place, fields),
            run=self._run(fields),
            steps=() if own else self._own(place, fields),
        )
        if own and fields.shape("steps"):
            fields.problem("steps", "a step of a step's own checklist has none itself; there is one level")
        if own and kind == "gate":
            fields.problem("kind", "a step's own checklist has no gate; put it before the step")
        if kind in _NEVER_RUN and fields.shape("run"):
            fields.problem("run", f"a step of kind {kind} runs nothing; put it into a check before it")
        for field, only in _ONLY.items():
            if kind != only and fields.shape(field) and not (own and field == "steps"):
                fields.problem(field, f"belongs to a step of kind {only}; this one is of kind {kind}")
        fields.close()
        return step

    def _own(self, place: str, fields: Fields) -> tuple[Step, ...]:
        return tuple(self._step(f"{place}.{n}", each, own=True) for n, each in enumerate(fields.maps("steps"), 1))

    def _label(self, place: str, fields: Fields) -> str:
        label = fields.name("name", required=False)
        if not label:
            return ""
        if label.replace(".", "").isdecimal():
            fields.problem("name", f'"{label}" looks like the number of a step; give it a word')
        elif label in self._labels:
            fields.problem("name", f'"{label}" is already the name of step {self._labels[label]}')
        else:
            self._labels[label] = place
        return label

    def _gate(self, place: str, fields: Fields) -> Gate | None:
        needs = fields.map("needs")
        if needs is None:
            return None
        gate = Gate(
            steps=needs.texts("steps", longest=64),
            healthy=needs.names("healthy", "service", self._known.services),
            dependencies=needs.boolean("dependencies"),
            approvals=needs.integer("approvals", 1, _MOST_APPROVALS) or 0,
            roles=needs.names("roles", "role", ROLE_IDS),
        )
        needs.close()
        self._needs[place] = needs
        return gate

    def _resolved(self, place: str, gate: Gate) -> Gate:
        """The gate with the ids of the steps that it waits for; a problem for each that is not there, or too late."""
        needs = self._needs[place]
        found: dict[str, None] = {}
        for index, text in enumerate(gate.steps):
            step = text if text in self._ids else self._labels.get(text, "")
            line = needs.line_of("steps")
            if not step:
                near = nearest(text, [*self._labels, *self._ids])
                needs.problem(f"steps[{index}]", f'no step is called "{text}"{near}', line)
            elif self._ids.index(step) >= self._ids.index(place) or place.startswith(f"{step}."):
                needs.problem(f"steps[{index}]", _circle(text, step, place), line)
            else:
                found[step] = None
        return msgspec.structs.replace(gate, steps=tuple(found))

    def _run(self, fields: Fields) -> Automation | None:
        run = fields.map("run")
        if run is None:
            if fields.empty("run"):
                fields.problem("run", f"must name one tool; valid: {', '.join(TOOLS)}")
            return None
        named = [tool for tool in TOOLS if run.shape(tool)]
        timeout = run.duration("timeout") or TIMEOUT
        expect = run.text("expect", longest=200)
        dangerous = run.boolean("dangerous")
        if len(named) != 1:
            what = f"{' and '.join(named)} are there" if named else f"valid: {', '.join(TOOLS)}"
            run.problem("", f"must name one tool; {what}")
        args = _args(run, named[0]) if named else ()
        run.close()
        for field, text in faults(named[0], args, expect) if len(named) == 1 else ():
            run.problem(field, text, run.line_of(field.partition("[")[0]))
        if timeout > LONGEST_TIMEOUT:
            run.problem("timeout", f"must not be longer than {LONGEST_TIMEOUT // timedelta(hours=1)}h")
        for name in dict.fromkeys(name for text in (*args, expect) for name in placeholders(text)):
            if name not in self._parameters:
                run.problem(
                    named[0] if named else "", f"<{name}> is not among the parameters{nearest(name, self._parameters)}"
                )
        return Automation(named[0], args, expect, timeout, dangerous) if named else None


def _args(run: Fields, tool: Tool) -> tuple[str, ...]:
    """The arguments of a command, or the one target of a diagnostic."""
    if tool != "command":
        target = run.text(tool, longest=500)
        return (target,) if target else ()
    if run.shape(tool) == "single value":
        run.problem(tool, "must be a list of words such as [kubectl, get, pods], no shell's line")
        return ()
    return run.words(tool)


def _circle(text: str, step: str, place: str) -> str:
    if step == place:
        return "the gate waits for itself: a circle"
    return f'"{text}" is step {step}, which gate {place} holds back: a circle'
