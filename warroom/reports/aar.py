"""The after-action report as a document."""

from collections.abc import Iterator
from datetime import timedelta

from warroom.domain.aar import InjectSeen, Report
from warroom.domain.comparison import Decision, StepFault, Updates
from warroom.domain.expectations import Judged
from warroom.domain.moments import span
from warroom.domain.roles import seat_of
from warroom.domain.text import one_line
from warroom.reports.document import Document, Mark, Picture, Section

_NONE = "–"
_LONGEST = 160
_STAMP = "%Y-%m-%d %H:%M"


def document(report: Report) -> Document:
    """The report in the order in which a debriefing asks: what was meant, what happened, what to change."""
    title = f"{report.name} · {report.title}"
    if report.against:
        title = f"{title}, beside {report.against}"
    return Document(
        title, tuple(_about(report)), _picture(report), tuple(section for section in _sections(report) if section)
    )


def _about(report: Report) -> Iterator[tuple[str, str]]:
    if report.scenario:
        yield "scenario", f"{report.scenario} (difficulty {report.difficulty} of 5)"
    if report.against:
        yield "beside", f"{report.against} {report.against_title}"
    if report.team:
        yield "team", report.team
    yield "played" if report.exercise else "from", f"{report.held:{_STAMP}} UTC, {span(report.end - report.begin)}"
    if report.running:
        yield "end", "it still runs"
    elif report.ending or report.aborted:
        yield "end", f"aborted, {report.ending}".rstrip(", ") if report.aborted else report.ending
    if report.judged:
        on_time, judged = report.share
        yield "on time", f"{on_time} of {judged} expected actions"


def _picture(report: Report) -> Picture:
    marks = tuple(Mark(each.title, each.above, each.below, each.late) for each in report.pairs)
    above = report.against or ("expected by" if report.judged else "target")
    return Picture(above, _side(report), marks, report.stopped)


def _side(report: Report) -> str:
    """What the report's own side is called."""
    return "trainees" if report.exercise == "drill" else report.name


def _sections(report: Report) -> Iterator[Section | None]:
    numbered = bool(report.judged) and not report.against
    yield _expected(report, numbered)
    yield _times(report, not numbered)
    yield Section("Steps", points=tuple(map(_fault, report.faults)), empty="" if report.faults else _steps(report))
    yield _ladder(report)
    yield Section("Updates", empty=_updates(report.updates))
    yield _decisions(report)
    yield Section(
        "Injects", ("inject", "kind", "what it said", "planned", "came", ""), tuple(map(_inject, report.injects))
    )
    yield Section(
        "Evaluators' remarks",
        ("at", "by", "remark"),
        tuple((after(each.at - report.zero), each.by, each.text) for each in report.remarks),
    )
    yield Section("What to change", ("about", "action item"), tuple((each.kind, each.text) for each in report.lessons))


def _expected(report: Report, numbered: bool) -> Section | None:
    rows = tuple(_judged(report, number, each, numbered) for number, each in enumerate(report.judged, 1))
    head = ("expected", "by whom", "due", "done", "by", "verdict", "")
    return Section("Expected actions", ("#", *head) if numbered else head, rows)


def _judged(report: Report, number: int, each: Judged, numbered: bool) -> tuple[str, ...]:
    who = seat_of(each.expected.who).title if each.expected.who else "anybody"
    due = after(each.due - report.zero if each.due else None)
    done = after(each.done - report.zero if each.done else None)
    row = (each.expected.title, who, due, done, each.by or _NONE, each.verdict, each.remark)
    return (str(number), *row) if numbered else row


def _times(report: Report, numbered: bool) -> Section | None:
    wanted = any(each.wanted for each in report.times)
    head = ["#"] if numbered else []
    head += ["milestone", _side(report), *([report.against] if report.against else []), *(["target"] if wanted else [])]
    rows = []
    for number, each in enumerate(report.times, 1):
        row = [str(number)] if numbered else []
        row += [each.milestone, _time(each.taken, each.approximate)]
        row += [_time(each.other, each.other_approximate)] if report.against else []
        row += [after(each.wanted)] if wanted else []
        rows.append(tuple(row))
    return Section("Times", tuple(head), tuple(rows))


def _time(taken: timedelta | None, approximate: bool) -> str:
    return "unknown" if taken is None else f"about {span(taken)}" if approximate else span(taken)


def after(time: timedelta | None) -> str:
    """A time from the beginning, a dash where there is none."""
    return _NONE if time is None else span(time)


def _steps(report: Report) -> str:
    return "No step was passed over, done twice or done out of order."


def _fault(each: StepFault) -> str:
    where = f"{each.runbook} {each.step} {each.title}"
    match each.fault:
        case "passed over":
            return f"{where}: passed over, neither done nor skipped"
        case "twice":
            return f"{where}: done more than once"
        case "out of order":
            return f"{where}: done before {each.before}"


def _ladder(report: Report) -> Section:
    rows = tuple(
        (
            "by hand" if not each.rung else f"round {each.round}, rung {each.rung}",
            span(each.after),
            ", ".join(each.paged) or "a channel",
            ", ".join(each.answered) or ("nobody" if each.paged else _NONE),
            each.stopped or _NONE,
        )
        for each in report.rungs
    )
    return Section("Ladder", ("rung", "fired", "paged", "answered", "stopped by"), rows, empty="No rung fired.")


def _updates(updates: Updates | None) -> str:
    if updates is None:
        return "Not measured: the severity has no cadence, or no runbook has a step that tells people."
    often = "once" if updates.told == 1 else f"{updates.told} times"
    told = f"People were told {often}" if updates.told else "Nobody was told anything"
    every = f"an update is due every {span(updates.every)}"
    if not updates.late:
        return f"{told}; {every}, and the longest silence, {span(updates.longest)}, kept to that."
    longer = "1 silence was longer" if updates.late == 1 else f"{updates.late} silences were longer"
    return f"{told}; {every}. {longer}, the longest {span(updates.longest)}."


def _decisions(report: Report) -> Section | None:
    rows = [(_side(report), each) for each in report.decisions]
    rows += [(report.against, each) for each in report.other_decisions]
    if not report.against:
        return Section("Decisions", ("at", "by", "decision"), tuple(_decision(each) for _, each in rows))
    shown = tuple((side, *_decision(each)) for side, each in rows if not each.both)
    empty = "The same was decided on both sides." if rows else ""
    return Section("Decisions that differ", ("side", "at", "by", "decision"), shown, empty=empty)


def _decision(each: Decision) -> tuple[str, str, str]:
    why = f" (because {each.because})" if each.because else ""
    return span(each.after), each.by, one_line(each.text + why, _LONGEST)


def _inject(each: InjectSeen) -> tuple[str, ...]:
    planned = f"from {span(each.planned)}" if each.planned is not None else "never"
    how = f"{each.came} by {each.by}" if each.by and each.came == "brought in" else each.came
    how = f"{how}: {each.because}" if each.because else how
    return each.id, each.kind, one_line(each.text, _LONGEST), planned, after(each.after), how
