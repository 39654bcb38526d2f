"""Pane 3: the runbook checklist."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from warroom.domain import gates
from warroom.domain.checklist import Run, StepState
from warroom.domain.glossary import Term, marked
from warroom.domain.moments import brief
from warroom.domain.runbook import fill
from warroom.domain.text import one_line
from warroom.tui.present.cells import BLANK, Line, Role, Span, heading, line
from warroom.tui.scene import Scene

GLYPHS: dict[str, tuple[str, Role]] = {
    "todo": ("☐", ""),
    "done": ("✓", "ok"),
    "skipped": ("–", "dim"),
    "failed": ("✗", "bad"),
}
OFFER = "offer:"
"What the keys of offered runbooks begin with, before their names."
_MINUTE = timedelta(minutes=1)


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
        return _offered(scene)
    lines: list[Line] = []
    for run in runs:
        if len(runs) > 1:
            lines += [*([BLANK] if lines else []), line(Span(one_line(run.runbook.title), "head"))]
        lines += _run(scene, run)
    return lines


def _offered(scene: Scene) -> list[Line]:
    """Where nothing is attached: what would fit, and why."""
    if not scene.offers:
        press = line(Span("Press "), Span("B", "key"), Span(" to attach one."))
        nothing = line(Span("No runbook is attached.", "dim"))
        return [nothing] if scene.fresh.word == "REPLAY" else [nothing, press]
    width = min(30, max(len(name) for name, _ in scene.offers))
    rows = [
        line(f" {one_line(name, 30):<{width}}  ", Span(one_line(why), "dim"), key=OFFER + name)
        for name, why in scene.offers
    ]
    press = line(Span("enter", "key"), Span(" attaches it, "), Span("B", "key"), Span(" lists all."))
    return [line(Span("No runbook is attached. These may fit:", "dim")), *rows, BLANK, press]


def _run(scene: Scene, run: Run) -> list[Line]:
    lines: list[Line] = []
    following, values = run.following, tuple(scene.incident.parameters.of(run).items())
    phase, blocked = 0, False
    for state in run.steps:
        if state.phase != phase:
            phase = state.phase
            mine = [each for each in run.steps if each.phase == phase]
            finished = sum(each.outcome != "todo" for each in mine)
            name = one_line(run.runbook.phases[phase - 1].name)
            lines.append(heading(f"{phase} {name}", f"{finished}/{len(mine)}"))
        lines.append(_step(scene, run, state, state.id == following, blocked, values))
        blocked = blocked or (state.step.kind == "gate" and state.outcome in ("todo", "failed"))
    return lines


def _step(
    scene: Scene, run: Run, state: StepState, following: bool, blocked: bool, values: tuple[tuple[str, str], ...]
) -> Line:
    waits = blocked and state.outcome == "todo" and gates.waits(state)
    glyph, role = _glyph(scene, state, following, waits)
    indent = "  " if state.parent else ""
    mark = (Span(f" {indent}{glyph} ", role), Span(f"{state.id} ", "dim"))
    if notice := scene.notice(state.id):
        return Line((*mark, Span(notice.removeprefix(f"{state.id} "), "warn")), (), state.id)
    over: Role = "dim" if waits or state.outcome in ("done", "skipped") else ""
    return Line(
        (*mark, *_title(state, values, scene.view.org.playbook.glossary, over)),
        _right(scene, run, state, following),
        state.id,
    )


@lru_cache(maxsize=4096)
def _spans(text: str, values: tuple[tuple[str, str], ...], glossary: tuple[Term, ...], role: Role) -> tuple[Span, ...]:
    """A text filled in, on one line, its terms underlined."""
    pieces = marked(glossary, one_line(fill(text, dict(values))))
    return tuple(Span(piece, "term" if term and not role else role) for piece, term in pieces)


def _title(
    state: StepState, values: tuple[tuple[str, str], ...], glossary: tuple[Term, ...], role: Role
) -> tuple[Span, ...]:
    spans = _spans(state.step.title, values, glossary, role)
    return (Span("+ ", "dim"), *spans) if state.added else spans


def _glyph(scene: Scene, state: StepState, following: bool, waits: bool) -> tuple[str, Role]:
    if state.id in scene.pending:
        return "…", "accent"
    if waits:
        return "·", "dim"
    return ("▸", "accent") if following and state.outcome == "todo" else GLYPHS[state.outcome]


def _right(scene: Scene, run: Run, state: StepState, following: bool) -> tuple[Span, ...]:
    """What became of a step; before it, dropped first where there is little room, notes and who else is there."""
    here = [one_line(person, 10) for person in scene.others_on(state.id)]
    spans = [Span(f"✎{len(state.notes)} ", "dim")] if state.notes else []
    spans += [Span(f"({here[0]} is here) " if len(here) == 1 else f"({len(here)} here) ", "dim")] if here else []
    if state.at is not None:
        word = {"done": "done", "skipped": "skipped", "failed": "FAILED"}[state.outcome]
        role: Role = "bad" if state.outcome == "failed" else "dim"
        return (*spans, Span(f"{word} {one_line(state.by, 12)} {scene.clock(state.at)}", role))
    spans += _time(scene, run, state, following)
    if running := _running(scene, state):
        return (*spans, running)
    if state.claimed:
        who, since = state.claimed
        mine: Role = "accent" if who == scene.me else ""
        # Not to the second: panes are not drawn every second, and terminals shall agree.
        passed = f" {brief(scene.now - since)}" if scene.now - since >= _MINUTE else ""
        return (*spans, Span(f"{one_line(who, 12)} is on it{passed}", mine))
    kind = _kind(scene, state)
    if spans and not kind:  # a blank behind the last word would move it off the edge on which all others end
        spans[-1] = spans[-1]._replace(text=spans[-1].text.rstrip())
    return (*spans, *kind)


def _time(scene: Scene, run: Run, state: StepState, following: bool) -> list[Span]:
    """The time-box; else how long the step at hand has taken of what it should take."""
    if state.box:
        left = state.box.due - scene.now
        if left <= timedelta():
            return [Span(f"OVER by {brief(-left)} " if -left >= _MINUTE else "TIME IS UP ", "bad")]
        return [Span(f"{_minutes(left)} left ", "accent" if left < _MINUTE else "")]
    if not state.step.expected or not (following or state.claimed):
        return []
    taken = scene.now - run.began(state)
    late = taken > state.step.expected
    return [Span(f"{_minutes(taken)} of {brief(state.step.expected)} ", "warn" if late else "dim")]


def _minutes(span: timedelta) -> str:
    """A duration in whole minutes: what stands there a minute long need not be drawn every second."""
    return brief(span) if span >= _MINUTE else "<1 min"


def _running(scene: Scene, state: StepState) -> Span | None:
    """What runs here, or waits for somebody's approval."""
    known = scene.incident.automation
    last, asked = known.last(state.id), known.request(state.id)
    if asked and asked.approved:
        return Span(f"approved by {one_line(asked.approved[0], 12)}", "accent" if asked.by == scene.me else "")
    if asked:
        return Span(f"{one_line(asked.by, 12)} asks to run it", "" if asked.by == scene.me else "accent")
    if last is None or last.ended is not None:
        return None
    if last.lost(scene.database):
        return Span(f"UNKNOWN: {one_line(last.by, 12)} ran it", "bad")
    return Span(f"{one_line(last.by, 12)} runs it", "accent")


def _kind(scene: Scene, state: StepState) -> tuple[Span, ...]:
    """The kind, where it is none of the plain ones; what a gate waits for; whether a step runs something."""
    if state.step.kind == "gate":
        lacking = len(gates.missing(scene.incident, scene.view.org, state))
        return (Span(f"gate waits for {lacking}", "warn") if lacking else Span("gate", "dim"),)
    words: list[str] = [state.step.kind] if state.step.kind != "do" else []
    words += ["runs"] if state.step.run else []
    return (Span(" · ".join(words), "dim"),) if words else ()


def spans(scene: Scene, text: str, values: Mapping[str, str], role: Role = "") -> tuple[Span, ...]:
    """A text of a step, filled in, on one line, its terms underlined."""
    return _spans(text, tuple(values.items()), scene.view.org.playbook.glossary, role)
