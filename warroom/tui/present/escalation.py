"""The incident's ladder: under the roles, in one line where those are folded away, and what nobody may overlook."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from warroom.domain import effects, restored
from warroom.domain.climb import after
from warroom.domain.escalation import Escalation, Page, Try
from warroom.domain.ladder import Ladder
from warroom.domain.moments import ago, brief, span
from warroom.domain.text import one_line
from warroom.room.calls import Call, open_page
from warroom.tui.present.cells import BLANK, Line, Role, Span, cut, heading, line, sentence
from warroom.tui.scene import Scene

_OVER = ("resolved", "closed")
_DAY = timedelta(days=1)
_LATE = timedelta(minutes=1)
_NAME, _SHORT = 16, 8
_WAY = 10
_WIDE = 48
"Columns from which on every way to a person is shown, and not only the last one tried."

CAME: dict[str, tuple[str, str, Role]] = {
    "sent": ("✓", "", ""),
    "retry": ("✗", "failed", "warn"),
    "failed": ("✗", "failed", "warn"),
    "unknown": ("!", "unknown", "warn"),
    "dropped": ("–", "not sent", "dim"),
}
"""What came of an attempt: sign, word, role."""


def pane(scene: Scene, width: int) -> list[Line]:
    """The lines under the roles, `width` columns wide; none where there is no ladder and nobody was paged."""
    state = scene.incident.escalation
    if state.ladder is None and not state.pages:
        return []
    title = "Test of the ladder" if state.walk else "Escalation"
    lines = [BLANK, heading(title, one_line(state.ladder.name, 14) if state.ladder else "no ladder")]
    lines += _rung(state, width)
    lines += [row for text, role in _standing(scene) for row in _rows(text, role, width)]
    pages = _latest(state)
    wide = width >= _WIDE
    column = min(_NAME if wide else _SHORT, max((cell_len(_who(each)) for each in pages), default=0))
    return [*lines, *(_page(scene, each, column, wide) for each in pages)]


def strip(scene: Scene, width: int) -> list[Line]:
    """The same in one line; none where the ladder asks for nobody's attention."""
    state = scene.incident.escalation
    words = _standing(scene)
    if state.ladder is None or not words or not (state.going in ("climbing", "ended") or ticks(scene)):
        return []
    rung = _where(state)
    said = [Span(f" {one_line(state.ladder.name, 14)} ", "dim"), *([Span(f"{rung} · ")] if rung else [])]
    said += [Span(" · ".join(text for text, _ in words), words[0][1])]
    return [Line(tuple(cut(said, width)))]


def ticks(scene: Scene) -> bool:
    """Whether there is a countdown to see, so that it is drawn every second."""
    state = scene.incident.escalation
    if scene.incident.clock.status in _OVER:
        return False
    return (state.going == "climbing" and state.due is not None) or _silence(scene) is not None


def called(scene: Scene, page: Page) -> str:
    """What the person who was paged reads."""
    by = f"rung {page.rung}" if page.rung else "by hand"
    return f"You are paged ({by}, {scene.clock(page.at)}): K acknowledges."


def elsewhere(call: Call) -> str:
    """What a person reads who was paged in another incident than the one they look at."""
    return f"You are paged in {call.name} {one_line(call.title, 40)} too: - lists the incidents."


def alarms(scene: Scene, width: int) -> list[Line]:
    """What nobody may overlook: that they are paged, that nobody pages, that a way out is not served."""
    lines: list[Line] = []
    if page := open_page(scene.incident, scene.me):
        lines += sentence(called(scene, page), "accent", width)
    for call in scene.view.calls:
        lines += sentence(elsewhere(call), "accent", width)
    for text, role in (_engine(scene), _unserved(scene)):
        lines += sentence(text, role, width) if text else []
    return lines


