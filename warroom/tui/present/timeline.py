"""Pane 5: the timeline, newest at the bottom."""

from datetime import date, tzinfo
from functools import lru_cache

from warroom.domain.text import one_line, visible_lines
from warroom.domain.timeline import Entry
from warroom.tui.present.cells import Line, Role, Span, heading, line
from warroom.tui.scene import Scene, wall

WORDS: dict[str, tuple[str, Role]] = {
    "declared": ("DECLARED", "accent"),
    "note": ("note", ""),
    "decision": ("DECISION", "accent"),
    "evidence": ("evidence", ""),
    "correction": ("corrects", "dim"),
    "milestone": ("clock", "strong"),
    "severity": ("SEVERITY", "warn"),
    "role": ("role", "strong"),
    "step": ("step", "dim"),
    "service": ("service", ""),
    "runbook": ("runbook", "dim"),
    "page": ("page", "strong"),
    "undo": ("undo", "dim"),
    "opaque": ("?", "dim"),
    "bookmark": ("bookmark", "dim"),
    "inject": ("INJECT", "drill"),
    "drill": ("drill", "drill"),
    "access": ("ACCESS", "warn"),
}


def pane(scene: Scene, width: int) -> list[Line]:
    """The last entries that are wanted, with a divider where the new ones begin."""
    timeline, limit, wanted = scene.incident.timeline, scene.window, scene.wanted
    entries = timeline.last(limit) if not wanted else [each for each in timeline if _matches(each, wanted)][-limit:]
    lines: list[Line] = []
    hidden = len(timeline) - len(entries)
    if hidden and not wanted:
        lines.append(line(Span(f"… {hidden} earlier entries: press g for more", "dim")))
    new = [each for each in entries if scene.unread and each.seq > scene.unread and each.actor != scene.me]
    for each in entries:
        if new and each.seq == new[0].seq:
            lines.append(line(Span(f"── new since {scene.clock(each.recorded)} ({len(new)}) ──", "accent")))
        lines.append(entry(scene, each, width))
    for unsent in scene.view.unsent:
        spans = (Span(f"{scene.clock(unsent.written)} "), Span("pending ", "warn"), Span(one_line(unsent.text)))
        lines.append(line(*spans, right=(Span("not sent yet", "warn"),)))
    return lines


def entry(scene: Scene, each: Entry, width: int) -> Line:
    """One entry as a line."""
    unknown = each.seq in scene.unknown
    return _entry(each, scene.zone, scene.today, each.actor == scene.me, width >= 60, unknown)


@lru_cache(maxsize=4096)
def _entry(each: Entry, zone: tzinfo, today: date, mine: bool, wide: bool, unknown: bool) -> Line:
    """Entries never change, so each is worded once; what is left of a repaint is the comparison."""
    word, role = WORDS[each.kind]
    about = "~" if each.approximate else ""
    when = f"{about}{wall(each.happened, zone, today)}"
    who = one_line(each.actor, 10 if wide else 5)
    spans = [Span(f"{when:<5} ", "dim"), Span(f"{who:<{8 if wide else 5}} ", "strong" if mine else "")]
    role = "warn" if each.alarm else role
    spans.append(Span(f"{word:<8} " if wide else f"{word[:4]:<4} ", role))
    text = one_line(each.corrected or each.text)
    quiet = each.kind in ("step", "runbook", "undo", "opaque", "bookmark")
    body: Role = "struck" if each.retracted else "warn" if each.alarm else "dim" if quiet else ""
    spans.append(Span(text, body))
    right: list[Span] = []
    if unknown:
        right.append(Span(f"not known before {wall(each.recorded, zone, today)}", "warn"))
    elif each.retracted:
        right.append(Span("struck out", "dim"))
    elif each.corrected:
        right.append(Span("corrected", "dim"))
    elif each.late:
        right.append(Span(f"added {wall(each.recorded, zone, today)}", "dim"))
    return Line(tuple(spans), tuple(right), f"entry:{each.seq}")


def details(scene: Scene, each: Entry) -> list[Line]:
    """One entry in full."""
    happened = f"happened {scene.clock(each.happened, seconds=True)}"
    recorded = f"recorded {scene.clock(each.recorded, seconds=True)}"
    lines = [
        line(Span(f"{one_line(each.actor, 16)} ({each.via}) · {happened} · {recorded} · position {each.pos}", "dim")),
        *(
            line(Span(text, "struck" if each.retracted or each.corrected else ""))
            for text in visible_lines(each.text).split("\n")
        ),
    ]
    if each.corrected:
        lines += [heading("Corrected to"), *(line(Span(text)) for text in visible_lines(each.corrected).split("\n"))]
    return lines


def _matches(each: Entry, wanted: str) -> bool:
    text = f"{each.actor} {WORDS[each.kind][0]} {each.text} {each.corrected}"
    return wanted.lower() in text.lower()
