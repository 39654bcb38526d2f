"""Pane 1: every milestone with its two times, its target, and what the severity means."""

from warroom.domain.clock import NAMES, targets
from warroom.domain.moments import span
from warroom.domain.text import one_line
from warroom.tui.present.cells import BLANK, Line, Span, heading, line
from warroom.tui.scene import Scene


def pane(scene: Scene) -> list[Line]:
    """The lines of the pane; the milestones are its rows."""
    incident = scene.incident
    clock = incident.clock
    start, counted_from = clock.origin
    goals = {each.milestone: each for each in targets(clock, incident.severity.now)}
    lines = [heading("Milestones", f"T+ counts from {counted_from}")]
    for name in NAMES:
        known, goal = clock.get(name), goals.get(name)
        if known:
            about = "about " if known.approximate else ""
            offset = f"  T+{span(known.happened - start)}" if start else ""
            said = f"recorded {scene.clock(known.recorded, seconds=True)} by {one_line(known.by, 16)}"
            spans = [Span(f"● {name:<15}", "ok"), Span(f"{about}{scene.clock(known.happened, seconds=True)}{offset}")]
            spans += [Span("  late", "warn")] if goal and goal.met is False else []
            lines.append(line(*spans, right=(Span(said, "dim"),), key=name))
        elif goal and clock.status not in ("resolved", "closed"):
            left = goal.due - scene.now
            due = f"due {scene.clock(goal.due, seconds=True)}"
            over = left.total_seconds() < 0
            state = Span(f"OVERDUE {span(-left)}", "bad") if over else Span(f"{span(left)} left")
            lines.append(line(Span(f"{'!' if over else '○'} {name:<15}", "bad" if over else ""), due,
                              right=(state,), key=name))  # fmt: skip
        else:
            lines.append(line(Span(f"○ {name:<15}unknown", "dim"), key=name))
    if clock.earlier:
        lines += [BLANK, heading("Earlier values")]
        for name, old in clock.earlier:
            lines.append(line(Span(f"  {name:<15}{scene.clock(old.happened, seconds=True)}", "dim"),
                              right=(Span(f"by {one_line(old.by, 16)}", "dim"),)))  # fmt: skip
    return [*lines, BLANK, *_severity(scene)]


def _severity(scene: Scene) -> list[Line]:
    state = scene.incident.severity
    lines = [heading(f"{state.now.name} {state.now.title}")]
    lines.append(line(one_line(state.now.definition)))
    for level, since, by in state.history:
        named = next((row.name for row in state.table if row.level == level), f"SEV{level}")
        lines.append(line(Span(f"  {scene.clock(since)} {named} by {one_line(by, 16)}", "dim")))
    return lines