def _engine(scene: Scene) -> tuple[str, Role]:
    engines, state = scene.view.engines, scene.incident.escalation
    if held := restored.warning(scene.view.org):
        return held, "bad"
    if engines is None:
        return "", ""
    climbs = state.going == "climbing" and scene.incident.clock.status not in _OVER
    late = f"{engines.overdue} overdue" if engines.overdue else ""
    plays = scene.incident.drill.going
    if not engines.leads and (climbs or late or plays):
        nothing = "nothing of the drill comes, nobody is paged" if plays else "nobody is paged"
        return f"NO ENGINE: {nothing}{f', {late}' if late else ''}. Run: warroom engine", "bad"
    if late:
        return f"THE ENGINE IS BEHIND: {late} for more than a minute.", "bad"
    return "", ""


def _unserved(scene: Scene) -> tuple[str, Role]:
    """The channels by which somebody should be paged now and on which no engine sends."""
    engines, state = scene.view.engines, scene.incident.escalation
    if engines is None or not engines.leads or effects.realm(scene.incident) == "drill":
        return "", ""
    if scene.incident.clock.status in _OVER:
        return "", ""
    waiting = [each for each in _latest(state) if each.answered is None and _goes(state, each)]
    open_ = [(each, way) for each in waiting for way in _open_ways(each) if way not in engines.served]
    if not open_:
        return "", ""
    names = ", ".join(dict.fromkeys(one_line(way, 20) for _, way in open_))
    cut_off = any(not any(each.outcome == "sent" for each in page.tries) for page, _ in open_)
    return f"Nobody serves {names}: no engine has what it takes. See: warroom doctor", "bad" if cut_off else "warn"


def _goes(state: Escalation, page: Page) -> bool:
    return not page.retold and (page.order.forced or (state.going in ("climbing", "ended") and page.run == state.run))


def _open_ways(page: Page) -> Iterable[str]:
    """The channels of a page on which something is still to be sent."""
    for contact in page.order.contacts:
        tried = page.tried(contact.name)
        if tried is None or tried.outcome == "retry":
            yield contact.channel


def _rung(state: Escalation, width: int) -> list[Line]:
    text = _where(state)
    return (
        [line(Span(row, "strong")) for row in wrap(text, max(8, width - 2), break_on_hyphens=False)[:2]] if text else []
    )


def _where(state: Escalation) -> str:
    """`rung 2 of 3, round 2 → di, kim`; "" before the first rung."""
    if state.ladder is None or not state.place.rung:
        return ""
    turn = f", round {state.place.round}" if state.place.round > 1 else ""
    here = [each for each in state.pages if (each.run, each.round, each.rung) == _spot(state)]
    people = ", ".join(_who(each) for each in here) or "nobody new"
    return f"rung {state.place.rung} of {len(state.ladder.rungs)}{turn} → {people}"


def _spot(state: Escalation) -> tuple[str, int, int]:
    return state.run, state.place.round, state.place.rung


def _standing(scene: Scene) -> list[tuple[str, Role]]:
    """Where the ladder stands and what comes next, in sentences."""
    state, status = scene.incident.escalation, scene.incident.clock.status
    if state.ladder is None:
        return []
    if status in _OVER:
        return [(f"stopped: the incident is {status}", "dim")]
    match state.going:
        case "climbing":
            return _next(scene, state, state.ladder)
        case "acknowledged":
            return _acknowledged(scene, state)
        case "ended":
            return [(f"ladder has ended: {state.ended}", "bad")]
        case _:
            return []


def _next(scene: Scene, state: Escalation, ladder: Ladder) -> list[tuple[str, Role]]:
    if state.due is None:
        return []
    if scene.fresh.word == "OFFLINE":
        return [("next rung: unknown while offline", "dim")]
    left = state.due - scene.now
    if state.held:
        return [(f"waits until {_day(scene, state.due)}: {state.held}", "")]
    if left <= timedelta(0):
        late = -left > _LATE
        return [(f"page OVERDUE {span(-left)}", "bad")] if late else [("pages now", "accent")]
    if after(ladder, state.place) is None:
        return [(f"ladder ends in {_countdown(left)}", "warn")]
    return [(f"pages in {_countdown(left)}", "")]


