"""One step in full, for reading: what to do, what it runs or waits for, who is told, notes, evidence; and its words."""

from collections.abc import Iterable, Mapping

from rich.cells import cell_len, set_cell_size

from warroom.domain import gates
from warroom.domain.automation import Execution, Request
from warroom.domain.checklist import StepState
from warroom.domain.glossary import terms
from warroom.domain.moments import brief
from warroom.domain.runbook import fill, filled
from warroom.domain.text import one_line, visible_lines
from warroom.tui.present.cells import BLANK, Line, Span, heading, line
from warroom.tui.present.checklist import GLYPHS, spans
from warroom.tui.scene import Scene


def details(scene: Scene, state: StepState) -> list[Line]:
    """The lines of one step."""
    values = scene.incident.parameters.of(scene.incident.checklist.run_of(state.id))
    lines = [*_outcome(scene, state), line(Span(one_line(" · ".join(_facts(scene, state))), "dim")), BLANK]
    lines += [Line(spans(scene, text, values)) for text in visible_lines(fill(state.step.detail, values)).splitlines()]
    lines += [*_gate(scene, state), *_run(scene, state, values)]
    if state.step.command:
        lines += [BLANK, heading("Command", "y copies it")]
        lines += [line(Span(f"  {text}", "key")) for text in _rows(fill(state.step.command, values))]
    if state.notes:
        lines += [BLANK, heading("Notes")]
        lines += [
            line(Span(f"{one_line(who, 16)}: ", "dim"), Span(row)) for who, text in state.notes for row in _rows(text)
        ]
    kept = [each for each in scene.incident.evidence if each.step == state.id]
    if kept:
        lines += [BLANK, heading("Evidence")]
        lines += [line(Span(f"{one_line(each.name)}  {each.size} bytes  {each.digest[:12]}…")) for each in kept]
    return lines


def _rows(text: str) -> list[str]:
    return visible_lines(text).splitlines()


def _outcome(scene: Scene, state: StepState) -> list[Line]:
    glyph, role = GLYPHS[state.outcome]
    word = "to do" if state.outcome == "todo" else f"{state.outcome} by {one_line(state.by, 16)}"
    lines = [line(Span(f"{glyph} {word}", role), Span(f"  {one_line(state.because)}" if state.because else ""))]
    if state.claimed:
        lines.append(line(Span(f"{one_line(state.claimed[0], 16)} is on it since {scene.clock(state.claimed[1])}")))
    if state.box and state.outcome == "todo":
        lines.append(line(Span(f"time-boxed by {one_line(state.box.by, 16)} until {scene.clock(state.box.due)}")))
    return lines


def _facts(scene: Scene, state: StepState) -> list[str]:
    step, run = state.step, scene.incident.checklist.run_of(state.id)
    facts = [f"kind {step.kind}"]
    facts += ["added by hand"] if state.added else []
    facts += [f"expected {brief(step.expected)}"] if step.expected else []
    facts += [f"took {brief(state.took)}"] if state.took is not None else []
    facts += [f"for the {step.who}"] if step.who else []
    facts += [f"inform {', '.join(step.inform)}"] if step.inform else []
    facts += [f"escalate to {step.to}"] if step.to else []
    closed = gates.blocking(run, state.id) if run and state.outcome == "todo" and gates.waits(state) else None
    return [*facts, f"after the gate {closed.id}"] if closed else facts


def _gate(scene: Scene, state: StepState) -> list[Line]:
    """What a gate waits for, and who approved it."""
    if state.step.kind != "gate" or state.outcome != "todo":
        return []
    lacking = gates.missing(scene.incident, scene.view.org, state)
    lines = [BLANK, heading("Waits for", "a approves · x overrides")]
    lines += [line(Span(f"  ☐ {one_line(each)}", "warn")) for each in lacking]
    lines += [
        line(Span(f"  ✓ approved by {one_line(each.by, 16)}", "ok")) for each in scene.incident.gates.of(state.id)
    ]
    return [*lines, line(Span("  nothing: space ticks it", "ok"))] if not lacking else lines


def _run(scene: Scene, state: StepState, values: Mapping[str, str]) -> list[Line]:
    """What the step runs, as it stands now; who asked, who approved, what came of it."""
    if state.step.run is None:
        return []
    what, known = filled(state.step.run, values), scene.incident.automation
    remark = "a second person must approve it" if what.dangerous else "r runs it here"
    lines = [BLANK, heading("Runs", remark), line(Span(f"  {one_line(what.shown)}", "key"))]
    if asked := known.request(state.id):
        lines += _asked(scene, asked)
    if last := known.last(state.id):
        lines.append(_last(scene, last))
    return lines


def _asked(scene: Scene, asked: Request) -> list[Line]:
    who = f"{one_line(asked.by, 16)} asks to run exactly this on {one_line(asked.host, 30)}, {scene.clock(asked.at)}:"
    lines = [line(Span(f"  {who}", "warn")), line(Span(f"  {one_line(asked.what.shown)}", "key"))]
    if asked.approved:
        by, at, _ = asked.approved
        lines.append(line(Span(f"  approved by {one_line(by, 16)} {scene.clock(at)}", "ok")))
    return lines


def _last(scene: Scene, last: Execution) -> Line:
    where = f"{one_line(last.by, 16)} on {one_line(last.host, 30)}, {scene.clock(last.at)}"
    if last.ended:
        word = last.ended.ending.replace("-", " ")
        says = f": {one_line(last.ended.says)}" if last.ended.says else ""
        return line(Span(f"  {word}{says}", "ok" if word == "passed" else "bad"), right=(Span(where, "dim"),))
    if last.lost(scene.database):
        return line(
            Span("  what became of it is unknown; look before it runs again", "bad"), right=(Span(where, "dim"),)
        )
    return line(Span("  runs", "accent"), right=(Span(where, "dim"),))


def words(scene: Scene, texts: Iterable[str]) -> list[Line]:
    """What the terms in some texts mean."""
    found = terms(scene.view.org.playbook.glossary, texts)
    width = max((cell_len(each.name) for each in found), default=0)
    return [
        line(Span(f"{set_cell_size(one_line(each.name), width)}  ", "strong"), Span(one_line(each.meaning)))
        for each in found
    ]


def plain(text: str) -> list[Line]:
    """A text of several lines, as it is."""
    return [line(Span(row)) for row in _rows(text)]
