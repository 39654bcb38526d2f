"""Pane 3: the runbook checklist."""

from datetime import timedelta

from warroom.domain.checklist import Run, StepState
from warroom.domain.moments import brief
from warroom.domain.text import one_line, visible_lines
from warroom.tui.present.cells import BLANK, Line, Role, Span, heading, line
from warroom.tui.scene import Scene

GLYPHS: dict[str, tuple[str, Role]] = {
    "todo": ("☐", ""),
    "done": ("✓", "ok"),
    "skipped": ("–", "dim"),
    "failed": ("✗", "bad"),
}


def title(scene: Scene) -> str:
    """The pane's title: the runbook and how far it has come."""
    runs = scene.incident.checklist.runs
    if not runs:
        return "Runbook"
    done, steps = sum(run.finished for run in runs), sum(len(run.steps) for run in runs)
    name = one_line(runs[0].runbook.name, 24) + (f" +{len(runs) - 1}" if len(runs) > 1 else "")
    return f"Runbook · {name} · {done}/{steps}"


def pane(scene: Scene) -> list[Line]:
    """The lines of the pane; the steps are its rows, by their ids."""
    runs = scene.incident.checklist.runs
    if not runs:
        return [
            line(Span("No runbook is attached.", "dim")),
            line(Span("Press "), Span("B", "key"), Span(" to attach one.")),
        ]
    lines: list[Line] = []
    for run in runs:
        if len(runs) > 1:
            lines += [*([BLANK] if lines else []), line(Span(one_line(run.runbook.title), "head"))]
        lines += _run(scene, run)
    return lines


def _run(scene: Scene, run: Run) -> list[Line]:
    lines: list[Line] = []
    states = iter(run.steps)
    following = next((state.id for state in run.steps if state.outcome == "todo"), "")
    for number, phase in enumerate(run.runbook.phases, 1):
        mine = [next(states) for _ in phase.steps]
        finished = sum(state.outcome != "todo" for state in mine)
        lines.append(heading(f"{number} {one_line(phase.name)}", f"{finished}/{len(mine)}"))
        lines += [_step(scene, state, state.id == following) for state in mine]
    return lines


def _step(scene: Scene, state: StepState, following: bool) -> Line:
    glyph, role = _glyph(scene, state, following)
    mark = (Span(f" {glyph} ", role), Span(f"{state.id} ", "dim"))
    if notice := scene.notice(state.id):
        return Line((*mark, Span(notice.removeprefix(f"{state.id} "), "warn")), (), state.id)
    over = state.outcome in ("done", "skipped")
    title = Span(one_line(state.step.title), "dim" if over else "")
    return Line((*mark, title), _right(scene, state), state.id)


def _glyph(scene: Scene, state: StepState, following: bool) -> tuple[str, Role]:
    if state.id in scene.pending:
        return "…", "accent"
    return ("▸", "accent") if following and state.outcome == "todo" else GLYPHS[state.outcome]


def _right(scene: Scene, state: StepState) -> tuple[Span, ...]:
    """What became of a step; before it, dropped first where there is little room, notes and who else is there."""
    here = [one_line(person, 10) for person in scene.others_on(state.id)]
    spans = [Span(f"✎{len(state.notes)} ", "dim")] if state.notes else []
    spans += [Span(f"({here[0]} is here) " if len(here) == 1 else f"({len(here)} here) ", "dim")] if here else []
    if state.at is not None:
        word = {"done": "done", "skipped": "skipped", "failed": "FAILED"}[state.outcome]
        role: Role = "bad" if state.outcome == "failed" else "dim"
        return (*spans, Span(f"{word} {one_line(state.by, 12)} {scene.clock(state.at)}", role))
    if state.claimed:
        who, since = state.claimed
        mine: Role = "accent" if who == scene.me else ""
        # Not to the second: panes are not drawn every second, and terminals shall agree.
        passed = f" {brief(scene.now - since)}" if scene.now - since >= timedelta(minutes=1) else ""
        return (*spans, Span(f"{one_line(who, 12)} is on it{passed}", mine))
    return (*spans, Span(state.step.kind, "dim")) if state.step.kind != "do" else tuple(spans)


def details(scene: Scene, state: StepState) -> list[Line]:
    """One step in full, for reading: what to do, its command, who is told, notes, evidence."""
    step = state.step
    glyph, role = GLYPHS[state.outcome]
    word = "to do" if state.outcome == "todo" else f"{state.outcome} by {one_line(state.by, 16)}"
    lines = [line(Span(f"{glyph} {word}", role), Span(f"  {one_line(state.because)}" if state.because else ""))]
    if state.claimed:
        lines.append(line(Span(f"{one_line(state.claimed[0], 16)} is on it since {scene.clock(state.claimed[1])}")))
    facts = [f"kind {step.kind}"]
    facts += [f"expected {brief(step.expected)}"] if step.expected else []
    facts += [f"for the {step.who}"] if step.who else []
    facts += [f"inform {', '.join(step.inform)}"] if step.inform else []
    lines += [line(Span(one_line(" · ".join(facts)), "dim")), BLANK]
    lines += [line(Span(text)) for text in visible_lines(step.detail).splitlines()]
    if step.command:
        lines += [BLANK, heading("Command")]
        lines += [line(Span(f"  {text}", "key")) for text in visible_lines(step.command).splitlines()]
    if state.notes:
        lines += [BLANK, heading("Notes")]
        for who, text in state.notes:
            lines += [
                line(Span(f"{one_line(who, 16)}: ", "dim"), Span(row)) for row in visible_lines(text).splitlines()
            ]
    kept = [each for each in scene.incident.evidence if each.step == state.id]
    if kept:
        lines += [BLANK, heading("Evidence")]
        lines += [line(Span(f"{one_line(each.name)}  {each.size} bytes  {each.digest[:12]}…")) for each in kept]
    return lines