def _acknowledged(scene: Scene, state: Escalation) -> list[tuple[str, Role]]:
    since = f" {scene.clock(state.since)}" if state.since else ""
    said: list[tuple[str, Role]] = [(f"✓ {one_line(state.by, 14)} acknowledged{since}", "ok")]
    left = _silence(scene)
    if left is not None and scene.fresh.word != "OFFLINE":
        said.append((f"silent in {_countdown(left)}" if left > timedelta(0) else "silent: pages again", "warn"))
    return said


def _silence(scene: Scene) -> timedelta | None:
    """How long until the acknowledged incident counts as silent, once half of that time has passed."""
    state = scene.incident.escalation
    if state.silent is None or state.ladder is None or state.ladder.silent_after is None:
        return None
    left = state.silent - scene.now
    return left if left < state.ladder.silent_after / 2 else None


def _countdown(left: timedelta) -> str:
    """`02:10`, from an hour on `1:02:10`, from a day on `3 d`."""
    if left >= _DAY:
        return brief(left)
    text = span(left)
    return f"0{text}" if len(text) == len("2:10") else text


def _day(scene: Scene, moment: datetime) -> str:
    """`Mon 09:00` in the viewer's zone."""
    return f"{moment.astimezone(scene.zone):%a %H:%M}"


def _rows(text: str, role: Role, width: int) -> list[Line]:
    return [line(Span(row, role)) for row in wrap(one_line(text), max(8, width - 2), break_on_hyphens=False)]


def _latest(state: Escalation) -> list[Page]:
    """The last page to each person and each channel in this run, in the order in which they were first paged."""
    found: dict[str, Page] = {}
    for each in state.pages:
        if each.run == state.run:
            found[_who(each)] = each
    return list(found.values())


def _who(page: Page) -> str:
    return one_line(page.order.person or next((each.name for each in page.order.contacts), "nobody"), _NAME)


def _page(scene: Scene, page: Page, column: int, wide: bool) -> Line:
    """One person: which way was tried last and what came of it; where there is room, all ways."""
    mark: Role = "accent" if page.order.person == scene.me and page.answered is None else ""
    who = Span(f"{set_cell_size(one_line(_who(page), column), column)} ", mark)
    if page.answered is not None:
        when = (Span(scene.clock(page.answered), "dim"),) if wide else ()
        return line(who, Span("● ", "ok"), Span("answered"), right=when)
    if not page.tries:
        return line(who, Span(_unsent(scene.incident.escalation, page), "dim"))
    tried = sorted(page.tries, key=lambda each: each.at)
    if not wide:
        return line(who, *_try(scene, tried[-1], page, said=False), right=_when(scene, tried[-1]))
    parts = [part for each in tried for part in (Span("  "), *_try(scene, each, page, said=True))]
    return line(who, *parts[1:], right=_when(scene, tried[-1]))


def _unsent(state: Escalation, page: Page) -> str:
    if page.retold:
        return "– not sent here"
    return "… waiting" if _goes(state, page) else "– not sent"


def _try(scene: Scene, each: Try, page: Page, said: bool) -> list[Span]:
    sign, word, role = CAME[each.outcome]
    way = one_line(each.contact, _WAY) if page.order.person else ""
    text = " ".join(filter(None, (way, word)))
    why = f": {one_line(each.says)}" if said and word and each.says else ""
    return [Span(f"{sign} ", role or "ok"), Span(f"{text or 'sent'}{why}", role)]


def _when(scene: Scene, each: Try) -> tuple[Span, ...]:
    """How long ago; within the last minute nothing, since that would not be drawn every second."""
    old = scene.now - each.at >= _LATE
    return (Span(ago(each.at, scene.now).removesuffix(" ago"), "dim"),) if old else ()
