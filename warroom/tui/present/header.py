"""The two lines at the top: which incident, how bad, how long, how fresh, who is here; and the milestones."""

from datetime import timedelta

from warroom.domain.clock import NAMES, Milestone, Target, targets
from warroom.domain.moments import brief, elapsed, span
from warroom.domain.roles import ROLES
from warroom.domain.text import one_line
from warroom.room.presence import Someone
from warroom.tui.present.cells import Line, Role, Span, line
from warroom.tui.scene import Freshness, Scene

_SHORT = {
    "impact": "impact", "detection": "detected", "acknowledgment": "ack", "escalation": "escalated",
    "containment": "contained", "resolution": "resolved", "review": "review",
}  # fmt: skip
_OPEN = {"containment": "contain", "resolution": "resolve", "acknowledgment": "ack", "escalation": "escalate"}


def headline(scene: Scene, width: int) -> tuple[Line, Line, Line]:
    """The first line in three parts: which incident and how bad; T+, which alone changes each second; the rest.

    Parts, because a terminal is sent a changed widget from its left edge on.
    """
    incident = scene.incident
    people = _people(scene, width)
    room = width - 38 - sum(len(span.text) for span in people)
    title = one_line(incident.title, max(8, room if width >= 60 else width - 25))
    what = (
        Span(f" {incident.name} ", "strong"),
        Span(title, "strong"),
        Span(f"  {incident.severity.now.name}  ", severity_role(incident.severity.level)),
    )
    status = Span(f"  {incident.clock.status.upper()}", "ok" if incident.clock.get("resolution") else "accent")
    return Line(what), since(scene), Line((status,), (*_fresh(scene.fresh), *people))


def since(scene: Scene) -> Line:
    """T+, by itself."""
    return line(f"T+{ticking(scene)}")


def ticking(scene: Scene) -> str:
    """How long the incident has lasted: it stops at the resolution."""
    start, _ = scene.incident.clock.origin
    ended = scene.incident.clock.get("resolution")
    until = ended.happened if ended else scene.now
    return elapsed(until - start) if start else "unknown"


def severity_role(level: int) -> Role:
    """SEV1 and SEV2 stand out."""
    return "bad" if level <= 1 else "warn" if level == 2 else "strong"


def _fresh(fresh: Freshness) -> tuple[Span, ...]:
    match fresh.word:
        case "LIVE":
            return (Span(" ● LIVE ", "ok"),)
        case "LAGGING":
            return (Span(f" ! LAGGING {fresh.age:.0f} s ", "warn"),)
        case "RECONNECTING":
            return (Span(f" ! RECONNECTING try {fresh.tries} ", "warn"),)
        case "OFFLINE":
            return (Span(f" ✗ OFFLINE {brief(timedelta(seconds=fresh.age))}, read-only ", "bad"),)


def _people(scene: Scene, width: int) -> tuple[Span, ...]:
    """Who is here, with their roles; as a count where there is no room."""
    people = scene.view.people
    if width < 100:
        return (Span(f" {len(people)} here ", "dim"),) if width >= 50 else ()
    shown: list[Span] = []
    for someone in people[:6]:
        shown.append(Span(" · " if shown else "  ", "dim"))
        shown += _person(scene, someone)
    if len(people) > 6:
        shown.append(Span(f" +{len(people) - 6}", "dim"))
    return (*shown, Span(" "))


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
    """The strip of milestones: reached ones with their times, the next due one with what is left of it."""
    clock = scene.incident.clock
    goals = {each.milestone: each for each in targets(clock, scene.incident.severity.now)}
    start, _ = clock.origin
    spans: list[Span] = [Span(" ")]
    waiting = [each.milestone for each in goals.values() if each.met is None]
    for name in NAMES:
        known, goal = clock.get(name), goals.get(name)
        if known is None and name == "impact":
            continue
        if len(spans) > 1:
            spans.append(Span(" ── " if width >= 100 else "  ", "dim"))
        if known:
            spans += _reached(scene, name, known, goal, first=known.happened == start)
        else:
            spans += _waiting(scene, name, goal, counted=waiting[:1] == [name])
    return Line(tuple(spans))


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


def banner(scene: Scene) -> Line | None:
    """A line that everybody must see, or None: cut off from the database, or a log that forked."""
    if scene.view.lost:
        lost = scene.view.lost
        text = f" The log was another one after position {lost} (failover or restore): what came later may be lost."
        return line(Span(text, "bad"))
    if scene.fresh.problem and scene.fresh.word in ("RECONNECTING", "OFFLINE"):
        unsent = len(scene.view.unsent)
        waiting = f" {unsent} unsent." if unsent else " Notes are kept and sent later; nothing else can be done."
        return line(Span(f" {one_line(scene.fresh.problem)}{waiting}", "bad"))
    return None
