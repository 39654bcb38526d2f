"""The list of incidents as lines."""

from datetime import timedelta

from warroom.domain.event import incident_stream
from warroom.domain.exercise import MARK
from warroom.domain.moments import elapsed
from warroom.domain.severity import Severity
from warroom.domain.text import one_line
from warroom.room.calls import Call
from warroom.store.contract import Summary
from warroom.tui.actions.base import Option
from warroom.tui.present.cells import BLANK, Line, Span, line
from warroom.tui.present.drill import titled
from warroom.tui.present.header import severity_role


def rows(summaries: list[Summary], now: int, width: int, called: tuple[Call, ...] = ()) -> list[Line]:
    """Open incidents, then those that are over. `called`: where the viewer is paged."""
    if not summaries:
        return [
            line(Span("No incident is known here.", "strong")),
            BLANK,
            line("Press ", Span("a", "key"), " to declare one, or type in a shell:"),
            line(Span('  warroom declare "what fails" --sev 2', "dim")),
            line(Span("  warroom demo", "dim"), "  shows a real past incident"),
        ]
    live = [each for each in summaries if each.ended is None and each.status != "closed"]
    over = [each for each in summaries if each not in live]
    paged = {incident_stream(each.incident) for each in called}
    lines = [_row(each, now, width, each.stream in paged) for each in live]
    if over:
        lines += [BLANK] if live else []
        lines += [line(Span("over", "head")), *(_row(each, now, width) for each in over)]
    return lines


def _row(each: Summary, now: int, width: int, paged: bool = False) -> Line:
    until = each.ended if each.ended is not None else now
    lasted = f"T+{elapsed(timedelta(microseconds=until - each.origin))}"
    if each.clock:
        lasted = "drill time"
    elif each.status == "closed" and each.ended is None:
        lasted = "T+ unknown"
    over = each.ended is not None
    left = [
        Span(f"INC-{each.number:<5}", "dim"),
        Span(f"{each.severity:<6}", "dim" if over else severity_role(each.level)),
    ]
    left += [Span("PAGES YOU ", "accent")] if paged else []
    left += _title(each.title, over)
    commander = f"{one_line(each.commander, 12)} IC  " if each.commander else "no IC  "
    right = [Span(f"{each.status}  ", "dim" if over else "accent")]
    right += [Span(commander, "dim" if each.commander or over else "warn")] if width >= 70 else []
    right += [Span(f"{lasted:>13} ", "dim")] if width >= 50 else []
    return Line(tuple(left), tuple(right), each.stream)


def _title(title: str, over: bool) -> list[Span]:
    """Only drills bear the mark; one that is over is as quiet as everything that is over, but no less a drill."""
    spans = titled(title, title.startswith(MARK))
    return [Span(text, "dim" if role == "strong" and over else role) for text, role in spans]


def footer(width: int) -> Line:
    """The keys of the list."""
    keys = (("enter", "open"), ("a", "declare"), ("R", "replay"), ("O", "on call"), ("q", "leave"))
    spans = (span for key, word in keys for span in (Span(f" {key}", "key"), Span(f" {word} ", "dim")))
    return line(*spans, right=(Span("?", "key"), " help "))


def severities(table: tuple[Severity, ...]) -> list[Option]:
    """The taxonomy to choose from."""
    return [Option(str(row.level), f"{row.name} {one_line(row.title)}", one_line(row.definition)) for row in table]
