"""The two lines at the top: which incident, how bad, how long, how fresh, who is here; and the milestones."""

from collections.abc import Sequence
from datetime import timedelta

from warroom.domain.clock import NAMES, Milestone, Target, targets
from warroom.domain.moments import brief, elapsed, span
from warroom.domain.roles import ROLES
from warroom.domain.text import one_line
from warroom.room.presence import Someone
from warroom.tui.present.cells import Line, Role, Span, cut, line, sentence, width_of
from warroom.tui.present.drill import is_drill, titled
from warroom.tui.scene import Freshness, Scene

_SHORT = {
    "impact": "impact", "detection": "detected", "acknowledgment": "ack", "escalation": "escalated",
    "containment": "contained", "resolution": "resolved", "review": "review",
}  # fmt: skip
_OPEN = {"containment": "contain", "resolution": "resolve", "acknowledgment": "ack", "escalation": "escalate"}


def headline(scene: Scene, width: int) -> tuple[Line, Line, Line]:
    """The first line in three parts: which incident and how bad; T+, which alone changes each second; the rest.

    Parts, because a terminal is sent a changed widget from its left edge on. Freshness is shown before people are.
    """
    incident = scene.incident
    name = Span(f" {incident.name} ", "strong")
    severity = Span(f"  {incident.severity.now.name}  ", severity_role(incident.severity.level))
    clock = since(scene)
    status = Span(f"  {incident.clock.status.upper()}", "ok" if incident.clock.get("resolution") else "accent")
    fresh = _fresh(scene.fresh)
    free = width - width_of((name, severity, *clock.left, status, fresh))
    title: Sequence[Span] = titled(incident.title, is_drill(incident))
    if free < 8:  # on a narrow terminal the incident's title and T+ come first
        title = cut(title, max(8, width - width_of((name, severity, *clock.left))))
        return Line((name, *title, severity)), clock, Line((status, fresh))
    people = _people(scene, free - min(width_of(title), free * 2 // 3))
    title = cut(title, free - width_of(people))
    gap = Span(" " * (free - width_of((*title, *people))))
    return Line((name, *title, severity)), clock, Line((status, gap, fresh, *people))


def since(scene: Scene) -> Line:
    """T+, by itself."""
    return line(f"T+{ticking(scene)}")


def ticking(scene: Scene) -> str:
    """How long the incident has lasted: it stops at the resolution."""
    lasted = scene.incident.clock.elapsed(scene.now)
    return "unknown" if lasted is None else elapsed(lasted)


def severity_role(level: int) -> Role:
    """SEV1 and SEV2 stand out."""
    return "bad" if level <= 1 else "warn" if level == 2 else "strong"


def _fresh(fresh: Freshness) -> Span:
    match fresh.word:
        case "LIVE":
            return Span(" ● LIVE ", "ok")
        case "REPLAY":
            return Span(" REPLAY ", "accent")
        case "LAGGING":
            return Span(f" ! LAGGING {fresh.age:.0f} s ", "warn")
        case "RECONNECTING":
            return Span(f" ! RECONNECTING try {fresh.tries} ", "warn")
        case "OFFLINE":
            return Span(f" ✗ OFFLINE {brief(timedelta(seconds=fresh.age))}, read-only ", "bad")


def _people(scene: Scene, room: int) -> tuple[Span, ...]:
    """Who is here, with their roles; where there is no room for it, how many are, or nothing."""
    people = scene.view.people
    shown: list[Span] = []
    for someone in people[:6]:
        shown.append(Span(" · " if shown else "  ", "dim"))
        shown += _person(scene, someone)
    more = Span(f" +{len(people) - 6} " if len(people) > 6 else " ", "dim")
    forms: tuple[tuple[Span, ...], ...] = ((*shown, more), (Span(f"  {len(people)} here ", "dim"),))
    return next((form for form in forms if width_of(form) <= room), ())


def _person(scene: Scene, someone: Someone) -> list[Span]:
    roles = scene.incident.roles.of(someone.person)
    titles = [role.short if role.short == "IC" else role.short.lower() for role in ROLES if role.id in roles]
    name = one_line(someone.person, 14)
    spans = [Span(name, "dim" if someone.fading else "strong" if someone.person == scene.me else "")]
    if titles:
        spans.append(Span(" " + " ".join(titles), "accent" if "IC" in titles else "dim"))
    if someone.idle:
        spans.append(Span(f" (idle {someone.idle}m)", "dim"))
    return spans


def milestones(scene: Scene, width: int) -> Line:
    """The strip of milestones: reached ones with their times, the next due one with what is left of it.

    Where there is no room for all, the first ones go, so that the next due one is always seen.
    """
    clock = scene.incident.clock
    goals = {each.milestone: each for each in targets(clock, scene.incident.severity.now)}
    start, _ = clock.origin
    waiting = [each.milestone for each in goals.values() if each.met is None]
    parts: list[list[Span]] = []
    following = 0
    for name in NAMES:
        known, goal = clock.get(name), goals.get(name)
        if known:
            parts.append(_reached(scene, name, known, goal, first=known.happened == start))
        elif name != "impact":
            if name in waiting[:1]:
                following = len(parts)
            parts.append(_waiting(scene, name, goal, counted=name in waiting[:1]))
    between = Span(" ── " if width >= 100 else "  ", "dim")
    spans = _joined(parts[: following + 1], between)
    while following and width_of(spans) >= width:
        parts, following = parts[1:], following - 1
        spans = [Span(" …", "dim"), *_joined(parts[: following + 1], between)]
    return Line((*spans, *(span for part in parts[following + 1 :] for span in (between, *part))))


def _joined(parts: list[list[Span]], between: Span) -> list[Span]:
    return [span for number, part in enumerate(parts) for span in (between if number else Span(" "), *part)]


def _reached(scene: Scene, name: str, known: Milestone, goal: Target | None, first: bool) -> list[Span]:
    start, _ = scene.incident.clock.origin
    about = "~" if known.approximate else ""
    when = scene.clock(known.happened) if first or start is None else f"+{span(known.happened - start)}"
    late = goal is not None and goal.met is False
    spans = [Span("! " if late else "● ", "warn" if late else "ok"), Span(f"{_SHORT[name]} {about}{when}")]
    return [*spans, Span(" late", "warn")] if late else spans


def _waiting(scene: Scene, name: str, goal: Target | None, counted: bool) -> list[Span]:
    """One that is not reached. Only the next due one counts down: one thing moves at a time."""
    word = _OPEN.get(name, _SHORT[name])
    over = scene.incident.clock.status in ("resolved", "closed")
    if goal is None or goal.met is not None or over:
        return [Span(f"○ {word}", "dim")]
    left = goal.due - scene.now
    if scene.fresh.word == "OFFLINE":
        return [Span(f"○ {word} by {scene.clock(goal.due)} (unknown while offline)", "dim")]
    if left < timedelta(0):
        return [Span(f"! {word} OVERDUE {span(-left)}", "bad")]
    role: Role = "warn" if left < timedelta(minutes=2) else ""
    by = [Span("○ ", role), Span(f"{word} by {scene.clock(goal.due)}", role)]
    return [*by, Span(f" ({span(left)} left)", "dim")] if counted else by


def banner(scene: Scene, width: int) -> list[Line]:
    """What everybody must see, or nothing: a damaged or forked log, or cut off from the database."""
    if scene.view.alarm:
        return sentence(one_line(scene.view.alarm), "bad", width)
    if scene.fresh.word in ("RECONNECTING", "OFFLINE"):
        problem = one_line(scene.fresh.problem) or "The database does not answer."
        unsent = len(scene.view.unsent)
        waiting = f"{unsent} unsent" if unsent else "only notes can be written"
        return sentence(f"{scene.fresh.age:.0f} s old · {waiting} · {problem}", "bad", width)
    if scene.fresh.word == "LAGGING":
        return sentence(f"{scene.fresh.age:.0f} s old · the database is slow to answer", "warn", width)
    if scene.view.lost:
        lost = scene.view.lost
        text = f"After position {lost} the log is another one (failover or restore): later entries may be lost."
        return sentence(text, "bad", width)
    return []
