"""What those who lead or watch a drill see of it, and its trainees do not: what is to come, what is expected, notes."""

from datetime import datetime

from warroom.domain.exercise import Drill, Progress, Remark
from warroom.domain.expecting import Expectation, expectations
from warroom.domain.moments import span
from warroom.domain.scenario_words import condition_words, waiting_words
from warroom.domain.text import one_line, visible_lines
from warroom.tui.present.cells import BLANK, Line, Role, Span, heading, line
from warroom.tui.scene import Scene

ROW = "inject:"
ENGINE = "engine"
_ID = 14


def lines(scene: Scene) -> list[Line]:
    """The drill from behind; its injects are the rows, as `inject:ID`."""
    drill = scene.incident.drill
    if drill.scenario is None:
        return [line("This drill plays no scenario: it is led by hand.")]
    return [
        *_standing(scene, drill),
        BLANK,
        heading("Injects", _counted(drill)),
        *(row for each in drill.injects for row in _inject(scene, each)),
        BLANK,
        heading("Expected", "by when it should be done" if drill.going else "what became of it"),
        *(_expected(scene, each, f"expected:{at}") for at, each in enumerate(expectations(scene.incident))),
        BLANK,
        heading("Private notes", "n takes one"),
        *(row for each in drill.remarks for row in _remark(scene, each)),
    ]


def details(scene: Scene, row: str) -> list[Line]:
    """The inject under the cursor in full."""
    progress = scene.incident.drill.progress(row.removeprefix(ROW))
    if progress is None:
        return []
    inject = progress.inject
    about = [inject.by, inject.service, inject.health or "", inject.person]
    facts = " · ".join(one_line(each) for each in about if each)
    return [
        line(Span(one_line(waiting_words(inject)), "dim"), right=(Span(facts, "dim"),)),
        line(one_line(inject.text)),
    ]


def _standing(scene: Scene, drill: Drill) -> list[Line]:
    led = f"led by {_names(drill.controllers) or 'anybody'}"
    led += f" · watched by {_names(drill.evaluators)}" if drill.evaluators else ""
    team = f"team {one_line(drill.team, 20)} · " if drill.team else ""
    rows = [_end(scene, drill), line(Span(f"{team}{led} · {'announced' if drill.announced else 'unannounced'}", "dim"))]
    if drill.unreachable:
        rows.append(line(Span(f"cannot be reached: {_names(drill.unreachable)}", "warn")))
    if drill.live:
        rows.append(line(Span(f"pages for real on {_names(drill.live)}", "warn")))
    return rows


def _end(scene: Scene, drill: Drill) -> Line:
    """When it ends. A time that cannot be known to be still ahead is not counted down."""
    if drill.ended is not None:
        return line(Span(f"over since {scene.clock(drill.ended, seconds=True)}", "drill"))
    if drill.over is None or drill.scenario is None:
        return BLANK
    when = drill.scenario.end.when
    sooner = f", or when {one_line(condition_words(when))}" if when and drill.met is None else ""
    return line(Span(f"it ends {_until(scene, drill.over)}{sooner}", "drill"))


def _names(people: tuple[str, ...]) -> str:
    return ", ".join(one_line(each, 16) for each in people)


def _counted(drill: Drill) -> str:
    came = sum(each.made is not None for each in drill.injects)
    left = sum(each.skipped is not None for each in drill.injects)
    rest = "to come" if drill.going else "did not come"
    return f"{came} came · {len(drill.injects) - came - left} {rest} · {left} left out"


def _until(scene: Scene, due: datetime) -> str:
    if scene.fresh.word == "OFFLINE":
        return f"by {scene.clock(due, seconds=True)}"
    return "now" if due <= scene.now else f"in {span(due - scene.now)}"


def _inject(scene: Scene, each: Progress) -> list[Line]:
    """A row; beneath it what it waits for, or why it does not come."""
    inject, key = each.inject, f"{ROW}{each.inject.id}"
    name, rest = f"{one_line(inject.id, _ID):<{_ID}} ", f"{inject.kind} · {one_line(inject.text)}"
    if each.made is not None:
        hand = "" if each.by == ENGINE else f" by {one_line(each.by, 12)}"
        came = f"came {scene.clock(each.made, seconds=True)}{hand}"
        return [line(Span("● ", "ok"), Span(name), Span(rest, "dim"), right=(Span(came, "dim"),), key=key)]
    if each.skipped is not None:
        row = line(Span(f"– {name}{rest}", "dim"), right=(Span("left out", "dim"),), key=key)
        return [row, _beneath(each.skipped)] if each.skipped else [row]
    if not scene.incident.drill.going:
        return [line(Span(f"– {name}{rest}", "dim"), right=(Span("did not come", "dim"),), key=key)]
    if each.due is not None:
        off = "put off, " if each.until else ""
        due = Span(f"{off}{_until(scene, each.due)}", "drill")
        return [line(Span("○ ", "drill"), Span(name, "strong"), Span(rest), right=(due,), key=key)]
    row = line(Span("○ ", "dim"), Span(name), Span(rest), right=(Span("waits", "dim"),), key=key)
    return [row, _beneath(waiting_words(inject))]


def _beneath(text: str) -> Line:
    return line(Span(f"  {'':{_ID}} {one_line(text)}", "dim"))


def _expected(scene: Scene, each: Expectation, key: str) -> Line:
    sign, role, said = _became(scene, each)
    who = f"  {one_line(each.expected.who)}" if each.expected.who else ""
    left = (Span(f"{sign} ", role), Span(one_line(each.expected.title)), Span(who, "dim"))
    return line(*left, right=(Span(said, "bad" if role == "bad" else "dim"),), key=key)


def _became(scene: Scene, each: Expectation) -> tuple[str, Role, str]:
    """Sign, role and words of how an expected action stands."""
    expected = each.expected
    if each.since is None or each.due is None:
        if not scene.incident.drill.going:
            return "–", "dim", "not due"
        return "○", "dim", f"{span(expected.within)} after {one_line(expected.after, _ID)}"
    if each.done is not None:
        at, by = each.done
        late = at > each.due
        text = f"{'late, ' if late else ''}{scene.clock(at, seconds=True)} by {one_line(by, 12)}"
        return ("!", "warn", text) if late else ("✓", "ok", text)
    if not scene.incident.drill.going:
        return "–", "dim", "not done"
    if not each.told:
        return "?", "dim", f"look yourself, by {scene.clock(each.due, seconds=True)}"
    if each.due < scene.now and scene.fresh.word != "OFFLINE":
        return "!", "bad", f"overdue {span(scene.now - each.due)}"
    return "☐", "", _until(scene, each.due)


def _remark(scene: Scene, each: Remark) -> list[Line]:
    first, *more = visible_lines(each.text).splitlines() or [""]
    head = f"{scene.clock(each.at)} {one_line(each.by, 12)}: "
    row = line(Span(head, "dim"), Span(first), key=f"remark:{each.seq}")
    return [row, *(line(Span(f"  {text}")) for text in more)]
